"""Triangles, squares and paths where a city's neighbours fit into the 64 bits of one number.

The functions of `abm.measures.lists` for small worlds, some ten times as fast: bit j of ``near[i]`` says that i and j
are tied.
"""

from __future__ import annotations

import numpy as np

from abm.machine.bits import EMPTY, ONE, bit, lowest, n_bits
from abm.machine.jit import Table, kernel
from abm.measures.triads import Triads, close, tightened
from abm.state.entities import Partnership
from abm.state.memory import Rows

MOST_CITIES = 64


@kernel
def pair_up(rows: Rows[Partnership], chosen: np.ndarray, near: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Fill the neighbours of each city, shape (n_cities,), and return the pairs of `census.distinct`; shape (m, 2)."""
    m = 0
    for i in range(len(near)):
        near[i] = EMPTY
    for r in chosen:
        i, j = rows[r].i, rows[r].j
        room[m, 0], room[m, 1] = i, j
        m += int(near[i] & bit(j) == EMPTY)  # a pair met before is written over
        near[i] |= bit(j)
        near[j] |= bit(i)
    return room[:m]


@kernel
def close_all(
    near: np.ndarray,
    pairs: np.ndarray,
    degree: np.ndarray,
    region: np.ndarray,
    triads: Triads,
    constraint: float,
) -> float:
    """Note every triangle, once for each of its ties; return the sum of constraint, ``constraint`` without them."""
    for e in range(len(pairs)):
        a, b, weight = pairs[e, 0], pairs[e, 1], 0.0
        shared = near[a] & near[b]
        while shared != EMPTY:
            weight += close(triads, a, b, lowest(shared), degree, region)
            shared &= shared - ONE
        if weight > 0.0:
            constraint += tightened(weight, degree[a], degree[b])
    return constraint


@kernel
def n_squares(near: np.ndarray, region: np.ndarray, ours: np.ndarray) -> int:
    """Count the cycles of four cities that alternate between blocs 0 and 1; ``ours`` is room, shape (n_cities,).

    Only cities of bloc 0 with two neighbours of bloc 1 can be part of one.
    """
    others, n_ours, n = EMPTY, 0, 0
    for i in range(len(near)):
        others |= np.uint64(region[i] == 1) << np.uint64(i)
    for i in range(len(near)):
        ours[n_ours] = near[i] & others
        n_ours += int(region[i] == 0 and n_bits(ours[n_ours]) > 1)
    for x in range(n_ours):
        for y in range(x):
            k = n_bits(ours[x] & ours[y])
            n += k * (k - 1)
    return n // 2


@kernel
def distances(near: np.ndarray, pairs: np.ndarray, by_city: Table, horizon: np.ndarray, wider: np.ndarray) -> int:
    """Count ordered pairs of cities by the length of the shortest path; return the size of the largest component.

    Each city's horizon, at first itself and its neighbours, grows by those of its neighbours, step by step, until none
    grows or all tied cities see each other; ``wider`` is that of the next step.
    """
    n_cities, n_tied, step, largest = len(near), 0, 1, 1
    for i in range(n_cities):
        n_tied += int(near[i] != EMPTY)
        horizon[i] = wider[i] = near[i] | bit(i)
    seen, total, most = n_cities, n_cities + 2 * len(pairs), n_cities + n_tied * (n_tied - 1)
    while total > seen:
        by_city[step].at_distance = total - seen
        seen = total
        if total == most:
            break
        for e in range(len(pairs)):
            a, b = pairs[e, 0], pairs[e, 1]
            wider[a] |= horizon[b]
            wider[b] |= horizon[a]
        total = 0
        for i in range(n_cities):
            horizon[i] = wider[i]
            total += n_bits(wider[i])
        step += 1
    for i in range(n_cities):
        largest = max(largest, n_bits(horizon[i]))
    return largest
