"""The shape of the network of cities tied by a memorandum or more (measure 21).

Transitivity is 3·triangles/connected triples of the whole network (Newman 2003); mean local clustering is the mean over
cities of the share of their pairs of neighbours that are tied (Watts & Strogatz 1998), 0 for fewer than two neighbours:
the two differ. Ties between two blocs close no triangles; there the share of paths of three ties that are closed,
4·cycles of four/paths of three (Robins & Alexander 2004), takes their place. Efficiency is the mean of 1/distance over
pairs of cities, 0 for a pair without a path (Latora & Marchiori 2001); assortativity is the correlation of the degrees
at the two ends of a tie (Newman 2002).
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from abm.machine.jit import State, Table, kernel
from abm.measures.declare import Measure
from abm.measures.graph import MONTHLY_BELOW, Graph
from abm.measures.stocks import ratio


class Columns(NamedTuple):
    """The columns of this family."""

    density: Annotated[float, Measure("share of the pairs of cities that are tied", "1", 21)]
    transitivity: Annotated[float, Measure("share of connected triples of cities that are triangles", "1", 21)]
    mean_local_clustering: Annotated[float, Measure("mean share of the pairs of a city's neighbours tied", "1", 21)]
    robins_alexander: Annotated[
        float, Measure("share of paths of three ties between two blocs that close to a cycle", "1", 21)
    ]
    degree_assortativity: Annotated[float, Measure("correlation of the degrees at the ends of a tie", "−1…1", 21)]
    largest_component_share: Annotated[float, Measure("share of the cities in the largest component", "1", 21)]
    efficiency: Annotated[float, Measure("mean of 1/distance over pairs of cities", "1", 21)]
    efficiency_64: Annotated[float, Measure("the same in worlds of 200 cities and more, from 64 cities only", "1", 21)]


class Cities(NamedTuple):
    """Sums over cities."""

    closed: Any  # tied pairs of neighbours: three times the triangles
    triples: Any  # pairs of neighbours: the connected triples
    local: Any  # local clustering
    cubes: Any  # degrees to the third power


@kernel
def over_cities(degree: np.ndarray, closed: np.ndarray) -> Cities:
    """Return the sums over cities."""
    triangles, triples, local, cubes = 0, 0, 0.0, 0
    for i in range(len(degree)):
        d = degree[i]
        n = d * (d - 1) // 2
        triples += n
        cubes += d * d * d
        if closed[i] > 0:
            triangles += closed[i]
            local += closed[i] / n
    return Cities(triangles, triples, local, cubes)


@kernel
def over_ties(pairs: np.ndarray, by_city: Table, region: np.ndarray) -> tuple[int, int]:
    """Return the sum over ties of the product of the degrees at their ends, and the number of paths of three ties.

    Those paths alternate between blocs 0 and 1; there are none where there are other blocs.
    """
    products, paths, highest = 0, 0, 0
    for e in range(len(pairs)):
        a, b = pairs[e, 0], pairs[e, 1]
        one, other, here, there = by_city[a], by_city[b], region[a], region[b]
        products += one.degree * other.degree
        highest = max(highest, here, there)
        if here != there:
            paths += (one.by_bloc[there] - 1) * (other.by_bloc[here] - 1)
    return products, paths if highest <= 1 else 0


@kernel
def assortativity(n_ties: int, over: Cities, products: int) -> float:
    """Return the correlation of the degrees at the two ends of a tie, each tie taken in both directions."""
    n, ends = 2 * n_ties, 2 * (over.triples + n_ties)  # Σ d² = Σ d(d − 1) + Σ d
    return ratio(float(2 * n * products - ends * ends), float(n * over.cubes - ends * ends))


@kernel
def mean_closeness(at_distance: np.ndarray, n_pairs: float) -> float:
    """Return the mean of 1/distance over ordered pairs of cities."""
    total, d = 0.0, 1
    while d < len(at_distance) and at_distance[d] > 0:
        total += at_distance[d] / d
        d += 1
    return ratio(total, n_pairs)


@kernel
def record(w: State, t: int, g: Graph) -> None:
    """Fill the columns of this family from the graph of the month."""
    s, by_city, n, m = w.series, g.by_city, float(g.n_cities), len(g.pairs)
    s[t].density = ratio(2.0 * m, n * (n - 1.0))
    over, (products, paths) = over_cities(by_city.degree, by_city.closed), over_ties(g.pairs, by_city, w.bloc)
    s[t].transitivity = ratio(float(over.closed), float(over.triples))
    s[t].mean_local_clustering = ratio(over.local, n)
    s[t].robins_alexander = ratio(4.0 * g.n_squares, float(paths))
    s[t].degree_assortativity = assortativity(m, over, products)
    s[t].largest_component_share = ratio(float(g.largest), n)
    closeness = mean_closeness(by_city.at_distance, float(g.n_sources) * (n - 1.0))
    is_small = len(w.cities) < MONTHLY_BELOW
    s[t].efficiency = closeness if is_small else np.nan
    s[t].efficiency_64 = np.nan if is_small else closeness
