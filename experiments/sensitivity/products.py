"""What one block says of the variance of the mean response, whatever the luck: products across replicates.

Write g for the mean response and ⟨u, v⟩ for the mean of u_s v_t over pairs of different replicates s ≠ t. Given the
points, replicates are independent with mean g, so ⟨u, v⟩ has the mean u(g)·v(g): the formulas of Jansen 1999 and
Saltelli 2002 for a response without luck hold for the mean of one with luck, with no term left to subtract and no
matter how luck is distributed or shared inside the block. Every quantity is a difference inside a block, so the size
of the mean takes away no digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from experiments.sensitivity import additive


class Terms(NamedTuple):
    """One outcome, block by block: the mean over blocks of each is the quantity that it is named after.

    Attributes
    ----------
    explained, luck, alike
        V_g = Var g; σ² = E Var(Y | x); V_ω, luck that is the same at every point; shape (n_blocks,) each.
    alone, total
        V_i = Var E[g | x_i] and V_Ti = E Var(g | x_~i), shape (n_columns, n_blocks).
    in_world, of_world
        V_Ti and V_g of the response in one world, its luck held, mean over worlds: (n_columns, n_blocks), (n_blocks,).
    pairs
        V_il for every i < l, the part of the variance that two columns have only together: (n_pairs, n_blocks).
    still
        Whether a column changed no run at all, shape (n_columns,).
    fit
        The additive part, which is in all of them as control variate.
    """

    explained: np.ndarray
    luck: np.ndarray
    alike: np.ndarray
    alone: np.ndarray
    total: np.ndarray
    in_world: np.ndarray
    of_world: np.ndarray
    pairs: np.ndarray
    still: np.ndarray
    fit: additive.Fit


class Changes(NamedTuple):
    """What one column changes: A − AB_i and BA_i − B, shape (n_columns, replicates, n_blocks) each."""

    up: np.ndarray
    down: np.ndarray


def product(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return ⟨u, v⟩ = (Σu Σv − Σuv) / (r(r − 1)) of shape (…, n) from two arrays of shape (…, r, n)."""
    r = u.shape[-2]
    return (u.sum(axis=-2) * v.sum(axis=-2) - (u * v).sum(axis=-2)) / (r * (r - 1))


def changes(y: np.ndarray) -> Changes:
    """Return what every column changes in an outcome of shape (n_points, replicates, n_blocks)."""
    g = len(y) // 2
    return Changes(y[0] - y[1:g], y[g:-1] - y[-1])


def terms(y: np.ndarray, columns: Sequence[additive.Differences]) -> Terms:
    """Return what the blocks say of one outcome, shape (n_points, replicates, n_blocks) in the order of the design."""
    up, down = changes(y)
    fit = additive.fit(columns, up.mean(axis=1), down.mean(axis=1))
    g = len(up)
    one, other = np.r_[0 : g + 1], np.r_[2 * g + 1, g + 1 : 2 * g + 1]  # A and B, AB_i and BA_i: nothing in common
    apart = y[one] - y[other]
    sums = fit.d.sum(axis=0) - 2.0 * np.concatenate([np.zeros_like(fit.d[:1]), fit.d])
    known = (sums**2).mean(axis=0) / 2.0 - fit.variance.sum()
    own = fit.d**2 / 2.0 - fit.variance[:, None]
    away = y - y[:, :1]  # from the first replicate: 0 if all are equal
    return Terms(
        explained=product(apart, apart).mean(axis=0) / 2.0 - known,
        luck=away.var(axis=1, ddof=1).mean(axis=0),
        alike=covariance(away[one], away[other]).mean(axis=0),
        alone=product(down, up) / 2.0 - own,
        total=(product(up, up) + product(down, down)) / 4.0 - own,
        in_world=(up**2 + down**2).mean(axis=1) / 4.0 - own,
        of_world=(apart**2).mean(axis=(0, 1)) / 2.0 - known,
        pairs=together(up, down, fit.d),
        still=np.logical_not(up.any(axis=(1, 2)) | down.any(axis=(1, 2))),
        fit=fit,
    )


def covariance(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the sample covariance over replicates of two arrays of shape (…, r, n).

    It is the mean of u_s v_s less ⟨u, v⟩, without the loss of digits of that difference.
    """
    r = u.shape[-2]
    return ((u - u.mean(axis=-2, keepdims=True)) * (v - v.mean(axis=-2, keepdims=True))).sum(axis=-2) / (r - 1)


def together(up: np.ndarray, down: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Return V_il of every pair i < l, shape (n_pairs, n_blocks): −½[⟨BA_i − B, A − AB_l⟩ + ⟨BA_l − B, A − AB_i⟩]."""
    g, _, n = up.shape
    found = [np.empty((0, n))]
    for i in range(g - 1):
        both = product(down[i], up[i + 1 :]) + product(down[i + 1 :], up[i])
        found.append(d[i] * d[i + 1 :] - both / 2.0)
    return np.concatenate(found)
