"""The part of the response that is a sum of one curve a factor: it narrows intervals, and it is what figures show.

h_i is a polynomial of degree four in the place of the value in the unit interval, or one value a level where levels
have no order or are few. Its variance is known exactly, so h is a control variate: what it says of a block, less what
it says on average, has mean 0 and takes most of the scatter out of the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre
from scipy.linalg import block_diag

from experiments.factor import Factor
from experiments.sensitivity.blocks import Blocks

DEGREE = 4
MANY = 50  # whole numbers that are fitted as if they were any
ENOUGH = 5  # blocks for each basis function of a column; with fewer a fit explains luck, and intervals are too narrow


class Differences(NamedTuple):
    """What the additive part can say of one column: curves at row a less those at row b, and how they vary.

    Attributes
    ----------
    at_a, at_b
        Basis functions of mean 0, shape (n_blocks, m) each.
    gram
        Their exact covariance, shape (m, m).
    inverse
        Pseudo-inverse of the sum over blocks of products of differences, shape (m, m).
    """

    at_a: np.ndarray
    at_b: np.ndarray
    gram: np.ndarray
    inverse: np.ndarray


class Fit(NamedTuple):
    """The additive part of one outcome.

    Attributes
    ----------
    coefficients
        Of the basis functions of every column, shape (m,) each.
    d
        h_i(a) − h_i(b), shape (n_columns, n_blocks); 0 of a column that has too few blocks for its basis functions.
    variance
        Var h_i, shape (n_columns,); 0 of such a column.
    """

    coefficients: list[np.ndarray]
    d: np.ndarray
    variance: np.ndarray


def values_of(factor: Factor) -> int:
    """Return the number of values that are told apart, 0 if the curve is a polynomial in any number."""
    return factor.n_levels if factor.levels or factor.n_levels <= MANY else 0


def basis(factor: Factor, unit: np.ndarray) -> np.ndarray:
    """Return basis functions of mean 0 at places in the unit interval, shape (n, m)."""
    n = values_of(factor)
    if not n:
        return legendre.legvander(2.0 * unit - 1.0, DEGREE)[:, 1:]
    every = _of_levels(factor, n)
    return (every - every.mean(axis=0))[np.minimum((unit * n).astype(int), n - 1)]


def _of_levels(factor: Factor, n: int) -> np.ndarray:
    """Return what tells levels apart, a row a level: whether it is the second, third, …; of numbers, polynomials."""
    if factor.levels:
        return np.eye(n)[:, 1:]
    middle = (np.arange(n) + 0.5) / n
    return legendre.legvander(2.0 * middle - 1.0, min(DEGREE, n - 1))[:, 1:]


def gram(factor: Factor) -> np.ndarray:
    """Return the exact covariance of the basis functions of a factor, shape (m, m)."""
    if n := values_of(factor):
        every = basis(factor, (np.arange(n) + 0.5) / n)
        return every.T @ every / n
    return np.diag(1.0 / (2.0 * np.arange(1, DEGREE + 1) + 1.0))


def prepared(design: Blocks) -> list[Differences]:
    """Return what fits of all outcomes of a design have in common, a column each."""
    a, b = design.rows
    found = []
    for members in design.columns.values():
        at_a, at_b = (
            np.concatenate([basis(design.factors[i], rows[:, i]) for i in members], axis=1) for rows in (a, b)
        )
        moved = at_a - at_b
        exact = block_diag(*(gram(design.factors[i]) for i in members))
        found.append(Differences(at_a, at_b, exact, np.linalg.pinv(moved.T @ moved, hermitian=True)))
    return found


def fit(columns: Sequence[Differences], up: np.ndarray, down: np.ndarray) -> Fit:
    """Return the least-squares additive part of one outcome.

    Parameters
    ----------
    up, down
        Means over replicates of A − AB_i and BA_i − B, shape (n_columns, n_blocks): both are h_i(a) − h_i(b) if the
        response is additive. Luck that a block shares is not in them.
    """
    change = (up + down) / 2.0
    coefficients = [c.inverse @ ((c.at_a - c.at_b).T @ t) for c, t in zip(columns, change, strict=True)]
    enough = np.array([len(c.at_a) >= ENOUGH * len(c.gram) for c in columns])
    d = np.stack([(c.at_a - c.at_b) @ k for c, k in zip(columns, coefficients, strict=True)])
    variance = np.array([k @ c.gram @ k for c, k in zip(columns, coefficients, strict=True)])
    return Fit(coefficients, d * enough[:, None], variance * enough)
