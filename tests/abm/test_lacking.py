"""A scenario without one of its parts is the scenario in everything else."""

import pytest

from abm.attribution import WHOLE, lacking
from abm.input.load import load
from abm.parameters import ConfigError
from abm.rules.policies.kinds import KINDS
from abm.state.words import EventType

SCENARIO = load("iuc-asia")


def differing(other):
    """Return the fields in which a scenario differs from the one that lacks nothing, parameters by name."""
    fields = {name for name in SCENARIO._fields if getattr(SCENARIO, name) != getattr(other, name)}
    values = {name: other.values[name] for name, value in SCENARIO.values.items() if value != other.values[name]}
    return fields - {"values"}, values


@pytest.mark.parametrize(
    ("without", "fields", "values"),
    [
        ("broker", {"brokers"}, {}),
        ("events", set(), {"calendar.scale": 0.0}),
        ("pairing", set(), {"pairing.partners": 0}),
        ("search", set(), {"search.rate": 0.0}),
        ("policies", {"policies"}, {}),
        ("session", set(), {"calendar.online_sessions": 0.0}),
        ("bilateral", set(), {"calendar.online_sessions": 0.0}),
    ],
)
def test_only_the_part_is_missing(without, fields, values):
    assert differing(lacking(SCENARIO, without)) == (fields, values)


@pytest.mark.parametrize("kind", {event.type for event in SCENARIO.calendar}, ids=lambda kind: kind.name)
def test_without_a_kind_of_event_the_others_stay_in_their_order(kind):
    found = lacking(SCENARIO, kind.name.lower().replace("_", "-"))
    assert found.calendar == tuple(event for event in SCENARIO.calendar if event.type != kind)
    assert len(found.calendar) < len(SCENARIO.calendar) and differing(found) == ({"calendar"}, {})


@pytest.mark.parametrize("name", KINDS)
def test_without_a_kind_of_policy_the_others_stay(name):
    policies = tuple(policy for policy in SCENARIO.policies if policy.kind != name)
    assert lacking(SCENARIO, name).policies == policies


@pytest.mark.parametrize("without", ["brokers", "", "MATCHMAKING", "expo ", "joint call"])
def test_a_part_that_there_is_not_is_refused_with_all_there_are(without):
    with pytest.raises(ConfigError) as refusal:
        lacking(SCENARIO, without)
    line = str(refusal.value)
    assert line.startswith(f"without = {without!r}: must be one of broker, events, ") and "\n" not in line
    for name in (*WHOLE, "summer-school", *KINDS):
        assert name in line
    assert len(EventType) == 9
