"""Whom a broker may introduce (E9)."""

import pytest

from abm.rules import scouting
from abm.shared.pairs import serves
from abm.state.handle import handle
from abm.state.neighbours import both
from abm.state.words import NONE, Stage
from tests.abm.rules.small import SEED, looks, partner


@pytest.mark.parametrize(("region", "pairs"), [(NONE, [True, True, True]), (0, [True, True, False])])
def test_one_side_of_an_introduction_is_of_the_region_of_the_broker(working, region, pairs):
    cities = working[0].cities
    assert [serves(cities, region, i, j) for i, j in ((0, 1), (1, 2), (1, 3))] == pairs


@pytest.mark.parametrize(
    ("standing", "load", "room"), [(2, 0.0, True), (1, 99.75, True), (1, 100.0, False), (0, 0.0, False)]
)
def test_only_who_takes_part_and_is_not_full_has_room(working, standing, load, room):
    cities = working[0].cities
    cities.standing[1], cities.load[1] = standing, load
    assert scouting.has_room(cities, 1) == room


def test_a_broker_that_sees_all_looks_at_every_pair_across_blocs_in_every_theme(working):
    w, p = working
    assert looks(w, p) == {(i, j): [0, 1] for i, j in ((0, 1), (0, 3), (1, 2), (1, 4), (2, 3), (3, 4))}
    assert w.candidates.key[0] == both(w.cities.key[0], w.cities.key[1])


def test_what_lives_is_left_out_theme_by_theme_and_what_is_over_is_not(working):
    w, p = working
    partner(w, 0, 1, theme=0)
    partner(w, 0, 3, theme=0)
    partner(w, 0, 3, theme=1)
    partner(w, 2, 3, theme=1, stage=Stage.DISSOLVED, ended=1)
    found = looks(w, p)
    assert (found[0, 1], (0, 3) in found, found[2, 3]) == ([1], False, [0, 1])


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [("members", "standing", 1), ("cities", "standing", 1), ("cities", "capacity", 1)],
    ids=["no member", "takes no part", "no room"],
)
def test_who_cannot_be_introduced_is_looked_at_by_nobody(working, table, column, row):
    w, p = working
    getattr(w, table)[column][row] = 0
    assert not [pair for pair in looks(w, p) if 1 in pair]


def test_a_sample_has_its_size_and_looks_at_the_same_pairs(working):
    w, p = working
    everything = looks(w, p)
    w.brokers.sample[0], w.count.candidates = 9, 0
    scouting.look_at_sample(handle(w), p, SEED, 3, 0)
    assert w.count.candidates == 9
    rows = w.candidates[:9]
    assert {(int(c.i), int(c.j)) for c in rows} <= set(everything)
    assert {int(c.themes).bit_count() for c in rows} == {1}


def test_a_sample_is_drawn_among_those_with_room(working):
    w, p = working
    w.cities.load[[0, 2]], w.brokers.sample[0], w.count.candidates = 100.0, 9, 0
    scouting.look_at_sample(handle(w), p, SEED, 3, 0)
    assert w.count.candidates == 9
    assert {(int(c.i), int(c.j)) for c in w.candidates[:9]} == {(1, 4), (3, 4)}


def test_a_broker_gives_up_looking_where_nobody_has_room(working):
    w, p = working
    w.cities.load[:], w.count.candidates = 100.0, 0
    scouting.look_at_sample(handle(w), p, SEED, 3, 0)
    assert w.count.candidates == 0


@pytest.mark.parametrize(("sample", "all_of_them"), [(1, True), (0, False)])
def test_a_broker_sees_all_where_there_are_few(working, sample, all_of_them):
    w, p = working
    w.brokers.sample[0] = sample
    assert scouting.n_pairs(handle(w), 0) == 10
    assert scouting.sees_all(handle(w), p, 0) == all_of_them  # 10 pairs of 2 themes against 50 times the sample
    assert scouting.most_candidates(handle(w), p, SEED, 0) == (10 if all_of_them else sample)
