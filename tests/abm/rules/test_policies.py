"""What each target of a policy sets, and whom juries choose (E20)."""

import numpy as np
import pytest

from abm import draws
from abm.rules.policies import acts, columns, step
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.programmes import Policy
from abm.state.words import N_THEMES, NONE, Act, Stage, Standing, Target
from tests.abm.rules.small import SEED, luck, partner, world

TWO_BROKERS = '[[brokers]]\nname = "a"\n[[brokers]]\nname = "b"'


@pytest.fixture
def governed(tmp_path):
    """Return a function that makes a world of four cities, two brokers and one policy."""
    w, _ = world(tmp_path, toml=TWO_BROKERS)

    def made(act=Act.NOTHING, cities=(0, 1, 2, 3), **more):
        policies, covered = allocate(Policy, 1), np.zeros((1, 4), np.uint8)
        usual = {"key": draws.entity("policy"), "theme": NONE, "broker": NONE, "network": NONE, "end": 12}
        for name, value in (usual | {"act": act, "strength": 2.0} | more).items():
            policies[name][0] = value
        covered[0, list(cities)] = 1
        lists = {"winners": np.zeros(8, np.int32), "merits": np.zeros(8)}
        return w._replace(policies=policies, covered=covered, **lists)

    return made


FACTORS = {
    Target.CITIES_EXAMPLE: "example",
    Target.CITIES_UNIVERSITY_JOINING: "university_joining",
    Target.CITIES_FIRST_GAP: "first_gap",
    Target.CITIES_TRAVEL: "travel",
    Target.CITIES_MINGLING: "mingling",
}
SWITCHES = {
    Target.CITIES_EVIDENCE_BASE: "evidence_base",
    Target.CITIES_KPI: "kpi",
    Target.CITIES_TWIN: "twin",
}
BY_THEME = {Target.CITIES_DOCUMENTING: "documenting", Target.CITIES_TRYING: "trying"}


@pytest.mark.parametrize("target", FACTORS, ids=lambda target: target.name)
def test_factors_multiply_in_the_column_of_their_name_and_no_other(governed, target):
    w = governed()
    for _ in range(2):
        columns.put_city(w.cities, 1, target, 3.0, NONE, NONE)
    for name in FACTORS.values():
        assert w.cities[name].tolist() == [1.0, 9.0 if name == FACTORS[target] else 1.0, 1.0, 1.0]


@pytest.mark.parametrize("target", SWITCHES, ids=lambda target: target.name)
def test_switches_are_turned_on_in_the_column_of_their_name_and_no_other(governed, target):
    w = governed()
    columns.put_city(w.cities, 1, target, 1.0, NONE, NONE)
    for name in SWITCHES.values():
        assert w.cities[name].tolist() == [False, name == SWITCHES[target], False, False]


@pytest.mark.parametrize("target", BY_THEME, ids=lambda target: target.name)
@pytest.mark.parametrize("theme", [NONE, 0, 6])
def test_a_factor_by_theme_multiplies_in_its_theme_or_in_all(governed, target, theme):
    w = governed()
    columns.put_city(w.cities, 1, target, 3.0, theme, NONE)
    for name in BY_THEME.values():
        expected = [3.0 if name == BY_THEME[target] and theme in (NONE, x) else 1.0 for x in range(N_THEMES)]
        assert w.cities[name][1].tolist() == expected and (w.cities[name][[0, 2, 3]] == 1.0).all()


def test_imitation_is_set_together_with_the_network(governed):
    w = governed()
    columns.put_city(w.cities, 1, Target.CITIES_IMITATION, 0.05, NONE, 7)
    assert w.cities.imitation.tolist() == [0.0, 0.05, 0.0, 0.0] and w.cities.network.tolist() == [NONE, 7, NONE, NONE]


@pytest.mark.parametrize(("broker", "effort"), [(NONE, [2.0, 2.0]), (0, [2.0, 1.0]), (1, [1.0, 2.0])])
def test_effort_is_that_of_one_broker_or_of_all(governed, broker, effort):
    w = governed(broker=broker)
    columns.put(handle(w), 0, Target.BROKERS_EFFORT, 2.0)
    assert w.brokers.effort.tolist() == effort and w.programmes.calendar.tolist() == [1.0]


def test_a_calendar_is_that_of_the_programme(governed):
    w = governed()
    columns.put(handle(w), 0, Target.PROGRAMMES_CALENDAR, 0.5)
    assert w.programmes.calendar.tolist() == [0.5] and w.brokers.effort.tolist() == [1.0, 1.0]


def test_a_policy_sets_columns_of_the_cities_that_it_concerns_and_that_take_part(governed):
    w = governed(cities=(1, 2, 3))
    w.cities.standing[2] = Standing.OUTSIDE
    columns.put(handle(w), 0, Target.CITIES_TRAVEL, 0.0)
    assert w.cities.travel.tolist() == [1.0, 0.0, 1.0, 0.0]


def test_all_that_policies_set_goes_back_to_what_is_given(governed):
    w = governed()
    for target in Target:
        columns.put(handle(w), 0, target, 3.0)
    columns.reset(handle(w))
    for name in columns.OF_A_CITY:
        assert (w.cities[name] == w.cities_given[name]).all(), name
    assert w.brokers.effort.tolist() == [1.0, 1.0] and w.programmes.calendar.tolist() == [1.0]


@pytest.mark.parametrize(("t", "acts_now"), [(4, False), (5, True), (11, True), (12, False)])
def test_a_policy_is_in_force_from_its_start_until_before_its_end(governed, t, acts_now):
    assert step.in_force(handle(governed(start=5)), 0, t) == acts_now


@pytest.mark.parametrize(
    ("theme", "cities", "concerned"),
    [
        (NONE, (0, 1, 2, 3), True),
        (1, (0, 1, 2, 3), True),
        (0, (0, 1, 2, 3), False),
        (NONE, (0,), True),
        (NONE, (3,), True),
        (NONE, (1, 2), False),
    ],
)
def test_a_policy_concerns_partnerships_of_its_theme_and_of_one_of_its_cities(governed, theme, cities, concerned):
    w = governed(theme=theme, cities=cities)
    assert acts.concerns(handle(w), 0, partner(w, 0, 3, theme=1)) == concerned


def merit(w, key):
    """Return by what the jury misjudges a partnership or city in month 5."""
    return 0.3 * draws.normal(luck(acts.JUDGE, 5, w.policies.key[0], key))


def test_a_call_funds_the_best_by_trust_helix_and_misjudgement(governed):
    w = governed(Act.FUND)
    rows = [
        partner(w, i, j, stage=Stage.MEMORANDUM, trust=trust, university=(0, NONE), firm=firm)
        for (i, j), trust, firm in zip(
            ((0, 1), (0, 3), (1, 2), (2, 3)), (0.2, 0.8, 0.5, 0.6), ((NONE, 0), (NONE, NONE)) * 2, strict=True
        )
    ]
    acts.fund(handle(w), SEED, 5, 0)
    scores = {
        r: w.partnerships.trust[r]
        + 0.5
        + 0.5 * (w.partnerships.firm[r].max() != NONE)
        + merit(w, w.partnerships.key[r])
        for r in rows
    }
    best = sorted(sorted(scores, key=scores.get)[-2:])
    assert [r for r in rows if w.partnerships.funded_until[r] == 12] == best
    assert w.policies.n_served[0] == 2


@pytest.mark.parametrize(
    "columns",
    [
        {"stage": Stage.CONTACT, "university": (0, NONE)},
        {"stage": Stage.PILOT, "firm": (0, NONE)},
        {"stage": Stage.PILOT, "university": (0, NONE), "theme": 1},
    ],
    ids=["no memorandum", "no university", "another theme"],
)
def test_a_call_funds_nobody_who_is_not_eligible(governed, columns):
    w = governed(Act.FUND, theme=0)
    r = partner(w, 0, 1, **columns)
    acts.fund(handle(w), SEED, 5, 0)
    assert (w.partnerships.funded_until[r], w.policies.n_served[0]) == (0, 0)


def test_a_shorter_call_takes_no_funding_away(governed):
    w = governed(Act.FUND)
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM, university=(0, NONE), funded_until=40)
    acts.fund(handle(w), SEED, 5, 0)
    assert w.partnerships.funded_until[r] == 40


def test_an_award_goes_to_those_with_most_trust_from_the_plan_on(governed):
    w = governed(Act.AWARD, strength=1.0)
    partner(w, 0, 1, stage=Stage.ACTION_PLAN, trust=0.9)
    partner(w, 0, 3, stage=Stage.SUSTAINED, trust=0.9)
    partner(w, 1, 2, stage=Stage.MEMORANDUM, trust=0.9)
    merits = {0: 1.8, 1: 0.9, 3: 0.9}
    judged = {i: trust + merit(w, w.cities.key[i]) for i, trust in merits.items()}
    acts.award(handle(w), SEED, 5, 0)
    winner = max(judged, key=judged.get)
    assert w.cities.award_until.tolist() == [12 if i == winner else 0 for i in range(4)]
    assert w.policies.n_served[0] == 1


@pytest.mark.parametrize(("cities", "standing"), [((2, 3), Standing.MEMBER), ((0, 1), Standing.ASSOCIATE)])
def test_only_members_that_a_jury_looks_at_can_win(governed, cities, standing):
    w = governed(Act.AWARD, cities=cities, strength=4.0)
    partner(w, 0, 1, stage=Stage.ACTION_PLAN, trust=0.9)
    w.cities.standing[:] = standing
    acts.award(handle(w), SEED, 5, 0)
    assert not w.cities.award_until.any()


def test_who_is_named_wins_whatever_it_did(governed):
    w = governed(Act.AWARD, cities=(1, 2), named=True)
    w.cities.award_until[2] = 30
    acts.award(handle(w), SEED, 5, 0)
    assert w.cities.award_until.tolist() == [0, 12, 30, 0] and w.policies.n_served[0] == 2


def test_a_cluster_holds_its_sessions_with_each_of_its_partnerships(governed):
    w = governed(Act.ALIGN, cities=(0,), strength=3.0)
    own, other = partner(w, 0, 1), partner(w, 2, 3)
    acts.align(handle(w), 0)
    assert w.partnerships.sessions[[own, other]].tolist() == [3, 0]
    assert w.partnerships.met[[own, other]].tolist() == [3.0, 0.0] and w.policies.n_served[0] == 1


@pytest.mark.parametrize(("t", "sessions"), [(4, 0), (5, 2), (6, 0), (7, 0), (8, 2), (11, 2), (12, 0), (14, 0)])
def test_a_cluster_meets_every_quarter_from_its_start(governed, t, sessions):
    w = governed(Act.ALIGN, start=5)
    r = partner(w, 0, 1)
    step.act(handle(w), SEED, t)
    assert w.partnerships.sessions[r] == sessions


@pytest.mark.parametrize(("t", "funded"), [(4, False), (5, True), (6, False)])
def test_a_call_funds_once_when_it_opens(governed, t, funded):
    w = governed(Act.FUND, start=5)
    r = partner(w, 0, 1, stage=Stage.MEMORANDUM, university=(0, NONE))
    step.act(handle(w), SEED, t)
    assert bool(w.partnerships.funded_until[r]) == funded


def test_an_award_waits_for_somebody_who_merits_it_and_is_given_once(governed):
    w = governed(Act.AWARD, start=5, strength=1.0)
    step.act(handle(w), SEED, 5)
    assert not w.cities.award_until.any()
    partner(w, 0, 1, stage=Stage.ACTION_PLAN, trust=0.5)
    for t in (6, 7):
        step.act(handle(w), SEED, t)
        assert (w.cities.award_until > 0).sum() == 1 == w.policies.n_served[0]
