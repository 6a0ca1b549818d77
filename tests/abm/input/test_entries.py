"""Months of our era, what a policy's entry leaves to its kind, and how long a city stays."""

import pytest

from abm.input.entries import FOREVER, PolicyEntry, month_number
from abm.input.load import load
from abm.input.policies import resolved, stay_of
from abm.parameters import ConfigError
from abm.rules.policies.kinds import KINDS
from abm.state.words import NONE, Standing
from tests.helpers import tiny, towns, write_scenario

TWO_BROKERS = '[[brokers]]\nname = "a"\n[[brokers]]\nname = "b"\n'


@pytest.mark.parametrize(
    ("date", "later"), [("2017-01", 0), ("2017-02", 1), ("2018-01", 12), ("2016-12", -1), ("1999-12", -205)]
)
def test_months_are_counted_from_one_january_to_the_next(date, later):
    assert month_number(date, "x") - month_number("2017-01", "x") == later


@pytest.mark.parametrize(
    "date", ["2017-1", "2017-13", "2017-00", "17-01", "2017-01-01", "2017/01", " 2017-01", "٢٠١٧-01", ""]
)
def test_what_is_no_month_is_refused_with_its_key_and_an_example(date):
    with pytest.raises(ConfigError, match=r"^shocks\.start = .*: must be a month, YYYY-MM, such as 2020-02$"):
        month_number(date, "shocks.start")


@pytest.fixture
def scenario(tmp_path):
    """Return a scenario that starts in March, of two blocs, one city outside and one of no weight."""
    cities = towns(5)
    cities[3]["weight"], cities[4]["role"] = 0, "outside"
    return tiny(tmp_path, cities, f'start = "2017-03"\n{TWO_BROKERS}')


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_entry_leaves_out_is_as_its_kind_says(scenario, kind):
    acting = resolved(scenario, PolicyEntry(kind, start="2017-05"), "policies")
    months = KINDS[kind].months
    assert (acting.start, acting.end) == (2, FOREVER if months is None else 2 + months)
    assert (acting.kind, acting.strength, acting.cost) == (kind, KINDS[kind].strength, KINDS[kind].cost)
    assert acting.broker == NONE


def test_what_an_entry_says_is_what_acts(scenario):
    said = PolicyEntry("broker-capacity", "2017-04", "2018-03", broker="b", strength=0.0, cost=0.0)
    acting = resolved(scenario, said, "policies")
    assert (acting.start, acting.end, acting.strength, acting.cost, acting.broker) == (1, 12, 0.0, 0.0, 1)


@pytest.mark.parametrize(
    ("more", "cities"),
    [
        ({}, (0, 1, 2, 4)),
        ({"region": "West"}, (1,)),
        ({"cities": ("town-002", "town-003")}, (2,)),
        ({"cities": ("town-002", "town-001"), "region": "East"}, (2,)),
        ({"kind": "expansion", "cities": ("town-002", "town-004")}, (4,)),
    ],
    ids=["all that take part", "a region", "named", "named in a region", "only who is outside"],
)
def test_a_policy_concerns_the_cities_that_it_names_and_that_take_part(scenario, more, cities):
    said = PolicyEntry(**{"kind": "kpi", **more})
    assert resolved(scenario, said, "policies").cities == cities


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (PolicyEntry("kpis"), "policies.kind = 'kpis': no such policy; did you mean kpi?; twinhelix"),
        (PolicyEntry("kpi", broker="c"), "policies.broker = 'c': no such broker"),
        (PolicyEntry("kpi", start="May"), "policies.start = 'May': must be a month"),
        (PolicyEntry("kpi", end="May"), "policies.end = 'May': must be a month"),
    ],
)
def test_an_entry_that_cannot_act_is_refused_with_its_key(scenario, said, line):
    with pytest.raises(ConfigError) as refusal:
        resolved(scenario, said, "policies")
    assert str(refusal.value).startswith(line)


@pytest.mark.parametrize(
    ("expansion", "stay"),
    [
        ("", (FOREVER, FOREVER, 1.0)),
        ('start = "2017-07"', (6, FOREVER, 1.0)),
        ('start = "2017-07"\nend = "2017-09"\nstrength = 0.5', (6, 8, 0.5)),
    ],
)
def test_who_is_outside_stays_as_long_as_an_expansion_says(tmp_path, expansion, stay):
    cities = towns(3)
    cities[0]["entry_month"], cities[1]["role"] = 4, "outside"
    policy = f'[[policies]]\nkind = "expansion"\ncities = ["town-001"]\n{expansion}' if expansion else ""
    scenario = load(write_scenario(tmp_path, cities, f"brokers = []\n{policy}"))
    assert scenario.cities[1].role == Standing.OUTSIDE
    assert [stay_of(scenario, i) for i in range(3)] == [(4, FOREVER, 1.0), stay, (0, FOREVER, 1.0)]
