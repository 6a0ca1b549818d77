"""What is missing is left out for all outcomes alike, counted, or refused; nothing is filled in."""

import numpy as np
import pandas as pd
import pytest

from abm.parameters import ConfigError
from experiments import sensitivity as sa
from tests.experiments.sensitivity.answers import LINEAR, luck, made


def test_a_failed_run_takes_its_block_out_of_every_outcome_exactly():
    y, design = made(LINEAR, 128)
    both = np.stack([y, y**2], axis=-1)
    both[17, 3, 1] = np.nan
    found = sa.indices(both, design, ["a", "b"])
    rest = np.delete(np.arange(128), 17)
    clean = sa.indices(both[rest], design.take(rest), ["a", "b"])
    assert found.left_out == 1 and found.note.startswith("1 of 128 blocks have a failed run and are left out (17)")
    for name in ("table", "pairs", "luck", "curves"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(clean, name), check_exact=True)


def test_filling_in_a_mean_would_be_noticed():
    y, design = made(LINEAR, 128)
    y[17, 3, 1] = np.nan
    filled = np.where(np.isnan(y), np.nanmean(y), y)
    assert not sa.indices(filled, design).table.equals(sa.indices(y, design).table)


def test_more_than_one_block_in_twenty_is_refused_with_exit_code_three():
    y, design = made(LINEAR, 128)
    y[:8, 0, 0] = np.nan
    with pytest.raises(sa.Unanswerable, match="8 of 128 blocks have a failed run") as refusal:
        sa.indices(y, design)
    assert refusal.value.code == 3
    y[:2] = made(LINEAR, 128)[0][:2]
    assert sa.indices(y, design).left_out == 6


def test_where_runs_fail_is_said():
    y, design = made(LINEAR, 1024)
    corner = (design.points() > 0.99)[..., 1]
    y[corner] = np.nan
    assert "failures cluster at x2 from 0.75 to 1" in sa.indices(y, design).note


def test_an_outcome_that_is_undefined_by_nature_is_refused_alone_and_by_name():
    y, design = made(LINEAR, 128)
    both = np.stack([y, y], axis=-1)
    both[5:9, 2, 0, 1] = np.nan
    found = sa.indices(both, design, ["pilots", "share"])
    table = found.table.set_index("outcome")
    assert found.left_out == 0 and table.loc["pilots", "ST"].notna().all() and table.loc["share", "ST"].isna().all()
    says = found.luck.set_index("outcome")["says"]
    assert (
        says["share"].startswith("undefined in 4 of 2,048 runs") and "numerator" in says["share"] and not says["pilots"]
    )


def test_runs_that_failed_can_be_named():
    y, design = made(LINEAR, 128)
    failed = np.zeros(y.shape, bool)
    failed[3, 1, 0] = True
    assert sa.indices(y, design, failed=failed).left_out == 1


@pytest.mark.parametrize("what", ["equal", "luck"])
def test_where_no_parameter_moves_an_outcome_nothing_is_shared_out(what):
    design = sa.design(LINEAR.factors, 128, 3)
    shape = (128, design.n_points, 2)
    y = np.full(shape, 4.0) if what == "equal" else luck(shape, 1.0, 0.5, [13, 1])
    found = sa.indices(y, design)
    assert found.luck["says"].tolist() == [sa.NOTHING] and (found.table["says"] == sa.NOTHING).all()
    assert found.table["ST"].isna().all() and found.pairs["S2"].isna().all()


@pytest.mark.parametrize(
    ("y", "names", "message"),
    [
        (np.zeros((64, 8, 2)), ["y"], "y has 64 × 8 × 2 blocks × points × replicates; the design has 128 × 8 × 2"),
        (np.zeros((128, 7, 2)), ["y"], "y has 128 × 7 × 2"),
        (np.zeros((128, 8, 2, 3)), ["y"], "y has 3 outcomes and 1 names"),
    ],
)
def test_another_design_than_that_of_the_outcomes_is_refused(y, names, message):
    with pytest.raises(ConfigError, match=message):
        sa.indices(y, sa.design(LINEAR.factors, 128, 3), names)


def test_other_designs_levels_and_outcomes_than_can_be_are_refused():
    y, design = made(LINEAR, 128)
    with pytest.raises(ConfigError, match="trajectories can be screened"):
        sa.indices(y, sa.trajectories(LINEAR.factors, 128, 1))
    with pytest.raises(ConfigError, match="level = 95: must lie between 0 and 1"):
        sa.indices(y, design, level=95)
    with pytest.raises(ConfigError, match="outcome pilots: was not analysed"):
        sa.indices(y, design).converged(outcomes=["pilots"])


def test_an_outcome_that_stands_there_twice_is_refused():
    y, design = made(LINEAR, 128)
    with pytest.raises(ConfigError, match="outcome pilots stands there twice"):
        sa.indices(np.stack([y, y], axis=-1), design, ["pilots", "pilots"], [24, 24])
