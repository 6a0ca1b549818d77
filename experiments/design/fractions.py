"""Fractions 2^(k−p) of two-level designs: which products of base factors set the others, and what that confounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from abm.parameters import ConfigError


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
