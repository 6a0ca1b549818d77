"""Triangles, squares and paths where a city's neighbours fit into the 64 bits of one number.

The functions of `abm.measures.lists` for small worlds, some ten times as fast: bit j of ``near[i]`` says that i and j
are tied.
"""

from __future__ import annotations

import numpy as np

from abm.jit import Key, Table, kernel
from abm.measures.triads import Triads, close

MOST_CITIES = 64
_0, _1, _2, _4, _56 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_TWOS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_EIGHTS, _EACH = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


@kernel
def n_bits(x: Key) -> int:
    """Return how many bits are set; the compiler knows this pattern and makes one instruction of it."""
    x = x - ((x >> _1) & _TWOS)
    x = (x & _FOURS) + ((x >> _2) & _FOURS)
    n = np.int64((((x + (x >> _4)) & _EIGHTS) * _EACH) >> _56)  # signed: numba adds signed and unsigned as floats
    return int(n)


@kernel
def pair_up(rows: Table, chosen: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Fill the neighbours of each city, shape (n_cities,), and return the pairs of `census.distinct`; shape (m, 2)."""
    pairs, m = np.empty((len(chosen), 2), np.int64), 0
    for r in chosen:
        i, j = rows.i[r], rows.j[r]
        pairs[m, 0] = i
        pairs[m, 1] = j
        m += int((near[i] >> np.uint64(j)) & _1 == _0)  # a pair met before is written over
        near[i] |= _1 << np.uint64(j)
        near[j] |= _1 << np.uint64(i)
    return pairs[:m]


@kernel
def close_all(
    near: np.ndarray,
    pairs: np.ndarray,
    degree: np.ndarray,
    region: np.ndarray,
    triads: Triads,
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
def distances(pairs: np.ndarray, degree: np.ndarray) -> tuple[np.ndarray, int]:
    """Count ordered pairs of cities by the length of the shortest path; shape (n_cities,), and the largest component.

    Each city's horizon grows by those of its neighbours, step by step, until none grows or all tied cities see each
    other.
    """
    n_cities, n_tied, largest = len(degree), 0, 1
    horizon, wider = np.empty(n_cities, np.uint64), np.empty(n_cities, np.uint64)
    for i in range(n_cities):
        horizon[i] = wider[i] = _1 << np.uint64(i)
        n_tied += int(degree[i] > 0)
    counts, seen, most = np.zeros(n_cities, np.int64), n_cities, n_cities + n_tied * (n_tied - 1)
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
        counts[step] = total - seen
        if total in (seen, most):
            break
        seen = total
    return counts, largest
