"""`twinhelix network` tells the shape of any network."""

import json

import networkx as nx
import pytest

from experiments.cli import answer


@pytest.fixture
def file(tmp_path):
    graph = nx.Graph([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e")])
    nx.write_graphml(graph, tmp_path / "net.graphml")
    return tmp_path / "net.graphml"


def test_a_network_is_told_beside_sister_cities(file, capsys):
    assert answer(["network", str(file)]) == 0
    said = capsys.readouterr().out
    assert "KONECT" in said and "transitivity" in said
    assert "Largest clique: 3 cities, each tied with all others: a, b, c." in said


def test_json_has_the_shape_with_and_without_the_largest_clique(file, capsys):
    assert answer(["network", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["file"] == "net.graphml" and said["largest_clique"] == ["a", "b", "c"]
    assert (said["shape"]["m"], said["without_largest_clique"]["m"]) == (5, 2)


def test_a_network_that_is_one_clique_has_nothing_left_without_it(tmp_path, capsys):
    (tmp_path / "ties.csv").write_text("a,b\n", encoding="utf-8")
    assert answer(["network", str(tmp_path / "ties.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["without_largest_clique"] == {}
    assert answer(["network", str(tmp_path / "ties.csv")]) == 0


def test_places_come_from_a_table_of_nodes(file, tmp_path, capsys):
    (tmp_path / "nodes.csv").write_text("id,country\na,NA\nb,NA\nc,DE\nd,DE\ne,FR\n", encoding="utf-8")
    assert answer(["network", str(file), "--nodes", str(tmp_path / "nodes.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["shape"]["international"] == pytest.approx(3 / 5)


def test_a_file_that_cannot_be_used_is_refused_in_one_line(tmp_path, capsys):
    (tmp_path / "ties.csv").write_text("a,b\nc\n", encoding="utf-8")
    assert answer(["network", str(tmp_path / "ties.csv")]) == 2
    assert capsys.readouterr().err == "twinhelix: ties.csv: line 2: 'c' does not name two ends of a tie\n"
