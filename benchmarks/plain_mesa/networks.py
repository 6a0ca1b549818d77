"""Who is tied to whom: the shape of the network (measure 21), by networkx, and who stands between others (22)."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations
from statistics import fmean
from typing import TYPE_CHECKING

import networkx as nx
from networkx.algorithms import bipartite

from abm.measures.graph import MONTHLY_BELOW
from abm.state.words import Origin, Stage
from benchmarks.plain_mesa.sharing import ratio

if TYPE_CHECKING:
    from benchmarks.plain_mesa.actors import City
    from benchmarks.plain_mesa.model import PlainModel

ROLES = ("coordinator", "itinerant", "representative", "liaison")


def city_network(model: PlainModel) -> nx.Graph:
    """Return the cities that take part, tied where they have a living partnership with at least a memorandum.

    Of a large world that is looked at once a year, as the engine does, there are none.
    """
    graph = nx.Graph()
    if len(model.cities) >= MONTHLY_BELOW:
        return graph
    graph.add_nodes_from(city for city in model.cities if city.standing)
    graph.add_edges_from((tie.i, tie.j) for tie in model.living if tie.stage >= Stage.MEMORANDUM)
    return graph


def shape(graph: nx.Graph, regions: list[str]) -> dict[str, float]:
    """Describe the network; where networkx gives 0 or an error for what is not defined, this gives NaN."""
    n, degrees = len(graph), {degree for _, degree in graph.degree if degree}
    largest = max(map(len, nx.connected_components(graph)), default=0)
    return {
        "density": nx.density(graph) if n > 1 else math.nan,
        "transitivity": nx.transitivity(graph) if max(degrees, default=0) > 1 else math.nan,
        "mean_local_clustering": nx.average_clustering(graph) if n else math.nan,
        "robins_alexander": robins_alexander(graph, regions),
        "degree_assortativity": nx.degree_assortativity_coefficient(graph) if len(degrees) > 1 else math.nan,
        "largest_component_share": ratio(largest, n),
        "efficiency": nx.global_efficiency(graph) if n > 1 else math.nan,
        "efficiency_64": math.nan,  # for worlds of 200 cities and more
    }


def robins_alexander(graph: nx.Graph, regions: list[str]) -> float:
    """Return the share of closed paths of three ties between the first two blocs, if there are ties of no others."""
    if any(city.row.region not in regions[:2] for city, degree in graph.degree if degree):
        return math.nan
    across = nx.Graph((a, b) for a, b in graph.edges if a.across(b))
    has_path = any(across.degree[a] > 1 and across.degree[b] > 1 for a, b in across.edges)
    return bipartite.robins_alexander_clustering(across) if has_path else math.nan


def brokerage(model: PlainModel, graph: nx.Graph) -> dict[str, float]:
    """Return Burt's constraint and, for each bloc, Gould and Fernandez's roles a city."""
    roles: Counter[tuple[str, str]] = Counter()
    for broker, partners in graph.adjacency():
        for one, other in combinations(partners, 2):
            if not graph.has_edge(one, other):
                roles[role(broker, one, other), broker.row.region] += 1
    n_cities = Counter(city.row.region for city in graph)
    tied = graph.subgraph([city for city, degree in graph.degree if degree])
    brokered = sum(tie.origin == Origin.BROKER for tie in model.partnerships)
    paired = [tie for tie in model.partnerships if tie.origin == Origin.PROGRAMME]
    return {
        "mean_constraint": fmean(nx.constraint(tied).values()) if tied else math.nan,
        **{
            f"brokerage_{name}.{region}": ratio(roles[name, region], n_cities[region])
            for name in ROLES
            for region in model.regions
        },
        "brokered_share": ratio(brokered, len(model.partnerships)),
        "pairings_within_cohort": ratio(sum(tie.i.entered_with(tie.j) for tie in paired), len(paired)),
    }


def role(broker: City, one: City, other: City) -> str:
    if not one.across(other):
        return "itinerant" if broker.across(one) else "coordinator"
    return "liaison" if broker.across(one) and broker.across(other) else "representative"
