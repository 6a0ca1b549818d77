"""What a run returns, as other programs take it."""

import networkx as nx
import pandas as pd
import pytest

import abm
from abm.state.words import THEMES
from experiments.files import plain, write_table


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


def test_what_never_came_is_missing_and_enters_no_mean(result):
    ties, w = result.partnerships, result.world
    used = w.partnerships[: int(w.count.partnerships)]
    for stage, name in ((2, "memorandum_month"), (3, "action_plan_month"), (4, "pilot_month"), (5, "sustained_month")):
        came = used.reached[:, stage] >= 0
        assert ties[name].isna().tolist() == (~came).tolist()
        assert not came.any() or ties[name].mean() == used.reached[came, stage].mean()
    assert ties["ended"].isna().sum() == (used.ended < 0).sum() > 0
    assert ties["helix_at_pilot"].isna().sum() == (used.reached[:, 4] < 0).sum()
    links = result.links
    assert 0 < links["partnership"].isna().sum() < len(links) and links["ended"].dtype == "Int64"
    assert not any((table.select_dtypes("number") == -1).any(axis=None) for table in (ties, links, result.portfolio))


def test_missing_months_are_empty_in_a_csv_and_null_elsewhere(result, tmp_path):
    write_table(tmp_path, "partnerships", result.partnerships)
    again = pd.read_parquet(tmp_path / "partnerships.parquet")
    pd.testing.assert_series_equal(again["pilot_month"], result.partnerships["pilot_month"])
    assert pd.read_csv(tmp_path / "partnerships.csv")["pilot_month"].isna().sum() == again["pilot_month"].isna().sum()
    assert plain(result.partnerships.head(1))[0]["sustained_month"] is None
