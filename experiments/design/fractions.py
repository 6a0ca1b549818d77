"""Fractions 2^(k−p) of two-level designs: which products of base factors set the others, and what that confounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from abm.parameters import ConfigError


def generators(k: int, p: int) -> list[tuple[int, ...]]:
    """Return for each of the last ``p`` factors the base factors whose product it is, of the greatest resolution found.

    For a resolution R, words are taken one by one, from the short or from the long end, as long as none of their
    products is shorter than R; the greatest R for which this gives ``p`` words wins.
    """
    n = k - p
    bits = np.arange(2**n, dtype=np.int64)  # of base factors, the first the highest
    words = bits[np.lexsort((-bits, np.bitwise_count(bits)))][n + 1 :].astype(np.uint64)
    for wanted in range(n + 1, 2, -1):
        for order in (words, words[::-1]):
            chosen = chosen_words(order, n, p, wanted)
            if len(chosen) == p:
                return [tuple(at for at in range(n) if word >> (n - 1 - at) & 1) for word in chosen]
    raise ConfigError(f"design.fraction = {p}: {2**n} points cannot tell {k} factors apart")


def chosen_words(words: np.ndarray, n: int, p: int, wanted: int) -> list[int]:
    """Return up to ``p`` words, the first that fit; a word is bits of base factors, shape (n_words,)."""
    chosen: list[int] = []
    products = [0]  # of the words chosen, with a bit above ``n`` for each of the new factors among them
    left = words
    while len(left) and len(chosen) < p:
        for product in products[len(products) // 2 :]:  # the others were looked at before
            left = left[np.bitwise_count(left ^ np.uint64(product)) + 1 >= wanted]
        if len(left):
            word, new = int(left[0]), 1 << (n + len(chosen))
            chosen.append(word)
            products += [word ^ new ^ old for old in products]
            left = left[1:]
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
