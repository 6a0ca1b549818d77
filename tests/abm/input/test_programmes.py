"""Several programmes in a scenario: who is of them, what each has, and every refusal in one line."""

import pytest

import abm
from abm.input.entries import FOREVER
from abm.input.load import files_of, load
from abm.input.scenario import Membership
from abm.parameters import ConfigError
from abm.setup.build import build
from abm.state.words import NONE, Pairing, Response, Standing
from experiments.files import write_scenario
from tests.helpers import towns
from tests.helpers import write_scenario as write

GREEN = '[[programmes]]\nname = "green"\n'
CLUB = '[[programmes]]\nname = "club"\nmembers = ["town-000", "town-001"]\n'
BUSY = (
    'start = "2017-03"\n'
    + GREEN
    + 'members = { region = "East", count = 3, by = "lot" }\nentry = { from = "2017-03", to = "2018-02" }\n'
    + 'calendar = "iuc-asia"\nbrokers = [{ capacity = 2 }, { name = "agent" }]\n'
    + '[[programmes.policies]]\nkind = "expansion"\ncities = ["town-007"]\nstart = "2017-05"\n'
    + '[[programmes.shocks]]\nstart = "2017-06"\nend = "2017-08"\nresponse = "cancel"\n'
    + CLUB
    + 'pairing = "mutual"\n[[programmes.events]]\ntype = "expo"\nseats = 4\n'
)
EVERY = (
    '[every_programme]\nper_cities = 3\nentry = "2017-05"\nbrokers = [{ capacity = 2 }, { name = "agent" }]\n'
    + '[[every_programme.policies]]\nkind = "kpi"\n[[every_programme.events]]\ntype = "expo"\nseats = 4\n'
)


def read(folder, toml, cities=8):
    """Return a scenario of some towns."""
    return load(write(folder, towns(cities) if isinstance(cities, int) else cities, toml))


def rows(programme):
    """Return the rows of the members of a programme."""
    return [member.city for member in programme.members]


def test_a_scenario_that_lists_none_has_its_own(tmp_path):
    scenario = read(tmp_path, "brokers = []")
    assert scenario.own and not scenario.programmes and [part.name for part in scenario.parts()] == ["tiny"]
    assert not {"own", "programmes", "every"} & set(scenario.as_said())


def test_programmes_that_are_listed_take_the_place_of_its_own_and_more_of_them_stand_beside(tmp_path):
    assert not read(tmp_path, CLUB).own
    beside = read(tmp_path, CLUB.replace("[[programmes", "[[more_programmes"))
    assert beside.own and [part.name for part in beside.parts()] == ["tiny", "club"]
    assert [broker.name for broker in beside.brokers] == ["broker"] and not read(tmp_path, CLUB).brokers


def test_who_lists_programmes_drops_older_events_brokers_and_policies_but_not_shocks(tmp_path):
    scenario = read(tmp_path, 'extends = "iuc-asia"\n' + CLUB)
    assert (scenario.calendar, scenario.brokers, scenario.policies) == ((), (), ()) and len(scenario.shocks) == 1
    (tmp_path / "more.toml").write_text('extends = "tiny.toml"\n[[more_programmes]]\nname = "x"\n', encoding="utf-8")
    assert [part.name for part in load(tmp_path / "more.toml").parts()] == ["club", "x"]


@pytest.mark.parametrize(
    ("members", "chosen"),
    [
        ('["town-003", "town-001"]', [1, 3]),
        ('{ region = "East" }', [0, 2, 4, 6]),
        ('{ region = ["East", "West"], country = "West" }', [1, 3, 5, 7]),
        ('{ region = "East", cities = ["town-000", "town-001", "town-002"] }', [0, 2]),
        ("{ count = 2 }", [5, 7]),
        ('{ count = 2, by = "engagement" }', [2, 7]),
    ],
)
def test_members_are_listed_or_ruled(tmp_path, members, chosen):
    cities = towns(8)
    for i, people in ((5, 3e6), (7, 2e6)):
        cities[i]["population"] = people
    for i, weight in ((2, 5.0), (7, 4.0)):
        cities[i]["weight"] = weight
    assert rows(read(tmp_path, f"{GREEN}members = {members}", cities).programmes[0]) == chosen


def test_a_lot_is_the_same_whoever_else_there_is(tmp_path):
    some = rows(read(tmp_path, f'{GREEN}members = {{ count = 3, by = "lot" }}').programmes[0])
    assert len(some) == 3
    cities = [{**row, "role": "outside"} if i not in some else row for i, row in enumerate(towns(8))]
    assert rows(read(tmp_path, GREEN, cities).programmes[0]) == some
    more = rows(read(tmp_path, f'{GREEN}members = {{ count = 4, by = "lot" }}').programmes[0])
    assert set(some) < set(more)
    other = read(tmp_path, '[[programmes]]\nname = "blue"\nmembers = { count = 3, by = "lot" }').programmes[0]
    assert rows(other) != some


def test_a_column_of_the_city_file_says_who_is_of_what(tmp_path):
    cities = [{**row, "programme": name} for row, name in zip(towns(5), ["club", "green; club", "", "green", ""])]
    toml = GREEN + CLUB.replace('members = ["town-000", "town-001"]\n', "")
    scenario = read(tmp_path, toml, cities)
    assert [rows(programme) for programme in scenario.programmes] == [[1, 3], [0, 1]]


@pytest.mark.parametrize(
    ("entry", "months"),
    [
        ("", [7, 7]),
        ('entry = "2017-05"', [4, 4]),
        ('entry = "2015-05"', [0, 0]),
        ('entry = ["2018-02", "2018-02"]', [13, 13]),
    ],
    ids=["by the city file", "a month", "before the start", "a span of one month"],
)
def test_members_enter_when_it_is_said(tmp_path, entry, months):
    members = read(tmp_path, CLUB + entry, towns(3, entry_month=7, role="outside")).programmes[0].members
    assert [member.entry for member in members] == months
    assert members[0] == Membership(0, Standing.MEMBER, months[0], cohort=months[0] // 12)


def test_entries_are_spread_over_a_span(tmp_path):
    toml = GREEN + 'entry = { from = "2017-02", to = "2017-04" }'
    months = [member.entry for member in read(tmp_path, toml, 60).programmes[0].members]
    assert set(months) == {1, 2, 3} and min(months.count(month) for month in (1, 2, 3)) > 8


def test_a_programme_has_lists_of_its_own(tmp_path):
    green, club = read(tmp_path, BUSY).programmes
    assert [broker.name for broker in green.brokers] == ["green", "agent"]
    assert green.calendar == load("iuc-asia").calendar and [event.seats for event in club.calendar] == [4]
    assert green.shocks[0].response == Response.CANCEL and club.shocks is None
    assert green.members[-1] == Membership(7, Standing.MEMBER, 2) and club.pairing == Pairing.MUTUAL
    assert green.policies[0].cities == (7,)


def test_its_policies_concern_its_members(tmp_path):
    scenario = read(tmp_path, CLUB + '[[programmes.policies]]\nkind = "kpi"\n')
    assert scenario.programmes[0].policies[0].cities == (0, 1)


def test_they_concern_those_too_whom_an_expansion_admits(tmp_path):
    more = '[[programmes.policies]]\nkind = "expansion"\nregion = "West"\nstart = "2017-04"\nstrength = 0\n'
    club = read(tmp_path, CLUB + '[[programmes.policies]]\nkind = "kpi"\n' + more, 6).programmes[0]
    assert [policy.cities for policy in club.policies] == [(0, 1, 3, 5), (3, 5)]
    assert club.members[2:] == tuple(Membership(i, Standing.MEMBER, 3, pairing=0.0) for i in (3, 5))


def test_many_alike_share_the_cities_out_by_lot(tmp_path):
    scenario = read(tmp_path, CLUB + EVERY, 12)
    club, *alike = scenario.programmes
    assert [one.name for one in alike] == ["programme 1", "programme 2", "programme 3"]
    assert sorted(i for one in alike for i in rows(one)) == list(range(2, 12))
    assert sorted(len(one.members) for one in alike) == [3, 3, 4]
    assert [broker.name for broker in alike[2].brokers] == ["programme 3", "programme 3 agent"]
    assert all(one.policies[0].cities == tuple(rows(one)) for one in alike) and club.policies == ()


@pytest.mark.parametrize(
    "toml", [BUSY, CLUB + EVERY, CLUB.replace("[[programmes", "[[more_programmes"), "programmes = []"]
)
def test_a_scenario_that_is_written_is_read_as_it_was(tmp_path, toml):
    scenario = read(tmp_path, toml, 12)
    (tmp_path / "out").mkdir()
    write_scenario(tmp_path / "out", scenario)
    assert load(tmp_path / "out" / "scenario.toml") == scenario


def test_the_files_of_a_scenario_are_those_of_its_calendars_too(tmp_path):
    (tmp_path / "year.toml").write_text('[[events]]\ntype = "expo"\nseats = 3\n', encoding="utf-8")
    path = write(tmp_path, towns(4), CLUB + 'calendar = "year.toml"')
    assert load(path).programmes[0].calendar[0].seats == 3
    assert [file.name for file in files_of(path)] == ["tiny.toml", "tiny.csv", "year.toml"]


def test_a_calendar_may_have_its_events_from_a_table(tmp_path):
    (tmp_path / "year.toml").write_text('events = "events.csv"\n', encoding="utf-8")
    (tmp_path / "events.csv").write_text("type,seats\nexpo,3\nexpo,4\n", encoding="utf-8")
    path = write(tmp_path, towns(4), CLUB + 'calendar = "year.toml"')
    assert [event.seats for event in load(path).programmes[0].calendar] == [3, 4]
    assert {file.name for file in files_of(path)} == {"tiny.toml", "tiny.csv", "year.toml", "events.csv"}


def test_rows_know_their_programme(tmp_path):
    scenario = read(tmp_path, 'brokers = [{ name = "b" }]\n' + BUSY.replace("[[programmes", "[[more_programmes"))
    w = build(scenario)
    assert w.brokers.programme.tolist() == [0, 1, 1]
    assert w.calendar.programme.tolist() == [1] * len(load("iuc-asia").calendar) + [2]
    assert w.programmes.first_member.tolist() == [0, 8, 12] and w.programmes.n_members.tolist() == [8, 4, 2]
    assert w.programmes.first_shock.tolist() == [0, 0, 0] and w.programmes.n_shocks.tolist() == [0, 1, 0]
    assert len(set(w.calendar.key)) == len(w.calendar)


def test_a_city_takes_part_by_itself_where_programmes_are_listed(tmp_path):
    cities = towns(5, entry_month=3)
    cities[4]["role"] = "outside"
    w = build(read(tmp_path, CLUB + 'entry = "2017-06"', cities))
    assert w.members.programme.tolist() == [0, 0, *[NONE] * 5]
    assert w.members.city.tolist() == [0, 1, 0, 1, 2, 3, 4] and w.members.entry.tolist() == [5, 5, *[3] * 4, FOREVER]
    assert w.first_membership.tolist() == [0, 1, 4, 5, 6] and w.members.following.tolist() == [2, 3, *[NONE] * 5]
    assert w.cities.cohort.tolist() == [0, 0, NONE, NONE, NONE]


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ("[[programmes]]\nentry = '2017-01'", "tiny.toml:2: programmes needs name (text)"),
        (GREEN + "member = []", "tiny.toml:4: unknown key programmes.member = []; did you mean members?"),
        (GREEN + GREEN, "tiny.toml:5: programmes.name = 'green': must be a name that no other programme has"),
        ("[[more_programmes]]\nname = 'tiny'", "tiny.toml:3: more_programmes.name = 'tiny': must be a name"),
        ("programmes = 3", "tiny.toml:2: programmes = 3: must be a list of tables, [[programmes]]"),
        ("programmes = [3]", "tiny.toml:2: programmes = 3: must be a table of keys"),
        ("[[programme]]\nname = 'x'", "tiny.toml:2: programme = [{'name': 'x'}]: must be text"),
        (GREEN + "members = ['town-01']", "tiny.toml:4: programmes.members.cities = 'town-01': no such city; did you"),
        (GREEN + "members = { region = 'Est' }", "tiny.toml:4: programmes.members.region = 'Est': no such region; did"),
        (
            GREEN + "members = { county = 'x' }",
            "tiny.toml:4: unknown key programmes.members.county = 'x'; did you mean",
        ),
        (
            GREEN + "members = { count = 99 }",
            "tiny.toml:4: programmes.members.count = 99: only 8 cities are as it says",
        ),
        (GREEN + "members = { count = 1 }", "tiny.toml:4: programmes.members.count = 1: must be a whole number from 2"),
        (GREEN + "members = ['town-001']", "tiny.toml:4: programmes.members: green has 1 cities; a programme needs 2"),
        (GREEN + "members = { by = 'size' }", "tiny.toml:4: programmes.members.by = 'size': must be one of population"),
        (GREEN + "members = 3", "tiny.toml:4: programmes.members = 3: must be a list of city_ids, or a table"),
        (GREEN + "entry = 'May'", "tiny.toml:4: programmes.entry = 'May': must be a month, YYYY-MM"),
        (
            GREEN + "entry = { from = '2017-01' }",
            "tiny.toml:4: programmes.entry = {'from': '2017-01'}: needs from and to",
        ),
        (
            GREEN + "entry = ['2018-01', '2017-01']",
            "tiny.toml:4: programmes.entry = ['2018-01', '2017-01']: the last mo",
        ),
        (GREEN + "entry = 2017", 'tiny.toml:4: programmes.entry = 2017: must be a month, "2017-03", or { from'),
        (
            GREEN + "pairing = 'mutal'",
            "tiny.toml:4: programmes.pairing = 'mutal': must be one of complementary, mutual",
        ),
        (
            GREEN + "calendar = 'iuc-asa'",
            "tiny.toml:4: programmes.calendar = 'iuc-asa': no such scenario; did you mean",
        ),
        (
            GREEN + "calendar = 'no-programme'",
            "tiny.toml:4: programmes.calendar = 'no-programme': it has no [[events]]",
        ),
        (GREEN + "calendar = '../x.toml'", "tiny.toml:4: programmes.calendar = '../x.toml': leads out of the folder"),
        (GREEN + "events = 3", "tiny.toml:4: programmes.events = 3: must be a list of tables, [[programmes.events]]"),
        (
            CLUB
            + "[[programmes.events]]\ntype = 'expo'\nseats = 3\n"
            + GREEN
            + "[[programmes.events]]\ntype = 'expo'\n"
            "seats = 3\n[[programmes.events]]\ntype = 'expo'\nseats = 1",
            "tiny.toml:15: programmes.events.seats = 1: must be a whole number from 2 to 1000",
        ),
        (
            CLUB + "[[programmes.events]]\ntype = 'expo'\nseats = 3\ncity = 'x'",
            "tiny.toml:8: programmes.events.city = 'x': no such city",
        ),
        (
            CLUB + "brokers = [{ capacity = 99 }]",
            "tiny.toml:5: programmes.brokers.capacity = 99: must be a number from",
        ),
        (
            CLUB + "brokers = [{ name = 'b' }]\n" + GREEN + "[[programmes.brokers]]\nname = 'b'",
            "tiny.toml:9: programmes.brokers.name = 'b': another broker has this name",
        ),
        (
            CLUB + "[[programmes.shocks]]\nstart = '2018-01'\nend = '2017-01'",
            "tiny.toml:7: programmes.shocks.end = '2017-01': must come after start = '2018-01'",
        ),
        (
            CLUB + "[[programmes.policies]]\nkind = 'kpy'",
            "tiny.toml:6: programmes.policies.kind = 'kpy': no such policy; did you mean kpi?",
        ),
        (
            CLUB + "[[programmes.policies]]\nkind = 'kpi'\ncities = ['town-005']",
            "tiny.toml:7: programmes.policies.cities = ['town-005']: kpi to nobody",
        ),
        (
            CLUB + "[[programmes.policies]]\nkind = 'kpi'\n[[programmes.policies]]\nkind = 'kpi'",
            "tiny.toml:7: programmes.policies.start = '2017-01': overlaps with the kpi",
        ),
        (
            CLUB + "[[policies]]\nkind = 'grant'\ncities = ['town-001']",
            "tiny.toml:6: policies.kind = 'grant': of which",
        ),
        (
            "brokers = [{ name = 'b' }]\n" + CLUB,
            "tiny.toml:2: brokers = …: of which programme? write [[programmes.broke",
        ),
        (CLUB + "[[more_events]]\ntype = 'expo'\nseats = 3", "tiny.toml:5: more_events = …: of which programme? write"),
        (
            "[every_programme]\nper_cities = 9",
            "tiny.toml:3: every_programme.per_cities = 9: only 8 cities are of no oth",
        ),
        ("every_programme = 3", "tiny.toml:2: every_programme = 3: must be a table of keys"),
        (
            "[every_programme]\nper_cities = 4\nmembers = []",
            "tiny.toml:4: every_programme.members = …: they are the cit",
        ),
        (
            "[every_programme]\nper_cities = 4\n[[every_programme.events]]\ntype = 'expo'\nseats = 3\ndate = '2016-01'",
            "tiny.toml:7: every_programme.events.date = '2016-01': nothing comes of it",
        ),
    ],
)
def test_a_programme_is_refused_with_file_line_key_value_and_what_is_legal(tmp_path, toml, line):
    with pytest.raises(abm.ConfigError) as refusal:
        read(tmp_path, toml)
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_a_city_file_that_names_a_programme_which_nobody_lists_is_refused(tmp_path):
    cities = [{**row, "programme": "gren"} for row in towns(3)]
    line = r"^tiny.toml: city 'town-000': programme = 'gren': no such programme; did you mean green\?$"
    with pytest.raises(abm.ConfigError, match=line):
        read(tmp_path, GREEN + 'members = { region = "East" }', cities)
    with pytest.raises(abm.ConfigError, match=r"no such programme$"):
        read(tmp_path, "brokers = []", cities)


def test_a_shipped_world_of_any_size_has_a_programme_and_a_broker_for_every_hundred_cities(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "world-3000-programmes"\nsynthetic = { cities = 300 }\n', encoding="utf-8")
    parts = load(path).parts()
    assert [len(part.members) for part in parts] == [100, 100, 100]
    assert all(len(part.brokers) == 1 and len(part.calendar) == 6 for part in parts)


def test_one_of_many_alike_has_no_name_that_a_programme_has(tmp_path):
    toml = CLUB.replace("club", "programme 1") + "[every_programme]\nper_cities = 4\n"
    with pytest.raises(ConfigError, match="every_programme: 'programme 1' is the name of another programme"):
        read(tmp_path, toml)


def test_a_misspelt_key_of_a_list_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"unknown key programmes\.calender = 'iuc-asia'; did you mean calendar"):
        read(tmp_path, GREEN + 'calender = "iuc-asia"\n')


def test_a_misspelt_programme_of_a_city_is_told_before_what_comes_of_it(tmp_path):
    cities = [{**row, "programme": name} for row, name in zip(towns(2), ["green", "greeen"], strict=True)]
    with pytest.raises(
        ConfigError, match="city 'town-001': programme = 'greeen': no such programme; did you mean green"
    ):
        read(tmp_path, GREEN, cities)
