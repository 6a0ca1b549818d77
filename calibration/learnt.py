"""What a posterior has learnt of each unknown, where it leans on an end of its prior, whether two estimators agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr

from calibration.diagnostics import Check
from calibration.posterior import Sample
from calibration.priors import Unknown, values
from experiments.design.posterior import OBSERVED

APART, EDGE, LEARNT = 0.25, 0.30, 0.10


def run_summary(sample: Sample, unknowns: Sequence[Unknown]) -> pd.DataFrame:
    """Return what a posterior says of each unknown.

    Returns
    -------
    A row an unknown: name, low and high (of the prior), mean, sd, q05, q95 in its units, learnt (contraction of the
    variance against the prior's), learnt_z (the same on the normal scale), low_tenth and high_tenth (mass in the outer
    tenths of the box; NaN for whole numbers), verdict (learnt, leans on its end, or prior).
    """
    theta, u = values(tuple(unknowns), sample.z), ndtr(sample.z)
    mean = sample.weight @ theta
    sd = np.sqrt(sample.weight @ (theta - mean) ** 2)
    q05, q95 = values(tuple(unknowns), sample.quantiles([0.05, 0.95]))
    rows = []
    for k, (name, low, high, whole) in enumerate(unknowns):
        learnt = 1 - 12 * sd[k] ** 2 / ((high - low + 1) ** 2 - 1 if whole else (high - low) ** 2)
        tenths = [np.nan if whole else sample.weight @ end[:, k] for end in (u < 0.1, u > 0.9)]
        verdict = "leans on its end" if max(tenths) > EDGE else "learnt" if learnt >= LEARNT else "prior"
        numbers = (mean[k], sd[k], q05[k], q95[k], learnt, 1 - sample.sd[k] ** 2, *tenths)
        rows.append((name, low, high, *map(float, numbers), verdict))
    columns = ("mean", "sd", "q05", "q95", "learnt", "learnt_z", "low_tenth", "high_tenth", "verdict")
    return pd.DataFrame(rows, columns=["unknown", "low", "high", *columns])


def check_edges(summary: pd.DataFrame) -> Check:
    """Judge the priors (G7): no parameter has more than .30 of its mass in an outer tenth of its box."""
    leaning = [
        f"{row['unknown']} {row[end]:.2f} in the {word} tenth"
        for row in summary.to_dict("records")
        for end, word in (("low_tenth", "lowest"), ("high_tenth", "highest"))
        if row[end] > EDGE
    ]
    return Check("G7", not leaning, "; ".join(leaning) or f"no parameter has more than {EDGE:.2f} in an outer tenth")


def check_learnt(summary: pd.DataFrame, called: Collection[str] = ()) -> Check:
    """Judge what is claimed (G8): of the model something is learnt, and no prior that is kept is ``called`` calibrated.

    What is learnt of the list alone says how it was printed, and nothing of the model.
    """
    kept = summary.loc[summary["learnt"] < LEARNT, "unknown"].tolist()
    if len(kept) == len(summary):
        return Check("G8", False, "nothing is learnt: the posterior is the prior")
    if all(name in kept or name.startswith(OBSERVED) for name in summary["unknown"]):
        return Check("G8", False, "nothing is learnt of the model, only of its list")
    wrongly = [name for name in kept if name in called]
    if wrongly:
        return Check("G8", False, f"called calibrated, though the record does not tell: {', '.join(wrongly)}")
    return Check("G8", True, f"keep their prior and are called so: {', '.join(kept) or 'none'}")


def run_agreement(one: Sample, other: Sample) -> np.ndarray:
    """Return how far the means of two estimators lie apart, in standard deviations of the first, (n_unknowns,)."""
    return np.abs(one.mean - other.mean) / one.sd


def check_agreement(apart: np.ndarray, names: Sequence[str]) -> Check:
    """Judge two estimators (G4): their means lie within a quarter of a standard deviation of each other."""
    far = [f"{name} {x:.2f}" for name, x in zip(names, apart, strict=True) if x > APART]
    return Check("G4", not far, f"means apart, in SDs: {', '.join(far) or f'at most {apart.max():.2f}'}")
