"""Whatever a scenario or city file holds: it is run, or refused in one line that says where and what is legal."""

import json
import math
from pathlib import Path

import pytest

import abm
from abm.input.load import DATA, SHIPPED, load, shipped
from abm.setup.build import build
from experiments.files import write_scenario
from tests.abm.input.mutants import mutants
from tests.helpers import tiny, towns

CITIES = """city_id,name,country,region,latitude,longitude,population,role
aa,Aa,NA,East,10,20,1000000,member
bb,Bb,NO,West,30,40,2000000,member
"""


@pytest.fixture
def refused(tmp_path):
    """Give a function that writes a scenario and its cities, and returns the one line with which they are refused."""

    def refusal(scenario: str = "", cities: str | bytes = CITIES) -> str:
        data = cities if isinstance(cities, bytes) else cities.encode()
        (tmp_path / "cities.csv").write_bytes(data)
        (tmp_path / "mine.toml").write_text('cities = "cities.csv"\n' + scenario, encoding="utf-8")
        with pytest.raises(abm.ConfigError) as caught:
            load(tmp_path / "mine.toml")
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return refusal


def test_an_unknown_scenario_names_the_nearest_and_all():
    with pytest.raises(
        abm.ConfigError, match=r"unknown scenario 'iuc-asa'; did you mean iuc-asia\?.*no-broker"
    ) as caught:
        load("iuc-asa")
    assert all(name in str(caught.value) for name in shipped())
    with pytest.raises(abm.ConfigError, match=r"nowhere.toml: there is no such scenario file"):
        load("nowhere.toml")


@pytest.mark.parametrize(
    ("scenario", "line"),
    [
        ("[broker]\ncapcity = 3", "mine.toml:3: unknown parameter broker.capcity = 3; did you mean broker.capacity?"),
        ("[brokr]\ncapacity = 3", "mine.toml:2: unknown key brokr = {'capacity': 3}; did you mean broker?"),
        ("titel = 'x'", "mine.toml:2: unknown key titel = 'x'; did you mean title?"),
        ("[broker]\ncapacity = 99", "mine.toml:3: broker.capacity = 99: must be a number from 0 to 64"),
        ("[broker]\ncapacity = nan", "mine.toml:3: broker.capacity = nan: must be a number from 0 to 64"),
        ("[broker]\ncapacity = true", "mine.toml:3: broker.capacity = True: must be a number from 0 to 64"),
        ("[broker]\nsample = 2.5", "mine.toml:3: broker.sample = 2.5: must be a whole number from 1 to 100000"),
        (
            "[broker]\nstrategy = 'equty'",
            "mine.toml:3: broker.strategy = 'equty': must be one of random, complementarity, "
            "bridging, equity, deepening; did you mean equity?",
        ),
        ("broker = 3", "mine.toml:2: broker = 3: must be a table, [broker]"),
        ("broker.capacity = 99", "mine.toml:2: broker.capacity = 99: must be a number from 0 to 64"),
        (f"[broker]\n{'x' * 5000} = 3", f"mine.toml: unknown parameter broker.{'x' * 50}… = 3"),
        (f"[broker]\ncapacity = 0x{'F' * 5000}", "mine.toml:3: broker.capacity = a number or table too large to show"),
        (f"[broker]\ncapacity = {'9' * 5000}", "mine.toml: cannot be read: Exceeds the limit"),
        (f"{'a.' * 3000}a = 1", "mine.toml: not a TOML file: nested too deeply"),
        ("months = -3", "mine.toml:2: months = -3: must be a whole number from 1 to 12000"),
        ("start = '2020-13'", "mine.toml:2: start = '2020-13': must be a month, YYYY-MM, such as 2020-02"),
        (
            "[world]\ncross_bloc_only = 'perhaps'",
            "mine.toml:3: world.cross_bloc_only = 'perhaps': must be true or false",
        ),
        ("events = 3", "mine.toml:2: events = 3: must be a list of tables, [[events]]"),
        ("[[events]]\nseats = 3", "mine.toml:2: events needs type"),
        (
            "[[events]]\ntype = 'expo'\nseats = 3\n[[events]]\ntype = 'expo'\nseats = 1",
            "mine.toml:7: events.seats = 1: must be a whole number from 2 to 1000",
        ),
        ("[[events]]\ntype = 'expo'\nseats = 3\ncity = 'ab'", "mine.toml:5: events.city = 'ab': no such city"),
        ("[[more_events]]\ntype = 'expo'\nseats = 3\ncity = 'ab'", "mine.toml:5: more_events.city = 'ab': no such"),
        ("[[events]]\ntype = 'expo'\nseats = 3\ndate = 'May'", "mine.toml:5: events.date = 'May': must be a month"),
        (
            "[[events]]\ntype = 'expo'\nseats = 3\ndate = 2017-05-01",  # B-E
            'mine.toml:5: events.date = 2017-05-01: must be text; write it in quotes, "2017-05"',
        ),
        (
            "[[events]]\ntype = 'expo'\nseats = 3\ndate = '2016-12'",  # B-E
            "mine.toml:5: events.date = '2016-12': nothing comes of it, the scenario starts in 2017-01",
        ),
        (
            "[[events]]\ntype = 'expo'\nseats = 3\nend = '2017-01'",
            "mine.toml:5: events.end = '2017-01': nothing comes of it, the scenario starts in 2017-01",
        ),
        (
            "[[shocks]]\nstart = '2016-02'\nend = '2017-01'",
            "mine.toml:4: shocks.end = '2017-01': nothing comes of it, the scenario starts in 2017-01",
        ),
        (
            "[[events]]\ntype = 'expo'\nseats = 3\nyearly = 2\ndate = '2017-02'",  # B-E
            "mine.toml:5: events.yearly = 2.0: an event with a date is held once, then; leave yearly out",
        ),
        (
            "[[events]]\ntype = 'expo'\nseats = 3\nmonth = 'may'\ndate = '2017-02'",
            "mine.toml:5: events.month = 'may': an event with a date is held once, then; leave month out",
        ),
        (
            "[[events]]\ntype = 'expo'\nseats = 3\ndate = '2017-02'\nend = '2019-02'",
            "mine.toml:6: events.end = '2019-02': an event with a date is held once, then; leave end out",
        ),
        (
            "[[brokers]]\nname = 'b'\nregion = 'Est'",
            "mine.toml:4: brokers.region = 'Est': no such region; did you mean East?",
        ),
        (
            "[[brokers]]\nname = 'b'\n[[brokers]]\nname = 'b'",
            "mine.toml:5: brokers.name = 'b': another broker has this name",
        ),
        (
            "[[shocks]]\nstart = '2020-03'\nend = '2020-02'",
            "mine.toml:4: shocks.end = '2020-02': must come after start = '2020-03'",
        ),
        ("title = [", "mine.toml: not a TOML file"),
        ("more_cities = 'none.csv'", "mine.toml:2: more_cities = 'none.csv': there is no such file beside it"),
        ("more_cities = 'cities.csv'", "cities.csv: city_id 'aa' stands in the first city file too"),
        ("extends = 'iuc-asa'", "mine.toml:2: extends = 'iuc-asa': no such scenario; did you mean iuc-asia?"),
        ("extends = 'old.toml'", "mine.toml:2: extends = 'old.toml': there is no such file beside it"),
    ],
)
def test_a_scenario_is_refused_with_file_line_key_value_and_what_is_legal(refused, scenario, line):
    assert refused(scenario).startswith(line)


@pytest.mark.parametrize(
    ("policy", "line"),
    [
        ("kind = 'hubb'", "mine.toml:4: policies.kind = 'hubb': no such policy; did you mean hub?"),
        ("start = '2018-01'", "mine.toml:3: policies needs kind"),
        ("kind = 'kpi'\nstat = '2018-01'", "mine.toml:5: unknown key policies.stat = '2018-01'; did you mean start?"),
        ("kind = 'kpi'\nstart = '2018'", "mine.toml:5: policies.start = '2018': must be a month, YYYY-MM"),
        (
            "kind = 'kpi'\nstart = '2018-02'\nend = '2018-02'",
            "mine.toml:6: policies.end = '2018-02': must come after start = '2018-02'",
        ),
        ("kind = 'award'\nend = '2016-02'", "mine.toml:5: policies.end = '2016-02': is before the scenario starts"),
        (
            "kind = 'kpi'\nend = '2018-02'\n[[policies]]\nkind = 'kpi'\nstart = '2018-01'\ncities = ['aa']",
            "mine.toml:8: policies.start = '2018-01': overlaps with the kpi at the same place from 2017-01 to 2018-02",
        ),
        (
            "kind = 'living-lab'\nregion = 'East'\n[[policies]]\nkind = 'living-lab'\nregion = 'East'",
            "mine.toml:6: policies.start = '2017-01': overlaps with the living-lab",
        ),
        ("kind = 'hub'", "mine.toml:4: policies.kind = 'hub': needs region, to say where it acts"),
        ("kind = 'hub'\nregion = 'Est'", "mine.toml:5: policies.region = 'Est': no such region; did you mean East?"),
        ("kind = 'lighthouse'", "mine.toml:4: policies.kind = 'lighthouse': needs cities, to say where it acts"),
        ("kind = 'kpi'\ncities = ['ab']", "mine.toml:5: policies.cities = 'ab': no such city"),
        ("kind = 'kpi'\ncities = 'aa'", "mine.toml:5: policies.cities = 'aa': must be a list of texts"),
        ("kind = 'award'\ncities = []", "mine.toml:5: policies.cities = []: award to nobody"),
        (
            "kind = 'award'\ncities = ['bb']\nregion = 'East'",
            "mine.toml:5: policies.cities = ['bb']: award to nobody",
        ),
        ("kind = 'award'\nstrength = 0", "mine.toml:5: policies.strength = 0.0: must be a whole number from 1 to 1000"),
        ("kind = 'award'\nstrength = 1.5", "mine.toml:5: policies.strength = 1.5: must be a whole number"),
        ("kind = 'kpi'\nstrength = 2", "mine.toml:5: policies.strength = 2.0: must be 1, or left out for kpi"),
        ("kind = 'kpi'\ncost = -1", "mine.toml:5: policies.cost = -1: must be a number from 0 to 1e+09"),
        ("kind = 'hub'\nregion = 'East'\ntheme = 'energy'", "mine.toml:6: policies.theme = 'energy': hub has no such"),
        ("kind = 'kpi'\nbroker = 'broker'", "mine.toml:5: policies.broker = 'broker': kpi concerns no broker"),
        ("kind = 'broker-capacity'\nbroker = 'b'", "mine.toml:5: policies.broker = 'b': no such broker"),
        ("kind = 'closing'\nregion = 'East'", "mine.toml:5: policies.region = 'East': closing concerns no cities"),
        (
            "kind = 'grant'\nregion = 'East'\n[[policies]]\nkind = 'x'",
            "mine.toml:7: policies.kind = 'x': no such policy",
        ),
        ("kind = 'expansion'\ncities = ['aa']", "mine.toml:5: policies.cities = ['aa']: expansion to nobody"),
    ],
)
def test_a_policy_is_refused_with_file_line_key_value_and_what_is_legal(refused, policy, line):
    assert refused(f"months = 3\n[[policies]]\n{policy}").startswith(line)


@pytest.mark.parametrize(
    ("dropped", "line"),
    [
        ("'kpi'", "mine.toml:3: drop_policies = 'kpi': must be a list of kinds, such as [\"grant\"]"),
        ("[1]", "mine.toml:3: drop_policies = [1]: must be a list of kinds"),
        ("['kpy']", "mine.toml:3: drop_policies = ['kpy']: no such policy 'kpy'; did you mean kpi?"),
    ],
)
def test_policies_that_are_dropped_are_kinds(refused, dropped, line):
    assert refused(f"months = 3\ndrop_policies = {dropped}").startswith(line)


def test_a_file_may_leave_out_kinds_of_policy_of_what_it_extends(tmp_path):
    path = tmp_path / "mine.toml"
    text = 'extends = "eit-hubs"\ndrop_policies = ["hub", "kpi"]\n[[policies]]\nkind = "kpi"\n'
    path.write_text(text, encoding="utf-8")
    older = [policy.kind for policy in load("eit-hubs").policies]
    assert [policy.kind for policy in load(path).policies] == [kind for kind in older if kind != "hub"] + ["kpi"]


def test_a_policy_may_concern_cities_with_strange_names(tmp_path):
    names = ['Vila "Nova", de Gaia', "<script>alert(1)</script>", "=1+1"]
    rows = [{**row, "city_id": name} for row, name in zip(towns(3), names, strict=True)]
    policy = f"[[policies]]\nkind = 'kpi'\ncities = {json.dumps(names[:2])}"
    scenario = tiny(tmp_path, rows, policy, months=2)
    write_scenario(tmp_path, scenario)
    again = load(tmp_path / "scenario.toml")
    assert again.policies == scenario.policies and again.policies[0].said.cities == tuple(names[:2])
    world = abm.run(again).world
    assert sorted(names[:2]) == [again.cities[i].city_id for i in range(3) if world.cities.kpi[i]]


@pytest.mark.parametrize(
    ("cities", "line"),
    [
        ("", "cities.csv: the file is empty"),
        (CITIES.splitlines()[0], "cities.csv: there are no cities in the file"),
        (CITIES + CITIES.splitlines()[1], "cities.csv:4: city_id 'aa' stands in line 2 too"),
        (CITIES.replace("latitude", "lattitude"), "cities.csv:1: unknown column 'lattitude'; did you mean latitude?"),
        (CITIES.replace(",role", ",name"), "cities.csv:1: column 'name' stands there twice"),
        (
            CITIES.replace("region,", "").replace("East,", "").replace("West,", ""),
            "cities.csv:1: column 'region' is missing",
        ),
        (CITIES.replace("30", "91"), "cities.csv:3: city.latitude = '91': must be a number from -90 to 90"),
        (CITIES.replace("30", "nan"), "cities.csv:3: city.latitude = 'nan': must be a number from -90 to 90"),
        (CITIES.replace("30", "north"), "cities.csv:3: city.latitude = 'north': must be a number from -90 to 90"),
        (CITIES.replace("2000000", "0"), "cities.csv:3: city.population = '0': must be a number from 1 to 1e+09"),
        (CITIES.replace("NO,West", "NO,"), "cities.csv:3: region is empty"),
        (CITIES.replace("NO,West", "NO,West,"), "cities.csv:3: 9 cells where the header has 8"),
        (CITIES.replace(",", ";"), "cities.csv:1: looks like a file with semicolons"),
        (CITIES.replace("Bb", '"Bb'), "cities.csv:3: not a CSV file"),
        (CITIES.encode("utf-16"), "cities.csv: cannot be read: not UTF-8 text"),
    ],
)
def test_a_city_file_is_refused_with_file_line_column_value_and_what_is_legal(refused, cities, line):
    assert refused(cities=cities).startswith(line)


def test_blanks_make_no_other_bloc_and_a_whole_number_may_have_a_point(tmp_path):
    cities = "city_id,name,country,region,latitude,longitude,population,firms\naa,Aa,NA, East  ,10,20,1e6, 2.0\n"
    (tmp_path / "cities.csv").write_text(cities, encoding="utf-8")
    (tmp_path / "mine.toml").write_text("\ufeffcities = 'cities.csv'", encoding="utf-8")
    first = load(tmp_path / "mine.toml").cities[0]
    assert (first.region, first.firms) == ("East", 2)


def test_an_event_and_a_shock_may_begin_before_the_scenario_and_an_event_be_dated_after_a_short_run(tmp_path):
    dates = "[[events]]\ntype = 'expo'\nseats = 3\ndate = '2030-02'\n[[shocks]]\nstart = '2016-02'\nend = '2017-02'"
    scenario = tiny(tmp_path, towns(3), f"{dates}\n[[events]]\ntype = 'expo'\nseats = 3\nstart = '2016-02'", months=2)
    assert len(scenario.calendar) == 2 and len(scenario.shocks) == 1


def test_a_city_file_that_is_not_there_is_refused_in_the_scenario_that_names_it(tmp_path):
    (tmp_path / "mine.toml").write_text("months = 3\ncities = 'none.csv'", encoding="utf-8")
    with pytest.raises(abm.ConfigError, match=r"mine\.toml:2: cities = 'none.csv': there is no such file beside it"):
        load(tmp_path / "mine.toml")


@pytest.mark.parametrize("value", [-3, 0, 2.5, "many", True, 12_001, math.nan])
def test_months_are_a_whole_number_of_at_least_one(value):
    with pytest.raises(abm.ConfigError, match="must be a whole number from 1 to 12000"):
        load("iuc-asia", months=value)


def test_only_refusals_come_of_spoilt_files(tmp_path):
    scenario = (SHIPPED / "iuc-asia.toml").read_text(encoding="utf-8").replace("iuc_cities.csv", "cities.csv")
    cities = (DATA / "iuc_cities.csv").read_text(encoding="utf-8")
    lines, loaded = [], []
    for x, (toml, table) in enumerate(mutants(scenario, cities, 400)):
        (tmp_path / "mine.toml").write_bytes(toml)
        (tmp_path / "cities.csv").write_bytes(table)
        try:
            loaded.append(load(tmp_path / "mine.toml"))
        except abm.ConfigError as error:
            lines.append(str(error))
        except Exception as error:
            raise AssertionError(f"mutant {x} raises {error!r}") from error
    assert len(lines) > 200 and len(loaded) > 20, "the mutants are all refused or all accepted"
    odd = [
        line for line in lines if not line.startswith(("mine.toml", "cities.csv")) or "\n" in line or len(line) > 300
    ]
    assert not odd
    for accepted in loaded[::8]:
        abm.run(accepted, months=2)


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_a_scenario_takes_from_the_one_it_extends_what_it_does_not_say(tmp_path):
    write(tmp_path, child="extends = 'iuc-asia'\nmonths = 12\n[broker]\ncapacity = 1\n[contact]\nlearning = 0.5")
    mother, child = load("iuc-asia"), load(tmp_path / "child.toml")
    assert (child.months, child.values["broker.capacity"], child.values["contact.learning"]) == (12, 1, 0.5)
    assert child.values["broker.strategy"] == mother.values["broker.strategy"]
    assert (child.cities, child.calendar, child.shocks, child.start) == (
        mother.cities,
        mother.calendar,
        mother.shocks,
        mother.start,
    )
    assert child.source == mother.source
    assert (child.name, child.title, child.description) == ("child", "child", "")


def test_lists_are_replaced_as_a_whole(tmp_path):
    write(tmp_path, child="extends = 'iuc-asia'\nshocks = []\n[[events]]\ntype = 'expo'\nseats = 9")
    child = load(tmp_path / "child.toml")
    assert child.shocks == () and [event.seats for event in child.calendar] == [9]
    write(tmp_path, grandchild="extends = 'child.toml'\n[[more_events]]\ntype = 'expo'\nseats = 8")
    assert [event.seats for event in load(tmp_path / "grandchild.toml").calendar] == [9, 8]


def test_extends_may_go_through_several_files(tmp_path):
    write(
        tmp_path,
        a="extends = 'iuc-asia'\n[broker]\ncapacity = 1\nnoise = 0.1",
        b="extends = 'a.toml'",
        c="extends = 'b.toml'\n[broker]\ncapacity = 2",
    )
    values = load(tmp_path / "c.toml").values
    assert (values["broker.capacity"], values["broker.noise"]) == (2, 0.1)


def test_a_city_file_lies_beside_the_scenario_that_names_it(tmp_path):
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "cities.csv").write_text(CITIES, encoding="utf-8")
    write(tmp_path / "world", a="cities = 'cities.csv'")
    write(tmp_path, b="extends = 'world/a.toml'")
    assert [city.country for city in load(tmp_path / "b.toml").cities] == ["NA", "NO"]


def test_a_refusal_names_the_file_in_which_it_stands(tmp_path):
    write(tmp_path, a="extends = 'iuc-asia'\n\n[broker]\ncapacity = 99", b="extends = 'a.toml'\n[broker]\ncapacity = 2")
    with pytest.raises(abm.ConfigError, match=r"^a.toml:4: broker.capacity = 99"):
        load(tmp_path / "b.toml")


@pytest.mark.parametrize(
    ("files", "chain"),
    [
        ({"a": "extends = 'a.toml'"}, "a.toml → a.toml"),
        (
            {"a": "extends = 'b.toml'", "b": "extends = 'c.toml'", "c": "extends = 'b.toml'"},
            "a.toml → b.toml → c.toml → b.toml",
        ),
    ],
)
def test_a_scenario_cannot_extend_itself(tmp_path, files, chain):
    write(tmp_path, **files)
    with pytest.raises(abm.ConfigError, match=f"a scenario cannot go back to itself: {chain}"):
        load(tmp_path / "a.toml")


def test_the_shipped_counterfactuals_differ_in_what_they_name():
    mother = load("iuc-asia")
    assert load("no-broker").values == mother.values | {"broker.capacity": 0}
    assert load("no-events").values == mother.values | {"calendar.scale": 0}
    assert load("covid-none").values == mother.values and not load("covid-none").shocks
    assert load("iurc-scaled").policies[:-1] == load("iurc").policies
    for name in shipped():
        scenario = load(name)
        assert scenario.name == name and scenario.title and scenario.description and scenario.source


def test_of_many_bad_cells_the_first_of_the_file_is_told(refused):
    """Columns are read one by one; what is told is the first line, and in it the first cell."""
    rows = CITIES + "cc,,NO,West,30,400,2000000,member\ndd,Dd,NO,West,95,40,2000000,outsider\n"
    assert refused(cities=rows) == "cities.csv:4: name is empty"
    assert refused(cities=rows.replace("cc,,", "cc,Cc,")).startswith("cities.csv:4: city.longitude = '400': must be")
    assert refused(cities=rows.replace("cc,,", "cc,Cc,").replace("400", "40")).startswith("cities.csv:5: city.latitude")


def test_numbers_are_read_one_by_one_as_they_are_together(tmp_path):
    """A cell that only spreadsheets write lets a column be read cell by cell, to the same numbers."""
    (tmp_path / "mine.toml").write_text('cities = "cities.csv"\n', encoding="utf-8")
    found = []
    for cell in ("10", "'+10", " 1e1 "):
        (tmp_path / "cities.csv").write_text(CITIES.replace(",10,", f",{cell},"), encoding="utf-8")
        found.append(load(tmp_path / "mine.toml").cities)
    assert found[0] == found[1] == found[2] and found[0][0].latitude == 10.0


def test_more_blocs_than_a_world_can_tell_apart_are_refused(tmp_path):
    rows = [{**row, "region": f"bloc {x}"} for x, row in enumerate(towns(128))]
    assert len(build(tiny(tmp_path, rows[:127])).cities) == 127
    with pytest.raises(abm.ConfigError, match="cities: the column region names 128 blocs; a world has at most 127"):
        tiny(tmp_path, rows)
