"""Who knows whom, step by step in a world of five cities: what a beginning, a memorandum and an end are noted as."""

import numpy as np
import pytest

from abm.shared.organisations import link
from abm.state import links, neighbours
from abm.state.blocks import Block
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.month import Linked
from abm.state.neighbours import STRANGER, find
from abm.state.words import NONE, LinkKind, Stage
from tests.abm.rules.small import TEST, partner, world


@pytest.fixture
def five(tmp_path):
    """Return a world of five cities that are strangers."""
    return world(tmp_path, "EWEWE")[0]


def known(w, i, j):
    """Return what city ``i`` knows of city ``j``."""
    return w.neighbours[find(handle(w), i, j)]


def living_rows(w, i, j):
    """Return the living partnerships of two cities by theme."""
    return w.bonds.row[known(w, i, j).bond]


def listed(w, i):
    """Return the cities on the list of city ``i`` in its order."""
    block = w.neighbours_of[i]
    return w.neighbours.partner[block.first : block.first + block.size].tolist()


def test_strangers_know_nothing_of_each_other(five):
    assert find(handle(five), 0, 3) == STRANGER
    row = known(five, 0, 3)
    assert (int(row.living), bool(row.memorandum), set(living_rows(five, 0, 3))) == (0, False, {NONE})


def test_a_list_is_in_order_of_rows_however_it_came_about(five):
    for i, j in ((2, 4), (1, 2), (2, 3), (0, 2)):
        partner(five, i, j)
    assert [listed(five, i) for i in range(5)] == [[2], [2], [0, 1, 3, 4], [2], [2]]
    assert five.cities.n_partners.tolist() == [1, 1, 4, 1, 1]


def test_two_themes_are_one_partner_and_both_have_their_row(five):
    first, second = partner(five, 0, 3, theme=0), partner(five, 0, 3, theme=5)
    for i, j in ((0, 3), (3, 0)):
        row = known(five, i, j)
        assert int(row.living) == 0b100001 and living_rows(five, i, j).tolist() == [first, *[NONE] * 4, second, NONE]
    assert five.cities.n_partners.tolist() == [1, 0, 0, 1, 0]


def test_who_has_ended_all_stays_known_but_is_no_partner(five):
    r = partner(five, 0, 3, stage=Stage.MEMORANDUM)
    other = partner(five, 0, 3, theme=1)
    for ended, n_partners in ((r, 1), (other, 0)):
        five.partnerships.ended[ended] = 4
        neighbours.note(handle(five), ended)
        assert five.cities.n_partners[0] == five.cities.n_partners[3] == n_partners
    row = known(five, 0, 3)
    assert (int(row.living), bool(row.memorandum), listed(five, 0)) == (0, True, [3])


def test_what_begins_again_is_a_partner_again_and_no_second_entry(five):
    partner(five, 0, 3, stage=Stage.DISSOLVED, ended=1)
    again = partner(five, 0, 3)
    assert (listed(five, 0), int(living_rows(five, 3, 0)[0]), five.cities.n_partners[0]) == ([3], again, 1)


@pytest.mark.parametrize(("i", "j", "n"), [(0, 2, 2), (2, 0, 2), (1, 3, 2), (0, 4, 0), (0, 1, 0), (0, 0, 2)])
def test_common_partners_are_counted_by_living_ties(five, i, j, n):
    for a, b in ((0, 1), (0, 3), (1, 2), (2, 3)):
        partner(five, a, b)
    partner(five, 3, 4, stage=Stage.DISSOLVED, ended=1)
    assert neighbours.common_partners(handle(five), i, j) == n


@pytest.mark.parametrize(
    ("ties", "labels"),
    [
        ([], [0, 1, 2, 3, 4]),
        ([(3, 4)], [0, 1, 2, 3, 3]),
        ([(0, 1), (2, 3)], [0, 0, 2, 2, 4]),
        ([(3, 4), (2, 3), (1, 2), (0, 1)], [0, 0, 0, 0, 0]),
        ([(1, 4), (2, 4)], [0, 1, 1, 3, 1]),
    ],
)
def test_cities_that_hang_together_have_the_lowest_row_among_them(five, ties, labels):
    for i, j in ties:
        partner(five, i, j)
    neighbours.label_components(handle(five))
    assert five.cities.component.tolist() == labels


def test_what_is_over_holds_nobody_together(five):
    partner(five, 0, 1, stage=Stage.DISSOLVED, ended=2)
    five.count.live = 0
    neighbours.label_components(handle(five))
    assert five.cities.component.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("component", [[0, 0, 1, 2, 3], [0, 0, 0, 0, 0]])
def test_a_root_is_found_and_the_way_to_it_shortened(component):
    label = np.array(component)
    assert neighbours.root(label, 4) == 0 and label[4] < 3 and neighbours.root(label, 0) == 0


def test_both_keys_together_are_the_same_in_either_order_and_no_sum():
    a, b, c = np.uint64(11), np.uint64(2**63 + 5), np.uint64(7)
    assert neighbours.both(a, b) == neighbours.both(b, a) != neighbours.both(a, c)
    assert int(neighbours.both(a, b)) != (11 + 2**63 + 5) % 2**64


def test_links_are_listed_once_and_ended_ones_stay(five):
    w = five._replace(links_of=allocate(Block, 8), linked=allocate(Linked, 40))
    for a, b in ((0, 7), (1, 7), (0, 6)):
        link(handle(w), TEST, LinkKind.CITY_UNIVERSITY, a, b, 0, NONE, 0)
    for _ in range(2):
        links.list_links(handle(w))
    ever = {(a, b): links.ever_linked(handle(w), a, b) for a in range(3) for b in (6, 7)}
    assert ever == {(0, 6): True, (0, 7): True, (1, 6): False, (1, 7): True, (2, 6): False, (2, 7): False}
    assert links.ever_linked(handle(w), 7, 0) and w.count.linked == 3
    assert w.links_of.size.tolist() == w.links_of.living.tolist() == [2, 1, 0, 0, 0, 0, 1, 2]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_links_that_end_stand_behind_those_that_live(five, order):
    w = five._replace(links_of=allocate(Block, 8), linked=allocate(Linked, 40))
    for b in (5, 6, 7):
        link(handle(w), TEST, LinkKind.CITY_UNIVERSITY, 0, b, 0, NONE, 0)
    links.list_links(handle(w))
    for n, x in enumerate(order):
        w.links.ended[x] = 4
        links.unlist_link(handle(w), x)
        own = w.linked[w.links_of[0].first : w.links_of[0].first + 3]
        assert w.links_of.living[0] == 2 - n and set(own.link[: 2 - n]) == set(order[n + 1 :])
        assert sorted(own.link) == [0, 1, 2] and (own.other == own.link + 5).all()
        assert w.links_of.living[5 + x] == 0 and links.ever_linked(handle(w), 0, 5 + x)


def test_a_link_that_ends_in_its_first_month_is_listed_behind_those_that_live(five):
    w = five._replace(links_of=allocate(Block, 8), linked=allocate(Linked, 40))
    for b in (6, 7):
        link(handle(w), TEST, LinkKind.CITY_UNIVERSITY, 0, b, 0, NONE, 0)
    w.links.ended[0] = 0
    links.unlist_link(handle(w), 0)
    links.list_links(handle(w))
    assert w.links_of.living[[0, 6, 7]].tolist() == [1, 0, 1] and w.linked.link[w.links_of[0].first] == 1


@pytest.mark.parametrize("seed", range(6))
def test_partners_are_those_of_the_living_rows(five, seed):
    pairs = np.sort(np.random.default_rng(seed).integers(0, 5, (9, 2))).tolist()
    ties = {(i, j): theme for theme, (i, j) in enumerate(pairs) if i < j}
    for (i, j), theme in ties.items():
        partner(five, i, j, theme=theme % 7)
    for i in range(5):
        near = sorted({a + b - i for a, b in ties if i in (a, b)})
        assert listed(five, i) == near and five.cities.n_partners[i] == len(near)


def test_in_a_large_world_cities_that_share_a_bit_are_told_apart(tmp_path):
    w, luck = world(tmp_path, "EW" * 300)[0], np.random.default_rng(1)
    some = np.array([0, 1, 2, 63, 64, 256, 257, 258, 319, 320, 512, 513, 575, 576])  # in twos and threes one bit
    near = np.zeros((len(w.cities), len(w.cities)), int)
    for i, j in {tuple(sorted(luck.choice(some, 2, replace=False))) for _ in range(60)}:
        lives = luck.random() < 0.6
        partner(w, i, j, **({} if lives else {"stage": Stage.DISSOLVED, "ended": 1}))
        near[i, j] = near[j, i] = 1 + lives
    for i in some:
        assert [find(handle(w), i, j) != STRANGER for j in some] == (near[i, some] > 0).tolist()
        common = ((near[i] == 2) & (near[some] == 2)).sum(axis=1)
        assert [neighbours.common_partners(handle(w), i, j) for j in some] == common.tolist()
