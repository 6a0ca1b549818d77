"""Policies act as they say, where and when they say, and change nothing else (E20; V19, V23; pattern c).

Every effect is a paired difference: the same seeds with and without the policy, which share all other luck.
"""

import numpy as np
import pandas as pd
import pytest

import abm
from abm.attribution import lacking
from abm.rules import membership, policies
from abm.rules.policies.kinds import KINDS
from abm.setup.policies import tables
from abm.state.entities import City
from abm.state.handle import handle
from abm.state.memory import columns
from abm.state.words import Ladder, Stage, Target
from experiments.intervals import paired
from tests.helpers import stand, stand_on, tiny, towns, world_at_start
from tests.science.test_common_luck import same_before

START, MONTH = "2018-01", 12
EVERY = [city.city_id for city in abm.load("iuc-asia").cities]
BLOC = 'region = "China"'
# kind: what else its entry says, an outcome, and between which bounds the paired mean of 60 seeds lies
EFFECTS = {
    "joint-call": ("strength = 20", "pilots_ever", 0.4, 1.5),
    "award": ('strength = 5\nend = "2020-01"', "contacts_ever", 0.5, 2.5),
    "grant": (
        'strength = 12\nend = "2019-01"\ncities = ["rome"]\ntheme = "energy"',
        "contacts_ever",
        2.0,
        6.0,
    ),
    "hub": (BLOC, "contacts_ever", 3.5, 9.0),
    "lighthouse": ('strength = 5\ncities = ["rome", "chengdu", "wuhan", "nice"]', "adoptions_ever", 4.0, 8.0),
    "evidence-base": ("", "adoptions_ever", 9.0, 15.0),
    "kpi": ("", "adoptions_ever", 8.0, 13.0),
    "digital-twin": ("", "adoptions_ever", 13.0, 20.0),
    "student-assignments": ("", "full_helix_share", 0.01, 0.05),
    "think-do-tank": ("", "full_helix_share", 0.01, 0.05),
    "living-lab": (BLOC + '\ntheme = "energy"', "adoptions_ever", 2.0, 4.0),
    "thematic-cluster": (BLOC + '\ntheme = "energy"', "mean_gap", -0.05, -0.02),
    "twinning-guide": ("strength = 0.5", "mean_gap", -0.11, -0.06),
    "climate-network": ("", "adoptions_ever", 24.0, 35.0),
    "broker-capacity": ("", "contacts_ever", 20.0, 33.0),
    "closing": ("", "contacts_ever", -95.0, -60.0),
}


def entry(kind, rest="", start=START):
    """Return a policy as a scenario writes it."""
    return f'[[policies]]\nkind = "{kind}"\nstart = "{start}"\n{rest}\n'


def scenario_with(folder, *entries, months=48, head=""):
    """Return the IUC scenario with these policies and no others."""
    path = folder / "policy.toml"
    text = f'extends = "iuc-asia"\nmonths = {months}\n{head}\n' + "".join(entries)
    path.write_text(text, encoding="utf-8")
    scenario = abm.load(path)
    return scenario._replace(policies=scenario.policies[-len(entries) :])


def difference(policy, outcome, seeds=60):
    """Return the paired difference that the policies of a scenario make to an outcome, with its interval."""
    arms = (policy, lacking(policy, "policies"))
    a, b = (abm.run_many(s, seeds=seeds, outcomes=[outcome], progress=False)[outcome].to_numpy() for s in arms)
    return paired(a, b)[2:5]


def test_every_kind_has_its_effect_tested():
    assert set(EFFECTS) | {"expansion"} == set(KINDS)


@pytest.mark.compiled("a hundred runs a kind")
@pytest.mark.parametrize("kind", EFFECTS)
def test_a_policy_moves_its_outcome_in_its_direction_and_by_about_its_size(tmp_path, kind):
    rest, outcome, least, most = EFFECTS[kind]
    mean, low, high = difference(scenario_with(tmp_path, entry(kind, rest)), outcome)
    assert least < mean < most
    assert low > 0 or high < 0, "the interval holds no effect"


def test_an_expansion_admits_and_pairs_its_cities(tmp_path):
    outside = 'more_cities = "guest_cities.csv"'
    essen = entry("expansion", 'cities = ["essen"]')
    result = abm.run(scenario_with(tmp_path, essen, head=outside), seed=1)
    ties = result.partnerships.query("city_a == 'essen' or city_b == 'essen'")
    assert ties["begun"].min() == MONTH and (ties["origin"] == "programme").sum() >= 3
    assert not result.partnerships.isin(["utrecht", "turku"]).any(axis=None), "other guests stay outside"
    unpaired = entry("expansion", 'cities = ["essen"]\nstrength = 0')
    ties = abm.run(scenario_with(tmp_path, unpaired, head=outside), seed=1).partnerships.query("begun == @MONTH")
    assert "programme" not in set(ties.query("city_a == 'essen' or city_b == 'essen'")["origin"])
    leaves = abm.run(scenario_with(tmp_path, essen.replace("cities", 'end = "2018-07"\ncities'), head=outside), seed=1)
    assert leaves.partnerships.query("city_a == 'essen' or city_b == 'essen'")["begun"].max() < 18


@pytest.mark.parametrize("kind", KINDS)
def test_v19_v23_a_policy_changes_nothing_before_it_starts(tmp_path, kind):
    rest = {"expansion": 'cities = ["essen"]'}.get(kind) or EFFECTS[kind][0].replace('"2019-01"', '"2019-12"')
    policy = scenario_with(tmp_path, entry(kind, rest, "2019-01"), head='more_cities = "guest_cities.csv"')
    same_before(abm.run(lacking(policy, kind), seed=1), abm.run(policy, seed=1), month=24)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "expansion"])  # it says when a city is a member
def test_columns_stand_at_their_values_while_a_policy_acts_and_are_neutral_before_and_after(tmp_path, kind):
    rest = {"one city": 'cities = ["town-001"]', "named cities": 'cities = ["town-001"]', "region": 'region = "West"'}
    text = entry(kind, 'end = "2018-06"\n' + rest.get(KINDS[kind].where, ""))
    w, _ = world_at_start(tiny(tmp_path, towns(6), text + '[[brokers]]\nname = "b"', months=36))
    h, seed = handle(w), np.uint64(1)
    seen = []
    membership.enter(h, 0)
    for t in (11, 12, 16, 17):
        policies.act(h, seed, t)
        seen.append({sets.target: column(w, sets.target) for sets in KINDS[kind].sets})
    before, first, last, after = seen
    for sets in KINDS[kind].sets:
        value = sets.value(KINDS[kind].strength) if callable(sets.value) else sets.value
        assert first[sets.target] == last[sets.target] == pytest.approx(value)
        assert before[sets.target] == after[sets.target] == neutral(sets.target)


def column(w, target):
    """Return what a target holds in the row that the policy of the test concerns."""
    table, _, name = target.name.lower().partition("_")
    return float(np.ravel(getattr(w, table)[name][1 if table == "cities" else 0])[0])


def neutral(target):
    """Return the value at which a target changes nothing."""
    table, _, name = target.name.lower().partition("_")
    return columns(City)[name].start if table == "cities" else 1.0


def test_every_target_is_a_column_that_some_kind_sets():
    assert {sets.target for kind in KINDS.values() for sets in kind.sets} == set(Target)


def test_factors_of_policies_multiply_and_keep_to_city_and_theme(tmp_path):
    lab = entry("living-lab", 'cities = ["town-001"]\ntheme = "energy"\nstrength = 3')
    w, _ = world_at_start(
        tiny(tmp_path, 4, lab + entry("student-assignments") + entry("lighthouse", 'cities = ["town-001"]'))
    )
    membership.enter(handle(w), 0)
    policies.act(handle(w), np.uint64(1), MONTH)
    assert w.cities.documenting[1].tolist() == [3, 3, 3, 6, 3, 3, 3]  # 1.5 by students, 2 lighthouse, 2 lab
    assert w.cities.trying[1].tolist() == [1, 1, 1, 3, 1, 1, 1]
    assert w.cities.documenting[0].tolist() == [1.5] * 7 and w.cities.trying[0].tolist() == [1] * 7


def test_a_call_funds_its_number_of_eligible_partnerships_for_its_time(tmp_path):
    call = scenario_with(tmp_path, entry("joint-call", "strength = 4"), months=13)
    found = abm.run(call, seed=1)
    rows = found.world.partnerships[: found.world.count.partnerships]
    funded = rows[rows.funded_until > 0]
    assert len(funded) == found.world.policies.n_served[0] == 4
    assert (funded.funded_until == MONTH + 36).all()
    assert (funded.university.max(axis=1) >= 0).all() and (funded.ever >= Stage.MEMORANDUM).all()


def test_an_award_goes_to_whom_it_names_or_to_the_most_trusted(tmp_path):
    named = abm.run(scenario_with(tmp_path, entry("award", 'cities = ["wuhan", "greater_manchester"]')), seed=1)
    winners = np.flatnonzero(named.world.cities.award_until)
    assert [named.names.cities[i] for i in winners] == ["greater_manchester", "wuhan"]
    best = abm.run(scenario_with(tmp_path, entry("award", "strength = 3")), seed=1)
    assert (best.world.cities.award_until > 0).sum() == best.world.policies.n_served[0] == 3


def test_a_grant_holds_its_sessions_with_the_city_present(tmp_path):
    grant = entry("grant", 'cities = ["granada"]\ntheme = "health"', "2020-10")
    result = abm.run(scenario_with(tmp_path, grant), seed=1)
    held = result.world.events[: result.world.count.events]
    held = held[held.hosted]
    assert held.month.tolist() == [45, 45, 46] and (held.theme == 2).all() and held.curated.all()
    assert {result.names.cities[i] for i in held.venue} == {"granada"} and (held.n_cities > 0).all()


@pytest.mark.parametrize("scale", [0, 0.5, 1, 2, 3])
def test_no_scale_of_the_calendar_multiplies_a_grant(scale):
    result = abm.run("iuc-asia", seed=1, override={"calendar.scale": scale})
    held = result.world.events[: result.world.count.events]
    assert held[held.hosted].month.tolist() == [45, 45, 46]
    assert result.series["policy_cost"].iloc[-1] == 2.0


def test_without_events_but_with_a_grant_its_sessions_are_all_that_is_held():
    assert abm.run("no-events", seed=1).events["month"].tolist() == [45, 45, 46]


def test_a_cluster_aligns_its_partnerships_every_quarter(tmp_path):
    cluster = entry("thematic-cluster", BLOC + '\ntheme = "energy"')
    one, two = (abm.run(scenario_with(tmp_path, cluster, months=m), seed=1).world for m in (13, 15))
    assert one.policies.n_served[0] == two.policies.n_served[0] > 0
    three = abm.run(scenario_with(tmp_path, cluster, months=16), seed=1).world
    assert three.policies.n_served[0] > two.policies.n_served[0]


def test_the_joint_plan_of_a_cluster_is_one_plan(tmp_path):
    cluster = entry("thematic-cluster", 'theme = "energy"').replace("start", f"cities = {EVERY}\nstart")
    joint = abm.run(scenario_with(tmp_path, cluster), seed=1)
    plans = joint.partnerships.query("theme == 'energy & circular' and highest_stage >= 3 and action_plan_month >= 12")
    assert len(plans) > 1 and joint.series["cluster_plans"].iloc[-1] == 1
    first = int(plans["action_plan_month"].min())
    assert joint.series["cluster_plans"][first - 1] == 0 and joint.series["cluster_plans"][first] == 1
    one_bloc = entry("thematic-cluster", BLOC + '\ntheme = "energy"')
    assert abm.run(scenario_with(tmp_path, one_bloc), seed=1).series["cluster_plans"].max() == 0


def test_a_policy_concerns_no_city_before_it_takes_part(tmp_path):
    late = [{**row, "entry_month": 6} for row in towns(2)] + towns(6)[2:]
    w, _ = world_at_start(tiny(tmp_path, late, entry("kpi", start="2017-01")))
    for t, expected in ((5, 4), (6, 6)):
        membership.enter(handle(w), t)
        policies.act(handle(w), np.uint64(1), t)
        assert w.cities.kpi.sum() == expected


def test_peers_are_the_other_members_of_a_network(tmp_path):
    w, _ = world_at_start(tiny(tmp_path, 6, entry("climate-network", 'cities = ["town-000", "town-001", "town-002"]')))
    stand_on(w, range(6), Ladder.UNAWARE)
    for city, practice in ((0, 0), (5, 0), (1, 1), (2, 1)):
        stand(w, city, practice, Ladder.ADOPTED)
    membership.enter(handle(w), MONTH)
    policies.act(handle(w), np.uint64(1), MONTH)
    assert w.peers[0, :3].tolist() == [0.5, 1.0, 0.0]
    assert w.cities.network.tolist() == [0, 0, 0, -1, -1, -1] and w.cities.imitation[0] == 0.05


def test_costs_are_counted_while_a_policy_acts(tmp_path):
    kpi = entry("kpi", 'end = "2018-07"\ncost = 2.5')
    result = abm.run(scenario_with(tmp_path, kpi), seed=1)
    spent = result.series["policy_cost"]
    assert spent[MONTH - 1] == 0 and spent[MONTH] == 2.5 and spent[17] == spent[47] == 15.0
    end = result.outcomes.iloc[0]
    total = end["broker_units"] + end["event_cost"] + end["policy_cost"]
    assert end["pilots_per_cost"] == pytest.approx(end["pilots_ever"] / total)


def test_a_twin_without_a_kind_of_policy_says_what_is_owed_to_it(tmp_path):
    both = scenario_with(tmp_path, entry("twinning-guide"), entry("joint-call", "strength = 20"))
    found = abm.attribute(both, seed=1, without="twinning-guide")
    assert [policy.kind for policy in found.twin.scenario.policies] == ["joint-call"]
    owed = found.summary["only_with"]
    assert owed["partnerships"] > 0 and owed["pilots"] == len(found.pilots) > 0
    nothing = abm.attribute(both, seed=1, without="hub")
    assert nothing.base.digest == nothing.twin.digest


def test_policies_of_a_file_add_to_those_it_extends_and_an_empty_list_drops_them(tmp_path):
    for name, text in {
        "a": "extends = 'iuc-asia'\npolicies = []\n",
        "b": "extends = 'a.toml'\n" + entry("kpi"),
        "c": "extends = 'b.toml'\n" + entry("digital-twin"),
        "d": "extends = 'c.toml'\npolicies = []",
    }.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    kinds = {name: [policy.kind for policy in abm.load(tmp_path / f"{name}.toml").policies] for name in "abcd"}
    assert kinds == {"a": [], "b": ["kpi"], "c": ["kpi", "digital-twin"], "d": []}
    table, effects, covered = tables(abm.load(tmp_path / "c.toml"))
    assert len(table) == len(effects) == 2 and covered.all()


@pytest.mark.compiled("a hundred runs a kind")
@pytest.mark.slow
def test_pattern_c_the_effect_of_a_call_fades_when_it_ends(tmp_path):
    """More partnerships work while money flows and shortly after; seven years later most of the surplus is gone."""
    call, months = scenario_with(tmp_path, entry("joint-call", "strength = 20", "2019-01"), months=144), (36, 60, 144)
    arms = [
        abm.run_many(s, seeds=1000, outcomes=[f"{o}@{t}" for t in months for o in STOCK], progress=False)
        for s in (call, lacking(call, "policies"))
    ]
    during, at_end, later = (
        paired(*(arm[[f"{o}@{t}" for o in STOCK]].sum(axis=1).to_numpy() for arm in arms)) for t in months
    )
    assert during[3] > 1.0 and at_end[3] > 1.5, "low ends of the intervals"
    assert later[4] < at_end[3] / 1.5, "the interval at the end of the run lies well below"
    table = pd.DataFrame([during[2:5], at_end[2:5], later[2:5]], index=months)
    assert table[0].idxmax() in (36, 60)


STOCK = ("pilots", "sustained")
