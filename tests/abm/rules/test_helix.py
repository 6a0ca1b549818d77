"""How open roles are offered, accepted and turned into links (E12)."""

import math

import numpy as np
import pytest

from abm.draws import uniform
from abm.rules import helix
from abm.shared.organisations import N_KINDS, link, list_by_theme
from abm.state import append, links
from abm.state.handle import handle
from abm.state.words import NONE, Kind, LinkKind, Stage
from tests.abm.rules.small import SEED, TEST, luck, partner, world

UNIVERSITY, FIRM = Kind.UNIVERSITY, Kind.FIRM


@pytest.fixture
def housed(tmp_path):
    """Return a world of a university and a firm in each of four cities, all of theme 0, neutral and free."""
    w, p = world(tmp_path, universities=1, firms=1)
    w.organisations.theme[:] = w.organisations.mastered[:] = 0
    list_by_theme(handle(w))
    return w, p


@pytest.mark.parametrize(
    ("columns", "open_to"),
    [
        ({"stage": Stage.CONTACT}, []),
        ({"stage": Stage.MEMORANDUM}, [UNIVERSITY, FIRM]),
        ({"stage": Stage.SUSTAINED, "university": (0, NONE)}, [FIRM]),
        ({"stage": Stage.MEMORANDUM, "university": (NONE, 0)}, [FIRM]),
        ({"stage": Stage.MEMORANDUM, "firm": (NONE, 0)}, [UNIVERSITY]),
        ({"stage": Stage.MEMORANDUM, "university": (0, NONE), "firm": (1, NONE)}, []),
    ],
)
def test_a_role_is_open_from_the_memorandum_on_until_one_of_its_kind_is_in_it(housed, columns, open_to):
    w, _ = housed
    partner(w, 2, 3)  # a contact, before it in the list
    r = partner(w, 0, 1, **columns)
    assert helix.open_roles(handle(w)).tolist() == [N_KINDS * r + kind for kind in open_to]


def test_each_role_is_offered_on_both_sides_where_an_organisation_works_in_the_theme(housed):
    w, p = housed
    w.organisations.theme[3] = 1  # the firm of city 1
    list_by_theme(handle(w))
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM)
    helix.offer(handle(w), p, SEED, 0)
    rows = w.offers[: int(w.count.offers)]
    assert [(int(o.partnership), int(o.kind), int(o.side)) for o in rows] == [
        (r, UNIVERSITY, 0),
        (r, UNIVERSITY, 1),
        (r, FIRM, 0),
    ]


@pytest.mark.parametrize(("taken", "asked"), [(2, True), (3, False), (4, False)])
def test_an_organisation_is_asked_while_it_has_a_slot(housed, taken, asked):
    w, p = housed
    w.organisations.slots_taken[[0, 2, 3]] = taken, 3, 3
    partner(w, 0, 1, stage=Stage.MEMORANDUM, firm=(1, NONE))
    helix.offer(handle(w), p, SEED, 0)
    assert w.offers.organisation[: int(w.count.offers)].tolist() == ([0] if asked else [])


def test_a_city_asks_one_university_a_month_on_the_partnership_its_priority_puts_first(housed):
    w, p = housed
    rows = [partner(w, 0, j, stage=Stage.MEMORANDUM, firm=(1, NONE)) for j in (1, 3)]
    chosen = set()
    for t in range(12):
        helix.offer(handle(w), p, SEED, t)
        found = {(int(o.partnership), int(o.side)): int(o.organisation) for o in w.offers[: int(w.count.offers)]}
        lucks = [luck(helix.PRIORITY, t, w.partnerships.key[r], w.organisations.key[0]) for r in rows]
        first = rows[int(np.argmin(lucks))]
        assert found == {(first, 0): 0, (rows[0], 1): 2, (rows[1], 1): 6}
        chosen.add(first)
    assert chosen == set(rows)


def offered(w, r, kind=UNIVERSITY, side=0, o=0):
    """Put one offer on the table, and return its row."""
    x = append.offer(handle(w), TEST)
    for name, value in {"partnership": r, "kind": kind, "side": side, "organisation": o}.items():
        w.offers[name][x] = value
    return x


@pytest.mark.parametrize(
    ("case", "odds"),
    [
        ({}, 1.0),
        ({"mastered": 3}, 4.0),
        ({"slots": 2}, math.exp(-1.0)),
        ({"known": True}, math.exp(0.7)),
        ({"known": True, "slots": 1, "mastered": 1}, 2.0 * math.exp(0.2)),
    ],
    ids=["neutral", "a master", "busy", "known", "all of it"],
)
@pytest.mark.parametrize("kind", [UNIVERSITY, FIRM])
def test_who_is_asked_joins_by_its_willingness(housed, case, odds, kind):
    w, p = housed
    r, o = partner(w, 0, 1, stage=Stage.MEMORANDUM), int(kind)
    w.organisations.mastered[o, 0], w.organisations.slots_taken[o] = case.get("mastered", 0), case.get("slots", 0)
    if case.get("known"):
        link(handle(w), TEST, LinkKind.CITY_UNIVERSITY, 1, 4 + o, 0, NONE, 0)
        links.list_links(handle(w))
    p.helix.university_rate, p.helix.firm_rate = 0.3, 0.2
    rate, x, joined = (0.3 if kind == UNIVERSITY else 0.2), offered(w, r, kind, 0, o), set()
    for t in range(60):
        own = luck(helix.JOIN, t, w.partnerships.key[r], w.organisations.key[o], kind)
        joins = uniform(own) < min(1.0, 2.0 * rate * odds / (1.0 + odds))
        assert helix.joins(handle(w), p, SEED, t, x) == joins
        joined.add(joins)
    assert joined == {True, False}


@pytest.mark.parametrize(
    ("kind", "matched", "factor", "rate"),
    [
        (UNIVERSITY, False, 1.0, 0.2),
        (UNIVERSITY, False, 2.0, 0.4),
        (UNIVERSITY, True, 1.0, 0.2),
        (FIRM, False, 2.0, 0.1),
        (FIRM, True, 1.0, 0.3),
    ],
)
def test_a_tank_helps_universities_and_matchmaking_firms(housed, kind, matched, factor, rate):
    w, p = housed
    p.helix.university_rate, p.helix.firm_rate, p.helix.matchmaking = 0.2, 0.1, 3.0
    w.cities.university_joining[0] = factor
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM, matched=matched)
    x = offered(w, r, kind, 0, int(kind))
    for t in range(60):
        own = luck(helix.JOIN, t, w.partnerships.key[r], w.organisations.key[int(kind)], kind)
        assert helix.joins(handle(w), p, SEED, t, x) == (uniform(own) < rate)


def settled(w, p, *offers):
    """Let offers be accepted in order of priority, and return the links that come of it as (kind, a, b)."""
    for x, (r, kind, side, o) in enumerate(offers):
        w.offers.joins[offered(w, r, kind, side, o)] = True
        w.offers.priority[x] = x
    helix.settle(handle(w), p, SEED, 6)
    rows = w.links[: int(w.count.links)]
    assert set(rows.begun) | set(rows.met) <= {6}
    return [(LinkKind(int(x.kind)), int(x.a), int(x.b)) for x in rows]


def test_a_university_that_joins_is_linked_with_the_partner_city(housed):
    w, p = housed
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM)
    assert settled(w, p, (r, UNIVERSITY, 1, 2)) == [(LinkKind.CITY_UNIVERSITY, 0, 4 + 2)]
    assert w.partnerships.university[r].tolist() == [NONE, 2] and w.partnerships.firm[r].tolist() == [NONE, NONE]
    assert w.organisations.slots_taken.tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert (w.links.partnership[0], w.links.theme[0]) == (r, 0)


def test_a_firm_that_joins_is_linked_with_the_partner_city_and_the_university_that_is_there(housed):
    w, p = housed
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM, university=(0, NONE))
    assert settled(w, p, (r, FIRM, 1, 3)) == [(LinkKind.CITY_FIRM, 0, 4 + 3), (LinkKind.UNIVERSITY_FIRM, 4 + 3, 4 + 0)]


def test_two_universities_that_join_from_both_cities_are_linked_once(housed):
    w, p = housed
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM)
    assert settled(w, p, (r, UNIVERSITY, 0, 0), (r, UNIVERSITY, 1, 2)) == [
        (LinkKind.CITY_UNIVERSITY, 1, 4),
        (LinkKind.UNIVERSITY_UNIVERSITY, 4, 6),
        (LinkKind.CITY_UNIVERSITY, 0, 6),
    ]


def test_a_university_and_a_firm_that_join_together_are_linked_once(housed):
    w, p = housed
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM)
    found = settled(w, p, (r, FIRM, 0, 1), (r, UNIVERSITY, 1, 2))
    assert [kind for kind, _, _ in found].count(LinkKind.UNIVERSITY_FIRM) == 1 and len(found) == 3


def test_no_month_brings_more_links_than_all_four_that_join(housed):
    w, p = housed
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM)
    found = settled(w, p, (r, UNIVERSITY, 0, 0), (r, UNIVERSITY, 1, 2), (r, FIRM, 0, 1), (r, FIRM, 1, 3))
    assert len(found) == len(set(found)) == helix.most_links(handle(w), p, SEED, 6) == 10


def test_the_last_slot_goes_to_the_offer_of_lowest_priority(housed):
    w, p = housed
    p.helix.slots = 1
    rows = [partner(w, 0, j, stage=Stage.MEMORANDUM) for j in (1, 3)]
    assert settled(w, p, (rows[1], UNIVERSITY, 0, 0), (rows[0], UNIVERSITY, 0, 0)) == [(LinkKind.CITY_UNIVERSITY, 3, 4)]
    assert w.partnerships.university[rows, 0].tolist() == [NONE, 0] and w.organisations.slots_taken[0] == 1
    assert w.offers.joins[:2].tolist() == [True, False]
