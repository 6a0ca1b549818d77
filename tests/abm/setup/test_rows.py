"""From what a scenario says to rows: entries of the calendar, members, brokers, policies, organisations."""

import math

import numpy as np
import pytest

from abm.draws import entity
from abm.input.entries import FOREVER
from abm.outcomes import outcomes_of
from abm.rules import broker
from abm.setup import members, policies, rows
from abm.setup.build import build, parameters, practices_at_first, structure
from abm.setup.names import names
from abm.state.words import NONE, EventType, Kind, Mode, Response, Standing, Strategy, Target, ThemeChoice
from tests.helpers import tiny, towns


def calendar(tmp_path, entry, start="2017-03"):
    """Return the calendar of a scenario that starts in March and has one entry."""
    toml = f'start = "{start}"\nbrokers = []\n[[events]]\ntype = "workshop"\nseats = 9\n{entry}'
    scenario = tiny(tmp_path, 4, toml)
    return rows.calendar(scenario, names(scenario))


@pytest.mark.parametrize(
    ("entry", "start", "end", "month"),
    [
        ("", 0, FOREVER, NONE),
        ('month = "march"', 0, FOREVER, 0),
        ('month = "february"', 0, FOREVER, 11),
        ('month = "december"', 0, FOREVER, 9),
        ('start = "2018-01"\nend = "2019-01"', 10, 22, NONE),
        ('date = "2018-04"', 13, 14, 1),
    ],
)
def test_an_entry_is_held_from_when_to_when(tmp_path, entry, start, end, month):
    row = calendar(tmp_path, entry)[0]
    assert (row.start, row.end, row.month) == (start, end, month)


def test_an_entry_keeps_what_it_says(tmp_path):
    said = 'yearly = 2.5\nmode = "hybrid"\ntheme = "energy"\ncurated = true\nappeal = 3\ncity = "town-002"'
    row = calendar(tmp_path, said)[0]
    assert (row.type, row.seats, row.yearly, row.mode) == (EventType.WORKSHOP, 9, 2.5, Mode.HYBRID)
    assert (row.theme, row.curated, row.appeal, row.venue) == (ThemeChoice.ENERGY, True, 3.0, 2)
    assert not row.hosted and row.programme == 0


def test_two_entries_of_a_type_have_keys_of_their_own_by_their_order(tmp_path):
    more = '[[events]]\ntype = "mission"\nseats = 3\n[[events]]\ntype = "workshop"\nseats = 3'
    keys = calendar(tmp_path, more).key
    assert keys.tolist() == [
        entity("calendar", 0, kind, n) for kind, n in (("WORKSHOP", 0), ("MISSION", 0), ("WORKSHOP", 1))
    ]


def test_a_shock_has_its_months(tmp_path):
    shock = '[[shocks]]\nstart = "2017-05"\nend = "2018-02"\nresponse = "cancel"\nhybrid_after = true'
    (row,) = members.shocks(tiny(tmp_path, 4, f'start = "2017-03"\nbrokers = []\n{shock}'))
    assert (row.start, row.end, row.response, row.hybrid_after) == (2, 11, Response.CANCEL, True)


def test_members_enter_in_their_role_and_a_city_of_weight_0_is_none(tmp_path):
    cities = towns(4)
    cities[0] |= {"role": "associate", "entry_month": 7}
    cities[1] |= {"weight": 0}
    cities[2] |= {"role": "outside"}
    table = members.members(tiny(tmp_path, cities))
    assert table.city.tolist() == [0, 2, 3]
    assert table.role.tolist() == [Standing.ASSOCIATE, Standing.MEMBER, Standing.MEMBER]
    assert table.entry.tolist() == [7, FOREVER, 0] and table.leaves.tolist() == [FOREVER] * 3


def test_an_expansion_lets_who_was_outside_enter_and_leave(tmp_path):
    cities = towns(4)
    cities[2] |= {"role": "outside"}
    expansion = (
        '[[policies]]\nkind = "expansion"\ncities = ["town-002"]\nstart = "2017-07"\nend = "2018-01"\nstrength = 2'
    )
    table = members.members(tiny(tmp_path, cities, f"brokers = []\n{expansion}"))
    assert (table.entry[2], table.leaves[2], table.pairing[2]) == (6, 12, 2.0) and set(table.pairing[[0, 1, 3]]) == {
        1.0
    }


@pytest.mark.parametrize(("own", "expected"), [(-1, 2), (0, 0), (5, 5)])
def test_a_city_has_its_own_number_of_organisations_or_the_usual_one(tmp_path, own, expected):
    scenario = tiny(tmp_path, towns(2, universities=own, firms=1))
    assert rows.n_organisations(scenario).tolist() == [[expected, 1], [expected, 1]]


def test_organisations_stand_by_city_and_each_city_knows_its_own(tmp_path):
    cities = towns(3, universities=1, firms=2)
    cities[1] |= {"universities": 0, "firms": 0}
    found = rows.given(scenario := tiny(tmp_path, cities), names(scenario))
    assert found["organisations"].city.tolist() == [0, 0, 0, 2, 2, 2]
    assert found["organisations"].kind.tolist() == [Kind.UNIVERSITY, Kind.FIRM, Kind.FIRM] * 2
    assert found["cities"].first_organisation.tolist() == [0, 3, 3]
    assert found["cities"].n_organisations.tolist() == [3, 0, 3]
    assert found["organisations"].key[5] == entity("organisation", "town-002", "FIRM", 1)


def test_a_city_lies_on_the_globe_where_its_coordinates_say(tmp_path):
    cities = towns(2)
    cities[0] |= {"latitude": 0.0, "longitude": 90.0, "population": 2_000_000, "weight": 0.5}
    cities[1] |= {"latitude": 90.0, "longitude": 17.0, "population": 1_000_000}
    table = rows.cities(scenario := tiny(tmp_path, cities), names(scenario))
    places = np.column_stack([table.globe_x, table.globe_y, table.globe_z])
    assert places == pytest.approx(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), abs=1e-12)
    assert table.log_size == pytest.approx([math.log(2.0), 0.0]) and table.weight.tolist() == [0.5, 1.0]
    assert table.key.tolist() == [entity("city", "town-000"), entity("city", "town-001")]


def test_a_region_where_nobody_takes_part_comes_last(tmp_path):
    cities = towns(["Z", "A", "M"])
    cities[1] |= {"weight": 0}
    assert names(tiny(tmp_path, cities)).regions == ["M", "Z", "A"]


def test_regions_that_are_too_many_share_what_measures_tell_of_the_smallest(tmp_path):
    cities = towns(["A", "B", "C", "D", "E", "F", "G", "A", "B", "C", "D", "G"])
    known = names(scenario := tiny(tmp_path, cities))
    assert known.regions == ["A", "B", "C", "D", "E", "F", "G"]
    assert known.blocs == ["A", "B", "C", "D", "G", "other regions"]
    w = build(scenario)
    assert w.bloc.tolist() == [0, 1, 2, 3, 5, 5, 4, 0, 1, 2, 3, 4] and w.cities.region.tolist()[4:7] == [4, 5, 6]
    assert "gini_ties.other regions" in outcomes_of(scenario) and "gini_ties.E" not in outcomes_of(scenario)


def test_six_regions_are_told_apart_one_by_one(tmp_path):
    known = names(tiny(tmp_path, towns(["F", "E", "D", "C", "B", "A"])))
    assert known.blocs == known.regions == ["A", "B", "C", "D", "E", "F"]


def test_a_broker_is_as_its_entry_says_and_else_as_the_section_does(tmp_path):
    toml = (
        "[broker]\ncapacity = 7\nnoise = 0.1\n"
        '[[brokers]]\nname = "a"\n[[brokers]]\nname = "b"\ncapacity = 1.5\nstrategy = "equity"\nregion = "West"'
    )
    table = rows.brokers(scenario := tiny(tmp_path, 4, toml), names(scenario))
    broker.begin(table, parameters(scenario)[0])
    assert table.capacity.tolist() == [7.0, 1.5] and table.noise.tolist() == [0.1, 0.1]
    assert table.strategy.tolist() == [Strategy.COMPLEMENTARITY, Strategy.EQUITY] and table.region.tolist() == [NONE, 1]


TWO_BROKERS = '[[brokers]]\nname = "a"\n[[brokers]]\nname = "b"\n'


@pytest.mark.parametrize(
    ("policy", "most"),
    [
        ("", (1.0, 1.0)),
        ("strength = 3", (3.0, 3.0)),
        ('broker = "b"\nstrength = 3', (1.0, 3.0)),
        ("strength = 0.5", (1.0, 1.0)),
    ],
)
def test_room_is_made_for_the_largest_effort_of_each_broker(tmp_path, policy, most):
    toml = TWO_BROKERS + (f'[[policies]]\nkind = "broker-capacity"\n{policy}' if policy else "")
    scenario = tiny(tmp_path, 4, toml)
    assert tuple(policies.most_effort(scenario, scenario.parts()[0], b) for b in (0, 1)) == most


def test_the_sessions_of_a_grant_are_spread_over_its_months_at_its_city(tmp_path):
    grant = '[[policies]]\nkind = "grant"\ncities = ["town-003"]\ntheme = "health"\nstart = "2017-05"\nend = "2017-09"'
    scenario = tiny(tmp_path, 4, f"brokers = []\n{grant}\nstrength = 2")
    assert [(month, theme, city) for month, theme, city, _ in policies.grants(scenario)] == [(4, 2, 3), (6, 2, 3)]
    table = rows.calendar(scenario, names(scenario))
    assert table.month.tolist() == [4, 6] and table.start.tolist() == [4, 6] and table.end.tolist() == [5, 7]
    assert (
        set(table.hosted) == {True}
        and set(table.venue) == {3}
        and set(table.seats) == {12}
        and set(table.yearly) == {1.0}
    )


def test_policies_have_their_columns_cities_and_networks(tmp_path):
    toml = "brokers = []\n" + "".join(
        f'[[policies]]\nkind = "{kind}"\n{more}\n'
        for kind, more in (
            ("kpi", ""),
            ("climate-network", 'cities = ["town-000", "town-002"]\nstrength = 0.2'),
            ("hub", 'region = "West"'),
            ("climate-network", 'cities = ["town-001", "town-003"]'),
        )
    )
    table, effects, covered = policies.tables(tiny(tmp_path, 4, toml))
    assert covered.tolist() == [[1, 1, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [0, 1, 0, 1]]
    assert table.network.tolist() == [NONE, 0, NONE, 1] and table.named.tolist() == [False, True, True, True]
    found = [(int(e.policy), Target(int(e.target)), float(e.value)) for e in effects]
    assert found == [
        (0, Target.CITIES_KPI, 1.0),
        (1, Target.CITIES_IMITATION, 0.2),
        (2, Target.CITIES_TRAVEL, 0.0),
        (2, Target.CITIES_MINGLING, 1.25),
        (3, Target.CITIES_IMITATION, 0.05),
    ]


def test_two_policies_of_a_kind_that_start_together_have_keys_of_their_own(tmp_path):
    calls = '[[policies]]\nkind = "joint-call"\nstart = "2017-05"\n' * 2
    table, *_ = policies.tables(tiny(tmp_path, 4, f"brokers = []\n{calls}"))
    assert table.key.tolist() == [entity("policy", "joint-call", "2017-05", n) for n in (0, 1)]


@pytest.mark.parametrize(
    ("change", "same"),
    [({"contact.baseline": 0.0}, True), ({"practice.per_theme": 3}, False), ({"broker.noise": 0.9}, True)],
)
def test_worlds_that_differ_in_what_rules_read_alone_are_built_alike(tmp_path, change, same):
    scenario = tiny(tmp_path, 4)
    assert (structure(scenario) == structure(scenario.with_changes(change))) == same
    assert structure(scenario) != structure(scenario.with_changes(months=13))


def test_there_is_room_for_the_practices_of_the_start_and_some_more(tmp_path):
    scenario = tiny(tmp_path, 4, override={"world.n_themes": 3, "practice.per_theme": 5})
    assert practices_at_first(scenario) == 15 + 32
