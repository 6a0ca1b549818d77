"""Triangles, squares and paths where a city's neighbours fit into the 64 bits of one number.

The functions of `abm.measures.lists` for small worlds, some ten times as fast: bit j of ``near[i]`` says that i and j
are tied.
"""

from __future__ import annotations

import numpy as np

from abm.bits import EMPTY, ONE, bit, lowest, n_bits
from abm.jit import Table, kernel
from abm.measures.triads import Triads, close

MOST_CITIES = 64


@kernel
def pair_up(rows: Table, chosen: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Fill the neighbours of each city, shape (n_cities,), and return the pairs of `census.distinct`; shape (m, 2)."""
    pairs, m = np.empty((len(chosen), 2), np.int64), 0
    for r in chosen:
        i, j = rows[r].i, rows[r].j
        pairs[m, 0] = i
        pairs[m, 1] = j
        m += int(near[i] & bit(j) == EMPTY)  # a pair met before is written over
        near[i] |= bit(j)
        near[j] |= bit(i)
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
        while shared != EMPTY:
            close(triads, e, pairs, lowest(shared), degree, region)
            shared &= shared - ONE


@kernel
def n_squares(near: np.ndarray, region: np.ndarray, ours: np.ndarray) -> int:
    """Count the cycles of four cities that alternate between blocs 0 and 1; ``ours`` is room, shape (n_cities,)."""
    others, n_ours, n = EMPTY, 0, 0
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
def distances(pairs: np.ndarray, by_city: Table) -> int:
    """Count ordered pairs of cities by the length of the shortest path; return the size of the largest component.

    Each city's horizon grows by those of its neighbours, step by step, until none grows or all tied cities see each
    other.
    """
    n_cities, n_tied, largest = len(by_city), 0, 1
    for i in range(n_cities):
        by_city[i].horizon = by_city[i].wider = bit(i)
        n_tied += int(by_city[i].degree > 0)
    seen, most = n_cities, n_cities + n_tied * (n_tied - 1)
    for step in range(1, n_cities):
        for e in range(len(pairs)):
            a, b = by_city[pairs[e, 0]], by_city[pairs[e, 1]]
            a.wider |= b.horizon
            b.wider |= a.horizon
        total = 0
        for i in range(n_cities):
            by_city[i].horizon = by_city[i].wider
            k = n_bits(by_city[i].wider)
            largest = max(largest, k)
            total += k
        by_city[step].at_distance = total - seen
        if total in (seen, most):
            break
        seen = total
    return largest
