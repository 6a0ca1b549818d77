"""Ties that stand when a scenario begins, from a file to the first month of a run."""

import numpy as np
import pytest

from abm.engine import simulate
from abm.input.load import files_of, load
from abm.parameters import ConfigError
from abm.result import Result
from abm.state.words import NONE, Origin, Stage
from experiments.files import write_scenario as write_whole
from tests.helpers import NOBODY_MEETS, NOTHING_ENDS, towns, world_at_start, write_scenario

STILL = NOBODY_MEETS | NOTHING_ENDS | {"ladder.memorandum_rate": 0.0, "ladder.plan_rate": 0.0, "ladder.pilot_rate": 0.0}


@pytest.fixture
def world(tmp_path):
    """Return what loads a world of some towns whose ties stand in ``ties.csv``."""

    def loaded(ties: str, table: str = "", n: int = 6):
        (tmp_path / "ties.csv").write_text(ties, encoding="utf-8")
        toml = f'start = "2017-01"\nbrokers = []\n[ties]\nfile = "ties.csv"\n{table}'
        return load(write_scenario(tmp_path, towns(n), toml))

    return loaded


def standing(scenario) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in scenario.ties.columns().values()), strict=True))


def test_a_list_without_more_is_of_memoranda_in_themes_that_are_drawn(world):
    assert standing(world("town-003 town-001\ntown-001 town-002\n")) == [
        (1, 2, NONE, Stage.MEMORANDUM),
        (1, 3, NONE, Stage.MEMORANDUM),
    ]


def test_columns_say_theme_and_stage_in_words_or_numbers(world):
    ties = "source,target,theme,stage\ntown-000,town-001,mobility,pilot\ntown-002,town-003,smart & digital,3\n"
    ties += "town-004,town-005,,\n"
    assert standing(world(ties, 'stage = "contact"\ntheme = "energy"')) == [
        (0, 1, 1, Stage.PILOT),
        (2, 3, 0, Stage.ACTION_PLAN),
        (4, 5, 3, Stage.CONTACT),
    ]


def test_only_what_has_begun_and_not_ended_stands(world):
    rows = ["2016-12,", "2017-01,", "2017-02,", ",", "2010-01,2017-01", "2010-01,2017-02"]
    ties = "source,target,begun,ended\n" + "".join(f"town-000,town-00{x},{row}\n" for x, row in enumerate(rows, 1))
    assert [j for _, j, *_ in standing(world(ties, n=8))] == [1, 2, 4, 6]


def test_of_ties_of_a_pair_in_one_theme_the_highest_stage_counts(world):
    ties = "source,target,theme,stage\ntown-000,town-001,energy,2\ntown-001,town-000,energy,4\n"
    ties += "town-000,town-001,mobility,1\ntown-001,town-001,energy,2\n"
    assert standing(world(ties)) == [(0, 1, 1, 1), (0, 1, 3, 4)]


def test_a_map_says_which_city_an_end_is(world, tmp_path):
    (tmp_path / "ids.csv").write_text("id,city_id\nQ1,town-004\nQ2,town-000\n", encoding="utf-8")
    scenario = world("source,target\nQ1,Q2\n", 'map = "ids.csv"')
    assert standing(scenario) == [(0, 4, NONE, Stage.MEMORANDUM)]
    assert {path.name for path in files_of(tmp_path / "tiny.toml")} == {"tiny.toml", "tiny.csv", "ties.csv", "ids.csv"}


def test_a_few_ties_of_other_cities_are_left_out_and_told(world):
    ties = "town-000 town-001\n" * 199 + "town-000 nowhere\n"
    found = world(ties)
    assert len(standing(found)) == 1
    assert found.ties.notes == ("1 ties left out: ties.csv: line 200: 'nowhere'",)


@pytest.mark.parametrize(("ties", "table", "line"), [
    ("town-000 x\n" * 5, "", r"ties\.csv: 5 of 5 ties name a city that the city file has not, the first: line 1: 'x';"),
    ("town000 town-001\n", "", r"line 1: 'town000'; did you mean town-000\?; \[ties\] may name a map"),
    ("source,target,theme\ntown-000,town-001,enrgy\n", "",
     r"ties\.csv: line 2: theme = 'enrgy': must be one of smart, .*; did you mean energy\?"),
    ("source,target,stage\n" + "town-000,town-001,married\n" * 9, "",
     r"ties\.csv: 9 of 9 ties cannot be used, the first: line 2: stage = 'married'; line 3: .*; line 4: [^;]*: must"),
    ("source,target,begun\ntown-000,town-001,last year\n", "", "begun = 'last year': must be a month, YYYY-MM"),
    ("a b\n", 'stage = "dissolved"', r"tiny\.toml:6: ties\.stage = 'dissolved': a tie that stands has a stage"),
    ("a b\n", 'map = "none.csv"', r"ties\.map = 'none\.csv': there is no such file beside it or below"),
    ("source,target\n", "", "ties.csv: no tie in it"),
    ("source,target,stagee\ntown-000,town-001,pilot\n", "", "unknown column 'stagee'; did you mean stage"),
    ("source,target,begun,ended\ntown-000,town-001,2016-05,2010-01\n", "",
     "line 2: ended = '2010-01': must not come before begun = '2016-05'"),
    ("a b\n", 'colour = "red"', "unknown key ties.colour = 'red'"),
    ("source,target,theme\ntown-000,town-001,governance\n", "[world]\nn_themes = 3",
     "ties: theme 'governance' is not in use, world.n_themes is 3"),
])  # fmt: skip
def test_ties_that_cannot_be_used_are_refused_in_one_line(world, ties, table, line):
    with pytest.raises(ConfigError, match=line) as refusal:
        world(ties, table)
    assert "\n" not in str(refusal.value)


def test_a_map_of_cities_that_are_not_there_is_refused(world, tmp_path):
    (tmp_path / "ids.csv").write_text("id,city_id\nQ1,town-444\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"ids\.csv: line 2: city_id 'town-444': no such city; did you mean town-004"):
        world("Q1 Q2\n", 'map = "ids.csv"')
    (tmp_path / "ids.csv").write_text("id,city_id\nQ1,town-004\nQ1,town-003\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"ids\.csv:3: id 'Q1' stands in line 2 too"):
        world("Q1 Q2\n", 'map = "ids.csv"')
    (tmp_path / "ids.csv").write_text("id,city\nQ1,town-004\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"ids\.csv:1: needs the columns id and city_id"):
        world("Q1 Q2\n", 'map = "ids.csv"')


TIES = "source,target,theme,stage\ntown-000,town-001,energy,1\ntown-000,town-002,,3\ntown-003,town-004,mobility,5\n"


def test_a_run_begins_with_the_ties_that_stand(world):
    w, _ = world_at_start(world(TIES), seed=3)
    rows = w.partnerships[: int(w.count.partnerships)]
    assert w.count.live == 3 and rows.stage.tolist() == rows.ever.tolist() == [1, 3, 5]
    assert rows.theme[[0, 2]].tolist() == [3, 1] and 0 <= rows.theme[1] < 7
    assert [list(row) for row in rows.reached] == [
        [NONE, 0, NONE, NONE, NONE, NONE], [NONE, 0, 0, 0, NONE, NONE], [NONE, 0, 0, 0, 0, 0],
    ]  # fmt: skip
    assert set(rows.origin) == {Origin.SEARCH} and set(rows.begun) == {0} and set(rows.ended) == {NONE}
    assert np.all((rows.trust >= 0.2) & (rows.trust <= 0.8)) and len(set(rows.trust)) == 3
    assert w.cities.n_partners.tolist() == [2, 1, 1, 1, 1, 0]


def test_a_theme_is_drawn_anew_by_each_seed_and_never_twice_for_a_pair(world):
    scenario = world("source,target,theme\ntown-000,town-001,\n" + "".join(
        f"town-000,town-001,{theme}\n" for theme in ("smart", "mobility", "health", "energy", "culture", "business")
    ))  # fmt: skip
    themes = set()
    for seed in range(40):
        w, _ = world_at_start(scenario, seed)
        found = w.partnerships.theme[: int(w.count.partnerships)].tolist()
        assert len(found) == len(set(found)) in (6, 7)
        themes.add(tuple(found))
    assert len(themes) == 2  # governance, or one that stands already


def test_a_tie_is_of_the_programme_of_both_so_that_its_broker_looks_after_it(world):
    members = "".join(
        f'[[programmes]]\nname = "{name}"\nmembers = {{ cities = {cities} }}\n'
        for name, cities in (("A", ["town-000", "town-005"]), ("B", ["town-003", "town-004"]))
    )
    scenario = world(TIES, members).with_changes(months=1)
    w, _ = world_at_start(scenario)
    assert w.partnerships.programme[:3].tolist() == [NONE, NONE, 1]


def test_ties_that_stand_are_counted_from_the_first_month(world):
    scenario = world(TIES).with_changes(STILL, months=2)
    found = Result(scenario, 1, simulate(scenario, [1])[1]).series
    assert found["contacts_ever"].tolist() == [3, 3] and found["pilots_ever"].tolist() == [1, 1]


def test_a_pilot_that_stands_invites_nobody(world):
    scenario = world(TIES).with_changes(STILL | {"project.invited": 50.0}, months=2)
    assert simulate(scenario, [1])[1].count.participants == 0


def test_without_ties_nothing_is_said_of_them_and_with_them_a_scenario_is_another(world):
    bare = world(TIES)._replace(ties=load("iuc-asia").ties)
    assert "ties" not in bare.as_said()
    assert world(TIES).as_said()["ties"] != world(TIES.replace("energy", "health")).as_said()["ties"]


def test_a_scenario_that_is_written_has_its_ties(world, tmp_path):
    scenario = world(TIES)
    write_whole(tmp_path, scenario)
    assert load(tmp_path / "scenario.toml").ties == scenario.ties


def test_a_tie_of_a_city_to_itself_is_told(world):
    scenario = world("source,target\ntown-001,town-001\ntown-001,town-002\n")
    assert len(standing(scenario)) == 1
    assert scenario.ties.notes == ("ties of a city to itself are left out: ties.csv: line 2: 'town-001'",)


def test_the_graph_of_a_result_may_stand_as_a_list(world):
    assert len(standing(world("source,target,themes,weight\ntown-001,town-002,3,2.5\n"))) == 1
