"""What a city is at the start, and what a change of leadership does (E10)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm import draws
from abm.rules import city
from abm.state.handle import handle
from tests.abm.rules.small import LUCKS, SEED, luck, next_luck, partner, settings, world
from tests.helpers import tiny, towns, world_at_start

share = st.floats(0.0, 1.0)


def test_engagement_is_lognormal_of_mean_one_times_the_weight():
    key = LUCKS[3]
    z = draws.normal(luck(city.ENGAGEMENT, 0, key))
    assert city.engagement(SEED, key, 1.0, 0.0) == 1.0
    assert city.engagement(SEED, key, 2.5, 0.0) == 2.5
    assert city.engagement(SEED, key, 2.0, 1.2) == pytest.approx(2.0 * math.exp(1.2 * z - 0.72))
    assert city.engagement(SEED, key, 0.0, 1.2) == 0.0


@pytest.mark.parametrize(
    ("weight", "capacity"), [(1.0, 12), (0.5, 6), (0.7, 8), (0.71, 9), (0.01, 1), (0.0, 1)], ids=lambda x: str(x)
)
def test_capacity_is_rounded_and_nobody_is_without(tmp_path, weight, capacity):
    w, _ = world(tmp_path, changes={"city.engagement_spread": 0.0}, weight=weight)
    p = settings({"city.engagement_spread": 0.0, "city.capacity": 12.0})
    city.begin(w.cities, p, SEED)
    assert set(w.cities.capacity.tolist()) == {capacity}


def of_sizes(folder, populations, changes=None, weights=(1, 1, 1, 1)):
    """Return the engagement of cities E, W, E, W of these populations, if all drew alike."""
    rows = towns(["E", "W", "E", "W"])
    for row, population, weight in zip(rows, populations, weights, strict=True):
        row |= {"population": population, "weight": weight}
    given = {"city.engagement_spread": 0.0, **(changes or {})}
    return world_at_start(tiny(folder, rows, override=given))[0].cities.engagement.tolist()


@pytest.mark.parametrize("effect", [0.5, 1.0])
def test_engagement_grows_with_population_against_the_typical_city_of_the_bloc(tmp_path, effect):
    found = of_sizes(tmp_path, (100_000, 2_000_000, 900_000, 2_000_000), {"city.size_effect": effect})
    assert found == pytest.approx([3.0**-effect, 1.0, 3.0**effect, 1.0])


def test_engagement_levels_off_with_population(tmp_path):
    changes = {"city.size_effect": 1.0, "city.size_saturation": 300_000.0}
    found = of_sizes(tmp_path, (100_000, 2_000_000, 900_000, 400_000), changes)
    assert found == pytest.approx([3.0**-0.5, 1.0, 3.0**0.5, 1.0])


def test_population_is_of_no_account_by_default_and_cities_that_take_no_part_never_are(tmp_path):
    sizes = (100_000, 2_000_000, 900_000, 30_000)
    assert of_sizes(tmp_path, sizes) == [1.0] * 4
    found = of_sizes(tmp_path, sizes, {"city.size_effect": 1.0}, (1, 1, 0, 1))
    assert found[0] == pytest.approx(1.0) and found[2] == 0.0


def test_what_is_drawn_at_the_start_depends_on_the_city_alone(tmp_path):
    (tmp_path / "few").mkdir(), (tmp_path / "many").mkdir()
    few, many = world(tmp_path / "few", "EW")[0].cities, world(tmp_path / "many", "EWEWE")[0].cities
    for column in ("engagement", "capacity", "ambition", "context_x", "context_y", "need"):
        assert (few[column] == many[column][:2]).all(), column


def test_the_first_need_and_ambition_are_remembered(tmp_path):
    cities = world(tmp_path)[0].cities
    assert (cities.first_need == cities.need).all() and (cities.ambition_before == cities.ambition).all()
    assert len(np.unique(cities.need)) == cities.need.size  # each theme has a draw of its own
    assert not (cities.context_x == cities.context_y).any()


@pytest.mark.parametrize(
    ("gap", "before", "after", "expected"),
    [(0.4, 0.2, 0.6, 0.6), (0.4, 0.6, 0.2, 0.2), (0.9, 0.0, 0.8, 1.0), (0.1, 0.8, 0.0, 0.0), (0.4, 0.3, 0.3, 0.4)],
)
def test_a_gap_moves_by_half_of_what_ambitions_move_apart(gap, before, after, expected):
    assert city.shifted_gap(gap, before, after) == pytest.approx(expected)


@given(share, share, share)
def test_a_shifted_gap_is_a_share(gap, before, after):
    assert 0.0 <= city.shifted_gap(gap, before, after) <= 1.0


def test_without_changes_of_leadership_ambitions_and_gaps_stay(tmp_path):
    w, _ = world(tmp_path)
    r, ambitions = partner(w, 0, 1, gap=0.4), w.cities.ambition.copy()
    city.change_leaders(handle(w), settings({"city.leadership_change": 0.0}), SEED, 3)
    assert (w.cities.ambition == ambitions).all() and w.partnerships.gap[r] == 0.4


def test_a_new_leadership_draws_its_ambition_afresh_and_its_partners_feel_it(tmp_path):
    w, _ = world(tmp_path)
    w.cities.ambition[:] = 0.5, 0.5, 0.9, 0.1
    rows = [partner(w, 0, 1, gap=0.5), partner(w, 2, 3, gap=0.5)]
    over = partner(w, 0, 3, gap=0.5)
    w.count.live = 2
    city.change_leaders(handle(w), settings({"city.leadership_change": 1.0}), SEED, 3)
    expected = [draws.beta(next_luck(luck(city.LEADERSHIP, 3, key), 1), 2, 2) for key in w.cities.key]
    assert w.cities.ambition.tolist() == expected
    assert w.cities.ambition_before.tolist() == [0.5, 0.5, 0.9, 0.1]
    for r, before in zip(rows, (0.0, 0.8), strict=True):
        i, j = w.partnerships.i[r], w.partnerships.j[r]
        apart = abs(expected[i] - expected[j])
        assert w.partnerships.gap[r] == pytest.approx(min(1.0, max(0.0, 0.5 + 0.5 * (apart - before))))
    assert w.partnerships.gap[over] == 0.5


def test_leaderships_change_one_by_one_at_their_probability(tmp_path):
    w, _ = world(tmp_path)
    p, changed = settings({"city.leadership_change": 0.3}), set()
    for t in range(30):
        before = w.cities.ambition.copy()
        city.change_leaders(handle(w), p, SEED, t)
        found = (w.cities.ambition != before).tolist()
        assert found == [draws.uniform(luck(city.LEADERSHIP, t, key)) < 0.3 for key in w.cities.key]
        changed.add(tuple(found))
    assert len(changed) > 3
