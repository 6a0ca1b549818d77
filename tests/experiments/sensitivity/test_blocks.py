"""The block design: nested, SALib's points, its own seeds, and equal points found."""

import itertools

import numpy as np
import pytest
from SALib.sample import sobol as salib
from scipy.stats import norm

from abm.parameters import ConfigError
from experiments import sensitivity as sa
from experiments.design.points import seed_of

FACTORS = [sa.Factor(name, low=0.0, high=1.0) for name in "abc"]
PROBLEM = {"num_vars": 3, "names": list("abc"), "bounds": [[0.0, 1.0]] * 3}
FEW = [sa.Factor("kind", ("p", "q")), sa.Factor("count", low=1, high=3, whole=True), sa.Factor("on", (False, True))]


def salib_points(n, problem=PROBLEM, **more):
    return salib.sample(problem, n, seed=np.random.default_rng(5), **more)


def test_the_smaller_design_is_the_head_of_the_larger():
    small, large = sa.design(FACTORS, 64, 5), sa.design(FACTORS, 256, 5)
    assert np.array_equal(small.points(), large.points()[:64]) and np.array_equal(small.seeds(), large.seeds()[:64])
    assert np.array_equal(large.head(64).points(), small.points())


def test_points_are_those_of_salib_bit_for_bit_and_so_is_the_second_half():
    ours = sa.design(FACTORS, 64, 5)
    assert np.array_equal(ours.points().reshape(-1, 3), salib_points(64))
    assert np.array_equal(ours.points()[32:].reshape(-1, 3), salib_points(32, skip_values=32))


def test_groups_move_together_as_those_of_salib():
    ours = sa.design(FACTORS, 16, 5, groups={"pair": ["a", "c"]})
    assert list(ours.columns) == ["pair", "b"] and ours.n_points == 6 and ours.n_runs == 16 * 6 * 2
    grouped = PROBLEM | {"groups": ["pair", "b", "pair"]}
    assert np.array_equal(ours.points().reshape(-1, 3), salib_points(16, grouped))


def test_seeds_are_equal_inside_a_block_and_replicate_and_nowhere_else_and_nought_is_a_seed():
    seeds = sa.design(FACTORS, 256, 0, replicates=3).seeds()
    assert seeds.shape == (256, 3) and len(np.unique(seeds)) == seeds.size and (seeds >= 0).all()
    other = sa.design(FACTORS, 256, 1, replicates=3).seeds()
    assert not np.isin(seeds, other).any()


def test_seeds_are_those_that_a_study_gives_to_points_of_that_name():
    design = sa.design(FACTORS, 4, 9)
    assert design.seeds().tolist() == [[seed_of(9, s, f"block {j}") for s in (1, 2)] for j in range(4)]


def test_blocks_that_are_left_keep_their_seeds():
    design = sa.design(FACTORS, 8, 9)
    assert np.array_equal(design.take(np.array([3, 5])).seeds(), design.seeds()[[3, 5]])


def test_settings_are_values_of_their_kinds():
    design = sa.design([*FEW, sa.Factor("rate", quantile=norm(10.0, 2.0).ppf)], 64, 3)
    rows = [design.settings(j, p) for j in range(64) for p in range(design.n_points)]
    kind, count, on, rate = map(set, zip(*rows, strict=True))
    assert (kind, count, on) == ({"p", "q"}, {1, 2, 3}, {False, True})
    assert all(type(n) is int for n in count) and np.mean(list(rate)) == pytest.approx(10.0, abs=0.3)


def test_equal_points_of_a_block_are_found_by_comparing_all_with_all():
    design = sa.design(FEW, 64, 3)
    for j in range(64):
        rows = [design.settings(j, p) for p in range(design.n_points)]
        assert design.first[j].tolist() == [rows.index(row) for row in rows]
    assert (design.first != np.arange(design.n_points)).mean() > 0.3


def test_what_equal_points_gave_is_filled_in():
    design = sa.design(FEW, 16, 3)
    y = np.full((16, design.n_points, 2), np.nan)
    for j, p in itertools.product(range(16), range(design.n_points)):
        if design.first[j, p] == p:
            y[j, p] = p
    assert np.array_equal(design.filled(y)[..., 0], design.first)


def test_continuous_factors_have_no_equal_points():
    design = sa.design(FACTORS, 64, 3)
    assert (design.first == np.arange(8)).all()


def test_factors_that_name_a_group_move_together():
    factors = [factor._replace(group=group) for factor, group in zip(FACTORS, ("g", "", "g"), strict=False)]
    made, said = (
        sa.design(factors, 8, 1),
        sa.design(FACTORS[:3], 8, 1, groups={"g": [FACTORS[0].name, FACTORS[2].name]}),
    )
    assert made.columns == said.columns == sa.trajectories(factors, 4, 1).columns


@pytest.mark.parametrize(
    ("factors", "more", "message"),
    [
        ([], {}, "nothing varies"),
        ([FACTORS[0], FACTORS[0]], {}, "factor a stands there twice"),
        ([sa.Factor("a", ("x",))], {}, "factor a has one value only"),
        ([sa.Factor("a", low=2.0, high=2.0)], {}, "factor a has one value only"),
        ([sa.Factor("a", low=2, high=2, whole=True)], {}, "factor a has one value only"),
        ([sa.Factor("a", low=0.0, high=np.inf)], {}, "factor a = 0.0 to inf: must be numbers, the lower one first"),
        ([sa.Factor("a", low=3, high=1, whole=True)], {}, "factor a = 3 to 1: must be numbers, the lower one first"),
        ([sa.Factor("a", low=0.5, high=2.7, whole=True)], {}, "factor a = 0.5 to 2.7: must be whole numbers"),
        (FACTORS, {"seed": -1}, "seed = -1: must be a whole number from 0"),
        (FACTORS, {"blocks": 64.5}, "blocks = 64.5: Sobol' points come in powers of two, such as 64 or 128"),
        (FACTORS, {"blocks": 100}, "blocks = 100: Sobol' points come in powers of two, such as 64 or 128"),
        (FACTORS, {"replicates": 1}, "replicates = 1: must be 2 or more"),
        (FACTORS, {"groups": {"g": ["d"]}}, "groups.g: d is no factor"),
        (FACTORS, {"groups": {"a": ["b"]}}, "groups.a = "),
        (FACTORS, {"groups": {"g": []}}, "groups.g = "),
        (FACTORS, {"groups": {"g": ["a"], "h": ["a"]}}, "groups.h: a is in g too"),
    ],
)
def test_what_is_no_design_is_refused(factors, more, message):
    with pytest.raises(ConfigError, match=message):
        sa.design(factors, **{"blocks": 64, "seed": 1} | more)
