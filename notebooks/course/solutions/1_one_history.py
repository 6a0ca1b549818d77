"""One history is no result: a hundred runs, an interval, and how many would do."""

import numpy as np

import abm
from experiments.intervals import replicates_needed, t_interval


def solve(mine, folder):
    """Return the answers of a student."""
    runs = abm.run_many("iuc-asia", seeds=mine.seeds, outcomes=[mine.outcome], override=mine.override, progress=False)
    values = runs[mine.outcome].to_numpy()
    mean, low, high = t_interval(values)
    deviation = np.std(values, ddof=1)
    return {
        "single": values[0],  # one draw out of a wide distribution: look at the histogram
        "mean": mean,
        "deviation": deviation,
        "half_width": (high - low) / 2,
        "runs_needed": replicates_needed(deviation, 1.0),  # a tenth of the width, 100 × the runs
    }
