"""Triangles, squares and paths where a city's neighbours fit into the 64 bits of one number.

The functions of `abm.measures.lists` for small worlds, some ten times as fast: bit j of ``near[i]`` says that i and j
are tied.
"""

from __future__ import annotations

import numpy as np

from abm.jit import Key, kernel
from abm.measures.triads import close

MOST_CITIES = 64
_0, _1, _2, _4, _56 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_TWOS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_EIGHTS, _EACH = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


@kernel
def n_bits(x: Key) -> int:
    """Return how many bits are set; the compiler knows this pattern and makes one instruction of it."""
    x = x - ((x >> _1) & _TWOS)
    x = (x & _FOURS) + ((x >> _2) & _FOURS)
    return int((((x + (x >> _4)) & _EIGHTS) * _EACH) >> _56)


@kernel
def adjacency(pairs: np.ndarray, n_cities: int) -> np.ndarray:
    """Return the neighbours of each city as bits; shape (n_cities,)."""
    near = np.zeros(n_cities, np.uint64)
    for e in range(len(pairs)):
        a, b = pairs[e, 0], pairs[e, 1]
        near[a] |= _1 << np.uint64(b)
        near[b] |= _1 << np.uint64(a)
    return near


@kernel
def close_all(
    near: np.ndarray,
    pairs: np.ndarray,
    degree: np.ndarray,
    region: np.ndarray,
    triads: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Note every triangle, once for each of its ties."""
    for e in range(len(pairs)):
        shared = near[pairs[e, 0]] & near[pairs[e, 1]]
        while shared != _0:
            close(triads, e, pairs, n_bits((shared & (~shared + _1)) - _1), degree, region)
            shared &= shared - _1


@kernel
def n_squares(near: np.ndarray, region: np.ndarray) -> int:
    """Count the cycles of four cities that alternate between blocs 0 and 1."""
    others, ours, n_ours, n = _0, np.empty(len(near), np.uint64), 0, 0
    for i in range(len(near)):
        others |= np.uint64(region[i] == 1) << np.uint64(i)
        ours[n_ours] = near[i]
        n_ours += int(region[i] == 0)
    for x in range(n_ours):
        for y in range(x):
            k = n_bits(ours[x] & ours[y] & others)
            n += k * (k - 1) // 2
    return n


@kernel
def distances(pairs: np.ndarray, n_cities: int) -> tuple[np.ndarray, int]:
    """Count ordered pairs of cities by the length of the shortest path; shape (n_cities,), and the largest component.

    Each city's horizon grows by those of its neighbours, step by step, until none grows.
    """
    counts, largest, seen = np.zeros(n_cities, np.int64), 1, n_cities
    horizon, wider = np.empty(n_cities, np.uint64), np.empty(n_cities, np.uint64)
    for i in range(n_cities):
        horizon[i] = wider[i] = _1 << np.uint64(i)
    for step in range(1, n_cities):
        for e in range(len(pairs)):
            a, b = pairs[e, 0], pairs[e, 1]
            wider[a] |= horizon[b]
            wider[b] |= horizon[a]
        total = 0
        for i in range(n_cities):
            horizon[i] = wider[i]
            k = n_bits(wider[i])
            largest = max(largest, k)
            total += k
        if total == seen:
            break
        counts[step] = total - seen
        seen = total
    return counts, largest
