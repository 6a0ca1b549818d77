"""The shape of networks that one can count by hand, their cliques, and what is said of places."""

import math

import networkx as nx
import numpy as np
import pytest

from abm.parameters import ConfigError
from experiments.analysis.networks import kilometres, largest_clique, read_edges, shape, with_nodes, without
from experiments.analysis.twins import twins


def test_a_network_has_each_tie_once_and_nobody_tied_to_itself(tmp_path):
    (tmp_path / "x").write_text("a b\nb a\na a\nb c\n", encoding="utf-8")
    assert sorted(map(sorted, read_edges(tmp_path / "x").edges)) == [["a", "b"], ["b", "c"]]


def test_a_star_has_a_hub_and_no_triangle():
    found = shape(nx.star_graph(4))
    assert (found["n"], found["m"], found["transitivity"], found["mean_local_clustering"]) == (5, 4, 0.0, 0.0)
    assert found["degree_assortativity"] == pytest.approx(-1.0)
    assert found["degree_gini"] == pytest.approx(2 * (1 + 2 + 3 + 4 + 5 * 4) / (5 * 8) - 6 / 5)
    assert found["largest_component"] == 5 and found["mean_distance"] == pytest.approx((4 * 1 + 6 * 2) / 10)
    assert (found["degree_max"], found["share_of_degree_1"]) == (4, 0.8)


def test_a_triangle_with_a_tail():
    found = shape(nx.Graph([(0, 1), (1, 2), (2, 0), (2, 3)]))
    assert found["transitivity"] == pytest.approx(3 / 5)  # three closed of 1 + 1 + 3 triples
    assert found["mean_local_clustering"] == pytest.approx((1 + 1 + 1 / 3 + 0) / 4)
    assert found["mean_distance"] == pytest.approx((4 * 1 + 2 * 2) / 6)


def test_distances_are_those_of_the_largest_component():
    found = shape(nx.Graph([(0, 1), (1, 2), (5, 6)]))
    assert found["largest_component"] == 3 and found["mean_distance"] == pytest.approx(4 / 3)
    assert found["largest_component_share"] == pytest.approx(3 / 5)


def test_in_a_complete_network_everything_is_one_or_undefined():
    found = shape(nx.complete_graph(6))
    for name in ("transitivity", "mean_local_clustering", "mean_distance"):
        assert found[name] == 1.0
    assert math.isnan(found["degree_assortativity"]) and found["degree_gini"] == pytest.approx(0.0)


def test_the_largest_clique_is_found_among_smaller_ones():
    graph = nx.gnm_random_graph(300, 900, seed=3)
    club = [7, 50, 111, 200, 250, 299]
    graph.add_edges_from((a, b) for a in club for b in club if a < b)
    assert sorted(largest_clique(graph)) == club
    assert len(largest_clique(nx.karate_club_graph())) == max(map(len, nx.find_cliques(nx.karate_club_graph())))


def test_a_network_that_is_one_clique_is_searched_at_once():
    assert len(largest_clique(nx.complete_graph(700))) == 700


def test_without_its_clique_a_network_keeps_all_other_ties():
    graph = nx.Graph([(0, 1), (1, 2), (2, 0), (2, 3)])
    assert sorted(without(graph, largest_clique(graph)).edges) == [(2, 3)]


def test_of_places_the_reach_is_told():
    graph = nx.Graph([("a", "b"), ("b", "c")])
    places = {"a": (0.0, 0.0, "X"), "b": (0.0, 1.0, "X"), "c": (0.0, 91.0, "Y")}
    nx.set_node_attributes(
        graph, {node: {"latitude": y, "longitude": x, "country": c} for node, (y, x, c) in places.items()}
    )
    found = shape(graph)
    quarter = math.pi * 6371.0088 / 2
    assert found["international"] == 0.5
    assert found["median_km"] == pytest.approx((quarter / 90 + quarter) / 2)
    # of 16 pairs of ends 6 are of one city; of the others 4 are a–b, so 2 in 5 are below 250 km by chance, here 1 in 2
    assert found["ratio_below_250_km"] == pytest.approx(1.25, abs=0.01)


def test_without_places_nothing_is_said_of_them():
    assert "median_km" not in shape(nx.path_graph(4)) and "international" not in shape(nx.path_graph(4))


def test_kilometres_cross_the_date_line():
    east, west = np.array([[0.0, 179.5]]), np.array([[0.0, -179.5]])
    assert kilometres(east, west)[0] == pytest.approx(math.pi * 6371.0088 / 180)


def test_a_table_of_nodes_says_where_they_are(tmp_path):
    (tmp_path / "nodes.csv").write_text("id,country,lat,lon\na,NA,1.5,2.5\nz,DE,0,0\n", encoding="utf-8")
    found = with_nodes(nx.Graph([("a", "b")]), tmp_path / "nodes.csv")
    assert found.nodes["a"] == {"country": "NA", "latitude": 1.5, "longitude": 2.5} and found.nodes["b"] == {}


@pytest.mark.parametrize(("text", "complaint"), [
    ("name,country\na,DE\n", "no column names the nodes; call it one of id, city_id"),
    ("id,lat\na,1\nb,95\n", "nodes.csv:3: lat = '95': must be a number from -90 to 90"),
    ("id,longitude\na,east\n", "nodes.csv:2: longitude = 'east': must be a number from -180 to 180"),
    ("id,country\nx,DE\n", "none of the 2 nodes of the network is in its column id"),
])  # fmt: skip
def test_a_table_of_other_nodes_is_refused(tmp_path, text, complaint):
    (tmp_path / "nodes.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=complaint):
        with_nodes(nx.Graph([("a", "b")]), tmp_path / "nodes.csv")


def test_the_table_of_twins_has_every_network_with_and_without_its_clique():
    known = twins()
    assert len(known) == 6
    assert known["KONECT"]["largest_clique"] == 27 and known["KONECT without its clique"]["m"] == 20_573 - 351
