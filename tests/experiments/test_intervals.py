"""Intervals against SciPy, and what holds of them whatever the numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.intervals import (
    OF_DRAWS,
    PAIRED,
    by_draw,
    paired,
    ratios,
    replicates_needed,
    share_interval,
    t_interval,
)

numbers = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
@pytest.mark.parametrize("n", [2, 3, 30])
def test_an_interval_is_that_of_scipy(n, level):
    values = np.random.default_rng(n).normal(3.0, 2.0, n)
    mean, low, high = t_interval(values, level)
    expected = stats.t.interval(level, n - 1, values.mean(), stats.sem(values))
    assert (mean, low, high) == pytest.approx((values.mean(), *expected))


@given(numbers)
def test_the_mean_lies_in_the_middle_of_its_interval(values):
    mean, low, high = t_interval(np.array(values))
    assert low <= mean <= high and mean - low == pytest.approx(high - mean, abs=1e-6)


@given(numbers)
def test_a_surer_interval_is_wider(values):
    _, low, high = t_interval(np.array(values), 0.8)
    _, lower, higher = t_interval(np.array(values), 0.99)
    assert lower <= low <= high <= higher


@given(numbers, st.floats(-1e3, 1e3))
def test_a_difference_that_is_always_the_same_is_known_exactly(values, by):
    a = np.round(np.array(values)) + round(by)
    found = dict(zip(PAIRED, paired(a, np.round(np.array(values))), strict=True))
    assert found["difference"] == found["low"] == found["high"] == round(by) and found["deviation"] == 0.0
    assert found["p_greater"] == (1.0 if round(by) > 0 else 0.0 if round(by) < 0 else 0.5)


@given(numbers)
def test_who_is_compared_with_whom_turns_the_sign_and_nothing_else(values):
    a, b = np.array(values), np.array(values[::-1])
    one, other = (dict(zip(PAIRED, paired(*arms), strict=True)) for arms in ((a, b), (b, a)))
    assert one["difference"] == -other["difference"] and one["low"] == pytest.approx(-other["high"])
    assert one["p_greater"] == pytest.approx(1.0 - other["p_greater"])
    for name in ("pairs", "dropped", "deviation", "variance_reduction"):
        assert one[name] == other[name] or (math.isnan(one[name]) and math.isnan(other[name]))


@pytest.mark.parametrize(
    ("a", "b", "pairs", "dropped"),
    [
        ([], [], 0, 0),
        ([math.nan], [1.0], 0, 1),
        ([1.0], [1.0], 1, 0),
        ([1.0, math.nan, 3.0], [1.0, 2.0, math.nan], 1, 2),
    ],
)
def test_what_too_few_pairs_do_not_say_is_not_said(a, b, pairs, dropped):
    found = dict(zip(PAIRED, paired(np.array(a), np.array(b)), strict=True))
    assert (found["pairs"], found["dropped"]) == (pairs, dropped)
    assert math.isnan(found["low"]) and math.isnan(found["deviation"]) and math.isnan(found["variance_reduction"])
    assert math.isnan(found["difference"]) == (pairs == 0)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@given(st.floats(0.01, 10.0), st.floats(0.05, 10.0))
def test_replicates_needed_are_the_fewest_that_are_enough(level, deviation, half):
    def width(n):
        return stats.t.ppf(0.5 + level / 2, n - 1) * deviation / math.sqrt(n)

    n = replicates_needed(deviation, half, level)
    assert width(n) <= half * (1 + 1e-9) and (n == 2 or width(n - 1) > half * (1 - 1e-9))


def test_a_ratio_of_means_to_one_is_a_mean():
    values = np.random.default_rng(1).normal(3.0, 2.0, (4, 30))
    found = ratios(values, np.ones(30))
    for row, *interval in zip(values, *found[:3], strict=True):
        assert interval == pytest.approx(t_interval(row))


def test_the_interval_of_a_ratio_holds_it_as_often_as_it_says():
    rng, held = np.random.default_rng(2), []
    for _ in range(2000):
        below = rng.gamma(4.0, 1.0, 100)
        _, low, high, _ = ratios((0.5 * below + rng.normal(size=100))[None], below)
        held.append(low[0] <= 0.5 <= high[0])
    assert 0.93 <= np.mean(held) <= 0.97


def test_what_is_always_the_same_part_is_known_exactly_and_a_part_of_nothing_is_not():
    below = np.arange(1.0, 9.0)
    assert [float(x) for x in np.concatenate(ratios(2.0 * below[None], below))] == [2.0, 2.0, 2.0, 0.0]
    assert np.isnan(np.concatenate(ratios(below[None], np.zeros(8)))).all()
    assert np.isnan(np.concatenate(ratios(below[None, :1], below[:1]))).all()


def of_draws(n_draws, each, of_draw, of_luck, seed=1):
    """Return runs at draws whose expectations are normal, about 0, and the draw of each."""
    rng = np.random.default_rng(seed)
    draw = np.repeat(np.arange(n_draws), each)
    return of_draw * rng.standard_normal(n_draws)[draw] + of_luck * rng.standard_normal(len(draw)), draw


def test_shares_of_draws_and_luck_by_hand():
    found = dict(zip(OF_DRAWS, by_draw(np.array([1.0, 3.0, 5.0, 7.0]), np.array([1, 1, 2, 2])), strict=True))
    assert (found["mean"], found["draws"]) == (4, 2)  # within 2, between 16, so that draws have (16 − 2)/2 = 7
    assert found["by_parameters"] == pytest.approx(7 / 9)
    assert found["high"] == pytest.approx(4 + 12.7062 * math.sqrt(8 / 2), rel=1e-5)
    ends = 4 + 2 * math.sqrt(7 / 8) * np.array([-0.9, 0.9])
    assert [found["expected_low"], found["expected_high"]] == pytest.approx(ends)


def test_the_share_of_parameters_and_what_draws_expect_are_found_from_few_runs_of_each():
    found = dict(zip(OF_DRAWS, by_draw(*of_draws(3000, 3, 1.0, math.sqrt(2))), strict=True))
    assert found["by_parameters"] == pytest.approx(1 / 3, abs=0.03)
    assert [found["expected_low"], found["expected_high"]] == pytest.approx([-1.645, 1.645], abs=0.08)


def test_draws_that_change_nothing_have_no_share():
    found = dict(zip(OF_DRAWS, by_draw(*of_draws(3000, 3, 0.0, 1.0)), strict=True))
    assert found["by_parameters"] == pytest.approx(0, abs=0.03)
    assert found["expected_high"] - found["expected_low"] < 0.6


def test_with_one_run_a_draw_luck_is_not_told_from_parameters():
    found = by_draw(*of_draws(20, 1, 1.0, 1.0))
    assert found[:3] == t_interval(of_draws(20, 1, 1.0, 1.0)[0]) and np.isnan(found[4:]).all()
    assert np.isnan(by_draw(np.array([]), np.array([]))[:3]).all()


def test_the_interval_holds_draws_and_luck_together():
    held = [low <= 0 <= high for _, low, high, *_ in (by_draw(*of_draws(12, 8, 1.0, 1.0, x)) for x in range(800))]
    naive = [low <= 0 <= high for _, low, high in (t_interval(of_draws(12, 8, 1.0, 1.0, x)[0]) for x in range(800))]
    assert np.mean(held) == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 800)) and np.mean(naive) < 0.7


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (40, 200)])
def test_the_interval_of_a_share_is_wilsons(k, n):
    mean, low, high = share_interval(np.repeat([1.0, 0.0], [k, n - k]), 1)
    expected = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert mean == k / n
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.003)


def test_replicates_that_have_nothing_in_common_count_and_others_do_not():
    rng = np.random.default_rng(1)
    apart, alike = rng.random((400, 2)) < 0.5, np.repeat(rng.random((400, 1)) < 0.5, 2, axis=1)
    widths = [high - low for _, low, high in (share_interval(won.mean(axis=1), 2) for won in (apart, alike))]
    assert widths[1] / widths[0] == pytest.approx(2**0.5, rel=0.1)
