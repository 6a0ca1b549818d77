"""The shape of any network, by the compiled measures of the model, with and without its largest clique.

An association whose members are all twinned with each other makes a clique: 27 towns have almost half of the triangles
of KONECT's sister cities. What a network is like without it is told beside it. Where the places of cities are known,
so are the length of ties and how often they reach abroad, and how frequent short and long ones are beside chance: pairs
of cities drawn in proportion to their ties.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from abm.input.networks import Network, read_network
from abm.input.networks.network import LEGAL, WORDS, as_name, told
from abm.input.tables import read_table
from abm.measures import equity, graph, lists, network
from abm.measures.census import CityTally
from abm.measures.triads import Triads
from abm.parameters import ConfigError, shown
from abm.shared.pairs import EARTH_RADIUS_KM
from abm.state.memory import allocate

IDS = ("id", "city_id", "node", "city")
QUANTILES = (75, 90, 95, 99)
BANDS = {"below_250": (0, 250), "250_to_1000": (250, 1_000), "8000_to_10000": (8_000, 10_000)}  # km
DRAWN = 400_000  # pairs at random
ALL_SOURCES, SOME_SOURCES = 15_000, 2_000  # in a component larger than the first, distances from about so many count
MOST_WORK = 20_000_000  # looks at a node in the search for a clique


def read_edges(path: str | os.PathLike[str]) -> nx.Graph:
    """Return the network of a file: undirected, each tie once, nobody tied to itself, nodes with what is said of them.

    Raises
    ------
    ConfigError
        If the file cannot be read, is none of its kind, or has no tie.
    """
    return as_graph(read_network(Path(path)))


def with_nodes(found: nx.Graph, path: Path) -> nx.Graph:
    """Return a network with what a table says of its nodes: name, country, latitude, longitude, population.

    Raises
    ------
    ConfigError
        If the table has no column of their names, says a place that is none, or knows none of them.
    """
    header, rows = read_table(path)
    lowered = [name.lower() for name in header]
    by = next((name for name in IDS if name in lowered), None)
    if by is None:
        raise ConfigError(f"{path.name}:1: no column names the nodes; call it one of {', '.join(IDS)}")
    said = {}
    for line, cells in rows.items():
        given = dict(zip(lowered, cells, strict=True))
        said[as_name(given[by])] = node = told(given)
        for key, cell in given.items():
            if (column := WORDS.get(key, key)) in LEGAL and cell.strip() and column not in node:
                low, high = LEGAL[column]
                raise ConfigError(f"{path.name}:{line}: {key} = {shown(cell)}: must be a number from {low} to {high:g}")
    known = {node: said[str(node)] for node in found if str(node) in said}
    if not known:
        raise ConfigError(f"{path.name}: none of the {len(found):,} nodes of the network is in its column {by}")
    nx.set_node_attributes(found, known)
    return found


def as_graph(found: Network) -> nx.Graph:
    """Return the network of the nodes that have a tie as networkx knows it."""
    names, pairs = found.pairs()
    made = nx.Graph()
    made.add_nodes_from((name, found.nodes.get(name, {})) for name in names)
    made.add_edges_from((names[a], names[b]) for a, b in pairs)
    return made


def shape(found: nx.Graph) -> dict[str, float]:
    """Return the shape of a network by the compiled measures of the model.

    Returns
    -------
    n and m; transitivity and mean local clustering, which differ; degree assortativity; the Gini coefficient of
    degrees, their upper quantiles, the largest, and the share of those with one tie; the size of the largest component,
    its share, and the mean distance of its pairs. Of places, where most nodes have them, see :func:`reach`.
    """
    number = {node: i for i, node in enumerate(found)}
    pairs = np.array([(number[a], number[b]) for a, b in found.edges], np.int64).reshape(-1, 2)
    bloc = np.zeros(len(number), np.int64)
    by_city = allocate(CityTally, len(number))
    graph.count_neighbours(pairs, bloc, by_city)
    degree, at_distance = by_city.degree, by_city.at_distance
    first, near = lists.adjacency(pairs, degree)
    triads = Triads(np.zeros(len(number), np.int64), np.zeros((4, 1), np.int64))
    lists.close_all(first, near, pairs, degree, bloc, triads, 0.0)
    over = network.over_cities(degree, triads.closed)
    products, _ = network.over_ties(pairs, by_city, bloc)
    largest = lists.distances(first, near, sources(found, number), at_distance)
    return {
        "n": len(number),
        "m": len(pairs),
        "transitivity": network.ratio(float(over.closed), float(over.triples)),
        "mean_local_clustering": over.local / len(number),
        "degree_assortativity": network.assortativity(len(pairs), over, products),
        "degree_gini": equity.gini(np.bincount(degree)),
        **{f"degree_q{q}": float(np.percentile(degree, q)) for q in QUANTILES},
        "degree_max": int(degree.max()),
        "share_of_degree_1": float(np.mean(degree == 1)),
        "largest_component": largest,
        "largest_component_share": largest / len(number),
        "mean_distance": float(at_distance @ np.arange(len(at_distance)) / at_distance.sum()),
        **reach(found, pairs, degree),
    }


def sources(found: nx.Graph, number: dict[Any, int]) -> np.ndarray:
    """Say from which nodes distances are counted: all of the largest component, or some of it evenly."""
    main = sorted(number[node] for node in max(nx.connected_components(found), key=len))
    chosen = np.zeros(len(number), np.bool_)
    chosen[main[:: 1 if len(main) <= ALL_SOURCES else len(main) // SOME_SOURCES]] = True
    return chosen


def reach(found: nx.Graph, pairs: np.ndarray, degree: np.ndarray) -> dict[str, float]:
    """Return the share of ties that reach abroad, and of their length the median and how frequent it is beside chance.

    Nothing is said where fewer than half of the ties have what it takes at both ends.
    """
    said: dict[str, float] = {}
    nodes = [attributes for _, attributes in found.nodes(data=True)]
    country = np.array([str(node.get("country", "")) for node in nodes])
    known = np.array([bool(name) for name in country])
    both = np.all(known[pairs], axis=1)
    if 2 * both.sum() >= len(pairs) > 0:
        said["international"] = float(np.mean(country[pairs[both, 0]] != country[pairs[both, 1]]))
    place = np.array([[node.get(key, np.nan) for key in ("latitude", "longitude")] for node in nodes], np.float64)
    placed = np.all(np.isfinite(place), axis=1)
    both = np.all(placed[pairs], axis=1)
    if 2 * both.sum() >= len(pairs) > 0:
        km = kilometres(place[pairs[both, 0]], place[pairs[both, 1]])
        stubs = np.repeat(np.flatnonzero(placed), degree[placed])
        chance = np.random.default_rng(0).choice(stubs, (2, DRAWN))
        by_chance = kilometres(place[chance[0]], place[chance[1]])[chance[0] != chance[1]]
        said["median_km"] = float(np.median(km))
        for name, (low, high) in BANDS.items():
            expected = float(np.mean((low <= by_chance) & (by_chance < high)))
            said[f"ratio_{name}_km"] = network.ratio(float(np.mean((low <= km) & (km < high))), expected)
    return said


def kilometres(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return great-circle distances between places, rows of latitude and longitude in degrees; shape (n,)."""
    (lat_a, lon_a), (lat_b, lon_b) = np.radians(a).T, np.radians(b).T
    half = np.sin((lat_a - lat_b) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_a - lon_b) / 2) ** 2
    distances: np.ndarray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))
    return distances


def without(found: nx.Graph, clique: list[Any]) -> nx.Graph:
    """Return a network without the ties inside a clique, and without the nodes that have none left."""
    left = found.copy()
    left.remove_edges_from([(a, b) for x, a in enumerate(clique) for b in clique[:x]])
    left.remove_nodes_from([node for node, degree in list(left.degree) if degree == 0])
    return left


def largest_clique(found: nx.Graph) -> list[Any]:
    """Return the largest set of nodes that are all tied with each other, the first of several in the order of names.

    Branch and bound from the densest core outwards (Batagelj & Zaveršnik 2003); it gives up after many steps in a
    network that is dense throughout, with the largest found so far.
    """
    core = nx.core_number(found)
    order = sorted(found, key=lambda node: (-core[node], str(node)))
    rank = {node: x for x, node in enumerate(order)}
    near = {node: set(found.adj[node]) for node in order}
    best, may_join, left = list[Any](), set(order), MOST_WORK
    while may_join:  # a good one to begin with: always the next in order
        best.append(min(may_join, key=rank.__getitem__))
        may_join &= near[best[-1]]
    for first in order:
        if core[first] < len(best):
            break
        open_branches = [([first], {other for other in near[first] if rank[other] < rank[first]})]
        while open_branches and left > 0:
            clique, may_join = open_branches.pop()
            best = clique if len(clique) > len(best) else best
            if may_join and len(clique) + len(may_join) > len(best):
                node = max(may_join, key=rank.__getitem__)
                left -= len(may_join)
                open_branches += [(clique, may_join - {node}), ([*clique, node], may_join & near[node])]
    return sorted(best, key=str)
