"""Main-effect curves: what an outcome is on average at a value of one factor, with a band, in its own unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.linalg import block_diag
from scipy.special import stdtrit

from experiments.factor import Factor, worded
from experiments.sensitivity import additive, products
from experiments.sensitivity.blocks import Blocks

PLACES = 20  # of a range


class Places(NamedTuple):
    """Where curves are drawn, the same for every outcome.

    Attributes
    ----------
    table
        One row a factor and place: factor, place (in the unit interval), value (of a number, else NaN), label.
    bases
        Basis functions of every column at the places of its factors, shape (n_places, m) each.
    """

    table: pd.DataFrame
    bases: list[np.ndarray]


def places(design: Blocks) -> Places:
    """Return the levels of every factor, or the middles of equal parts of its range."""
    tables, bases = [], []
    for members in design.columns.values():
        factors = [design.factors[i] for i in members]
        grids = [_grid(factor) for factor in factors]
        tables += [_along(factor, grid) for factor, grid in zip(factors, grids, strict=True)]
        bases.append(block_diag(*(additive.basis(factor, grid) for factor, grid in zip(factors, grids, strict=True))))
    return Places(pd.concat(tables, ignore_index=True), bases)


def _grid(factor: Factor) -> np.ndarray:
    """Return places in the unit interval."""
    n = factor.n_levels if factor.levels or 0 < factor.n_levels <= PLACES else PLACES
    return (np.arange(n) + 0.5) / n


def _along(factor: Factor, grid: np.ndarray) -> pd.DataFrame:
    """Return the values of a factor at places in the unit interval, as numbers and as text."""
    values = [factor.at(u) for u in grid.tolist()]
    numbers = [float(v) if isinstance(v, int | float) and not factor.levels else math.nan for v in values]
    labels = [str(worded(v)) for v in values]
    return pd.DataFrame({"factor": factor.name, "place": grid, "value": numbers, "label": labels})


def heights(
    y: np.ndarray, columns: Sequence[additive.Differences], fit: additive.Fit, at: Places, level: float
) -> dict[str, np.ndarray]:
    """Return E[Y | x_i] of one outcome at all places: E[Y] + h_i(x_i), as mean, low and high.

    The band is pointwise: the delta method on the coefficients of h_i and on the mean of a block less what the additive
    part knows of its points.

    Parameters
    ----------
    y
        One outcome, shape (n_points, replicates, n_blocks).
    """
    n = y.shape[-1]
    up, down = products.changes(y)
    residual = (up + down).mean(axis=1) / 2.0 - fit.d
    known = [(c.at_a + c.at_b) @ k / 2.0 for c, k in zip(columns, fit.coefficients, strict=True)]
    centre = y.mean(axis=(0, 1)) - np.sum(known, axis=0)
    wide = float(stdtrit(n - 1, 0.5 + level / 2)) / math.sqrt(n)
    mean, half = [], []
    for c, k, rest, basis in zip(columns, fit.coefficients, residual, at.bases, strict=True):
        influence = n * ((c.at_a - c.at_b) * rest[:, None]) @ c.inverse  # of the coefficients, (n_blocks, m)
        mean.append(centre.mean() + basis @ k)
        half.append(wide * np.std(centre[:, None] + influence @ basis.T, axis=0, ddof=1))
    middle, width = np.concatenate(mean), np.concatenate(half)
    return {"mean": middle, "low": middle - width, "high": middle + width}
