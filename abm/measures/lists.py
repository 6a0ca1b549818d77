"""Triangles, squares and paths in a world of any size: neighbour lists in compressed rows.

The plain form of `abm.measures.bitsets`; the two are tested against each other.
"""

from __future__ import annotations

import numpy as np

from abm.machine.jit import kernel
from abm.measures.triads import Triads, close, tightened
from abm.state.words import NONE


@kernel
def adjacency(pairs: np.ndarray, degree: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each city's neighbours begin, shape (n_cities + 1,), and the neighbours, shape (2 m,)."""
    first = np.zeros(len(degree) + 1, np.int64)
    for i in range(len(degree)):
        first[i + 1] = first[i] + degree[i]
    near, place = np.empty(2 * len(pairs), np.int32), first.copy()
    for e in range(len(pairs)):
        a, b = pairs[e, 0], pairs[e, 1]
        near[place[a]] = b
        near[place[b]] = a
        place[a] += 1
        place[b] += 1
    return first, near


@kernel
def close_all(
    first: np.ndarray,
    near: np.ndarray,
    pairs: np.ndarray,
    degree: np.ndarray,
    region: np.ndarray,
    triads: Triads,
    constraint: float,
) -> float:
    """Note every triangle, once for each of its ties; return the sum of constraint, ``constraint`` without them."""
    tied_to = np.full(len(degree), NONE, np.int32)
    for e in range(len(pairs)):
        a, b, weight = pairs[e, 0], pairs[e, 1], 0.0
        if e == 0 or pairs[e - 1, 0] != a:
            for x in range(first[a], first[a + 1]):
                tied_to[near[x]] = a
        for x in range(first[b], first[b + 1]):
            if tied_to[near[x]] == a:
                weight += close(triads, a, b, near[x], degree, region)
        if weight > 0.0:
            constraint += tightened(weight, degree[a], degree[b])
    return constraint


@kernel
def n_squares(first: np.ndarray, near: np.ndarray, region: np.ndarray) -> int:
    """Count the cycles of four cities that alternate between blocs 0 and 1: pairs of paths i–x–j of equal ends."""
    n, paths = 0, np.zeros(len(region), np.int64)
    for i in range(len(region)):
        for change in (1, 0):  # count, then clear
            for x in range(first[i], first[i + 1] if region[i] == 0 else first[i]):
                if region[near[x]] != 1:
                    continue
                for y in range(first[near[x]], first[near[x] + 1]):
                    j = near[y]
                    if j < i and region[j] == 0:
                        n += change * paths[j]
                        paths[j] = change * (paths[j] + 1)
    return n


@kernel
def explore(first: np.ndarray, near: np.ndarray, source: int, distance: np.ndarray, reached: np.ndarray) -> int:
    """Fill the distance from ``source`` and the list of reached cities (breadth first); return how many there are."""
    distance[source], reached[0], n, x = 0, source, 1, 0
    while x < n:
        i = reached[x]
        x += 1
        for y in range(first[i], first[i + 1]):
            if distance[near[y]] == NONE:
                distance[near[y]] = distance[i] + 1
                reached[n] = near[y]
                n += 1
    return n


@kernel
def distances(first: np.ndarray, near: np.ndarray, is_source: np.ndarray, counts: np.ndarray) -> int:
    """Count cities by shortest path from each source, shape (n_cities,); return the size of the largest component."""
    n_cities, largest = len(is_source), 1
    distance, reached = np.full(n_cities, NONE, np.int32), np.empty(n_cities, np.int32)
    seen = np.zeros(n_cities, np.bool_)
    for i in range(n_cities):
        if first[i] == first[i + 1] or (seen[i] and not is_source[i]):
            continue
        n = explore(first, near, i, distance, reached)
        largest = max(largest, n)
        for x in range(n):
            city = reached[x]
            counts[distance[city]] += is_source[i]
            seen[city] = True
            distance[city] = NONE
    counts[0] = 0
    return largest
