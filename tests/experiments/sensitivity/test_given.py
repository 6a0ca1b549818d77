"""What can be had from a finished sweep, and what cannot."""

import numpy as np
import pytest
from scipy.stats import qmc

from abm.parameters import ConfigError
from experiments import sensitivity as sa
from experiments.sensitivity.given import by_rank, too_even
from tests.experiments.sensitivity.answers import ISHIGAMI, LINEAR

LHS = "latin-hypercube"


def swept(case, n, seed, kind=LHS, r=2, share=0.46):
    """Return points of a sweep and its runs with seeds of their own, shape (n, r)."""
    rng = np.random.default_rng([13, seed])
    sampler = {LHS: qmc.LatinHypercube, "sobol": qmc.Sobol}.get(kind)
    points = sampler(case.k, seed=rng).random(n) if sampler else rng.random((n, case.k))
    return points, case.mean(points)[:, None] + np.sqrt(case.luck(share)) * rng.normal(size=(n, r))


@pytest.mark.parametrize("kind", [LHS, "random"])
@pytest.mark.parametrize("case", [LINEAR, ISHIGAMI], ids=["linear", "ishigami"])
def test_first_order_indices_of_a_sweep_are_those_of_the_mean_response(case, kind):
    points, y = swept(case, 5000, 1, kind)
    found = sa.first_order(points, y, case.factors, kind, common_seeds=False)
    assert np.abs(found["S1"].to_numpy() - case.alone).max() <= 0.04
    assert found["luck_share"].iloc[0] == pytest.approx(0.46, abs=0.02)
    assert found["distinguishable"].tolist()[:3] == [True, True, False]


def test_a_share_of_luck_from_elsewhere_serves_where_points_have_one_run():
    points, y = swept(LINEAR, 10_000, 2, r=1)
    found = sa.first_order(points, y, LINEAR.factors, LHS, False, luck_share=0.46)
    assert np.abs(found["S1"].to_numpy() - LINEAR.alone).max() <= 0.04
    with pytest.raises(sa.Unanswerable, match="one run a point cannot tell luck from effect"):
        sa.first_order(points, y, LINEAR.factors, LHS, False)


def test_luck_that_is_not_taken_out_would_be_noticed():
    points, y = swept(LINEAR, 10_000, 2, r=1)
    raw = sa.first_order(points, y, LINEAR.factors, LHS, False, luck_share=0.0)
    assert np.abs(raw["S1"].to_numpy() - LINEAR.alone).max() > 0.3


def test_neighbours_of_sobol_points_are_no_neighbours_so_they_are_refused():
    points, _ = swept(ISHIGAMI, 4096, 3, "sobol")
    assert (
        by_rank(points, ISHIGAMI.mean(points), range(1, 2))[2] < -0.3
    )  # what it would say of a factor of which S1 is 0
    y = ISHIGAMI.mean(points)[:, None].repeat(2, axis=1)
    for kind in ("sobol", LHS):  # said or not
        with pytest.raises(sa.Unanswerable, match="neighbours in one factor of Sobol' points are not independent"):
            sa.first_order(points, y, ISHIGAMI.factors, kind, False)


def test_random_points_and_hypercubes_are_not_taken_for_sobol_points():
    assert not any(
        too_even(swept(ISHIGAMI, n, s, kind)[0]) for n in (256, 1000) for s in range(50) for kind in (LHS, "")
    )
    assert all(too_even(swept(ISHIGAMI, n, s, "sobol")[0]) for n in (256, 1024) for s in range(20))


@pytest.mark.parametrize(
    ("kind", "common", "message"),
    [
        ("factorial", False, "a factorial has few values"),
        ("csv", False, "nobody knows how the points of a file were drawn"),
        ("other", False, "points must be random or a Latin hypercube"),
        (LHS, True, "all points ran with the same seeds"),
    ],
)
def test_sweeps_that_cannot_tell_are_refused_with_the_reason(kind, common, message):
    points, y = swept(LINEAR, 256, 1)
    for method in (sa.first_order, sa.distribution):
        with pytest.raises(sa.Unanswerable, match=message):
            method(points, y, LINEAR.factors, kind, common)


def test_an_outcome_that_is_undefined_or_always_the_same_says_so_and_leaves_the_others_their_answer(recwarn):
    points, y = swept(LINEAR, 256, 1)
    share = y.copy()
    share[3, 1] = np.nan
    many, names = np.stack([y, share, np.zeros_like(y)], axis=-1), ["pilots", "share", "none"]
    found = sa.first_order(points, many, LINEAR.factors, LHS, False, names).set_index("outcome")
    alone = sa.first_order(points, y, LINEAR.factors, LHS, False)
    assert found.loc["pilots", "S1"].tolist() == alone["S1"].tolist() and not found.loc["pilots", "says"].any()
    assert found.loc["share", "says"].iloc[0].startswith("undefined in 1 of 512 runs")
    assert set(found.loc["none", "says"]) == {sa.NOTHING} and found.loc[["share", "none"], "S1"].isna().all()
    moved = sa.distribution(points, many, LINEAR.factors, LHS, False, names).set_index("outcome")["distinguishable"]
    assert moved["pilots"].any() and not moved[["share", "none"]].any()
    assert not recwarn.list
    many[5, 0] = np.nan
    with pytest.raises(sa.Unanswerable, match="1 of 512 runs have no outcome"):
        sa.first_order(points, many, LINEAR.factors, LHS, False, names)


@pytest.mark.parametrize("measure", ["pawn", pytest.param("delta", marks=pytest.mark.slow)])
def test_what_moves_a_distribution_stands_out_from_factors_that_do_nothing(measure):
    points, y = swept(LINEAR, 500, 5)
    found = sa.distribution(points, y, LINEAR.factors, LHS, False, measure=measure)
    assert found["distinguishable"].tolist() == [True, True, False]
    assert found["value"].iloc[2] > 0.02  # not 0, though the factor does nothing


def test_fewer_dummies_than_a_quantile_needs_and_other_measures_are_refused():
    points, y = swept(LINEAR, 250, 5)
    with pytest.raises(ConfigError, match="dummies = 10: must be 40 or more"):
        sa.distribution(points, y, LINEAR.factors, LHS, False, dummies=10)
    with pytest.raises(ConfigError, match="measure = pwan: must be one of pawn, delta"):
        sa.distribution(points, y, LINEAR.factors, LHS, False, measure="pwan")


@pytest.mark.slow
def test_intervals_of_a_sweep_hold_the_truth():
    held = []
    for s in range(200):
        points, y = swept(LINEAR, 1000, s)
        found = sa.first_order(points, y, LINEAR.factors, LHS, False)
        held.append((found["S1_low"] <= list(LINEAR.alone)) & (found["S1_high"] >= list(LINEAR.alone)))
    coverage = np.mean(held, axis=0)
    assert coverage.min() >= 0.9
