"""Morris screening beneath luck: what does nothing has size nought, and what has no direction still has a size."""

import numpy as np
import pytest
from SALib.sample import morris

from abm.parameters import ConfigError
from experiments import sensitivity as sa
from tests.experiments.sensitivity.answers import LINEAR, luck

FACTORS = [sa.Factor(f"x{i}", low=0.0, high=1.0) for i in range(1, 6)]


def response(unit):
    """Return 2 x1 − x2 + 4 (x3 − ½)(x1 − ½): x3 has no direction, x4 and x5 do nothing."""
    return 2.0 * unit[..., 0] - unit[..., 1] + 4.0 * (unit[..., 2] - 0.5) * (unit[..., 0] - 0.5)


def run(n=160, seed=1, variance=0.5, common=0.5, r=2, **more):
    design = sa.trajectories(FACTORS, n, seed, r, **more)
    y = response(design.unit)[..., None] + luck((n, design.n_points, r), variance, common, [17, seed])
    return y, design


def test_trajectories_are_those_of_salib_and_each_has_seeds_of_its_own():
    problem = {"num_vars": 5, "names": [f.name for f in FACTORS], "bounds": [[0.0, 1.0]] * 5}
    theirs = morris.sample(problem, 12, num_levels=4, seed=np.random.default_rng(3))
    design = sa.trajectories(FACTORS, 12, 3)
    assert np.array_equal(design.unit.reshape(-1, 5), theirs) and design.n_runs == 12 * 6 * 2
    assert len(np.unique(design.seeds())) == 24


def test_effects_without_luck_are_those_of_the_response():
    found = sa.screened(*run(variance=0.0)).set_index("factor")
    assert found.loc["x2", ["mu", "size", "sigma"]].tolist() == pytest.approx([-1.0, 1.0, 0.0], abs=1e-6)
    assert found["mu"]["x1"] == pytest.approx(2.0, abs=0.2) and found["sigma"]["x3"] > 1.0
    assert found["says"]["x4"] == sa.NO_EFFECT and found["size"]["x4"] == 0.0


def test_size_tells_what_acts_from_what_does_nothing_beneath_luck():
    found = sa.screened(*run(n=320)).set_index("factor")
    assert found["moves"].tolist() == [True, True, True, False, False]
    assert found["mu_low"]["x3"] < 0.0 < found["mu_high"]["x3"]  # no direction, and a size all the same
    assert found["size"]["x3"] == pytest.approx(np.sqrt(16.0 * 5.0 / 36.0), rel=0.15)


def test_sizes_of_what_does_nothing_pass_the_noise_once_in_twenty_times():
    moves = np.array([sa.screened(*run(n=64, seed=s)).set_index("factor")["moves"] for s in range(100)])
    assert 0.02 <= moves[:, 3:].mean() <= 0.085


def test_replicates_that_were_averaged_would_be_noticed():
    y, design = run(n=320)
    same = np.repeat(y.mean(axis=2, keepdims=True), 2, axis=2)
    assert sa.screened(same, design)["moves"].all()


def test_a_group_has_a_size_and_no_direction():
    y, design = run(n=160, groups={"pair": ["x1", "x2"]})
    found = sa.screened(y, design).set_index("factor")
    assert design.n_points == 5 and list(design.columns) == ["pair", "x3", "x4", "x5"]
    assert np.isnan(found["mu"]["pair"]) and found["size"]["pair"] > 1.5 and found["moves"]["pair"]


def test_levels_and_whole_numbers_are_run_at_their_values():
    factors = [sa.Factor("kind", ("a", "b", "c")), sa.Factor("n", low=1, high=9, whole=True)]
    design = sa.trajectories(factors, 20, 1)
    rows = [design.settings(t, p) for t in range(20) for p in range(design.n_points)]
    assert {kind for kind, _ in rows} == {"a", "b", "c"} and {n for _, n in rows} <= set(range(1, 10))
    for t in range(20):
        own = [design.settings(t, p) for p in range(design.n_points)]
        assert design.first[t].tolist() == [own.index(row) for row in own]


def test_a_failed_run_takes_its_trajectory_with_it_and_too_many_are_refused():
    y, design = run(n=100)
    y[7, 2, 1] = np.nan
    assert sa.screened(y, design)["size"].notna().all()
    y[:6, 0, 0] = np.nan
    with pytest.raises(sa.Unanswerable, match="7 of 100 trajectories have a failed run"):
        sa.screened(y, design)


def test_an_outcome_that_is_undefined_by_nature_has_no_numbers_and_says_why():
    y, design = run()
    both = np.stack([y, y], axis=-1)
    both[5, 2, 0, 1] = np.nan
    found = sa.screened(both, design, ["pilots", "share"], [24, 24]).set_index("outcome")
    assert found.loc["pilots", "size"].notna().all() and found.loc["share", "size"].isna().all()
    assert found.loc["share", "says"].str.startswith("undefined in 1 of 1,920 runs").all()


@pytest.mark.parametrize(
    ("n", "r", "factors", "message"),
    [(1, 2, FACTORS, "must be 2 or more of each"), (9, 1, FACTORS, "must be 2 or more of each"), (9, 2, [], "nothing")],
)
def test_what_is_no_screening_is_refused(n, r, factors, message):
    with pytest.raises(ConfigError, match=message):
        sa.trajectories(factors, n, 1, r)


def test_another_layout_is_refused():
    with pytest.raises(ConfigError, match="y has shape"):
        sa.screened(np.zeros((9, 5, 2)), sa.trajectories(LINEAR.factors, 9, 1))
    with pytest.raises(ConfigError, match="blocks have indices"):
        sa.screened(np.zeros((8, 8, 2)), sa.design(LINEAR.factors, 8, 1))
