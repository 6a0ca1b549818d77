"""The network of a run goes to other programs and comes back as it was."""

import json
import xml.etree.ElementTree as ET

import networkx as nx
import pandas as pd
import pytest

from abm.engine import simulate
from abm.input.networks import read_network
from abm.parameters import ConfigError
from abm.result import Result
from experiments.cli import answer
from experiments.report.networks import (
    episodes,
    planned,
    ties,
    way,
    write_csv,
    write_geojson,
    write_gexf,
    write_graphml,
    write_parquet,
)
from tests.helpers import EVERYBODY_AGREES, tiny, towns

STRANGE = ["León & <Co>", 'Vila "Nova"', "NA", "Bell\x07ville", "=1+1", "O'Brien", "重庆", "Ålesund"]
GEXF = "{http://www.gexf.net/1.2draft}"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    rows = towns(8, universities=0, firms=0)
    for row, name in zip(rows, STRANGE, strict=True):
        row["city_id"] = row["name"] = name
        row["country"] = "NA"
    toml = "brokers = []\n[search]\nrate = 0.5\n[ladder]\ncontact_exit = 0.3"
    scenario = tiny(tmp_path_factory.mktemp("run"), rows, toml, EVERYBODY_AGREES, months=24)
    found = Result(scenario, 1, simulate(scenario, [1])[1])
    assert found.partnerships["ended"].notna().any() and found.partnerships["ended"].isna().any()
    return found


@pytest.mark.parametrize(
    ("write", "read", "name"),
    [(write_graphml, nx.read_graphml, "net.graphml"), (write_gexf, nx.read_gexf, "net.gexf")],
)
def test_every_episode_comes_back_with_all_that_is_said_of_it(result, tmp_path, write, read, name):
    write(tmp_path / name, result)
    graph, again = episodes(result), read(tmp_path / name)
    assert isinstance(again, nx.MultiGraph)
    assert {n: again.nodes[n]["population"] for n in again} == {n: graph.nodes[n]["population"] for n in graph}
    assert {n: again.nodes[n]["name"] for n in again} == {n: graph.nodes[n]["name"] for n in graph}

    def rows(found):
        keys = ("theme", "stage", "highest_stage", "begun", "ended", "origin", "trust", "gap")
        return sorted(
            (*sorted((a, b)), *[str(said.get(key, "")) for key in keys]) for a, b, said in found.edges(data=True)
        )

    assert rows(again) == rows(graph)
    assert len(read_network(tmp_path / name).ties["source"]) == graph.number_of_edges()


@pytest.mark.parametrize(("write", "name"), [(write_graphml, "net.graphml"), (write_gexf, "net.gexf")])
def test_names_are_those_of_the_result(result, tmp_path, write, name):
    """Control characters, which XML cannot hold, are blanks from the moment a city file is read."""
    write(tmp_path / name, result)
    named = {node["name"] for node in read_network(tmp_path / name).nodes.values()}
    assert named == set(result.cities["name"]) == {*STRANGE} - {"Bell\x07ville"} | {"Bell ville"}


def test_igraph_reads_the_same(result, tmp_path):
    igraph = pytest.importorskip("igraph")
    write_graphml(tmp_path / "net.graphml", result)
    graph = igraph.Graph.Read_GraphML(str(tmp_path / "net.graphml"))
    assert set(graph.vs["name"]) == set(result.cities["name"])
    assert sorted(graph.es["theme"]) == sorted(ties(result)["theme"])


def test_gexf_has_the_time_of_every_episode(result, tmp_path):
    write_gexf(tmp_path / "net.gexf", result)
    graph = ET.parse(tmp_path / "net.gexf").getroot().find(f"{GEXF}graph")
    assert graph.attrib.items() >= {"mode": "dynamic", "timeformat": "date", "defaultedgetype": "undirected"}.items()
    edges = graph.findall(f"{GEXF}edges/{GEXF}edge")
    found = {int(edge.attrib["id"]): (edge.attrib["start"], edge.attrib.get("end")) for edge in edges}
    assert found == {
        r: (f"{row['begun']}-01", None if pd.isna(row["ended"]) else f"{row['ended']}-01")
        for r, row in enumerate(ties(result).to_dict("records"))
    }


def test_the_months_of_ties_are_dates(result):
    table, found = ties(result), result.partnerships
    assert found["begun"].iloc[-1] >= 12
    year, month = divmod(int(found["begun"].iloc[-1]), 12)
    assert table["begun"].iloc[-1] == f"{2017 + year}-{month + 1:02}"


@pytest.mark.parametrize(("write", "name"), [(write_csv, "ties.csv"), (write_parquet, "ties.parquet")])
def test_a_table_of_ties_comes_back(result, tmp_path, write, name):
    write(tmp_path / name, result)
    if name.endswith("csv"):
        again = pd.read_csv(tmp_path / name, keep_default_na=False, dtype=str)
        assert "=1+1" not in set(again["source"]) | set(again["target"])  # a spreadsheet would run it
        assert "'=1+1" in set(again["source"]) | set(again["target"])
        found = read_network(tmp_path / name)
        assert found.ties["source"] == ties(result)["source"].tolist()
    else:
        again = pd.read_parquet(tmp_path / name)
        assert isinstance(again["theme"].dtype, pd.CategoricalDtype)
        assert again["source"].tolist() == ties(result)["source"].tolist()
    assert again["begun"].tolist() == ties(result)["begun"].tolist()
    assert "NA" in set(again["source"]) | set(again["target"])


def test_geojson_has_points_and_lines_with_the_longitude_first(result, tmp_path):
    write_geojson(tmp_path / "map.geojson", result)
    said = json.loads((tmp_path / "map.geojson").read_text(encoding="utf-8"))
    points = [f for f in said["features"] if f["geometry"]["type"] == "Point"]
    lines = [f for f in said["features"] if f["geometry"]["type"] != "Point"]
    assert len(points) == 8 and len(lines) == result.graph().number_of_edges() > 0
    where = {f["properties"]["city_id"]: f["geometry"]["coordinates"] for f in points}
    cities = result.cities.set_index("city_id")
    assert where["NA"] == [round(cities.loc["NA", "longitude"], 7), round(cities.loc["NA", "latitude"], 7)]
    for line in lines:
        assert line["geometry"]["coordinates"][0] == pytest.approx(where[line["properties"]["source"]], abs=1e-6)


def test_a_line_over_the_date_line_is_cut_on_it():
    west, east = way((179.0, 10.0), (-179.0, 20.0))
    assert (west[0], east[-1]) == ([179.0, 10.0], [-179.0, 20.0])
    assert (west[-1][0], east[0][0]) == (180.0, -180.0) and west[-1][1] == east[0][1] == pytest.approx(
        15.1197, abs=1e-4
    )
    assert way((-179.0, 10.0), (179.0, 20.0))[0][-1][0] == -180.0
    assert len(way((10.0, 10.0), (20.0, 20.0))) == 1


def test_an_ending_that_is_no_format_is_refused_before_the_run(tmp_path):
    with pytest.raises(ConfigError, match=r"--graph net\.txt: must end in \.graphml or \.gexf"):
        planned({"--graph": tmp_path / "net.txt"})
    with pytest.raises(ConfigError, match=r"--ties .*: there is no such folder"):
        planned({"--ties": tmp_path / "none" / "ties.csv"})


def test_a_run_writes_the_files_that_are_asked_for(tmp_path, capsys):
    names = {"--graph": "net.gexf", "--ties": "ties.parquet", "--geojson": "map.geojson"}
    options = [word for option, name in names.items() for word in (option, str(tmp_path / name))]
    assert answer(["run", "--months", "12", *options]) == 0
    assert {path.name for path in tmp_path.iterdir()} == set(names.values())


def test_who_interrupts_after_files_were_written_is_told_of_them(tmp_path, capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.commands.run.summarise", interrupted)
    assert answer(["run", "--months", "2", "--ties", str(tmp_path / "ties.csv")]) == 130
    assert capsys.readouterr().err == f"twinhelix: interrupted; written by then: {tmp_path / 'ties.csv'}\n"
    assert answer(["run", "--months", "2"]) == 130
    assert "nothing new was written" in capsys.readouterr().err


def test_files_of_a_run_have_no_meaning_with_a_posterior(tmp_path, capsys):
    assert answer(["run", "--posterior", "x", "--ties", str(tmp_path / "ties.csv")]) == 2
    assert "has no meaning with --posterior" in capsys.readouterr().err


def test_what_the_scenario_is_read_from_is_not_written_over(tmp_path):
    cities, other = tmp_path / "cities.csv", tmp_path / "link.csv"
    cities.touch()
    other.symlink_to(cities)
    for path in (cities, other):
        with pytest.raises(ConfigError, match=f"--ties .*{path.name}: the scenario is read from it; name another file"):
            planned({"--ties": path}, [cities])
