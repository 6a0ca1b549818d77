"""Networks in the formats of other programs, and the traps in them."""

import bz2
import io
import json
import tarfile

import networkx as nx
import pytest

from abm.input.networks import network, read_network
from abm.parameters import ConfigError

NAMES = ["León & Co", '"Ålesund"', "NA", "<b>", "重庆"]


def ends(found) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in zip(found.ties["source"], found.ties["target"], strict=True)}


@pytest.mark.parametrize(("suffix", "write"), [("graphml", nx.write_graphml), ("gexf", nx.write_gexf)])
def test_what_networkx_writes_is_read(tmp_path, suffix, write):
    graph = nx.path_graph(NAMES, nx.MultiGraph)
    graph.add_edge(NAMES[0], NAMES[1], theme="energy", stage=3)
    nx.set_node_attributes(graph, {NAMES[0]: {"country": "NA", "latitude": 42.6, "longitude": -5.57}})
    path = tmp_path / f"net.{suffix}"
    write(graph, path)
    found = read_network(path)
    assert ends(found) == {frozenset(edge) for edge in graph.edges()}
    assert len(found.ties["source"]) == 5
    assert {"energy", ""} == set(found.ties["theme"])
    assert {k: v for k, v in found.nodes[NAMES[0]].items() if k != "name"} == {
        "country": "NA", "latitude": 42.6, "longitude": -5.57,
    }  # fmt: skip


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><graphml>&b;</graphml>'


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(tmp_path, suffix, encoding):
    path = tmp_path / f"net.{suffix}"
    path.write_bytes(BOMB.decode().replace('version="1.0"', f'version="1.0" encoding="{encoding}"').encode(encoding))
    with pytest.raises(ConfigError, match=r"declares a document type \(DOCTYPE\)"):
        read_network(path)


@pytest.mark.parametrize(("name", "content"), [
    ("net.graphml", b"<graphml"),
    ("net.graphml", b"<html></html>"),
    ("net.graphml", b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph><edge/></graph></graphml>'),
    ("net.gexf", b"<gexf></gexf>"),
    ("net.gexf", b"\x00\x01"),
    ("twin.tar.bz2", b"BZh9 no archive"),
    ("twin.tar.gz", b"\x1f\x8b"),
    ("twin.tar", b"no archive" * 100),
    ("answer.json", b"{"),
    ("answer.json", b"[" * 100_000),
    ("answer.json", b'{"results": 1}'),
    ("answer.json", b"[1, 2]"),
])  # fmt: skip
def test_what_is_none_of_its_kind_is_refused_in_one_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=rf"^{name}: ") as refusal:
        read_network(tmp_path / name).pairs()
    assert "\n" not in str(refusal.value)


def archive(members: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size, member.type, member.linkname = len(content), kind, "/etc/passwd"
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("pack", [bz2.compress, bytes])
def test_an_archive_of_konect_is_read_where_it_lies(tmp_path, pack):
    packed = archive({"twin/README.twin": b"cite", "twin/meta.twin": b"x y", "twin/out.twin": b"% sym\n1 2\n2 3\n"})
    (tmp_path / "twin.tar.bz2").write_bytes(pack(packed))
    assert ends(read_network(tmp_path / "twin.tar.bz2")) == {frozenset("12"), frozenset("23")}
    assert [path.name for path in tmp_path.iterdir()] == ["twin.tar.bz2"]


@pytest.mark.parametrize(("members", "kind"), [
    ({"twin/meta.twin": b"1 2\n"}, tarfile.REGTYPE),
    ({"a/out.a": b"1 2\n", "b/out.b": b"1 2\n"}, tarfile.REGTYPE),
    ({"twin/out.twin": b""}, tarfile.SYMTYPE),
    ({"twin/out.twin": b""}, tarfile.FIFOTYPE),
])  # fmt: skip
def test_an_archive_without_exactly_one_list_that_is_a_file_is_refused(tmp_path, members, kind):
    (tmp_path / "twin.tar").write_bytes(archive(members, kind))
    with pytest.raises(ConfigError, match=r"lists of ties \(out\.\*\); an archive of KONECT has one"):
        read_network(tmp_path / "twin.tar")


def test_an_archive_that_unfolds_into_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("abm.input.networks.archives.LARGEST_NETWORK", 5_000)
    (tmp_path / "twin.tar.bz2").write_bytes(bz2.compress(archive({"twin/out.twin": b"1 2\n" * 2_000})))
    with pytest.raises(ConfigError, match="unfolds into more than 5,000 bytes"):
        read_network(tmp_path / "twin.tar.bz2")


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path, monkeypatch):
    (tmp_path / "ties.csv").write_text("a,b\n" * 100, encoding="utf-8")
    monkeypatch.setattr("abm.input.networks.LARGEST_NETWORK", 100)
    with pytest.raises(ConfigError, match=r"ties\.csv: 400 bytes; such a file has at most 100"):
        read_network(tmp_path / "ties.csv")
    with pytest.raises(ConfigError, match=r"none\.csv: cannot be read: No such file"):
        read_network(tmp_path / "none.csv")


def entity(name: str) -> dict[str, str]:
    return {"type": "uri", "value": f"http://www.wikidata.org/entity/{name}"}


def literal(text: str) -> dict[str, str]:
    return {"type": "literal", "value": text}


ANSWER = [
    {"city": entity("Q90"), "cityLabel": literal("Paris"), "partner": entity("Q220"), "partnerLabel": literal("Roma"),
     "coord": literal("Point(2.35 48.86)"), "population": literal("2100000"), "country": entity("Q142")},
    {"city": entity("Q90"), "cityLabel": literal("Paris"), "partner": entity("Q220"),
     "coord": literal("Point(2.35 48.86)"), "population": literal("2200000"), "country": entity("Q142")},
    {"city": entity("Q220"), "partner": entity("Q90"), "coord": literal("Point(12.5 41.9)")},
    {"city": entity("Q64"), "population": literal("t123")},
]  # fmt: skip


@pytest.mark.parametrize("simplified", [False, True])
def test_an_answer_of_wikidata_has_each_tie_once_and_the_longitude_first(tmp_path, simplified):
    rows = [{k: v["value"] for k, v in row.items()} for row in ANSWER]
    (tmp_path / "answer.json").write_text(json.dumps(rows if simplified else {"results": {"bindings": ANSWER}}))
    found = read_network(tmp_path / "answer.json")
    names, pairs = found.pairs()
    assert [{names[a], names[b]} for a, b in pairs] == [{"Q90", "Q220"}]
    assert found.nodes["Q90"] == {
        "name": "Paris", "country": "Q142", "latitude": 48.86, "longitude": 2.35, "population": 2_200_000.0,
    }  # fmt: skip
    assert found.nodes["Q220"] == {"name": "Roma", "latitude": 41.9, "longitude": 12.5}


def test_an_answer_saved_as_a_table_says_the_same(tmp_path):
    header = ["city", "cityLabel", "partner", "coord", "population"]
    lines = [",".join(header)]
    lines += [",".join(row.get(name, {"value": ""})["value"] for name in header) for row in ANSWER[:3]]
    (tmp_path / "query.csv").write_text("\r\n".join(lines), encoding="utf-8")
    found = read_network(tmp_path / "query.csv")
    assert found.nodes["Q90"]["population"] == 2_200_000.0 and found.nodes["Q220"]["longitude"] == 12.5


def test_an_answer_without_ends_says_how_to_name_them(tmp_path):
    (tmp_path / "answer.json").write_text(json.dumps([{"x": 1, "y": 2}]))
    with pytest.raises(ConfigError, match="no variable names the two ends of a tie; call them one of: source and"):
        read_network(tmp_path / "answer.json")


def test_of_a_point_that_is_none_nothing_is_said():
    assert network.told({"coord": "Point(east north)", "population": "inf", "label": "x"}) == {"name": "x"}


@pytest.mark.parametrize("name", ["net.gml", "net.net", "net.dot", "ties.parquet", "ties.xlsx"])
def test_a_file_of_another_format_is_refused_as_its_lines_would_pass_for_ties(tmp_path, name):
    (tmp_path / name).write_text("graph [\nnode [\nid 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=f"{name}: networks are not read from .{name.partition('.')[2]}; save it as"):
        read_network(tmp_path / name)


MARKUP = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{}</graphml>'


def test_what_a_drawing_has_beside_its_network_says_nothing(tmp_path, recwarn):
    graph = '<graph edgedefault="undirected"><node id="a"><port name="N"/></node><node id="b"/>'
    path = tmp_path / "net.graphml"
    path.write_text(MARKUP.format(f'{graph}<edge source="a" target="b"/></graph>'), encoding="utf-8")
    assert ends(read_network(path)) == {frozenset("ab")} and not recwarn.list


def test_why_a_file_is_none_is_said_whole(tmp_path):
    path = tmp_path / "net.graphml"
    path.write_text(MARKUP.format(""), encoding="utf-8")
    with pytest.raises(ConfigError, match="not a GraphML file of a network: file not successfully read as graphml"):
        read_network(path)


@pytest.mark.parametrize(("said", "found"), [
    ({"lat": "90", "lon": "-180"}, {"latitude": 90, "longitude": -180}),
    ({"lat": "300", "lon": "500"}, {}),
    ({"lat": "north", "population": "-3"}, {}),
    ({"lat": "nan", "population": "inf"}, {}),
])  # fmt: skip
def test_a_place_that_is_none_is_left_out(said, found):
    assert network.told(said) == found


def test_an_encoding_that_nobody_knows_is_refused(tmp_path):
    path = tmp_path / "net.gexf"
    path.write_text('<?xml version="1.0" encoding="utf-88"?><gexf/>', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"net\.gexf: not an XML file: unknown encoding: utf-88"):
        read_network(path)
