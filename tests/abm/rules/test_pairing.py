"""Whom a programme finds for those who enter (E6b)."""

import numpy as np
import pytest

from abm import draws
from abm.rules import membership, pairing
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


@pytest.fixture
def crowd(tmp_path):
    """Return a world of 120 members, all there, of which the programme looks at two for each entrant."""
    w, p = world(tmp_path, "EW" * 60, {**EXACT, "pairing.partners": 1, "pairing.sample": 2})
    w.members.standing[:], w.members.entry[:], w.members.cohort[:] = Standing.MEMBER, 0, NONE
    return w, p


def looked_at(w, p, m=0, t=4):
    """Return the members that the programme looks at for a member."""
    return pairing.whom_to_look_at(handle(w), p, SEED, t, m).tolist()


def test_of_few_members_all_are_looked_at_and_of_many_some(crowd):
    w, p = crowd
    assert len(looked_at(w, p)) == 2
    p.pairing.sample = 3  # 120 members are not more than 50 times three
    assert looked_at(w, p) == list(range(120))


def test_some_are_members_of_another_bloc_who_have_entered_each_once(crowd):
    w, p = crowd
    p.pairing.sample = 2
    w.members.standing[31:] = Standing.OUTSIDE
    seen = [looked_at(w, p, m, t) for m in (0, 1) for t in range(60)]
    assert all(len(set(few)) == len(few) <= 2 for few in seen)
    assert {m % 2 for few in seen[:60] for m in few} == {1} and {m % 2 for few in seen[60:] for m in few} == {0}
    assert {m for few in seen[:60] for m in few} == set(range(1, 31, 2))


def test_of_some_the_most_promising_is_chosen(crowd):
    w, p = crowd
    w.cities.need[:], w.cities.skill[:] = 0.5, 0.0
    w.cities.skill[:, 0] = np.arange(120) / 120.0
    for t in range(20):
        assert found(w, p, 0, t) == [w.members.city[max(looked_at(w, p, 0, t))]]


def test_a_search_for_some_ends_where_there_are_none(crowd):
    w, p = crowd
    w.members.standing[1::2] = Standing.OUTSIDE
    assert looked_at(w, p) == [] == found(w, p)


@pytest.mark.parametrize(
    ("looked", "changed", "again"), [(False, False, True), (True, False, False), (True, True, True)]
)
def test_who_found_nobody_is_looked_at_again_when_others_come_or_go(entering, looked, changed, again):
    w, _ = entering
    w.members.looked[0], w.programmes.changed[0] = looked, changed
    assert bool(pairing.is_to_be_paired(handle(w), 0)) == again
    w.members.paired[0] = True
    assert not pairing.is_to_be_paired(handle(w), 0)


def test_members_who_wait_are_found_in_the_month_in_which_others_come(entering):
    w, p = entering
    w.members.entry[:], w.members.leaves[:], w.members.standing[:] = (0, 9, 9, 9, 9), 1000, Standing.OUTSIDE
    begun = []
    for t in range(11):
        w.count.encounters = 0
        membership.enter(handle(w), t)
        pairing.invite(handle(w), p, SEED, t)
        begun.append(int(w.count.encounters))
    assert begun[:9] == [0] * 9 and begun[9] > 0 == begun[10] and w.members.paired.all()


def test_without_counterparts_to_find_nobody_is_looked_at(entering):
    w, p = entering
    p.pairing.partners = 0
    w.looked_at[:] = -7
    assert found(w, p) == [] and set(w.looked_at) == {-7}
