"""The compiled measures give the known shape of the world's sister cities (V16), and of graphs that networkx measures.

The files are not part of this repository: TWINHELIX_NETWORKS names a folder with KONECT's network `twin`, and perhaps
others, see docs/networks.md.
"""

import os
from pathlib import Path

import networkx as nx
import pytest

from experiments.analysis.networks import largest_clique, read_edges, shape, with_nodes, without
from experiments.analysis.twins import NETWORKS, twins

FOLDER = os.environ.get("TWINHELIX_NETWORKS")
NAMES = ("konect_twin_2017_edges.csv", "out.twin")


@pytest.fixture(scope="module")
def sister_cities():
    found = [path for name in NAMES if FOLDER and (path := Path(FOLDER) / name).is_file()]
    if not found:
        pytest.skip(f"TWINHELIX_NETWORKS names no folder with {' or '.join(NAMES)}")
    return read_edges(found[0])


def test_v16_sister_cities_of_the_world(sister_cities):
    found = shape(sister_cities)
    assert (found["n"], found["m"], found["largest_component"]) == (14_274, 20_573, 10_320)
    expected = {"transitivity": 0.111361, "degree_assortativity": 0.386786, "degree_gini": 0.506040}  # as KONECT says
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=5e-7)
    assert found["mean_distance"] == pytest.approx(7.35, abs=5e-3)  # KONECT's 7.65 is an estimate


def test_one_association_has_almost_half_of_the_triangles(sister_cities):
    """What is left without the 351 ties of 27 towns that are all twinned with each other."""
    clique = largest_clique(sister_cities)
    left = shape(without(sister_cities, clique))
    expected = {
        "m": 20_573 - 351,
        "transitivity": 0.0635,
        "mean_local_clustering": 0.0411,
        "degree_assortativity": 0.3655,
        "degree_gini": 0.4997,
        "largest_component_share": 0.7224,
    }
    assert len(clique) == 27
    assert {name: left[name] for name in expected} == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_table_of_twins_says_what_the_networks_are(name):
    ties, nodes = NETWORKS[name]
    if not FOLDER or not (Path(FOLDER) / ties).is_file():
        pytest.skip(f"TWINHELIX_NETWORKS names no folder with {ties}")
    network = read_edges(Path(FOLDER) / ties)
    if nodes:
        with_nodes(network, Path(FOLDER) / nodes)
    known = dict(twins()[name])
    assert len(largest_clique(network)) == known.pop("largest_clique")
    assert shape(network) == pytest.approx(known, rel=1e-5)


@pytest.mark.parametrize(
    "graph",
    [nx.karate_club_graph(), nx.path_graph(5), nx.complete_graph(6), nx.gnm_random_graph(150, 160, seed=2)],
    ids=["karate", "path", "complete", "random"],
)
def test_shape_agrees_with_networkx(graph):
    found = shape(graph)
    main = graph.subgraph(max(nx.connected_components(graph), key=len))
    degrees = [d for _, d in graph.degree]
    gini = sum(abs(a - b) for a in degrees for b in degrees) / (2 * len(degrees) * sum(degrees))
    expected = {
        "n": len(graph),
        "m": graph.number_of_edges(),
        "transitivity": nx.transitivity(graph),
        "mean_local_clustering": nx.average_clustering(graph),
        "degree_gini": gini,
        "largest_component": len(main),
        "mean_distance": nx.average_shortest_path_length(main),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    if len(set(degrees)) > 1:
        assert found["degree_assortativity"] == pytest.approx(nx.degree_assortativity_coefficient(graph))
