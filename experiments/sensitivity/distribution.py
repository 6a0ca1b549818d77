"""Which factors move the distribution of an outcome: PAWN and delta of SALib, held against factors that do nothing."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from abm.parameters import ConfigError, nearest
from experiments.factor import Factor
from experiments.sensitivity.given import read, unanswered

DUMMIES = 40


def distribution(
    points: np.ndarray,
    y: np.ndarray,
    factors: Sequence[Factor],
    kind: str,
    common_seeds: bool,
    outcomes: Sequence[str] = ("y",),
    measure: str = "pawn",
    dummies: int = DUMMIES,
    seed: int = 1,
) -> pd.DataFrame:
    """Return which factors move the distribution of an outcome, its luck included: "pawn" or "delta", both of SALib.

    Neither is 0 for a factor that does nothing, so each is held against the 95 % quantile of ``dummies`` that do
    nothing. They rank and share out nothing (Pianosi & Wagener 2018; Plischke et al. 2013). Delta takes a minute.

    Returns
    -------
    One row an outcome and factor: factor, outcome, measure, value, dummy (the quantile), distinguishable.
    """
    points, y = read(points, y, kind, common_seeds)
    if measure not in MEASURES:
        raise ConfigError(f"measure = {measure}: must be one of {', '.join(MEASURES)}{nearest(measure, MEASURES)}")
    if dummies < DUMMIES:
        raise ConfigError(f"dummies = {dummies}: must be {DUMMIES} or more, or their 95 % quantile is not known")
    k, r = points.shape[1], y.shape[1]
    idle = np.random.default_rng(seed).random((len(points), dummies))
    ranks = np.argsort(np.argsort(np.concatenate([points, idle], axis=1), axis=0, kind="stable"), axis=0)
    places = np.repeat((ranks + 0.5) / len(points), r, axis=0)
    parts = []
    for m, outcome in enumerate(outcomes):
        runs = y[..., m]
        found = np.full(k + dummies, np.nan) if unanswered(runs) else MEASURES[measure](places, runs.ravel(), seed)
        beyond = float(np.quantile(found[k:], 0.95))
        rows = {"factor": [f.name for f in factors], "outcome": outcome, "measure": measure, "value": found[:k]}
        parts.append(pd.DataFrame({**rows, "dummy": beyond, "distinguishable": found[:k] > beyond}))
    return pd.concat(parts, ignore_index=True)


def _problem(places: np.ndarray) -> dict[str, Any]:
    """Return the problem of SALib for columns of the unit interval."""
    k = places.shape[1]
    return {"num_vars": k, "names": [str(i) for i in range(k)], "bounds": [[0.0, 1.0]] * k}


def _pawn(places: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Return PAWN of every column: the median over slices of the largest gap between distributions."""
    from SALib.analyze import pawn

    return np.asarray(pawn.analyze(_problem(places), places, y)["median"])


def _delta(places: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Return delta of every column: half the mean area between densities."""
    from SALib.analyze import delta

    more = {"num_resamples": 2, "y_resamples": min(len(y), 1000), "method": "delta", "seed": seed + 1}  # 0 is no seed
    said = warnings.formatwarning  # SALib exchanges it for the whole process
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(delta.analyze(_problem(places), places, y, **more)["delta_raw"])
    finally:
        warnings.formatwarning = said


MEASURES = {"pawn": _pawn, "delta": _delta}
