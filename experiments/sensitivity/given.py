"""What a finished sweep of random or Latin-hypercube points tells: first-order indices of the mean response.

Runs in the order of a factor are, neighbour beside neighbour, two looks at the same value of it: their covariance is
V_i (Chatterjee 2021; Gamboa et al. 2022), here over neighbours 4 to 16 apart, whose luck is averaged. It holds where
the other factors of neighbours are independent, so designs that see to it that they are not are refused, and points
that ran with common seeds with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtr, stdtrit

from abm.parameters import ConfigError
from experiments.factor import Factor
from experiments.intervals import LEVEL
from experiments.sensitivity.holes import Unanswerable, failed_runs
from experiments.sensitivity.words import NOTHING, UNDEFINED

LAGS = range(4, 17)
GROUPS = 25  # of a jackknife
CELLS = 4  # of each side of the grid in which points are counted
TOO_EVEN = 1e-6  # chance that points fall so evenly without being made to
FEWEST = 200  # points
COMMON = (
    "all points ran with the same seeds: indices would be those of these few worlds, with a bias that more points do "
    "not take away; run with common_random_numbers = false"
)
REFUSED = {
    "sobol": "neighbours in one factor of Sobol' points are not independent in the others, and indices from them may "
    "even be negative; run a block design",
    "factorial": "a factorial has few values of each factor, chosen and not drawn; compare its means",
    "fractional": "a fraction of a factorial confounds what it does not hold; compare its means",
    "csv": "nobody knows how the points of a file were drawn; run a Latin hypercube",
}


def first_order(
    points: np.ndarray,
    y: np.ndarray,
    factors: Sequence[Factor],
    kind: str,
    common_seeds: bool,
    outcomes: Sequence[str] = ("y",),
    luck_share: float | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return first-order indices of the mean response from a finished sweep.

    S1 = V_i / V_g with V_g = var ȳ − s²/r, the variance of the means of points less that of their luck. The interval
    is that of a jackknife over 25 groups of points.

    Parameters
    ----------
    points
        Places in the unit interval, or numbers in the order of the values, shape (n, k).
    y
        Outcomes, shape (n, replicates) or (n, replicates, n_outcomes).
    kind, common_seeds
        How the points were drawn, as studies say it, and whether all of them ran with the same seeds.
    luck_share
        Share of luck of one run, from elsewhere; needed where points have one run only.

    Returns
    -------
    One row an outcome and factor: factor, outcome, luck_share, S1, S1_low, S1_high, distinguishable, says (in words,
    where there are no numbers).

    Raises
    ------
    Unanswerable
        If the points or their seeds cannot tell.
    """
    points, y = read(points, y, kind, common_seeds)
    if y.shape[1] < 2 and luck_share is None:
        raise Unanswerable("one run a point cannot tell luck from effect: run two, or say luck_share")
    parts = []
    for m, outcome in enumerate(outcomes):
        runs = y[..., m]
        why = unanswered(runs)
        luck = np.nan if why else share_of_luck(runs) if luck_share is None else luck_share
        found, low, high = (np.full(len(factors), np.nan),) * 3 if why else _jackknifed(points, runs, luck, level)
        rows: dict[str, Any] = {"factor": [f.name for f in factors], "outcome": outcome, "luck_share": luck}
        rows |= {"S1": found, "S1_low": low, "S1_high": high, "distinguishable": low > 0.0, "says": why}
        parts.append(pd.DataFrame(rows))
    return pd.concat(parts, ignore_index=True)


def unanswered(runs: np.ndarray) -> str:
    """Return why nothing can be said of the runs of one outcome, shape (n, replicates), or nothing if it can."""
    if undefined := int(np.count_nonzero(~np.isfinite(runs))):
        return UNDEFINED.format(undefined, runs.size)
    return NOTHING if np.ptp(runs) == 0.0 else ""


def share_of_luck(runs: np.ndarray) -> float:
    """Return σ² / (V_g + σ²) of runs with seeds of their own, shape (n, replicates)."""
    luck = float(runs.var(axis=1, ddof=1).mean())
    everything = float(runs.mean(axis=1).var(ddof=1)) + luck * (1.0 - 1.0 / runs.shape[1])
    return luck / everything if everything > 0.0 else np.nan


def _jackknifed(points: np.ndarray, runs: np.ndarray, luck: float, level: float) -> tuple[np.ndarray, ...]:
    """Return S1 of every factor with low and high."""
    r = runs.shape[1]
    ours = (1.0 - luck) / (1.0 - luck + luck / r)  # part of the variance of means that is not luck
    mean = runs.mean(axis=1)
    whole = by_rank(points, mean) / ours
    group = np.arange(len(mean)) % GROUPS
    without = np.stack([by_rank(points[group != g], mean[group != g]) / ours for g in range(GROUPS)])
    error = np.sqrt((GROUPS - 1) / GROUPS * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    half = float(stdtrit(GROUPS - 1, 0.5 + level / 2)) * error
    return whole, whole - half, whole + half


def by_rank(points: np.ndarray, y: np.ndarray, lags: range = LAGS) -> np.ndarray:
    """Return the covariance of neighbours in each factor over the variance, shape (k,), from (n, k) and (n,)."""
    away = y - y.mean()
    ordered = away[np.argsort(points, axis=0, kind="stable")]  # (n, k)
    covariance = [(ordered[:-lag] * ordered[lag:]).mean(axis=0) for lag in lags]
    return np.mean(covariance, axis=0) / away.var()


def read(points: np.ndarray, y: np.ndarray, kind: str, common_seeds: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return points and outcomes (n, replicates, n_outcomes), or refuse those that cannot tell."""
    points, y = np.asarray(points, float), np.asarray(y, float)
    y = y[:, :, None] if y.ndim == 2 else y
    if not points.size:
        raise ConfigError("nothing varies: a sensitivity analysis needs a factor")
    if points.ndim != 2 or y.ndim != 3 or len(points) != len(y):
        raise ConfigError(f"points of shape {points.shape} and outcomes of shape {y.shape} do not belong together")
    if kind not in ("random", "latin-hypercube"):
        raise Unanswerable(f"design {kind}: {REFUSED.get(kind, 'points must be random or a Latin hypercube')}")
    if common_seeds:
        raise Unanswerable(COMMON)
    if len(points) < FEWEST:
        raise Unanswerable(f"{len(points)} points; fewer than {FEWEST} tell nothing")
    if lost := int(np.count_nonzero(failed_runs(y))):
        raise Unanswerable(f"{lost:,} of {y.shape[0] * y.shape[1]:,} runs have no outcome; leave out their points")
    if too_even(points):
        raise Unanswerable(f"points are more even than random ones: {REFUSED['sobol']}")
    return points, y


def too_even(points: np.ndarray) -> bool:
    """Say whether pairs of factors fill a grid of 4 × 4 cells as evenly as only Sobol' points or factorials do.

    Pearson's χ² has 9 degrees of freedom a pair where each factor alone is even, as in a Latin hypercube.
    """
    n, k = points.shape
    ranks = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0)
    side = np.eye(CELLS)[ranks * CELLS // n]  # (n, k, 4)
    counts = np.einsum("nip,njq->ijpq", side, side)[np.triu_indices(k, 1)]
    even = n / CELLS**2
    statistic = float(((counts - even) ** 2 / even).sum())
    return k > 1 and float(chdtr((CELLS - 1) ** 2 * len(counts), statistic)) < TOO_EVEN
