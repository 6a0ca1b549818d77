"""Lists of ties as other programs write them, and the shape of networks that one can count by hand."""

import math

import networkx as nx
import pytest

from abm.parameters import ConfigError
from experiments.analysis.networks import fields, read_edges, shape, ties


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a b\nb c\n", [("a", "b"), ("b", "c")]),
        ("% KONECT\n1 2 0.5 17\n", [("1", "2")]),
        ("# a comment\n\n  \na,b\n", [("a", "b")]),
        ("weight,target,source\n3,b,a\n", [("a", "b")]),
        ("Source\tTarget\nNew York\tRome\n", [("New York", "Rome")]),
        ('"Rome, Italy",Paris\n', [("Rome, Italy", "Paris")]),
        ("source target\n", [("source", "target")]),  # blanks part no headers
        ("", []),
    ],
)
def test_ties_are_the_first_two_names_of_a_line_or_those_under_source_and_target(text, found):
    assert list(ties(text, "x")) == found


@pytest.mark.parametrize("text", ["a b\nc\n", "a,b\n,d\n", "source,target\na\n"])
def test_a_line_with_fewer_than_two_names_is_refused_with_its_number(text):
    with pytest.raises(ConfigError, match=r"^x, line 2: .* does not name two ends of a tie$"):
        list(ties(text, "x"))


@pytest.mark.parametrize(
    ("line", "comma", "cells"),
    [(" a  b ", None, ["a", "b"]), (" a , b ", ",", ["a", "b"]), ('"a,b",c', ",", ["a,b", "c"])],
)
def test_cells_are_parted_by_blanks_or_by_commas(line, comma, cells):
    assert fields(line, comma) == cells


def test_a_network_has_each_tie_once_and_nobody_tied_to_itself(tmp_path):
    (tmp_path / "x").write_text("a b\nb a\na a\nb c\n", encoding="utf-8")
    assert sorted(map(sorted, read_edges(tmp_path / "x").edges)) == [["a", "b"], ["b", "c"]]


def test_a_star_has_a_hub_and_no_triangle():
    found = shape(nx.star_graph(4))
    assert (found["n"], found["m"], found["transitivity"], found["mean_local_clustering"]) == (5, 4, 0.0, 0.0)
    assert found["degree_assortativity"] == pytest.approx(-1.0)
    assert found["degree_gini"] == pytest.approx(2 * (1 + 2 + 3 + 4 + 5 * 4) / (5 * 8) - 6 / 5)
    assert found["largest_component"] == 5 and found["mean_distance"] == pytest.approx((4 * 1 + 6 * 2) / 10)


def test_a_triangle_with_a_tail():
    found = shape(nx.Graph([(0, 1), (1, 2), (2, 0), (2, 3)]))
    assert found["transitivity"] == pytest.approx(3 / 5)  # three closed of 1 + 1 + 3 triples
    assert found["mean_local_clustering"] == pytest.approx((1 + 1 + 1 / 3 + 0) / 4)
    assert found["mean_distance"] == pytest.approx((4 * 1 + 2 * 2) / 6)


def test_distances_are_those_of_the_largest_component():
    found = shape(nx.Graph([(0, 1), (1, 2), (5, 6)]))
    assert found["largest_component"] == 3 and found["mean_distance"] == pytest.approx(4 / 3)


def test_in_a_complete_network_everything_is_one_or_undefined():
    found = shape(nx.complete_graph(6))
    for name in ("transitivity", "mean_local_clustering", "mean_distance"):
        assert found[name] == 1.0
    assert math.isnan(found["degree_assortativity"]) and found["degree_gini"] == pytest.approx(0.0)
