"""Lists of ties as other programs write them."""

import pytest

from abm.input.networks.lists import from_text
from abm.parameters import ConfigError


def ends(text: str) -> list[tuple[str, str]]:
    found = from_text(text.encode(), "x")
    return list(zip(found.ties["source"], found.ties["target"], strict=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a b\nb c\n", [("a", "b"), ("b", "c")]),
        ("% KONECT\n1 2 0.5 17\n", [("1", "2")]),
        ("% sym unweighted\n1\t2\t1\t1199145600\n", [("1", "2")]),
        ("# a remark\n\n  \na,b\n", [("a", "b")]),
        ("weight,target,source\n3,b,a\n", [("a", "b")]),
        ("Source\tTarget\nNew York\tRome\n", [("New York", "Rome")]),
        ("city_a;city_b\nNew York;Rome\n", [("New York", "Rome")]),
        ('"Rome, Italy",Paris\n', [("Rome, Italy", "Paris")]),
        ("source target\na b\n", [("a", "b")]),
        ("a b {'stage': 2, 'themes': 1}\nb c {}\n", [("a", "b"), ("b", "c")]),
        ("a,b,{'stage': 2, 'themes': 1}\nb,c,{}\n", [("a", "b"), ("b", "c")]),
        ("source,target\ra,b\rb,c\r", [("a", "b"), ("b", "c")]),  # lines as old Macs end them
        ("source,target\nNA,None\n", [("NA", "None")]),  # Namibia, and a place in Piedmont
        ("\ufeffsource,target\r\nUtrecht,Ålesund\r\n", [("Utrecht", "Ålesund")]),
        ('source,target\n"a\x1cb",c\n', [("a\x1cb", "c")]),  # no line ends at a separator of records
        ('source,target\n"a\nb",c\n', [("a\nb", "c")]),
        ("source,target\nhttp://www.wikidata.org/entity/Q90,http://www.wikidata.org/entity/Q64\n", [("Q90", "Q64")]),
    ],
)
def test_ties_are_the_first_two_names_of_a_line_or_those_under_the_names_of_ends(text, found):
    assert ends(text) == found


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [("a b\nc\n", 2, "'c'"), ("a,b\n,d\n", 2, "'d'"), ("source,target\na\n", 2, "'a'"), ("a b\n\n%\nc\n", 4, "'c'")],
)
def test_a_line_with_fewer_than_two_names_is_refused_with_its_number(text, line, said):
    with pytest.raises(ConfigError, match=rf"^x: line {line}: {said} does not name two ends of a tie$"):
        ends(text)


def test_of_many_bad_lines_the_first_three_are_told():
    text = "a b\n" * 10 + "c\n" * 5
    with pytest.raises(
        ConfigError, match=r"^x: 5 of 15 lines .*, the first: line 11: 'c'; line 12: 'c'; line 13: 'c' does not name"
    ):
        ends(text)


def test_columns_beside_the_ends_are_kept_and_places_are_of_the_source():
    found = from_text(b"source,target,theme,latitude,longitude\na,b,mobility,1.5,-2\nb,c,,3,4\n", "x")
    assert found.ties["theme"] == ["mobility", ""] and set(found.ties) == {"source", "target", "theme"}
    assert found.nodes == {"a": {"latitude": 1.5, "longitude": -2.0}, "b": {"latitude": 3.0, "longitude": 4.0}}
    assert list(found.lines) == [2, 3]


@pytest.mark.parametrize(("content", "complaint"), [
    (b"", "no tie in it"),
    (b"% nothing\n", "no tie in it"),
    (b"\xff\xfe\x00", "not a text file in UTF-8"),
    (b"source,target\n", "x: no tie in it"),
    (b"city,partner,coord\n\n", "x: no tie in it"),
    (b"source,target\n# all gone\n", "x: no tie in it"),
    (b"a" * 200_000 + b",b\n", "x:1: not a list of ties: field larger than field limit"),
    (b"source,targett\na,b\n", "x:1: unknown column 'targett'; did you mean target"),
    (b"city,partners\na,b\n", "x:1: unknown column 'partners'; did you mean partner"),
    (b"city_id,name,country\na,A,DE\n", "x:1: a column is called 'city_id', but none the ends of a tie"),
    (b"kind,a,b\nfirm,c,d\n", "x:1: a column is called 'kind', but none the ends of a tie; call those source"),
    (b'a,"b\n', "x:1: not a list of ties: unexpected end of data"),
])  # fmt: skip
def test_what_is_no_list_is_refused(content, complaint):
    with pytest.raises(ConfigError, match=complaint):
        from_text(content, "x")


def test_ties_are_undirected_each_once_and_none_to_oneself():
    names, pairs = from_text(b"b a\na b\nc c\na c\n", "x").pairs()
    assert sorted(sorted((names[a], names[b])) for a, b in pairs) == [["a", "b"], ["a", "c"]]


def test_a_list_of_loops_has_no_tie():
    with pytest.raises(ConfigError, match="x: no tie between two different names in it"):
        from_text(b"a a\n", "x").pairs()
