"""What varies: levels with equal weights, ranges, and priors by their quantiles."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from experiments.factor import Factor


@pytest.mark.parametrize(
    ("factor", "u", "value"),
    [
        (Factor("x", ("p", "q", "r")), 0.0, "p"),
        (Factor("x", ("p", "q", "r")), 0.3334, "q"),
        (Factor("x", ("p", "q", "r")), 0.9999, "r"),
        (Factor("x", (), 2.0, 4.0), 0.0, 2.0),
        (Factor("x", (), 2.0, 4.0), 0.75, 3.5),
        (Factor("x", (), 3, 6, True), 0.0, 3),
        (Factor("x", (), 3, 6, True), 0.2499, 3),
        (Factor("x", (), 3, 6, True), 0.25, 4),
        (Factor("x", (), 3, 6, True), 0.9999, 6),
        (Factor("x", ("p", "q", "r")), 1.0, "r"),
        (Factor("x", (), 3, 6, True), 1.0, 6),
        (Factor("x", (), 2.0, 4.0), 1.0, 4.0),
    ],
)
def test_a_place_of_the_unit_interval_is_a_level_or_a_quantile(factor, u, value):
    assert factor.at(u) == value and type(factor.at(u)) is type(value)


@given(st.floats(0.0, 1.0, exclude_max=True), st.integers(-5, 5), st.integers(1, 9))
def test_a_whole_number_never_leaves_its_range(u, low, width):
    assert low <= Factor("x", (), low, low + width, True).at(u) <= low + width


@pytest.mark.parametrize(
    ("factor", "n", "values"),
    [
        (Factor("x", (5, 7)), 3, (5, 7)),
        (Factor("x", (), 0.0, 1.0), 3, (0.0, 0.5, 1.0)),
        (Factor("x", (), 1.0, 2.0), 2, (1.0, 2.0)),
        (Factor("x", (), 1, 3, True), 5, (1, 2, 3)),  # each whole number once
        (Factor("x", (), 1, 9, True), 3, (1, 5, 9)),
    ],
)
def test_a_range_is_spread_from_end_to_end(factor, n, values):
    assert factor.spread(n) == values


@pytest.mark.parametrize("u", [0.0, 1e-6, 0.3, 1.0])
def test_a_prior_is_asked_for_its_quantile_and_never_for_its_ends(u):
    value = Factor("x", quantile=norm(10.0, 2.0).ppf).at(u)
    assert type(value) is float and math.isfinite(value)
    assert u in (0.0, 1.0) or value == pytest.approx(norm(10.0, 2.0).ppf(u))


@pytest.mark.parametrize(
    ("factor", "n"), [(Factor("x", (5, 7)), 2), (Factor("x", (), 3, 6, True), 4), (Factor("x", (), 3.0, 6.0), 0)]
)
def test_values_are_counted_where_they_can_be(factor, n):
    assert factor.n_levels == n
