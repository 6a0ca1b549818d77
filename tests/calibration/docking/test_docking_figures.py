"""The figures of docking draw what the runs gave."""

import numpy as np
import pandas as pd
import pytest

from calibration.docking.figures import barter_figure, culture_figure
from experiments.intervals import t_interval


def test_bars_are_the_shares_of_runs_by_number_of_regions():
    axes = culture_figure({5: np.array([1, 1, 1, 3]), 10: np.arange(1, 9)}).axes[0]
    heights = {round(bar.get_x() + bar.get_width() / 2): bar.get_height() for bar in axes.containers[0]}
    assert heights == {1: 0.75, 2: 0.0, 3: 0.25}


def test_points_are_means_over_seeds_with_their_interval():
    knowledge = {0.0: np.array([3.0, 4.0, 5.0]), 0.1: np.array([4.0, 4.5, 5.5])}
    rows = [
        (rule, experts, share, seed, value, value / 10)
        for rule in ("one for one", "every category", "every category, cut short")
        for experts in (10, 0)
        for share, values in knowledge.items()
        for seed, value in enumerate(values)
    ]
    table = pd.DataFrame(rows, columns=["rule", "n_experts", "share", "seed", "knowledge", "variation"])
    level, novices, variation = barter_figure(table).axes
    assert [len(ax.containers) for ax in (level, novices, variation)] == [3, 2, 2], "cut short is told of experts"
    assert level.lines[0].get_ydata().tolist() == pytest.approx([values.mean() for values in knowledge.values()])
    bars = [bar[:, 1].tolist() for bar in level.collections[0].get_segments()]
    assert bars == [pytest.approx(t_interval(values)[1:]) for values in knowledge.values()]
