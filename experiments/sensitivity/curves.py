"""Main-effect curves: what an outcome is on average at a value of one factor, with a band, in its own unit."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.factor import Factor
from experiments.sensitivity import additive, products
from experiments.sensitivity.blocks import Blocks

PLACES = 20  # of a range


def curves(
    y: np.ndarray, design: Blocks, columns: Sequence[additive.Differences], fit: additive.Fit, level: float
) -> pd.DataFrame:
    """Return E[Y | x_i] of one outcome along every factor, from the additive part.

    E[Y] + h_i(x_i). The band is pointwise: the delta method on the coefficients of h_i and on the mean of a block less
    what the additive part knows of its points.

    Parameters
    ----------
    y
        One outcome, shape (n_points, replicates, n_blocks).

    Returns
    -------
    One row a factor and place: factor, place (in the unit interval), value (of a number, else NaN), label (as text),
    mean, low, high.
    """
    n = y.shape[-1]
    up, down = products.changes(y)
    change = (up + down).mean(axis=1) / 2.0
    known = [(c.at_a + c.at_b) @ k / 2.0 for c, k in zip(columns, fit.coefficients, strict=True)]
    centre = y.mean(axis=(0, 1)) - np.sum(known, axis=0)
    wide = float(stdtrit(n - 1, 0.5 + level / 2)) / math.sqrt(n)
    parts = []
    for column, (members, c) in enumerate(zip(design.columns.values(), columns, strict=True)):
        moved = c.at_a - c.at_b
        residual = change[column] - fit.d[column]
        influence = n * (moved * residual[:, None]) @ c.inverse  # of the coefficients, (n_blocks, m)
        begin = 0
        for factor in (design.factors[i] for i in members):
            grid = places(factor)
            at = additive.basis(factor, grid)
            own = slice(begin, begin + at.shape[1])
            begin = own.stop
            mean = centre.mean() + at @ fit.coefficients[column][own]
            half = wide * np.std(centre[:, None] + influence[:, own] @ at.T, axis=0, ddof=1)
            parts.append(along(factor, grid).assign(mean=mean, low=mean - half, high=mean + half))
    return pd.concat(parts, ignore_index=True)


def places(factor: Factor) -> np.ndarray:
    """Return where a curve is drawn: at every level, or at the middles of equal parts of the range."""
    n = factor.n_levels if factor.levels or 0 < factor.n_levels <= PLACES else PLACES
    return (np.arange(n) + 0.5) / n


def along(factor: Factor, grid: np.ndarray) -> pd.DataFrame:
    """Return the values of a factor at places in the unit interval, as numbers and as text."""
    values = [factor.at(u) for u in grid.tolist()]
    numbers = [float(v) if isinstance(v, int | float) and not factor.levels else math.nan for v in values]
    return pd.DataFrame({"factor": factor.name, "place": grid, "value": numbers, "label": [str(v) for v in values]})
