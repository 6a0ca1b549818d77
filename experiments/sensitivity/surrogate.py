"""Indices from a surrogate: sparse polynomial chaos by OpenTURNS, one run a point, refused where it does not predict.

Least-angle regression picks the few Legendre polynomials that runs need (Blatman & Sudret 2011); their squared
coefficients are the variances that indices are made of, and luck is what they leave. Where the mean response is smooth
it takes a fraction of the runs of a block design. No surrogate can predict luck: the share of the variance that it
predicts, R² in cross-validation, is at best 1 less the luck share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from abm.parameters import ConfigError
from experiments.factor import Factor
from experiments.sensitivity.given import COMMON, share_of_luck
from experiments.sensitivity.holes import Unanswerable

FOLDS = 5
ENOUGH = 0.8  # of the R² that luck leaves
DEGREE = 10
FEW_TERMS = 400  # polynomials to choose from, at most
INTERACTIONS = 0.5  # below 1: fewer polynomials of several factors among them


def surrogate(
    points: np.ndarray,
    y: np.ndarray,
    factors: Sequence[Factor],
    common_seeds: bool,
    outcomes: Sequence[str] = ("y",),
    luck_share: float | None = None,
) -> pd.DataFrame:
    """Return first and total indices of the mean response from a polynomial that predicts it.

    Parameters
    ----------
    points
        Places in the unit interval, shape (n, k): random ones, a Latin hypercube or Sobol' points.
    y
        Outcomes, shape (n, replicates) or (n, replicates, n_outcomes).
    common_seeds
        Whether all points ran with the same seeds.
    luck_share
        Share of luck of one run, from elsewhere; needed where points have one run only.

    Returns
    -------
    One row an outcome and factor: factor, outcome, S1, ST, R2 (cross-validated), ceiling (the R² that luck leaves),
    terms (polynomials that are used).

    Raises
    ------
    Unanswerable
        If R² is below 80 % of its ceiling, if points ran with common seeds or cannot tell luck.
    ConfigError
        If OpenTURNS is not installed, a factor has levels without an order, or an outcome is missing.
    """
    points, y = np.asarray(points, float), np.asarray(y, float)
    y = y[:, :, None] if y.ndim == 2 else y
    _check(points, y, factors, common_seeds)
    if luck_share is None and y.shape[1] < 2:
        raise Unanswerable("one run a point cannot tell luck from effect: run two, or say luck_share")
    parts = []
    for m, outcome in enumerate(outcomes):
        runs = y[..., m]
        luck = share_of_luck(runs) if luck_share is None else luck_share
        ceiling = (1.0 - luck) / (1.0 - luck + luck / runs.shape[1])
        r2 = predicted(points, runs.mean(axis=1))
        if not r2 >= ENOUGH * ceiling:
            raise Unanswerable(
                f"{outcome}: the surrogate predicts {r2:.0%} of what runs differ by, luck leaves {ceiling:.0%}; "
                f"below {ENOUGH:.0%} of that its indices are not those of the model. Run a block design"
            )
        found = chaos(points, runs.mean(axis=1))
        rows: dict[str, Any] = {"factor": [f.name for f in factors], "outcome": outcome, "S1": found[0], "ST": found[1]}
        parts.append(pd.DataFrame(rows | {"R2": r2, "ceiling": ceiling, "terms": found[3]}))
    return pd.concat(parts, ignore_index=True)


def _check(points: np.ndarray, y: np.ndarray, factors: Sequence[Factor], common_seeds: bool) -> None:
    """Refuse what no polynomial can be fitted to."""
    if points.ndim != 2 or y.ndim != 3 or len(points) != len(y) or points.shape[1] != len(factors):
        raise ConfigError(f"points {points.shape}, outcomes {y.shape}, {len(factors)} factors do not belong together")
    if not np.isfinite(y).all() or not ((points >= 0.0) & (points <= 1.0)).all():
        raise ConfigError("a surrogate needs places in the unit interval, and an outcome of every run")
    for factor in factors:
        if len(factor.levels) > 2:
            raise ConfigError(f"{factor.name} has levels without an order, which no polynomial follows; use blocks")
    if common_seeds:
        raise Unanswerable(COMMON)


def predicted(points: np.ndarray, y: np.ndarray) -> float:
    """Return the share of the variance of y that surrogates of four fifths of the points predict in the last fifth."""
    fold = np.arange(len(y)) % FOLDS
    guess = np.empty_like(y)
    for out in range(FOLDS):
        guess[fold == out] = chaos(points[fold != out], y[fold != out])[2](points[fold == out])
    return float(1.0 - np.mean((y - guess) ** 2) / np.var(y))


def chaos(points: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, Callable[[np.ndarray], np.ndarray], int]:
    """Return S1 and ST, shape (k,), the fitted function, and its number of polynomials."""
    try:
        import openturns as ot
    except ImportError:
        raise ConfigError("surrogate: OpenTURNS is not installed; pip install 'twinhelix[surrogate]'") from None
    ot.Log.Show(ot.Log.NONE)
    k = points.shape[1]
    every = ot.HyperbolicAnisotropicEnumerateFunction(k, INTERACTIONS)
    sizes = [every.getBasisSizeFromTotalDegree(degree) for degree in range(1, DEGREE + 1)]
    size = max([n for n in sizes if n <= min(FEW_TERMS, len(y) // 4)], default=k + 1)
    basis = ot.OrthogonalProductPolynomialFactory([ot.LegendreFactory()] * k, every)
    x, out = ot.Sample(points), ot.Sample(y[:, None])
    choice = ot.LeastSquaresMetaModelSelectionFactory(ot.LARS(), ot.CorrectedLeaveOneOut())
    fit = ot.FunctionalChaosAlgorithm(
        x,
        out,
        ot.JointDistribution([ot.Uniform(0.0, 1.0)] * k),
        ot.FixedStrategy(basis, size),
        ot.LeastSquaresStrategy(x, out, choice),
    )
    fit.run()
    result = fit.getResult()
    indices = ot.FunctionalChaosSobolIndices(result)
    first = np.array([indices.getSobolIndex(i) for i in range(k)])
    total = np.array([indices.getSobolTotalIndex(i) for i in range(k)])
    model = result.getMetaModel()
    return first, total, lambda at: np.asarray(model(ot.Sample(at)))[:, 0], len(result.getIndices())
