"""What a run returns, as other programs take it."""

import networkx as nx
import pytest

import abm
from abm.state.tables import THEMES


@pytest.fixture(scope="module")
def result():
    return abm.run("iuc-asia", seed=3, months=18)


@pytest.mark.parametrize(
    ("write", "read"),
    [(nx.write_graphml, nx.read_graphml), (nx.write_gexf, nx.read_gexf), (nx.write_gml, nx.read_gml)],
    ids=["GraphML", "GEXF", "GML"],
)
def test_a_graph_goes_to_other_programs_and_comes_back(result, tmp_path, write, read):
    graph = result.graph()
    write(graph, tmp_path / "graph")
    again = read(tmp_path / "graph")
    assert set(again.nodes) == set(graph.nodes)
    assert {frozenset(edge): again.edges[edge]["themes"] for edge in again.edges} == {
        frozenset(edge): graph.edges[edge]["themes"] for edge in graph.edges
    }
    assert again.nodes["rome"]["population"] == graph.nodes["rome"]["population"]


def test_an_edge_has_all_themes_of_its_pair_and_the_highest_stage(result):
    ties = result.partnerships[result.partnerships["stage"] >= 1]
    for (a, b), pair in ties.groupby(["city_a", "city_b"]):
        edge = result.graph().edges[a, b]
        assert (edge["themes"].split("; "), edge["stage"]) == (list(pair["theme"]), pair["stage"].max())
    assert not any(";" in theme for theme in THEMES)
