"""A file of organisations: what a city has, in which themes, by which names."""

import pytest

from abm.engine import simulate
from abm.input.load import load
from abm.parameters import ConfigError
from abm.result import Result
from abm.state.words import NONE, Kind
from experiments.files import write_scenario as write_whole
from tests.helpers import towns, world_at_start, write_scenario

FILE = """city_id,kind,theme,second_theme,name
town-002,firm,,,
town-000,university,health,energy,University of Ayr
town-000,firm,mobility,,Trams & Co
town-000,firm,smart & digital,mobility,
"""


@pytest.fixture
def world(tmp_path):
    def loaded(text: str):
        (tmp_path / "organisations.csv").write_text(text, encoding="utf-8")
        toml = 'organisations = "organisations.csv"\nbrokers = []\n[world]\nuniversities = 1\nfirms = 2\n'
        return load(write_scenario(tmp_path, towns(4), toml))

    return loaded


def test_a_city_of_the_file_has_what_stands_there_and_others_what_the_world_says(world):
    w, _ = world_at_start(world(FILE))
    kinds = {i: w.organisations.kind[w.organisations.city == i].tolist() for i in range(4)}
    assert kinds == {0: [Kind.UNIVERSITY, Kind.FIRM, Kind.FIRM], 1: [0, 1, 1], 2: [Kind.FIRM], 3: [0, 1, 1]}


def test_themes_are_those_of_the_file_in_every_run(world):
    drawn = set()
    for seed in range(20):
        w, _ = world_at_start(world(FILE), seed)
        own = w.organisations.theme[w.organisations.city == 0].tolist()
        assert own[0] == [2, 3] and own[1][0] == 1 != own[1][1] and own[2] == [0, 1]
        drawn.add(tuple(w.organisations.theme[w.organisations.city == 2][0]))
    assert len(drawn) > 5


def test_without_a_file_no_organisation_is_another(tmp_path):
    w, _ = world_at_start(load(write_scenario(tmp_path, towns(2), "brokers = []")))
    assert (w.organisations.said == NONE).all()


def test_a_result_has_their_names_and_a_number_for_those_without(world):
    scenario = world(FILE).with_changes(months=1)
    names = Result(scenario, 1, simulate(scenario, [1])[1]).organisations["organisation"].tolist()
    assert names[:3] == ["University of Ayr", "Trams & Co", "town-000/firm-2"] and names[-1] == "town-003/firm-2"


@pytest.mark.parametrize(("text", "line"), [
    ("city_id,kind\ntown-9,firm\n", "organisations.csv: line 2: city_id = 'town-9': no such city"),
    ("city_id,kind\ntown000,firm\n", "line 2: city_id = 'town000': no such city; did you mean town-000"),
    ("city_id,kind,name\ntown-000,firm,Uni\ntown-001,firm,Uni\n", "line 3: name = 'Uni': stands in line 2 too"),
    ("city_id,kind,name\ntown-000,firm,town-001\n", "line 2: name = 'town-001': is the id of a city"),
    ("city_id,kind,name\ntown-000,firm,town-001/firm-2\n", "line 2: name = 'town-001/firm-2': so the model calls one"),
    ("city_id,kind\ntown-000,club\n", "line 2: kind = 'club': must be one of university, firm"),
    ("city_id,kind,theme\ntown-000,firm,enrgy\n", "theme = 'enrgy': must be one of .*; did you mean energy"),
    ("city_id,kind,second_theme\ntown-000,firm,energy\n", "line 2: second_theme without a theme"),
    ("city_id,sort\ntown-000,firm\n", "organisations.csv:1: unknown column 'sort'"),
    ("city_id\ntown-000\n", "organisations.csv:1: column 'kind' is missing"),
    ("city_id,kind\n" + "x,firm\n" * 8, "8 of 8 organisations cannot be used, the first: line 2: .*line 3: .*line 4"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_one_line(world, text, line):
    with pytest.raises(ConfigError, match=line):
        world(text)


def test_a_scenario_that_is_written_has_them(world, tmp_path):
    scenario = world(FILE)
    write_whole(tmp_path, scenario)
    assert load(tmp_path / "scenario.toml").organisations == scenario.organisations
