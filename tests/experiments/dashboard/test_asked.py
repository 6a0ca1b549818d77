"""What a browser sends is a request, the same for the same question, or it is refused in one line."""

import pytest

from abm.parameters import ConfigError
from experiments.dashboard.asked import Arm, asked, moment
from experiments.dashboard.offered import SEEDS, controls, menu, offers

CALL = {"kind": "joint-call"}
BROKER = {"scenario": "iuc-asia", "set": {"broker.capacity": 8}}


def test_a_request_that_says_nothing_compares_the_first_scenario_with_itself(offered):
    one = asked({"a": {}, "b": {}}, offered)
    assert one.a == one.b == Arm("iuc-asia") and (one.seeds, one.months) == (SEEDS[0], 48)


def test_the_same_question_has_one_key(offered):
    one = {"a": {}, "b": {"set": {"broker.capacity": 8, "calendar.scale": 1.0}, "without": ["grant", "expo", "expo"]}}
    other = {"b": {"without": ["expo", "grant"], "set": {"broker.capacity": 8.0}, "scenario": "iuc-asia"}, "a": {}}
    assert asked(one, offered).key == asked(other, offered).key


def test_a_policy_that_says_what_its_kind_says_anyhow_is_the_same(offered):
    usual = {"kind": "joint-call", "strength": 10, "start": "2017-01"}
    one, other, twelve = (
        asked({"a": {}, "b": {"policies": [policy]}}, offered) for policy in (usual, CALL, CALL | {"strength": 12})
    )
    assert one.key == other.key != twelve.key
    assert twelve.b.built(offered).policies[-1].strength == 12


def test_the_months_are_those_of_the_shorter_scenario(offered):
    assert asked({"a": {}, "b": {"scenario": "programme-ends"}}, offered).months == 48


@pytest.mark.parametrize(
    ("b", "line"),
    [
        ({"scenario": "../../x"}, "b.scenario = '../../x': must be one of"),
        ({"scenario": "/etc/passwd.toml"}, "b.scenario = '/etc/passwd.toml': must be one of"),
        ({"scenario": 3}, "b.scenario = 3: must be one of"),
        ({"scenario": "iuc-asja"}, "did you mean iuc-asia?"),
        ({"set": {"broker.capacity": 1e99}}, "broker.capacity = 1e+99: must be a number from 0 to 64"),
        ({"set": {"broker.capacity": -1}}, "broker.capacity = -1: must be a number from 0 to 64"),
        ({"set": {"broker.capacity": [8]}}, "b.set.broker.capacity = [8]: must be a number or a word"),
        ({"set": {"broker.capacity": None}}, "b.set.broker.capacity = None: must be a number or a word"),
        ({"set": {"broker.strategy": "best"}}, "broker.strategy = 'best': must be one of random"),
        ({"set": {"broker.capacty": 8}}, "unknown key b.set.broker.capacty; did you mean broker.capacity?"),
        ({"set": {"world.universities": 9}}, "unknown key b.set.world.universities"),
        ({"set": 8}, "b.set must be a table of keys, not 8"),
        ({"without": ["hub"]}, "b.without = 'hub': must be one of conference"),
        ({"without": "expo"}, "b.without = 'expo': must be a list"),
        ({"without": [["expo"]]}, "b.without = ['expo']: must be one of conference"),
        ({"policies": "kpi"}, "b.policies = 'kpi': must be a list"),
        ({"policies": ["kpi"]}, "b.policies must be a table of keys, not 'kpi'"),
        ({"policies": [{}]}, "b.policies.kind = None: must be one of joint-call"),
        ({"policies": [{"kind": "expansion"}]}, "b.policies.kind = 'expansion': must be one of joint-call"),
        ({"policies": [{"kind": "kpi", "city": "rome"}]}, "unknown key b.policies.city"),
        ({"policies": [CALL | {"strength": None}]}, "b.policies.strength = None: must be a number"),
        ({"policies": [CALL | {"strength": 1.5}]}, "policies.strength = 1.5: must be a whole number from 1 to 10000"),
        ({"policies": [CALL | {"strength": -3}]}, "policies.strength = -3.0: must be a whole number from 1 to 10000"),
        ({"policies": [CALL | {"start": "18"}]}, "policies.start = '18': must be a month, YYYY-MM"),
        ({"policies": [CALL | {"start": "2016-12"}]}, "policies.start = '2016-12': is before the scenario starts"),
        ({"policies": [CALL | {"end": "2017-01"}]}, "policies.end = '2017-01': must come after start = '2017-01'"),
        ({"file": "x"}, "unknown key b.file"),
        ("iuc-asia", "b must be a table of keys, not 'iuc-asia'"),
    ],
)
def test_an_arm_that_is_not_offered_is_refused_in_one_line(offered, b, line):
    with pytest.raises(ConfigError) as refused:
        asked({"a": {}, "b": b}, offered)
    assert line in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"seeds": 1001}, "seeds = 1001: must be one of 24, 100, 400"),
        ({"seeds": True}, "seeds = True: must be one of 24, 100, 400"),
        ({"seeds": "24"}, "seeds = '24': must be one of 24, 100, 400"),
        ({"months": 241}, "months = 241: must be a whole number from 1 to 240"),
        ({"months": 0}, "months = 0: must be a whole number from 1 to"),
        ({"months": 1.5}, "months = 1.5: must be a whole number from 1 to"),
        ({"output": "/tmp"}, "unknown key request.output"),
    ],
)
def test_seeds_and_months_have_bounds(offered, more, line):
    with pytest.raises(ConfigError) as refused:
        asked({"a": {}, "b": {}, **more}, offered)
    assert line in str(refused.value)


def test_what_would_cost_too_much_is_refused(offered, monkeypatch):
    monkeypatch.setattr("experiments.dashboard.asked.BUDGET", 32 * 48 * 99)
    assert asked({"a": {}, "b": {}, "seeds": 24}, offered)
    with pytest.raises(ConfigError, match="cities × months × seeds = 153,600: at most 152,064 here"):
        asked({"a": {}, "b": {}, "seeds": 100}, offered)


@pytest.mark.parametrize("seed", [0, 401, 1.0, "1", True])
def test_a_history_is_one_of_the_seeds_of_the_page(offered, seed):
    with pytest.raises(ConfigError, match=r"seed = .*: must be a whole number from 1 to 400"):
        moment({"request": {"a": {}, "b": {}}, "seed": seed}, offered)


def test_every_setting_that_is_shown_can_be_asked(offered):
    shown = menu(offered)
    for control in shown["controls"]:
        ends = (
            [one["name"] for one in control["options"]] if "options" in control else [control["low"], control["high"]]
        )
        for value in ends:
            assert asked({"a": {}, "b": {"set": {control["name"]: value}}}, offered)
        if "step" in control:
            for value in (control["high"], *(one["values"][control["name"]] for one in shown["scenarios"])):
                steps = (value - control["low"]) / control["step"]
                assert steps == pytest.approx(round(steps), abs=1e-6), (control["name"], value)
    assert {control["name"] for control in shown["controls"]} == set(controls())
    lows = {control["name"]: control.get("low") for control in shown["controls"]}
    assert lows["cooperation.broker_closing"] == 0  # "when would we be wrong?": if alignment did nothing
    for one in shown["policies"]:
        for strength in (one["strength"]["low"], one["strength"]["high"]) if one["strength"] else (1,):
            assert asked({"a": {}, "b": {"policies": [{"kind": one["name"], "strength": strength}]}}, offered)


def test_a_file_of_ones_own_is_offered_by_its_stem(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "iuc-asia"\ntitle = "<b>mine</b>"\n', encoding="utf-8")
    mine = offers([str(path), "no-broker"])
    assert list(mine) == ["mine", "no-broker"] and mine["mine"].said == "mine.toml"
    assert asked({"a": {}, "b": {}}, mine).a.scenario == "mine"
    with pytest.raises(ConfigError, match="two of the scenarios have the name 'mine'"):
        offers([str(path), str(path)])
