"""Designs: which settings of the factors a study runs. Every design is a list of rows, a value a factor.

Full factorial; the fraction 2^(k−p) of greatest resolution; Latin hypercube, extended by further hypercubes; scrambled
Sobol' points (Owen), of which the first half is the smaller design. A sampled design takes a list as categories of
equal weight and a range as its uniform prior.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import qmc

from abm.parameters import ConfigError


class Factor(NamedTuple):
    """What varies: a list of levels, or a range of numbers (``whole`` ones, or any)."""

    name: str
    levels: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False

    def at(self, u: float) -> Any:
        """Return the value at ``u`` of [0, 1): a level, or the quantile of the uniform prior."""
        if self.levels:
            return self.levels[int(u * len(self.levels))]
        if self.whole:
            return int(self.low) + int(u * (int(self.high) - int(self.low) + 1))
        return self.low + u * (self.high - self.low)

    def spread(self, n: int) -> tuple[Any, ...]:
        """Return the levels, or ``n`` values evenly from end to end of the range."""
        if self.levels:
            return self.levels
        values = np.linspace(self.low, self.high, n).tolist()
        return tuple(dict.fromkeys(round(v) for v in values)) if self.whole else tuple(values)


def factorial(factors: Sequence[Factor], levels: int) -> list[tuple[Any, ...]]:
    """Return every combination of the levels."""
    return list(product(*[factor.spread(levels) for factor in factors]))


def fraction(factors: Sequence[Factor], p: int) -> list[tuple[Any, ...]]:
    """Return the 2^(k−p) points of two-level factors whose words of confounding are as long as can be."""
    k = len(factors)
    pairs = [factor.spread(2) for factor in factors]
    for factor, pair in zip(factors, pairs, strict=True):
        if len(pair) != 2:
            raise ConfigError(f"design.kind = 'fractional': {factor.name} has {len(pair)} levels; it takes two")
    if not 1 <= p <= k - 2:
        raise ConfigError(f"design.fraction = {p}: must be a whole number from 1 to {max(1, k - 2)} for {k} factors")
    if 2 ** (k - p) <= k:
        raise ConfigError(f"design.fraction = {p}: {2 ** (k - p)} points cannot tell {k} factors apart")
    words = generators(k, p)
    rows = []
    for base in product((0, 1), repeat=k - p):
        added = [(sum(base[x] for x in word) + len(word) + 1) % 2 for word in words]  # sign: product of ±1
        rows.append(tuple(pair[bit] for pair, bit in zip(pairs, (*base, *added), strict=True)))
    return rows


def generators(k: int, p: int) -> list[tuple[int, ...]]:
    """Return for each of the last ``p`` factors the base factors whose product it is, of the greatest resolution found.

    For a resolution R, words are taken one by one, from the short or from the long end, as long as none of their
    products is shorter than R; the greatest R for which this gives ``p`` words wins.
    """
    n = k - p
    words = [word for length in range(2, n + 1) for word in combinations(range(n), length)]
    for wanted in range(n + 1, 2, -1):
        for order in (words, words[::-1]):
            chosen: list[tuple[int, ...]] = []
            products: list[frozenset[int]] = [
                frozenset()
            ]  # of the words chosen, the new factors (k, k + 1 …) among them
            for word in order:
                new = frozenset((*word, k + len(chosen)))
                if all(len(new ^ old) >= wanted for old in products):
                    chosen.append(word)
                    products += [new ^ old for old in products]
                if len(chosen) == p:
                    return chosen
    raise ConfigError(f"design.fraction = {p}: {2**n} points cannot tell {k} factors apart")


def resolution(words: Sequence[tuple[int, ...]]) -> int:
    """Return the length of the shortest product of generators: 3 confounds a factor with an interaction of two."""
    shortest = math.inf
    for size in range(1, len(words) + 1):
        for some in combinations(words, size):
            left: set[int] = set()
            for word in some:
                left ^= set(word)
            shortest = min(shortest, len(left) + size)
    return int(shortest)


def latin_hypercube(factors: Sequence[Factor], n: int, block: int, seed: int) -> list[tuple[Any, ...]]:
    """Return hypercubes of ``block`` points each, one under the other, ``n`` points in all."""
    if n % block:
        raise ConfigError(f"design.points = {n}: a Latin hypercube of {block} points grows by {block} at a time")
    return [row for b in range(n // block) for row in sampled(factors, hypercube(len(factors), block, [seed, b]))]


def hypercube(k: int, n: int, seed: Sequence[int]) -> np.ndarray:
    """Return one Latin hypercube, shape (n, k)."""
    return qmc.LatinHypercube(k, seed=np.random.default_rng(seed)).random(n)


def sobol(factors: Sequence[Factor], n: int, seed: int) -> list[tuple[Any, ...]]:
    """Return the first ``n`` points, a power of two, of a scrambled Sobol' sequence."""
    if n & (n - 1):
        near = 2 ** int(math.log2(n))
        raise ConfigError(f"design.points = {n}: Sobol' points come in powers of two, such as {near} or {2 * near}")
    if len(factors) > qmc.Sobol.MAXDIM:
        raise ConfigError(f"design.kind = 'sobol': {len(factors)} factors; at most {qmc.Sobol.MAXDIM}")
    return sampled(factors, qmc.Sobol(len(factors), seed=np.random.default_rng(seed)).random(n))


def sampled(factors: Sequence[Factor], unit: np.ndarray) -> list[tuple[Any, ...]]:
    """Return points of the unit cube, shape (n, k), as settings."""
    return [tuple(factor.at(u) for factor, u in zip(factors, row, strict=True)) for row in unit.tolist()]
