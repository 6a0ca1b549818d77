"""Where in a file something stands, and the one way in for files that a stranger names."""

import os

import pytest

from abm.input import files
from abm.input.files import bare, door, line_of, lineage, read_toml, text_of
from abm.parameters import ConfigError

TEXT = """\
title = "x"
"contact.baseline" = 1
[broker]
capacity = 4
[ 'search' ]
rate = 0.1
[[events]]
type = "workshop"
[[events]]
type = "mission"
seats = 3
[vary]
broker.noise = [1]
policies = [{kind = "kpi"}]
"""


@pytest.mark.parametrize(
    ("name", "entry", "line"),
    [
        ("title", None, 1),
        ("contact.baseline", None, 2),
        ("broker", None, 3),
        ("broker.capacity", None, 4),
        ("search.rate", None, 6),
        ("events.type", ("events", 0), 8),
        ("events.type", ("events", 1), 10),
        ("events.seats", ("events", 1), 11),
        ("events.seats", ("events", 0), 7),  # it does not say: where the entry begins
        ("broker.noise", None, 13),  # below [vary]
        ("policies.kind", ("vary.policies", 0), 14),
        ("nothing", None, None),
        ("", None, None),
    ],
)
def test_the_line_that_sets_a_name_is_found(name, entry, line):
    assert line_of(name, TEXT, entry) == line


@pytest.mark.parametrize(
    ("name", "shown"), [("a.b", "a.b"), ('"a.b"', "a.b"), (" a . 'b' ", "a.b"), ('a."b c"', "a.bc")]
)
def test_names_are_compared_without_quotes_and_blanks(name, shown):
    assert bare(name) == shown


def toml(folder, text, name="x.toml"):
    """Write a TOML file and return its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "x.toml: the file is empty; a scenario names at least its cities"),
        ("# nothing\n", "x.toml: the file is empty"),
        ("a = ", "x.toml: not a TOML file: "),
        (
            "b = 1\na = 2017-02 # x\n",
            "x.toml: not a TOML file: Expected newline or end of document after a statement (at "
            'line 2, column 9); write it in quotes, "2017-02"',
        ),  # B-E
        ("a = equity\n", 'x.toml: not a TOML file: Invalid value (at line 1, column 5); write it in quotes, "equity"'),
        (b"\xff\xfe", "x.toml: cannot be read: not UTF-8 text"),
        ("a." * 40 + "b = 1", "x.toml: not a TOML file: nested too deeply"),
        ("a = " + "[" * 3000, "x.toml: not a TOML file: "),
        ("a = " + "9" * 5000, "x.toml: cannot be read: "),
    ],
    ids=[
        "empty",
        "a comment",
        "half a line",
        "a month",
        "a word",
        "not UTF-8",
        "a deep name",
        "a deep list",
        "a long number",
    ],
)
def test_a_file_that_is_none_is_refused_by_name_in_one_line(tmp_path, text, line):
    with pytest.raises(ConfigError) as refusal:
        read_toml(toml(tmp_path, text))
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_a_file_may_begin_with_a_mark_of_its_encoding(tmp_path):
    assert read_toml(toml(tmp_path, b"\xef\xbb\xbfa = 1\n")).document == {"a": 1}


def test_a_text_is_taken_without_blanks_around_it_and_nothing_else_is_text(tmp_path):
    source = read_toml(toml(tmp_path, "a = ' x '\nb = 3\nd = 2017-02-01"))
    assert (text_of(source, "a"), text_of(source, "c")) == ("x", "")
    with pytest.raises(ConfigError, match=r'^d = 2017-02-01: must be text; write it in quotes, "2017-02"$'):  # B-E
        text_of(source, "d")
    with pytest.raises(ConfigError, match=r"^b = 3: must be text$"):
        text_of(source, "b")


def test_a_refusal_is_led_by_file_and_line(tmp_path):
    source = read_toml(toml(tmp_path, TEXT))
    for said, place in (("broker.capacity = 9", "x.toml:4: "), ("whatever", "x.toml: "), ("search = 1", "x.toml:5: ")):
        with pytest.raises(ConfigError) as refusal, source.located():
            raise ConfigError(said)
        assert str(refusal.value) == place + said


@pytest.fixture
def garden(tmp_path):
    """Return a folder with a file, a folder, and ways out of it; a secret lies beside it."""
    folder = tmp_path / "garden"
    (folder / "below").mkdir(parents=True)
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    (folder / "x").write_text("x", encoding="utf-8")
    (folder / "below" / "y").write_text("y", encoding="utf-8")
    if os.name == "posix":
        (folder / "out").symlink_to(tmp_path / "secret")
        (folder / "in").symlink_to(folder / "x")
        (folder / "loop").symlink_to(folder / "loop")
    return folder


@pytest.mark.parametrize("name", ["x", "below/y", "./x", "below/../x", "in"])
def test_a_file_beside_or_below_is_let_in(garden, name):
    assert door(garden, name, "cities", 100).is_file()


@pytest.mark.parametrize("name", ["out", "loop", "below", ".", "", "missing", "x\0", "a" * 5000])
def test_nothing_else_is_let_in_and_nothing_said_about_it(garden, name):
    with pytest.raises(ConfigError, match=r"^cities = .*: there is no such file beside it or below$"):
        door(garden, name, "cities", 100)


@pytest.mark.parametrize("name", ["../secret", "../missing", "below/../../secret", "/etc/passwd", "{folder}/../secret"])
def test_a_name_that_leads_out_is_told_where_to_copy_its_file_whether_it_is_there_or_not(garden, name):  # B-E
    with pytest.raises(ConfigError, match=r"^cities = .*: leads out of the folder of this file; copy it beside or be"):
        door(garden, name.format(folder=garden), "cities", 100)


def test_a_file_of_more_bytes_than_any_needs_is_refused_with_its_size(garden):
    (garden / "x").write_bytes(b"x" * 1234)
    with pytest.raises(ConfigError, match=r"^x: 1,234 bytes; such a file has at most 1,233$"):
        door(garden, "x", "cities", 1233)
    assert door(garden, "x", "cities", 1234).is_file()


@pytest.mark.parametrize("name", ["x\0", "a" * 5000])
def test_a_name_that_no_system_would_take_names_no_file(garden, name):
    assert not files.is_file(garden / name) and files.is_file(garden / "x")


def test_the_oldest_of_a_lineage_comes_first(tmp_path):
    for name, parent in (("a", ""), ("b", "a.toml"), ("c", "b.toml")):
        toml(tmp_path, f'extends = "{parent}"\nn = 1', f"{name}.toml")
    assert [source.path.stem for source in lineage(tmp_path / "c.toml", {})] == ["a", "b", "c"]


def test_who_extends_a_name_gets_the_shipped_file(tmp_path):
    elsewhere = toml(tmp_path, "n = 1", "elsewhere.toml")
    toml(tmp_path, 'extends = "known"', "mine.toml")
    assert [s.path for s in lineage(tmp_path / "mine.toml", {"known": elsewhere})] == [
        elsewhere,
        tmp_path / "mine.toml",
    ]
    with pytest.raises(ConfigError, match=r"^mine.toml:1: extends = 'known': no such scenario; did you mean knwon\?"):
        lineage(tmp_path / "mine.toml", {"knwon": elsewhere})
