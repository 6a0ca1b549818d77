"""Screening: which factors move the share of success at all, alone or with another, in whatever shape."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import rankdata

from experiments.discovery.worlds import Worlds

MOST = 8  # factors that a box is sought in
LEVEL = 0.05  # chance that a factor passes where none does anything


def ranked(worlds: Worlds) -> tuple[np.ndarray, np.ndarray]:
    """Return standard ranks, a column a factor and one a word of a category, and the factor of each column."""
    columns, owners = [], []
    for k, name in enumerate(worlds.names):
        values = worlds.x[:, k]
        many = range(len(worlds.words[name])) if name in worlds.words else ()
        for column in [values == word for word in many] or [rankdata(values)]:
            spread = np.std(column)
            if spread > 0:
                columns.append((column - np.mean(column)) / spread)
                owners.append(k)
    return np.array(columns).reshape(-1, len(worlds)).T, np.array(owners, int)


def scores(worlds: Worlds) -> np.ndarray:
    """Return how surely each factor moves success, shape (k,): the largest |z| of what it does, over that of chance.

    Looked at are the ranks, their squares and the products of two, these against what is left when the ranks have
    explained what they can: a valley, or two that act only together, have no rank correlation. A z is the sum of the
    products with the residual over the root of their squares; chance is Bonferroni's, so that 1 is the edge.
    """
    z, owners = ranked(worlds)
    found = np.zeros(len(worlds.names))
    if not len(owners):
        return found
    centred = worlds.share - worlds.share.mean()
    left = centred - z @ weights(z, centred)
    alone = _over(centred @ z, centred**2 @ z**2)
    pairs = _over((left[:, None] * z).T @ z, ((left**2)[:, None] * z**2).T @ z**2)
    np.fill_diagonal(pairs, _over(left @ z**2, left**2 @ (z**2 - 1) ** 2))
    edge = -ndtri(LEVEL / 2 / (len(z.T) * (len(z.T) + 3) / 2))
    np.maximum.at(found, owners, np.maximum(np.abs(alone), np.abs(pairs).max(axis=0)) / edge)
    return found


def _over(a: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Return sums over the roots of sums of squares, 0 where nothing is left but the error of rounding."""
    there = squares > 1e-9
    return np.where(there, a / np.sqrt(np.where(there, squares, 1)), 0)


def screened(worlds: Worlds) -> pd.DataFrame:
    """Return every factor with its score and whether a box is sought in it, the surest first."""
    table = pd.DataFrame({"factor": worlds.names, "score": scores(worlds)})
    table = table.sort_values("score", ascending=False, kind="stable", ignore_index=True)
    return table.assign(kept=(table["score"] >= 1) & (table.index < MOST))


def slope(learn: Worlds, judge: Worlds) -> np.ndarray:
    """Return a weighted sum of the ranks of some worlds, shape (n,), with the weights that others give success."""
    both = Worlds(learn.names, np.concatenate([learn.x, judge.x]), learn.words, learn.whole, learn.won)
    z, _ = ranked(both)
    return np.asarray(z[len(learn) :] @ weights(z[: len(learn)], learn.share - learn.share.mean()))


def weights(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the least squares weights of columns, those of the words of a category among them, shape (columns,)."""
    return np.asarray(np.linalg.lstsq(z.T @ z, z.T @ y, rcond=1e-9)[0])
