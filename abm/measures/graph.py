"""Who is tied to whom at the end of the month: what the measures of the network are computed from.

Two cities are tied where they have a living partnership with at least a memorandum; several themes make one tie. The
cities are those that take part. Worlds of 200 cities and more are looked at in the twelfth month of every year only; in
between the graph has no cities, so that every share of it is NaN.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from abm.machine.jit import State, Table, kernel
from abm.machine.sorting import place_best
from abm.measures import bitsets, census, lists
from abm.measures.triads import Triads
from abm.state.memory import Sized

MONTHLY_BELOW = 200
N_SOURCES = 64
LISTS = {
    "tied_pairs": Sized(lambda w: len(w.partnerships), width=(2,), used=lambda w: 0),
    "sources": Sized(lambda w: len(w.cities)),
    "near": Sized(lambda w: len(w.cities), np.uint64),
    "horizon": Sized(lambda w: len(w.cities), np.uint64),
    "wider": Sized(lambda w: len(w.cities), np.uint64),
}


class Graph(NamedTuple):
    """The ties of one month, m of them."""

    n_cities: Any  # cities that take part
    n_sources: Any  # cities from which distances are counted
    pairs: Any  # (m, 2) the two cities of a tie
    n_tied: Any  # cities with a tie
    constraint: Any  # Burt's constraint, summed over them
    by_city: Any  # what there is of each city, rows of ``w.city_tally``; none where the graph has no cities
    n_squares: Any  # cycles of four cities that alternate between blocs 0 and 1
    largest: Any  # cities in the largest component


@kernel
def count_neighbours(pairs: np.ndarray, region: np.ndarray, by_city: Table) -> None:
    """Count each city's neighbours, in all and by bloc."""
    for e in range(len(pairs)):
        a, b = pairs[e, 0], pairs[e, 1]
        by_city[a].degree += 1
        by_city[b].degree += 1
        by_city[a].by_bloc[region[b]] += 1
        by_city[b].by_bloc[region[a]] += 1


@kernel
def takes_part(w: State, i: int) -> bool:
    """Say whether a city is one of the graph."""
    return (w.cities[i].standing > 0 and w.cities[i].weight > 0.0) or w.city_tally[i].degree > 0


@kernel
def sources(w: State) -> np.ndarray:
    """Say from which cities distances are counted: the `N_SOURCES` of lowest key, or all in a small world."""
    most = len(w.cities) if len(w.cities) < MONTHLY_BELOW else N_SOURCES
    lowest, some, chosen, n = np.empty(most), w.sources[:most], np.zeros(len(w.cities), np.bool_), 0
    for i in range(len(w.cities)):
        if takes_part(w, i):
            n = place_best(lowest, some, n, -float(w.cities[i].key), i)
    for i in some[:n]:
        chosen[i] = True
    return chosen


@kernel
def build(w: State, memoranda: np.ndarray, t: int) -> Graph:
    """Return the graph of month ``t``; ``memoranda`` are the partnerships that stand at a memorandum or beyond."""
    n, rows, region, by_city = len(w.cities), w.partnerships, w.bloc, w.city_tally
    is_small, n_cities, n_tied, constraint = n <= bitsets.MOST_CITIES, 0, 0, 0.0
    if n >= MONTHLY_BELOW and t % 12 != 11:
        return Graph(0, 0, w.tied_pairs[:0], 0, 0.0, by_city[:0], 0, 0)
    census.clear(by_city)
    near, horizon, wider = w.near, w.horizon, w.wider
    if is_small:
        pairs = bitsets.pair_up(rows, memoranda, near, w.tied_pairs)
    else:
        pairs = census.distinct(rows, memoranda, n, w.tied_pairs)
    count_neighbours(pairs, region, by_city)
    for i in range(n):
        if takes_part(w, i):
            w.tally.in_bloc[region[i]] += 1
            n_cities += 1
            if by_city[i].degree > 0:
                constraint += 1.0 / by_city[i].degree  # without triangles it is d·(1/d)²
                n_tied += 1
    degree, triads = by_city.degree, Triads(by_city.closed, w.tally.tied)
    if is_small:
        constraint = bitsets.close_all(near, pairs, degree, region, triads, constraint)
        n_squares = bitsets.n_squares(near, region, wider)
        largest = bitsets.distances(near, pairs, by_city, horizon, wider)
    else:
        first, lists_of = lists.adjacency(pairs, degree)
        constraint = lists.close_all(first, lists_of, pairs, degree, region, triads, constraint)
        n_squares = lists.n_squares(first, lists_of, region)
        largest = lists.distances(first, lists_of, sources(w), by_city.at_distance)
    n_sources = n_cities if n < MONTHLY_BELOW else min(n_cities, N_SOURCES)
    return Graph(n_cities, n_sources, pairs, n_tied, constraint, by_city[:n], n_squares, largest)
