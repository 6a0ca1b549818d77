"""The same luck: subtract run by run, and see how much narrower the interval is."""

import numpy as np
from scipy.stats import ttest_ind

import abm
from experiments.intervals import t_interval


def solve(mine, folder):
    """Return the answers of a student."""

    def pilots(seeds, override=None):
        runs = abm.run_many("iuc-asia", seeds=seeds, outcomes=["pilots_ever"], override=override, progress=False)
        return runs["pilots_ever"]

    base = pilots(mine.seeds)
    same, other = pilots(mine.seeds, mine.override), pilots(mine.other_seeds, mine.override)
    difference, low, high = t_interval((same - base).to_numpy())
    apart = ttest_ind(other, base).confidence_interval(0.95)
    return {
        "difference": difference,
        "half_width": (high - low) / 2,
        "apart_difference": np.mean(other) - np.mean(base),
        "apart_half_width": (apart.high - apart.low) / 2,
        "ratio": (apart.high - apart.low) / (high - low),
    }
