"""Indices against responses whose answer is known, and against what must fail such a test."""

import numpy as np
import pytest
from SALib.analyze import sobol as salib

from experiments import sensitivity as sa
from tests.experiments.sensitivity.answers import ISHIGAMI, KINKED, LINEAR, luck, made, turned


def assert_known(found, case, limit):
    """Assert that first and total indices lie within ``limit`` of the truth."""
    for index, truth in (("S1", case.alone), ("ST", case.total)):
        assert np.abs(found.table[index].to_numpy() - truth).max() <= limit, f"{index} is off"


def shuffled(y, design):
    """Return outcomes whose points stand in another order in each block."""
    return np.random.default_rng([13, 4]).permuted(y, axis=1)


def averaged(y, design):
    """Return the mean of the replicates, as if it were every one of them."""
    return np.repeat(y.mean(axis=2, keepdims=True), y.shape[2], axis=2)


@pytest.mark.parametrize(
    ("case", "limit", "blocks"), [(LINEAR, 0.02, 4096), (ISHIGAMI, 0.03, 4096), (KINKED, 0.03, 4096)]
)
def test_indices_and_luck_of_a_known_response_are_found_beneath_luck(case, limit, blocks):
    y, design = made(case, blocks)
    found = sa.indices(y, design)
    assert_known(found, case, limit)
    row = found.luck.iloc[0]
    assert abs(row["share"] - 0.46) <= 0.01 and abs(row["alike"] - 0.23) <= 0.02
    assert row["V_g"] == pytest.approx(case.v_g, rel=0.03)


@pytest.mark.parametrize("spoilt", [averaged, shuffled])
def test_averaged_replicates_and_shuffled_rows_would_be_noticed(spoilt):
    y, design = made(LINEAR, 4096)
    with pytest.raises(AssertionError, match="is off"):
        assert_known(sa.indices(spoilt(y, design), design), LINEAR, 0.02)


@pytest.mark.parametrize(
    ("case", "one", "other", "truth"), [(ISHIGAMI, "x1", "x3", 0.24368), (KINKED, "x1", "x2", 0.05968)]
)
def test_what_a_pair_does_together_is_found_and_told_from_nothing(case, one, other, truth):
    pairs = sa.indices(*made(case, 4096)).pairs.set_index(["factor", "other"])
    assert pairs.loc[one, other]["S2"] == pytest.approx(truth, abs=0.03)
    assert pairs.loc[one, other]["distinguishable"] and not pairs.loc["x2", f"x{case.k}"]["distinguishable"]


@pytest.mark.parametrize("case", [LINEAR, ISHIGAMI, KINKED])
def test_without_luck_indices_are_those_of_salib_and_luck_is_exactly_nought(case):
    design = sa.design(case.factors, 4096, 3)
    y = np.repeat(case.mean(design.points())[..., None], 2, axis=2)
    found = sa.indices(y, design)
    problem = {"num_vars": case.k, "names": [f.name for f in case.factors]}
    theirs = salib.analyze(problem, y[..., 0].ravel(), num_resamples=2, seed=1)
    for index in ("S1", "ST"):
        assert found.table[index].to_numpy() == pytest.approx(theirs[index], abs=0.02)
    assert_known(found, case, 0.01)
    assert found.luck.iloc[0][["share", "share_low", "share_high", "alike"]].tolist() == [0.0] * 4


def test_a_factor_that_never_changes_a_run_is_exactly_nought_and_has_no_effect():
    design = sa.design(LINEAR.factors, 128, 3, replicates=3)
    alike = np.random.default_rng([13, 5]).normal(size=(128, 1, 3))
    found = sa.indices(LINEAR.mean(design.points())[..., None] + alike, design)
    dummy = found.table.iloc[2]
    assert dummy[["S1", "ST", "S1_low", "ST_high"]].tolist() == [0.0] * 4 and dummy["says"] == sa.NO_EFFECT
    assert found.luck.iloc[0]["share"] == pytest.approx(found.luck.iloc[0]["alike"], rel=0.1)


def worlds(seed, n=4096, blocks=True):
    """Return the luck of worlds: of every block its own, or one for all points."""
    return np.random.default_rng([13, seed]).normal(size=(n if blocks else 1, 1, 2))


def assert_worlds_are_told_apart(blocks):
    """Assert what is known of a response in which luck decides which way a factor acts."""
    design = sa.design(LINEAR.factors, 4096, 3)
    found = sa.indices(turned(design, worlds(3, blocks=blocks)), design)
    table = found.table
    assert np.abs(table["ST"].to_numpy() - (0.8, 0.2, 0.0)).max() <= 0.05, "ST is off"
    assert np.abs(table["ST_within_world"].to_numpy() - (0.615, 0.276, 0.434)).max() <= 0.02
    assert abs(found.luck.iloc[0]["share"] - 0.434) <= 0.02


def test_a_factor_that_acts_this_way_or_that_by_luck_matters_within_a_world_only():
    assert_worlds_are_told_apart(blocks=True)


def test_one_seed_for_all_points_would_be_noticed():
    with pytest.raises(AssertionError, match="ST is off"):
        assert_worlds_are_told_apart(blocks=False)


def test_luck_that_is_alike_everywhere_is_told_from_luck_of_a_point():
    design = sa.design(LINEAR.factors, 4096, 3)
    shape = (4096, design.n_points, 2)
    y = LINEAR.mean(design.points())[..., None] + luck(shape, 0.1, 0.3, [13, 6])
    assert sa.indices(y, design).luck.iloc[0]["alike"] == pytest.approx(0.03 / 0.2041667, abs=0.015)


def test_the_order_of_blocks_and_the_unit_of_the_outcome_change_nothing():
    y, design = made(ISHIGAMI, 256)
    order = np.random.default_rng([13, 7]).permutation(256)
    one, other = sa.indices(y, design), sa.indices(100.0 * (y[order] + 5000.0), design.take(order))
    for name in ("table", "pairs"):
        a, b = (getattr(found, name).select_dtypes(float) for found in (one, other))
        assert np.abs(a - b).max(axis=None) < 1e-9
    share = one.luck["share"] - other.luck["share"]
    assert abs(share.iloc[0]) < 1e-9


def test_an_outcome_more_changes_none():
    y, design = made(ISHIGAMI, 256)
    both = np.stack([y, y**2], axis=-1)
    found = sa.indices(both, design, ["pilots", "squares"], [24, 24])
    alone = sa.indices(y, design, ["pilots"], [24])
    rows = found.table[found.table["outcome"] == "pilots"]
    assert rows.equals(alone.table) and found.luck.iloc[:1].equals(alone.luck)


def test_an_estimate_below_nought_is_not_clipped():
    """Over many designs the index of an inert factor is 0 on average; one that is clipped is not."""
    inert = np.array([sa.indices(*made(LINEAR, 128, seed=s)).table["ST"].iloc[2] for s in range(200)])
    error = inert.std(ddof=1) / np.sqrt(200)
    assert abs(inert.mean()) < 4 * error and (inert < 0).mean() > 0.25
    assert np.maximum(inert, 0.0).mean() > 4 * error  # what clipping would do


def test_categories_whole_numbers_and_groups_are_factors_like_any_other():
    factors = [sa.Factor("kind", ("a", "b", "c", "d", "e")), sa.Factor("n", low=0, high=2, whole=True), *LINEAR.factors]
    design = sa.design(factors, 1024, 3, groups={"rest": ["x1", "x2"]})
    kind, n, x1, x2, _ = np.moveaxis(design.points(), -1, 0) * np.array([5, 3, 1, 1, 1])[:, None, None]
    g = np.array([1.0, -1.0, 0.0, 2.0, 0.5])[kind.astype(int)] + n.astype(int) + x1 + x2 / 2
    y = design.filled(g[..., None] + luck((1024, design.n_points, 2), 0.5, 0.5, [13, 8]))
    found = sa.indices(y, design)
    v = np.array([1.0, 2.0 / 3.0, 0.1041667, 0.0])
    assert (
        np.abs(found.table["ST"] - v / v.sum()).max() <= 0.03 and np.abs(found.table["S1"] - v / v.sum()).max() <= 0.03
    )
    curve = found.curves[found.curves["factor"] == "kind"]
    assert curve["label"].tolist() == list("abcde")
    assert curve["mean"].diff().iloc[1:].tolist() == pytest.approx([-2.0, 1.0, 2.0, -1.5], abs=0.1)


def test_a_curve_is_the_mean_at_a_value_in_the_unit_of_the_outcome():
    curves = sa.indices(*made(LINEAR, 1024)).curves
    first = curves[curves["factor"] == "x1"]
    truth = first["value"] + 0.25
    assert len(first) == 20 and ((first["low"] < truth) & (truth < first["high"])).mean() > 0.8
    assert (first["high"] - first["low"]).max() < 0.1


def test_shares_of_everything_add_to_one():
    shares = sa.indices(*made(ISHIGAMI, 512)).shares.set_index("part")["share"]
    assert shares.sum() == pytest.approx(1.0)
    assert shares["x2"] == pytest.approx(0.44241 * 0.54, abs=0.05) and shares["luck"] == pytest.approx(0.46, abs=0.03)


def test_many_outcomes_have_fewer_marked_pairs_than_intervals_that_miss_nought():
    y, design = made(KINKED, 256, share=0.8)
    rng = np.random.default_rng([13, 9])
    many = LINEAR.mean(design.points())[..., None, None] + rng.normal(size=(*y.shape, 40))
    pairs = sa.indices(many, design, [f"y{m}" for m in range(40)]).pairs
    alone = (pairs["S2_low"] > 0) | (pairs["S2_high"] < 0)
    assert alone.sum() > 20 and pairs["distinguishable"].sum() <= 1


@pytest.mark.parametrize(("case", "share", "blocks", "half"), [(LINEAR, 0.1, 128, 0.035), (KINKED, 0.1, 512, 0.037)])
def test_what_is_additive_is_taken_out_of_the_scatter(case, share, blocks, half):
    """Without it the half width of the widest total index is .056 for the linear response and .050 for the other."""
    widths = [sa.indices(*made(case, blocks, share, seed=s)).half_widths()["half_width"][0] for s in range(10)]
    assert np.mean(widths) < half


def test_one_factor_alone_is_everything():
    design = sa.design(LINEAR.factors[:1], 128, 1)
    found = sa.indices(design.points().repeat(2, axis=2), design)
    assert found.table["ST"].tolist() == pytest.approx([1.0]) and len(found.pairs) == 0


def test_a_large_group_that_does_nothing_is_not_given_what_is_luck():
    """Its 88 basis functions explain the luck of 128 blocks if they are let: its ST is .13 (.09 to .17) then."""
    idle = [f"idle{i}" for i in range(22)]
    factors = [*LINEAR.factors[:2], *(sa.Factor(name, low=0.0, high=1.0) for name in idle)]
    said = []
    for seed in range(10):
        design = sa.design(factors, 128, seed, groups={"idle": idle})
        noise = luck((128, design.n_points, 2), LINEAR.luck(0.46), 0.5, [13, seed])
        y = LINEAR.mean(design.points())[..., None] + noise
        said.append(sa.indices(y, design).table["distinguishable"].tolist()[-1])
    assert sum(said) <= 2
