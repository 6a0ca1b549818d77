"""Whom a programme finds for those who enter (E6b)."""

import numpy as np
import pytest

from abm import draws
from abm.rules import pairing
from abm.state.handle import handle
from abm.state.neighbours import both
from abm.state.words import NONE, Origin, Standing
from tests.abm.rules.small import LUCKS, SEED, luck, world

EXACT = {"pairing.noise": 0.0}


@pytest.fixture
def entering(tmp_path):
    """Return a world in which cities of bloc W promise city 0 0.1, 0.3 and 0.2, and its like promise most."""
    w, p = world(tmp_path, "EWEWW", {**EXACT, "pairing.partners": 2})
    w.cities.need[:] = w.cities.skill[:] = 0.0
    w.cities.need[0] = 1.0
    for j, skill in ((1, 0.1), (2, 0.9), (3, 0.3), (4, 0.2)):
        w.cities.skill[j, :2] = skill
    return w, p


def found(w, p, m=0, t=4):
    """Return the counterparts of a member."""
    return pairing.find_counterparts(handle(w), p, SEED, t, m).tolist()


def test_a_pair_promises_the_mean_over_themes_of_what_either_could_learn(entering):
    w, p = entering
    w.cities.skill[3, :2] = 0.2, 0.4
    w.cities.need[3, 1], w.cities.skill[0, 1] = 0.5, 0.6
    now = np.uint64(draws.moment(SEED, pairing.PAIRING, 0))
    for i, j in ((0, 3), (3, 0)):
        assert pairing.promise(handle(w), p, now, 0, i, j) == pytest.approx((0.2 + 0.4 + 0.3) / 2)


def test_the_misjudgement_of_a_pair_is_drawn_once_whoever_enters(entering):
    w, p = entering
    p.pairing.noise = 0.3
    key = w.programmes.key[0], both(w.cities.key[0], w.cities.key[1])
    expected = 0.1 + 0.3 * draws.normal(luck(pairing.PAIRING, 0, *key))
    now = np.uint64(draws.moment(SEED, pairing.PAIRING, 0))
    assert pairing.promise(handle(w), p, now, 0, 0, 1) == pytest.approx(expected)
    assert pairing.promise(handle(w), p, now, 0, 1, 0) == pytest.approx(expected)


def test_the_most_promising_of_another_bloc_come_first(entering):
    assert found(*entering) == [3, 4]


@pytest.mark.parametrize(("factor", "n"), [(0.0, 0), (0.5, 1), (0.7, 1), (0.75, 2), (1.5, 3), (9.0, 3)])
def test_the_factor_of_a_member_multiplies_its_counterparts_as_far_as_there_are_any(entering, factor, n):
    w, p = entering
    w.members.pairing[0] = factor
    assert found(w, p) == [3, 4, 1][:n]


@pytest.mark.parametrize("standing", [Standing.OUTSIDE, Standing.ASSOCIATE])
def test_only_members_are_counterparts(entering, standing):
    w, p = entering
    w.members.standing[3] = standing
    assert found(w, p) == [4, 1]


def test_a_member_is_paired_once_and_its_meetings_ask_for_no_consent(entering):
    w, p = entering
    w.members.standing[1:] = Standing.MEMBER
    w.members.paired[1:] = True
    pairing.invite(handle(w), p, SEED, 4)
    rows = w.encounters[: int(w.count.encounters)]
    assert list(zip(rows.i.tolist(), rows.j.tolist(), strict=True)) == [(0, 3), (0, 4)]
    assert rows.waived.all() and set(rows.origin) == {Origin.PROGRAMME} and set(rows.theme) == {NONE}
    assert w.members.paired[0]
    pairing.invite(handle(w), p, SEED, 5)
    assert w.count.encounters == 2


def test_who_finds_nobody_waits(entering):
    w, p = entering
    w.members.standing[[1, 3, 4]] = Standing.OUTSIDE
    w.members.paired[1:] = True
    pairing.invite(handle(w), p, SEED, 4)
    assert w.count.encounters == 0 and not w.members.paired[0]


@pytest.mark.parametrize(("entry", "paired", "most"), [(4, False, 2), (5, False, 0), (4, True, 0)])
def test_room_is_made_for_those_who_have_entered_and_wait(entering, entry, paired, most):
    w, p = entering
    w.members.paired[:], w.members.entry[0], w.members.paired[0] = True, entry, paired
    assert pairing.most_encounters(handle(w), p, SEED, 4) == most


def test_the_cohort_comes_first_and_others_fill_up(entering):
    w, p = entering
    w.members.cohort[:] = 1, 0, 1, 0, 1
    assert found(w, p) == [4, 3]
    p.pairing.within_cohort = 0.0
    assert found(w, p) == [3, 4]


def test_cities_without_a_cohort_are_of_none_together(entering):
    w, p = entering
    w.members.cohort[:] = 0, 0, 0, NONE, NONE
    assert found(w, p) == [1, 3]
    w.members.cohort[0] = NONE
    assert found(w, p) == [3, 4]


@pytest.mark.parametrize(
    ("entry", "cohort", "counterparts"),
    [(6, 1, []), (6, 0, [3, 1]), (3, 1, [3, 1])],
    ids=["its cohort is to come", "another cohort is", "its cohort came and left"],
)
def test_a_member_waits_for_the_first_of_its_cohort(entering, entry, cohort, counterparts):
    w, p = entering
    w.members.cohort[:] = 1, 0, 1, 0, cohort
    w.members.standing[4], w.members.entry[4] = Standing.OUTSIDE, entry
    assert found(w, p) == counterparts
    w.members.standing[4] = Standing.MEMBER
    assert found(w, p) == ([4, 3] if cohort else [3, 4])


def test_whoever_is_of_the_bloc_or_an_associate_is_not_waited_for(entering):
    w, p = entering
    w.members.cohort[:] = 1, 0, 1, 0, 1
    w.members.standing[[2, 4]], w.members.entry[[2, 4]] = Standing.OUTSIDE, 6
    w.members.role[4] = Standing.ASSOCIATE
    assert found(w, p) == [3, 1]


def test_a_share_of_the_members_is_paired_within_the_cohort(entering):
    w, p = entering
    w.members.cohort[:], p.pairing.within_cohort = (1, 0, 1, 0, 1), 0.3
    for key in LUCKS[:60]:
        w.cities.key[0], share = key, draws.uniform(luck(pairing.COHORT, 0, key))
        assert (found(w, p)[0] == 4) == (share < 0.3)
