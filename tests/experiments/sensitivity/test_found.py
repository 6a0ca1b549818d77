"""When indices are known well enough, and what more runs would give."""

import numpy as np
import pandas as pd
import pytest

from experiments import sensitivity as sa
from tests.experiments.sensitivity.answers import ISHIGAMI, LINEAR, luck, made


def founds(case, most, **more):
    """Return the indices of every doubling from 128 blocks."""
    y, design = made(case, most, **more)
    sizes = [128 * 2**i for i in range(int(np.log2(most // 128)) + 1)]
    return [sa.indices(y[:n], design.head(n)) for n in sizes]


def test_narrow_intervals_are_enough_and_wide_ones_are_not():
    small, *_, large = founds(LINEAR, 2048)
    assert not small.converged(0.05) and small.converged(0.05).why.startswith("not converged: ±")
    assert large.converged(0.05) and large.converged(0.05).half_width <= 0.05 and not large.converged(0.001)


def test_sixty_four_blocks_are_never_enough_however_narrow_the_intervals():
    found = sa.indices(*made(LINEAR, 64, share=0.01))
    assert found.converged(0.05).half_width < 0.05
    assert not found.converged(0.05) and "64 blocks, and fewer than 128" in found.converged(0.05).why


def test_an_order_that_stays_over_two_doublings_is_enough_when_earlier_analyses_are_given():
    *earlier, last = founds(ISHIGAMI, 512, share=0.1)
    assert not last.converged(0.05) and last.converged(0.05, earlier)
    assert "the order has stayed over two doublings" in last.converged(0.05, earlier).why
    assert not last.converged(0.05, earlier[1:])


def test_an_order_of_nothing_is_no_order():
    y, design = made(LINEAR, 512, share=0.995)
    every = [sa.indices(y[:n], design.head(n)) for n in (128, 256, 512)]
    assert not every[2].converged(0.01, every[:2])


def test_only_the_outcomes_that_are_asked_must_be_known():
    y, design = made(LINEAR, 512)
    noisy = y + luck(y.shape, 0.3, 0.0, [13, 3])
    found = sa.indices(np.stack([y, noisy], axis=-1), design, ["pilots", "gini"])
    assert found.converged(0.05, outcomes=["pilots"]) and not found.converged(0.05)


def test_an_outcome_that_is_all_luck_is_known_when_its_luck_is():
    design = sa.design(LINEAR.factors, 2048, 3)
    y = luck((2048, design.n_points, 2), 1.0, 0.5, [13, 1])
    found = sa.indices(y, design)
    assert found.luck["says"].tolist() == [sa.NOTHING] and found.converged(0.05)
    assert not sa.indices(y[:128], design.head(128)).converged(0.02)


def test_what_was_refused_is_not_converged():
    y, design = made(LINEAR, 128)
    y = np.stack([y, y], axis=-1)
    y[3, 2, 0, 1] = np.nan
    found = sa.indices(y, design, ["pilots", "share"])
    assert not found.converged(9.0, outcomes=["share"]) and found.converged(9.0)


def test_advice_says_how_many_blocks_five_hundredths_take():
    found = sa.indices(*made(LINEAR, 128), ["gini"], [48])
    needed = found.blocks_needed(0.05).iloc[0]["blocks"]
    assert 256 < needed < 1024  # 512 are what it takes
    assert any(
        line.startswith("gini at month 48 needs about ") and line.endswith("blocks for ±0.05") for line in found.advice
    )


def test_advice_is_of_the_width_that_is_wanted_and_of_few_blocks_only_that_they_are_few():
    found = sa.indices(*made(LINEAR, 512, share=0.1))
    assert not any("blocks" in line for line in found.advised(0.2))
    assert any(line.endswith("blocks for ±0.01") for line in found.advised(0.01))
    assert sa.indices(*made(LINEAR, 64, share=0.1)).advised(0.5) == ["y needs about 128 blocks for ±0.5"]


@pytest.mark.parametrize(("share", "least", "most"), [(0.1, 2, 3), (0.95, 6, 50)])
def test_two_replicates_are_best_where_luck_is_small_and_more_where_it_is_nearly_everything(share, least, most):
    found = sa.indices(*made(ISHIGAMI, 1024, share=share))
    assert least <= found.luck.iloc[0]["best_replicates"] <= most
    assert any("replicates are best for y" in line for line in found.advice)


@pytest.mark.parametrize("r", [3, 5])
def test_more_replicates_give_the_same_indices(r):
    found = sa.indices(*made(LINEAR, 2048, r=r))
    assert np.abs(found.table["ST"].to_numpy() - LINEAR.total).max() <= 0.02
    assert found.luck.iloc[0]["share"] == pytest.approx(0.46, abs=0.02)


def test_convergence_has_a_row_for_every_doubling_and_column():
    table = sa.convergence(founds(LINEAR, 512))
    assert table["blocks"].tolist() == [n for n in (128, 256, 512) for _ in range(3)]
    widths = (table["ST_high"] - table["ST_low"])[table["factor"] == "x1"]
    assert table["runs"].iloc[0] == 128 * 8 * 2 and widths.is_monotonic_decreasing


def test_tables_survive_parquet(tmp_path):
    found = sa.indices(*made(LINEAR, 128), ["pilots"], [24])
    for name in ("table", "pairs", "luck", "curves", "shares"):
        table = getattr(found, name)
        table.to_parquet(tmp_path / "table.parquet")
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "table.parquet"), table)
