"""Lists of a scenario in CSV files say what the same lists say in TOML."""

import pytest

from abm.input.listfiles import item
from abm.input.load import files_of, load
from abm.parameters import ConfigError
from tests.helpers import towns, write_scenario

EVENTS = "type,seats,month,theme,curated,yearly\nworkshop,9,may,energy,true,2\nconference,40,,,,\n"
TOML = """[[events]]
type = "workshop"
seats = 9
month = "may"
theme = "energy"
curated = true
yearly = 2
[[events]]
type = "conference"
seats = 40
"""


@pytest.fixture
def world(tmp_path):
    def loaded(toml: str, **files: str):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return load(write_scenario(tmp_path, towns(4), toml))

    return loaded


def test_a_calendar_in_a_file_is_that_in_toml(world, tmp_path):
    assert (
        world('events = "events.csv"\nbrokers = []', events=EVENTS).calendar == world(f"brokers = []\n{TOML}").calendar
    )
    world('events = "events.csv"\nbrokers = []', events=EVENTS)
    assert tmp_path / "events.csv" in files_of(tmp_path / "tiny.toml")


def test_several_texts_stand_in_one_cell(world):
    policies = "kind,cities,start\nkpi,town-000; town-002,2018-01\n"
    found = world('policies = "policies.csv"\nbrokers = []', policies=policies)
    assert found.policies[0].said.cities == ("town-000", "town-002")


def test_a_column_of_a_table_in_an_entry():
    cells = ["Twins", "Europe;Asia", "", "12"]
    assert item(["name", "members.region", "members.cities", "members.count"], cells) == {
        "name": "Twins", "members": {"region": ["Europe", "Asia"], "count": "12"},
    }  # fmt: skip


@pytest.mark.parametrize(("toml", "files", "line"), [
    ('events = "events.csv"', {"events": EVENTS.replace("40", "forty")}, r"^events\.csv:3: events\.seats = 'forty'"),
    ('events = "events.csv"', {"events": EVENTS.replace("seats", "seat")}, r"^events\.csv:2: unknown key events\.seat"),
    ('events = "events.csv"', {"events": "type,seats,city\nworkshop,9,town-9\n"}, r"^events\.csv:2: events\.city"),
    ('events = "none.csv"', {}, r"tiny\.toml:2: events = 'none\.csv': there is no such file"),
    ('events = "many"', {}, r"events = 'many': must be a list of tables, \[\[events\]\], or a file \.csv"),
    ('events = "events.csv"', {"events": "type;seats\nworkshop;9\n"}, r"events\.csv:1: looks like a file with semi"),
])  # fmt: skip
def test_a_bad_row_is_told_with_its_file_and_line(world, toml, files, line):
    with pytest.raises(ConfigError, match=line):
        world(toml, **files)


PROGRAMMES = """name,members.region,members.count,entry,pairing
First,East,2,2017-01;2017-06,mutual
Second,East;West,3,,
"""


def test_programmes_in_a_file_are_those_in_toml(world):
    toml = """[[programmes]]
name = "First"
members = { region = ["East"], count = 2 }
entry = ["2017-01", "2017-06"]
pairing = "mutual"
[[programmes]]
name = "Second"
members = { region = ["East", "West"], count = 3 }
"""
    found = world('programmes = "programmes.csv"', programmes=PROGRAMMES)
    assert found.as_said()["programmes"] == world(toml).as_said()["programmes"]


def test_a_bad_programme_is_told_with_its_file_and_line(world):
    with pytest.raises(ConfigError, match=r"^programmes\.csv:3: .*members.count = 'many'"):
        world('programmes = "programmes.csv"', programmes=PROGRAMMES.replace("West,3", "West,many"))


@pytest.mark.parametrize(("text", "complaint"), [
    ("name,members,members.count\nA,town-000,2\n", "p.csv:1: columns 'members' and 'members.count': leave one out"),
    ("name,name\nA,B\n", "p.csv:1: column 'name' stands there twice"),
    ("name,brokers\nA,\nB,3\n", "p.csv:3: programmes.brokers = '3': must be a list of tables"),
])  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_with_its_file_and_line(tmp_path, text, complaint):
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=complaint):
        load(write_scenario(tmp_path, towns(4), 'programmes = "p.csv"'))


def test_members_stand_in_one_cell(tmp_path):
    (tmp_path / "p.csv").write_text("name,members\nA,town-000; town-002\n", encoding="utf-8")
    scenario = load(write_scenario(tmp_path, towns(4), 'programmes = "p.csv"'))
    assert [member.city for member in scenario.programmes[0].members] == [0, 2]
