"""How apt and willing organisations are, how they are found, and how they get linked (E12)."""

import math

import numpy as np
import pytest

from abm import draws
from abm.shared import organisations as shared
from abm.state import links
from abm.state.entities import Organisation
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.words import N_THEMES, NONE, Kind, LinkKind
from tests.abm.rules.small import SEED, TEST, luck, partnership, world


def some(*themes):
    """Return organisations of these main and second themes."""
    table = allocate(Organisation, len(themes))
    table.theme[:] = themes
    return table


def test_what_is_mastered_is_counted_in_the_theme_it_is_of():
    rows = some((2, 5), (3, 3))
    rows.mastered[:] = (4, 7), (1, 0)
    assert [shared.mastered(rows, 0, theme) for theme in (2, 5, 3)] == [4, 7, 0]
    assert [shared.mastered(rows, 1, theme) for theme in (3, 2)] == [1, 0]
    assert [shared.works_in(rows, 0, theme) for theme in range(N_THEMES)] == [x in (2, 5) for x in range(N_THEMES)]


@pytest.mark.parametrize(
    ("university", "firm", "helix"),
    [
        ((NONE, NONE), (NONE, NONE), 0.0),
        ((0, NONE), (NONE, NONE), 0.5),
        ((NONE, NONE), (0, 0), 0.5),
        ((1, 2), (0, 3), 1.0),
    ],
)
def test_a_helix_is_half_a_university_and_half_a_firm(university, firm, helix):
    assert shared.helix(partnership(university=university, firm=firm)) == helix


@pytest.mark.parametrize(
    ("mastered", "slots", "familiarity", "odds"),
    [(0, 0, 0.0, 1.0), (3, 0, 0.0, 4.0), (0, 2, 0.0, math.exp(-1.0)), (0, 0, 0.7, math.exp(0.7)), (1, 1, 0.5, 2.0)],
)
def test_willingness_is_the_neutral_rate_by_twice_the_logistic(mastered, slots, familiarity, odds):
    rows = some((0, 1))
    rows.mastered[0, 0], rows.slots_taken[0] = mastered, slots
    assert shared.willingness(rows, 0, 0, 0.3, familiarity) == pytest.approx(0.6 * odds / (1.0 + odds))
    assert shared.willingness(rows, 0, 0, 0.3, 99.0) == pytest.approx(0.6)
    assert shared.willingness(rows, 0, 0, 0.9, 99.0) == 1.0


def test_who_draws_above_twice_the_rate_declines_however_willing():
    for own in (luck(TEST, t, np.uint64(5)) for t in range(200)):
        assert shared.unwilling(own, 0.2) == (draws.uniform(own) >= 0.4)


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ((Kind.UNIVERSITY, Kind.UNIVERSITY), LinkKind.UNIVERSITY_UNIVERSITY),
        ((Kind.FIRM, Kind.FIRM), LinkKind.FIRM_FIRM),
        ((Kind.FIRM, Kind.UNIVERSITY), LinkKind.UNIVERSITY_FIRM),
        ((Kind.UNIVERSITY, Kind.FIRM), LinkKind.UNIVERSITY_FIRM),
    ],
)
def test_a_link_has_the_kind_of_those_it_joins(kinds, kind):
    rows = some((0, 1), (0, 1))
    rows.kind[:] = kinds
    assert shared.same_kind(rows, 0, 1) == kind


@pytest.fixture
def housed(tmp_path):
    """Return a world of two universities and two firms in each of two cities, all of themes 0 and 1, free."""
    w, _ = world(tmp_path, "EW", universities=2, firms=2)
    w.organisations.theme[:], w.organisations.mastered[:] = (0, 1), 0
    shared.list_by_theme(handle(w))
    return w


def picked(w, theme=0, kind=Kind.UNIVERSITY, city=0, slots=3, t=0):
    """Return who is picked in one month."""
    now = np.uint64(draws.moment(SEED, TEST, t))
    return shared.pick_free(handle(w), now, np.uint64(7), city, kind, theme, slots)


@pytest.mark.parametrize(("kind", "among"), [(Kind.UNIVERSITY, {0, 1}), (Kind.FIRM, {2, 3}), (NONE, {0, 1, 2, 3})])
def test_one_of_the_kind_and_city_is_picked(housed, kind, among):
    assert {picked(housed, kind=kind, t=t) for t in range(40)} == among
    assert {picked(housed, kind=kind, city=1, t=t) for t in range(40)} == {o + 4 for o in among}


def test_the_pick_is_a_race_by_one_and_what_is_mastered_in_the_theme(housed):
    w = housed
    w.organisations.mastered[:2] = (0, 3), (6, 0)
    for theme, rates in ((0, (1.0, 7.0)), (1, (4.0, 1.0))):
        for t in range(20):
            waits = [draws.exponential(luck(TEST, t, np.uint64(7), w.organisations.key[o])) / rates[o] for o in (0, 1)]
            assert picked(w, theme, t=t) == waits.index(min(waits))


@pytest.mark.parametrize(
    ("taken", "slots", "found"), [((3, 0), 3, 1), ((3, 3), 3, NONE), ((2, 3), 3, 0), ((0, 0), 0, NONE)]
)
def test_nobody_without_a_slot_is_picked(housed, taken, slots, found):
    housed.organisations.slots_taken[:2] = taken
    assert {picked(housed, slots=slots, t=t) for t in range(10)} == {found}


def test_nobody_is_picked_in_a_theme_of_nobody(housed):
    assert picked(housed, theme=2) == NONE


@pytest.mark.parametrize(
    ("a", "b", "theme", "ended", "linked"),
    [
        (0, 4, 0, NONE, True),
        (4, 0, 0, NONE, True),
        (3, 7, 0, NONE, True),
        (0, 4, 1, NONE, False),
        (0, 4, 0, 2, False),
        (0, 1, 0, NONE, False),
    ],
    ids=["universities", "the other way round", "firms", "another theme", "over", "of one city"],
)
def test_two_cities_have_linked_organisations_where_a_link_of_the_theme_lives(housed, a, b, theme, ended, linked):
    w = housed
    shared.link(handle(w), TEST, LinkKind.UNIVERSITY_UNIVERSITY, 2 + a, 2 + b, theme, NONE, 0)
    w.links.ended[0] = ended
    links.list_links(handle(w))
    assert shared.organisations_linked(handle(w), 0, 1, 0) == linked == shared.organisations_linked(handle(w), 1, 0, 0)


def test_a_link_with_the_city_itself_links_no_organisations(housed):
    w = housed
    shared.link(handle(w), TEST, LinkKind.CITY_UNIVERSITY, 1, 2, 0, NONE, 0)
    links.list_links(handle(w))
    assert not shared.organisations_linked(handle(w), 0, 1, 0)


def test_a_link_begins_alive_with_what_it_was_given(housed):
    shared.link(handle(housed), TEST, LinkKind.FIRM_FIRM, 5, 9, 1, 3, 8)
    row = housed.links[0]
    assert (row.kind, row.a, row.b, row.theme, row.partnership) == (LinkKind.FIRM_FIRM, 5, 9, 1, 3)
    assert (row.begun, row.met, row.ended) == (8, 8, NONE)
