"""Worlds: points of a sampled design, each with how often success came about there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_integer_dtype, is_numeric_dtype

from abm.parameters import ConfigError


class Untellable(ConfigError):
    """What was run cannot answer the question; the command ends as one that is unfinished."""

    code = 3


@dataclass(frozen=True, eq=False)
class Worlds:
    """Worlds and their successes.

    Attributes
    ----------
    names
        The k factors, sorted: nothing that is found depends on the order of the columns.
    x
        Values, shape (n, k); a category is the place of its word in ``words``.
    words
        The words of every factor that is a category.
    whole
        Factors of whole numbers.
    won
        Whether a replicate was a success, 0 or 1, shape (n, replicates).
    """

    names: tuple[str, ...]
    x: np.ndarray
    words: dict[str, tuple[str, ...]]
    whole: frozenset[str]
    won: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def share(self) -> np.ndarray:
        """Share of successful replicates, shape (n,)."""
        return np.asarray(self.won.mean(axis=1))

    def column(self, name: str) -> np.ndarray:
        """Return the values of a factor, shape (n,)."""
        return self.x[:, self.names.index(name)]

    def take(self, rows: np.ndarray) -> Worlds:
        """Return some of the worlds, by place or by truth."""
        return replace(self, x=self.x[rows], won=self.won[rows])

    def only(self, names: Sequence[str]) -> Worlds:
        """Return the worlds with some of the factors, in the order of these worlds."""
        kept = [k for k, name in enumerate(self.names) if name in names]
        return replace(self, names=tuple(self.names[k] for k in kept), x=self.x[:, kept])

    def resampled(self, rng: np.random.Generator) -> Worlds:
        """Return as many worlds drawn with replacement, each with its replicates."""
        return self.take(rng.integers(len(self), size=len(self)))


def worlds(points: pd.DataFrame, won: np.ndarray) -> Worlds:
    """Return the worlds of a table: numbers are ordered, words and switches are categories.

    Parameters
    ----------
    points
        A row a world, a column a factor.
    won
        Successes, shape (n,) or (n, replicates).

    Raises
    ------
    Untellable
        If anything is missing, the two have other lengths, or success comes always or never.
    """
    won = np.asarray(won, float).reshape(len(won), -1)
    if len(points) != len(won):
        raise Untellable(f"{len(points):,} worlds have successes for {len(won):,}")
    if lost := int(np.isnan(won).any(axis=1).sum()):
        raise Untellable(f"{lost:,} of {len(won):,} worlds have a run that is missing or has no value; a box wants all")
    if not np.isin(won, (0, 1)).all():
        raise Untellable("a success is 0 or 1")
    if odd := next((str(name) for name in points if points[name].isna().any()), None):
        raise Untellable(f"{odd}: has no value in some world")
    if not won.size or won.min() == won.max():
        raise Untellable(f"{'every' if won.any() else 'no'} run of {won.size:,} is a success: there is nothing to tell")
    table = points.rename(columns=str).sort_index(axis=1)
    numbers = {name: is_numeric_dtype(of) and not is_bool_dtype(of) for name, of in table.items()}
    words = {str(name): tuple(sorted({*map(str, of)})) for name, of in table.items() if not numbers[name]}
    x = [of if numbers[name] else [words[str(name)].index(str(w)) for w in of] for name, of in table.items()]
    whole = frozenset(str(name) for name, of in table.items() if numbers[name] and is_integer_dtype(of))
    return Worlds(tuple(map(str, table.columns)), np.array(x, float).reshape(len(x), len(won)).T, words, whole, won)
