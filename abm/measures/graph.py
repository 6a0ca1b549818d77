"""Who is tied to whom at the end of the month: what the measures of the network are computed from.

Two cities are tied where they have a living partnership with at least a memorandum; several themes make one tie. The
cities are those that take part. Worlds of 200 cities and more are looked at in the twelfth month of every year only; in
between the graph has no cities, so that every share of it is NaN.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from abm.jit import Table, kernel
from abm.measures import bitsets, lists
from abm.measures.census import distinct
from abm.measures.triads import Triads
from abm.neighbours import by_priority
from abm.tables import MAX_REGIONS

MONTHLY_BELOW = 200
N_SOURCES = 64
LAST_KEY = np.uint64(0xFFFFFFFFFFFFFFFF)


class Graph(NamedTuple):
    """The ties of one month; m of them."""

    in_bloc: Any  # (MAX_REGIONS,) cities that take part
    n_cities: Any  # their sum
    n_sources: Any  # cities from which distances are counted
    pairs: Any  # (m, 2) the two cities of a tie
    degree: Any  # (len(cities),) neighbours
    by_bloc: Any  # (len(cities), MAX_REGIONS) neighbours in each bloc
    triads: Any
    n_squares: Any  # cycles of four cities that alternate between blocs 0 and 1
    at_distance: Any  # (len(cities),) ordered pairs of cities by the length of the shortest path
    largest: Any  # cities in the largest component


@kernel
def neighbours(pairs: np.ndarray, region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of each city's neighbours, shape (n_cities,), and the same by bloc."""
    degree, by_bloc = np.zeros(len(region), np.int64), np.zeros((len(region), MAX_REGIONS), np.int64)
    for e in range(len(pairs)):
        a, b = pairs[e, 0], pairs[e, 1]
        degree[a] += 1
        degree[b] += 1
        by_bloc[a, region[b]] += 1
        by_bloc[b, region[a]] += 1
    return degree, by_bloc


@kernel
def sources(cities: Table, takes_part: np.ndarray) -> np.ndarray:
    """Say from which cities distances are counted: all, or the `N_SOURCES` of lowest key."""
    n = len(cities)
    if n < MONTHLY_BELOW:
        return takes_part
    keys, chosen = np.full(n, LAST_KEY), np.zeros(n, np.bool_)
    for i in range(n):
        if takes_part[i]:
            keys[i] = cities[i].key
    for i in by_priority(keys, n)[:N_SOURCES]:
        chosen[i] = takes_part[i]
    return chosen


@kernel
def build(cities: Table, rows: Table, memoranda: np.ndarray, t: int) -> Graph:
    """Return the graph of month ``t``; ``memoranda`` are the partnerships that stand at a memorandum or beyond."""
    n, region = len(cities), cities.region
    is_due = n < MONTHLY_BELOW or t % 12 == 11
    near = np.zeros(n if n <= bitsets.MOST_CITIES else 0, np.uint64)
    if n <= bitsets.MOST_CITIES:
        pairs = bitsets.pair_up(rows, memoranda, near)
    else:
        pairs = distinct(rows, memoranda if is_due else memoranda[:0], n)
    degree, by_bloc = neighbours(pairs, region)
    takes_part, in_bloc, n_cities = np.zeros(n, np.bool_), np.zeros(MAX_REGIONS), 0
    for i in range(n):
        if is_due and ((cities[i].standing > 0 and cities[i].weight > 0.0) or degree[i] > 0):
            takes_part[i] = True
            in_bloc[region[i]] += 1.0
            n_cities += 1
    triads = Triads(np.zeros(n, np.int64), np.zeros(len(pairs)), np.zeros((4, MAX_REGIONS), np.int64))
    n_sources = n_cities if n < MONTHLY_BELOW else min(n_cities, N_SOURCES)
    if n <= bitsets.MOST_CITIES:
        bitsets.close_all(near, pairs, degree, region, triads)
        n_squares = bitsets.n_squares(near, region)
        at_distance, largest = bitsets.distances(pairs, degree)
    else:
        first, lists_of = lists.adjacency(pairs, degree)
        lists.close_all(first, lists_of, pairs, degree, region, triads)
        n_squares = lists.n_squares(first, lists_of, region)
        at_distance, largest = lists.distances(first, lists_of, sources(cities, takes_part))
    return Graph(in_bloc, n_cities, n_sources, pairs, degree, by_bloc, triads, n_squares, at_distance, largest)
