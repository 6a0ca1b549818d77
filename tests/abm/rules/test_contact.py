"""Consent term by term, and how consenting meetings become contacts (E1–E4)."""

import math

import numpy as np
import pytest

from abm.draws import uniform
from abm.input.scenario import PARAMETERS
from abm.rules import contact
from abm.shared.organisations import link, list_by_theme
from abm.state import links, neighbours
from abm.state.handle import handle
from abm.state.words import NONE, EventType, LinkKind, Origin, Stage
from tests.abm.rules.small import SEED, TEST, luck, meeting, partner, world
from tests.helpers import NO_EFFECTS

BASE = PARAMETERS["contact.baseline"].default


@pytest.mark.parametrize(
    ("distance", "value"), [(0.0, 0.0), (0.1, 0.75), (0.2, 1.0), (0.3, 0.75), (0.4, 0.0), (0.6, 0.0)]
)
def test_the_learning_value_of_distance_is_an_inverted_u(distance, value):
    assert contact.learning_value(distance, 0.2) == pytest.approx(value)


@pytest.fixture
def two(tmp_path):
    """Return a world of two blocs whose cities are alike in all that consent sees, and the parameters."""
    w, p = world(tmp_path, "EEWW", universities=1)
    w.cities.portfolio[:] = 0.5, 0.5, 0, 0, 0, 0, 0
    w.cities.need[:] = w.cities.skill[:] = 0.0
    w.cities.log_size[:] = 1.0
    w.organisations.theme[:] = 0
    list_by_theme(handle(w))
    return w, p


def shared(w, p, i, j, **columns):
    """Return what both cities of a meeting see in it beyond the baseline."""
    return contact.shared_utility(handle(w), p, meeting(w, i, j, **columns)) - BASE


def test_nothing_speaks_for_or_against_two_of_a_kind_and_a_bloc(two):
    assert shared(*two, 0, 1) == pytest.approx(0.0)


def test_to_reach_across_blocs_costs_its_barrier(two):
    assert shared(*two, 0, 2) == pytest.approx(-0.3) == pytest.approx(shared(*two, 2, 0))


@pytest.mark.parametrize("sizes", [(1.0, 3.0), (3.0, 1.0)])
def test_a_difference_in_size_costs_either_way(two, sizes):
    two[0].cities.log_size[:2] = sizes
    assert shared(*two, 0, 1) == pytest.approx(-0.2)


def test_a_good_distance_of_what_they_do_adds_its_learning_value(two):
    two[0].cities.portfolio[1, :2] = 0.7, 0.3  # distance 0.2, the best
    assert shared(*two, 0, 1) == pytest.approx(1.0)
    two[0].cities.portfolio[1, :2] = 0.6, 0.4
    assert shared(*two, 0, 1) == pytest.approx(0.75)


@pytest.mark.parametrize(("common", "added"), [((), 0.0), ((2,), 0.25), ((2, 3), 1 / 3)])
def test_common_partners_add_with_falling_returns(two, common, added):
    w, p = two
    partner(w, 0, 3, theme=1)  # of one of them only, but where it is common
    for j in common:
        for i in (0, 1):
            partner(w, i, j)
    assert shared(w, p, 0, 1) == pytest.approx(added)


@pytest.mark.parametrize(("highest", "added"), [(Stage.CONTACT, 0.0), (Stage.MEMORANDUM, 1.0)])
def test_a_memorandum_ever_signed_is_remembered_when_all_is_over(two, highest, added):
    w, p = two
    partner(w, 0, 1, theme=1, stage=Stage.DISSOLVED, ever=highest, ended=3)
    assert shared(w, p, 0, 1) == pytest.approx(added) == pytest.approx(shared(w, p, 1, 0))


@pytest.mark.parametrize("origin", Origin)
def test_a_broker_alone_adds_its_bonus(two, origin):
    assert shared(*two, 0, 1, origin=origin) == pytest.approx(0.56 if origin == Origin.BROKER else 0.0)


@pytest.mark.parametrize(
    ("theme", "ended", "added"), [(0, NONE, 0.5), (1, NONE, 0.0), (0, 2, 0.0)], ids=["alive", "other theme", "over"]
)
def test_linked_organisations_ease_a_contact_in_their_theme_while_the_link_lives(two, theme, ended, added):
    w, p = two
    link(handle(w), TEST, LinkKind.UNIVERSITY_UNIVERSITY, len(w.cities), len(w.cities) + 1, theme, NONE, 0)
    w.links.ended[0] = ended
    links.list_links(handle(w))
    assert shared(w, p, 0, 1) == pytest.approx(added) == pytest.approx(shared(w, p, 1, 0))
    assert shared(w, p, 0, 2) == pytest.approx(-0.3)


@pytest.mark.parametrize(
    ("column", "value", "t", "added"),
    [
        ("need", {(0, 1): 0.5}, 0, 0.0),  # a need that the other has no skill for
        ("n_partners", {1: 3}, 0, 0.2 * math.log(4.0)),
        ("n_partners", {0: 3}, 0, 0.0),
        ("award_until", {1: 5}, 4, 0.5),
        ("award_until", {1: 5}, 5, 0.0),
        ("award_until", {0: 5}, 4, 0.0),
    ],
)
def test_what_a_city_sees_in_the_other(two, column, value, t, added):
    w, p = two
    for place, number in value.items():
        w.cities[column][place] = number
    assert contact.own_utility(w.cities, p, t, 0, 1, 1) == pytest.approx(added)


def test_complementarity_is_the_own_need_times_the_skill_of_the_other_in_the_theme(two):
    w, p = two
    w.cities.need[0, 1], w.cities.skill[1, 1] = 0.5, 0.6
    found = [contact.own_utility(w.cities, p, 0, i, j, theme) for i, j, theme in ((0, 1, 1), (1, 0, 1), (0, 1, 0))]
    assert found == pytest.approx([2.0 * 0.3, 0.0, 0.0])


def test_consent_is_a_draw_against_the_logistic_of_the_utility(two):
    w, p = two
    x = meeting(w, 0, 2)
    utility = contact.shared_utility(handle(w), p, x) + contact.own_utility(w.cities, p, 0, 0, 2, 0)
    for t in range(60):
        own = luck(contact.CONSENT, t, w.encounters.key[x], w.cities.key[0])
        says_yes = uniform(own) < 1.0 / (1.0 + math.exp(-utility))
        assert contact.consents(handle(w), p, SEED, t, x, 0, 2) == says_yes


def test_a_meeting_of_partners_is_an_interaction_of_its_weight_in_its_theme(two):
    w, p = two
    r, other = partner(w, 0, 2, theme=0), partner(w, 0, 2, theme=1)
    meeting(w, 2, 0, theme=0, weight=0.5)
    meeting(w, 0, 2, theme=0, weight=1.0)
    contact.gather(handle(w), p, SEED, 0)
    assert w.partnerships.met[[r, other]].tolist() == [1.5, 0.0]
    assert w.encounters.row[:2].tolist() == [r, r] and not w.encounters.asked[:2].any()


@pytest.mark.parametrize(
    ("columns", "asked", "consent"),
    [
        ({}, True, False),
        ({"counts": 0.0}, False, False),
        ({"may_form": False}, False, False),
        ({"waived": True}, False, True),
    ],
    ids=["in person", "online in vain", "inside a bloc", "arranged by the programme"],
)
def test_who_is_asked(two, columns, asked, consent):
    w, p = two
    x = meeting(w, 0, 2, **columns)
    contact.gather(handle(w), p, SEED, 0)
    row = w.encounters[x]
    assert (bool(row.asked), bool(row.consent_i), bool(row.consent_j)) == (asked, consent, consent)


@pytest.mark.parametrize(
    ("origin", "kind", "matched"),
    [
        (Origin.EVENT, EventType.MATCHMAKING, True),
        (Origin.EVENT, EventType.MISSION, False),
        (Origin.BROKER, EventType.MATCHMAKING, False),
    ],
)
def test_only_a_matchmaking_event_matches_partners(two, origin, kind, matched):
    w, p = two
    w.events.type[0] = kind
    r = partner(w, 0, 2)
    meeting(w, 0, 2, origin=origin, source=0)
    contact.gather(handle(w), p, SEED, 0)
    assert w.partnerships.matched[r] == matched


def test_a_contact_loads_by_a_quarter_and_anything_more_by_one(two):
    w, _ = two
    partner(w, 0, 2)
    partner(w, 0, 3, stage=Stage.MEMORANDUM)
    partner(w, 1, 3, stage=Stage.SUSTAINED)
    w.cities.load[:] = 99.0
    contact.weigh(handle(w))
    assert w.cities.load.tolist() == [1.25, 1.0, 0.25, 2.0]


@pytest.mark.parametrize(
    ("capacity", "columns", "forms"),
    [
        ((1, 1), {"consent_i": True, "consent_j": True}, True),
        ((1, 1), {"consent_i": True}, False),
        ((1, 1), {"consent_j": True}, False),
        ((0, 1), {"consent_i": True, "consent_j": True}, False),
        ((1, 0), {"consent_i": True, "consent_j": True}, False),
        ((0, 0), {"consent_i": True, "consent_j": True, "waived": True}, True),
    ],
    ids=["both want", "one wants", "the other wants", "no room here", "no room there", "waived"],
)
def test_a_contact_takes_two_that_want_it_and_have_room(two, capacity, columns, forms):
    w, p = two
    w.cities.capacity[[0, 2]] = capacity
    meeting(w, 2, 0, asked=True, **columns)
    contact.settle(handle(w), p, SEED, 4)
    assert w.count.partnerships == forms


def test_a_contact_is_written_down_whole(two):
    w, p = two
    x = meeting(w, 2, 0, theme=1, origin=Origin.SEARCH, asked=True, consent_i=True, consent_j=True)
    contact.settle(handle(w), p, SEED, 4)
    row = w.partnerships[0]
    assert (row.i, row.j, row.theme, row.stage, row.ever, row.begun) == (0, 2, 1, Stage.CONTACT, Stage.CONTACT, 4)
    assert (row.origin, row.source, row.ended, row.reached.tolist()[:3]) == (Origin.SEARCH, NONE, NONE, [NONE, 4, NONE])
    assert w.cities.load[[0, 2]].tolist() == [0.25, 0.25] and w.cities.n_partners.tolist() == [1, 0, 1, 0]
    assert w.encounters.row[x] == NONE  # it is a first meeting, no interaction


def test_the_second_meeting_of_two_in_a_theme_is_an_interaction_of_the_first(two):
    w, p = two
    for i, j in ((0, 2), (2, 0)):
        meeting(w, i, j, asked=True, consent_i=True, consent_j=True)
    contact.settle(handle(w), p, SEED, 4)
    assert (w.count.partnerships, w.partnerships.met[0]) == (1, 1.0)
    assert sorted(w.encounters.row[:2].tolist()) == [NONE, 0]


def test_who_has_one_place_left_gives_it_by_drawn_priority_and_not_by_row(two):
    w, p = two
    for j in (2, 3):
        meeting(w, 0, j, asked=True, consent_i=True, consent_j=True)
    firsts = set()
    for t in range(20):
        w.count.partnerships = w.count.live = 0
        w.count.neighbours, w.cities.n_partners[:], w.cities.load[:] = 0, 0, 0.0
        neighbours.begin(handle(w))
        w.cities.capacity[:] = 1
        w.cities.load[0] = 0.75
        w.encounters.row[:2] = NONE
        contact.settle(handle(w), p, SEED, t)
        assert w.count.partnerships == 1
        chosen, lower = int(w.partnerships.j[0]), int(np.argmin(w.encounters.priority[:2]))
        assert chosen == w.encounters.j[lower]
        firsts.add(chosen)
    assert firsts == {2, 3}


def test_an_accepted_introduction_is_counted_for_its_broker(tmp_path):
    w, p = world(tmp_path, changes=NO_EFFECTS, toml='[[brokers]]\nname = "a"\n[[brokers]]\nname = "b"')
    meeting(w, 0, 1, origin=Origin.BROKER, source=1, asked=True, consent_i=True, consent_j=True)
    contact.settle(handle(w), p, SEED, 4)
    assert w.brokers.n_accepted.tolist() == [0, 1]
