"""The compiled measures give the known shape of the world's sister cities (V16), and of graphs that networkx measures.

The file is not part of this repository: TWINHELIX_NETWORKS names a folder with KONECT's network `twin`, see
docs/docking.md.
"""

import os
from pathlib import Path

import networkx as nx
import pytest

from abm.parameters import ConfigError
from experiments.analysis.networks import read_edges, shape

FOLDER = os.environ.get("TWINHELIX_NETWORKS")
NAMES = ("konect_twin_2017_edges.csv", "out.twin")


@pytest.fixture(scope="module")
def sister_cities():
    found = [path for name in NAMES if FOLDER and (path := Path(FOLDER) / name).is_file()]
    if not found:
        pytest.skip(f"TWINHELIX_NETWORKS names no folder with {' or '.join(NAMES)}")
    return shape(read_edges(found[0]))


def test_v16_sister_cities_of_the_world(sister_cities):
    assert (sister_cities["n"], sister_cities["m"]) == (14_274, 20_573)
    assert sister_cities["largest_component"] == 10_320
    expected = {"transitivity": 0.111361, "degree_assortativity": 0.386786, "degree_gini": 0.506040}  # as KONECT says
    assert {name: sister_cities[name] for name in expected} == pytest.approx(expected, abs=5e-7)
    assert sister_cities["mean_distance"] == pytest.approx(7.35, abs=5e-3)  # KONECT's 7.65 is an estimate


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


@pytest.mark.parametrize("text", [
    "source,target\nUtrecht,León\nLeón,Ålesund\n",
    "year,Target,Source\n2004,León,Utrecht\n2010,Ålesund,León\n",
    '"Utrecht",León\nLeón,Ålesund\nLeón,León\n\n',
    "Utrecht\tLeón\t1\nLeón\tÅlesund\t1\n",
    "% sym unweighted\n% 2 3 3\nUtrecht León\nLeón   Ålesund\nLeón Utrecht\n",
    "\ufeffsource,target\r\nUtrecht,León\r\nLeón,Ålesund\r\n",
])  # fmt: skip
def test_lists_of_ties_that_mean_the_same(tmp_path, text):
    path = tmp_path / "ties.csv"
    path.write_bytes(text.encode())
    found = read_edges(path)
    assert {frozenset(tie) for tie in found.edges} == {frozenset(("Utrecht", "León")), frozenset(("León", "Ålesund"))}


@pytest.mark.parametrize(("content", "complaint"), [
    (b"source,target\nUtrecht,Leon\nPilsen\n", r"ties\.csv, line 3: 'Pilsen' does not name two ends"),
    (b"source,target\nUtrecht,\n", r"line 2: 'Utrecht,'"),
    (b"a,a\n", "no tie between two different names"),
    (b"% nothing\n", "no tie"),
    (b"\xff\xfe\x00", "not a text file in UTF-8"),
    (None, "No such file"),
])  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_in_one_line(tmp_path, content, complaint):
    path = tmp_path / "ties.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=complaint) as refusal:
        read_edges(path)
    assert "\n" not in str(refusal.value)
