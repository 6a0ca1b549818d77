"""Designs: which settings of the factors a study runs. A design is rows, a value a factor, made as they are asked for.

Full factorial; the fraction 2^(k−p) of greatest resolution; Latin hypercube, extended by further hypercubes; scrambled
Sobol' points (Owen), of which the first half is the smaller design. A sampled design takes a list as categories of
equal weight and a range as its uniform prior.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import qmc

from abm.parameters import ConfigError

MOST_BLOCKS = 10_000  # hypercubes, each made on its own


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


class Rows(Sequence[tuple[Any, ...]]):
    """The rows of a design: ``row(x)`` is number x of ``n``."""

    def __init__(self, n: int, row: Callable[[int], tuple[Any, ...]]) -> None:
        self.n, self.row = n, row

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, x: Any) -> Any:
        if isinstance(x, slice):
            return [self.row(at) for at in range(*x.indices(self.n))]
        return self.row(range(self.n)[x])

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return map(self.row, range(self.n))


def factorial(factors: Sequence[Factor], levels: int) -> Rows:
    """Return every combination of the levels, the last factor fastest."""
    spreads = [factor.spread(levels) for factor in factors]

    def row(x: int) -> tuple[Any, ...]:
        values = []
        for spread in reversed(spreads):
            x, digit = divmod(x, len(spread))
            values.append(spread[digit])
        return tuple(reversed(values))

    return Rows(math.prod(map(len, spreads)), row)


def fraction(factors: Sequence[Factor], p: int) -> Rows:
    """Return the 2^(k−p) points of two-level factors whose words of confounding are as long as can be."""
    k = len(factors)
    n = k - p
    pairs = [factor.spread(2) for factor in factors]
    for factor, pair in zip(factors, pairs, strict=True):
        if len(pair) != 2:
            raise ConfigError(f"design.kind = 'fractional': {factor.name} has {len(pair)} levels; it takes two")
    if not 1 <= p <= k - 2:
        raise ConfigError(f"design.fraction = {p}: must be a whole number from 1 to {max(1, k - 2)} for {k} factors")
    if 2**n <= k:
        raise ConfigError(f"design.fraction = {p}: {2**n} points cannot tell {k} factors apart")
    words = generators(k, p)

    def row(x: int) -> tuple[Any, ...]:
        base = [x >> (n - 1 - at) & 1 for at in range(n)]
        added = [(sum(base[at] for at in word) + len(word) + 1) % 2 for word in words]  # sign: product of ±1
        return tuple(pair[bit] for pair, bit in zip(pairs, (*base, *added), strict=True))

    return Rows(2**n, row)


def generators(k: int, p: int) -> list[tuple[int, ...]]:
    """Return for each of the last ``p`` factors the base factors whose product it is, of the greatest resolution found.

    For a resolution R, words are taken one by one, from the short or from the long end, as long as none of their
    products is shorter than R; the greatest R for which this gives ``p`` words wins.
    """
    n = k - p
    words = np.array([sum(1 << at for at in w) for m in range(2, n + 1) for w in combinations(range(n), m)], np.uint64)
    for wanted in range(n + 1, 2, -1):
        for order in (words, words[::-1]):
            chosen = chosen_words(order, n, p, wanted)
            if len(chosen) == p:
                return [tuple(at for at in range(n) if word >> at & 1) for word in chosen]
    raise ConfigError(f"design.fraction = {p}: {2**n} points cannot tell {k} factors apart")


def chosen_words(words: np.ndarray, n: int, p: int, wanted: int) -> list[int]:
    """Return up to ``p`` words, the first that fit; a word is bits of base factors, shape (n_words,)."""
    chosen: list[int] = []
    products = [0]  # of the words chosen, with a bit above ``n`` for each of the new factors among them
    left = words
    while len(left) and len(chosen) < p:
        new = 1 << (n + len(chosen))
        for product in products[len(products) // 2 :] if chosen else products:
            left = left[np.bitwise_count(left ^ np.uint64(product)) + 1 >= wanted]
        if not len(left):
            break
        word = int(left[0])
        chosen.append(word)
        left = left[1:]
        products += [word ^ new ^ old for old in products]
    return chosen


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


def latin_hypercube(factors: Sequence[Factor], n: int, block: int, seed: int) -> Rows:
    """Return hypercubes of ``block`` points each, one under the other, ``n`` points in all."""
    if n % block:
        raise ConfigError(f"design.points = {n}: a Latin hypercube of {block} points grows by {block} at a time")
    if n // block > MOST_BLOCKS:
        raise ConfigError(f"design.block = {block}: {n // block:,} hypercubes; at most {MOST_BLOCKS:,}")
    return sampled(factors, np.concatenate([hypercube(len(factors), block, [seed, b]) for b in range(n // block)]))


def hypercube(k: int, n: int, seed: Sequence[int]) -> np.ndarray:
    """Return one Latin hypercube, shape (n, k)."""
    return qmc.LatinHypercube(k, seed=np.random.default_rng(seed)).random(n)


def sobol(factors: Sequence[Factor], n: int, seed: int) -> Rows:
    """Return the first ``n`` points, a power of two, of a scrambled Sobol' sequence."""
    if n & (n - 1):
        near = 2 ** int(math.log2(n))
        raise ConfigError(f"design.points = {n}: Sobol' points come in powers of two, such as {near} or {2 * near}")
    if len(factors) > qmc.Sobol.MAXDIM:
        raise ConfigError(f"design.kind = 'sobol': {len(factors)} factors; at most {qmc.Sobol.MAXDIM}")
    return sampled(factors, qmc.Sobol(len(factors), seed=np.random.default_rng(seed)).random(n))


def sampled(factors: Sequence[Factor], unit: np.ndarray) -> Rows:
    """Return points of the unit cube, shape (n, k), as settings."""
    return Rows(len(unit), lambda x: tuple(factor.at(u) for factor, u in zip(factors, unit[x].tolist(), strict=True)))
