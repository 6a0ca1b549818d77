"""Targets say where they come from, follow from the shipped files, and are computed right where everything is known."""

import csv
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import abm
from abm.measures.equity import gini
from abm.state.tables import NONE, THEMES, Stage
from calibration import cases as c
from calibration.targets import TARGETS

DATA = Path(abm.__file__).parent / "data"
BY_NAME = {target.name: target for target in TARGETS}

# Of the programme's six themes the first four letters tell them apart.
SIX = {name: x for x, name in enumerate(("Smar", "Mobi", "Heal", "Ener", "Cult", "Busi"))}


def rows(file):
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def record():
    """The fifteen cases as the programme lists them, and the rows of the members of each bloc."""
    cities = rows("iuc_cities.csv")
    row = {city["city_id"]: i for i, city in enumerate(cities)}
    listed = {case["project_id"]: x for x, case in enumerate(rows("pilot_cases.csv"))}
    takes_part = np.zeros((len(listed), len(cities)), bool)
    for named in rows("pilot_case_cities.csv"):
        takes_part[listed[named["project_id"]], row[named["city_id"]]] = True
    theme = np.array([SIX[case["theme"][:4]] for case in rows("pilot_cases.csv")])
    members = {
        region: np.array([row[x["city_id"]] for x in cities if (x["region"], x["role"]) == (region, "member")])
        for region in ("Europe", "China")
    }
    return c.Cases(theme, takes_part), members


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("pilot cases", lambda found, of: len(found.theme)),
        ("European cities in a case", lambda found, of: (cases_of(found, of["Europe"]) > 0).sum()),
        ("Gini of cases, Europe", lambda found, of: gini(np.bincount(cases_of(found, of["Europe"])))),
        ("Chinese cities in a case", lambda found, of: (cases_of(found, of["China"]) > 0).sum()),
        ("Gini of cases, China", lambda found, of: gini(np.bincount(cases_of(found, of["China"])))),
        ("busiest European city", lambda found, of: c.largest_share(found, of["Europe"])),
        ("theme balance of cases", lambda found, of: c.theme_balance(found)),
    ],
)
def test_what_is_observed_follows_from_the_shipped_cases(record, name, outcome):
    assert outcome(*record) == pytest.approx(BY_NAME[name].value, abs=0.005)


def cases_of(found, cities):
    return found.takes_part[:, cities].sum(axis=0)


def test_the_pairs_in_cases_are_those_of_the_shipped_cases(record):
    found, members = record
    europe = set(members["Europe"])
    pairs = {
        (a, b)
        for case in found.takes_part
        for a in set(np.flatnonzero(case)) & europe
        for b in set(np.flatnonzero(case)) - europe
    }
    assert len(pairs) == BY_NAME["pairs of cities in cases"].value


def test_the_helix_follows_from_the_shipped_cases():
    named = [(case["universities"] == "yes", case["firms_or_clusters"] == "yes") for case in rows("pilot_cases.csv")]
    assert np.mean([university and firm for university, firm in named]) == BY_NAME["full helix"].value
    assert np.mean([university for university, _ in named]) == BY_NAME["university in a case"].value
    assert np.mean([firm for _, firm in named]) == BY_NAME["firm in a case"].value


def test_every_target_names_a_source_that_exists():
    keys = {fact["key"] for fact in rows("programme_facts.csv")}
    files = {path.name for path in DATA.iterdir()}
    unknown = [t.name for t in TARGETS if t.outcome and t.source not in keys | files]
    assert not unknown, f"sources that are nowhere: {unknown}"
    assert all(target.sentence and target.unit for target in TARGETS)
    assert len(BY_NAME) == len(TARGETS), "two targets of one name"


def test_numbers_taken_from_the_facts_are_those_of_the_facts():
    facts = {fact["key"]: fact for fact in rows("programme_facts.csv")}
    for name in ("pilot cases", "most memoranda, China"):
        assert float(facts[BY_NAME[name].source]["value"]) == BY_NAME[name].value
    plans, clusters = (
        float(facts[f"iuc_{key}"]["value"]) for key in ("urban_cooperation_action_plans", "thematic_clusters")
    )
    assert plans - clusters == BY_NAME["cities with a plan"].value


# Cities 0–3 are European, 4–6 Chinese, 7 a Chinese associate. Columns: two cities, theme, months of the four stages
# after contact, and of the first university and firm (−1 never).
SMART, HEALTH, GOVERNANCE = 0, 2, len(THEMES) - 1
EPISODES = (
    ((0, 4), SMART, (1, 2, 10, 20), (10, 11)),  # one case in smart …
    ((0, 5), SMART, (1, 2, 12, -1), (2, -1)),  # … which shares city 0
    ((1, 6), SMART, (1, 2, 14, -1), (15, 3)),  # a second case in smart
    ((0, 4), HEALTH, (3, 5, 30, -1), (4, 4)),  # the same pair again: a third case
    ((2, 7), GOVERNANCE, (4, 6, 16, -1), (-1, -1)),  # with an associate, in a theme the record does not have
    ((3, 4), HEALTH, (7, 25, -1, -1), (8, 8)),  # a plan, late
    ((3, 4), SMART, (9, -1, -1, -1), (-1, -1)),  # a memorandum
)


@pytest.fixture
def small():
    series = np.array([(30.0, (0.5, 0.7)), (31.0, (0.25, 0.75))], [("plans", "f8"), ("gini", "f8", (2,))])
    return c.History(
        series=series,
        regions=["China", "Europe"],
        region=np.array(["Europe"] * 4 + ["China"] * 4),
        member=np.arange(8) < 7,
        cities=np.array([pair for pair, *_ in EPISODES]),
        theme=np.array([theme for _, theme, *_ in EPISODES]),
        reached=np.array([[NONE, 0, *months] for _, _, months, _ in EPISODES]),
        joined=np.array([joined for *_, joined in EPISODES]),
    )


@pytest.mark.parametrize(
    ("name", "month", "expected"),
    [
        ("most memoranda, China", 47, 4),
        ("most memoranda, China", 8, 3),
        ("university in a case", 47, 3 / 5),  # one joined in the month of the pilot, one after it
        ("firm in a case", 47, 2 / 5),
        ("university in a case", 29, 2 / 4),
        ("busiest European city", 47, 2 / 4),
        ("busiest European city", 29, 1 / 3),
        ("theme balance of cases", 47, -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3)) / math.log(6)),
        ("first implemented case", 47, 10),
        ("first implemented case", 9, 10),  # none yet: the month after
    ],
)
def test_outcomes_of_a_small_world(small, name, month, expected):
    assert BY_NAME[name].of(small, month) == pytest.approx(expected)


def test_cases_are_components_within_a_theme(small):
    found = c.cases(small, 47)
    members = {(int(theme), *np.flatnonzero(takes).tolist()) for theme, takes in zip(*found, strict=True)}
    assert members == {(SMART, 0, 4, 5), (SMART, 1, 6), (HEALTH, 0, 4), (GOVERNANCE, 2, 7)}


def test_a_measure_is_read_in_its_month_and_bloc(small):
    assert small.measure("plans", 0) == 30.0
    assert small.measure("gini.Europe", 1) == 0.75


def test_a_run_without_pilots_has_no_share(small):
    none = small._replace(reached=np.full_like(small.reached, NONE))
    assert BY_NAME["most memoranda, China"].of(none, 47) == 0
    assert BY_NAME["first implemented case"].of(none, 47) == 48
    for name in ("firm in a case", "busiest European city", "theme balance of cases"):
        assert math.isnan(BY_NAME[name].of(none, 47))


def test_the_six_themes_of_the_record_are_six_of_the_seven():
    assert [THEMES[x] for x in c.PROGRAMME_THEMES] == list(THEMES[:6])


def test_targets_are_what_a_reader_counts_in_the_result_tables():
    result = abm.run("iuc-asia", seed=11, months=48)
    run = c.history(result.scenario, result.world)
    table, cities = result.partnerships, result.cities.set_index("city_id")
    members = cities.index[cities["role"] == "member"]
    pilots = table[table["highest_stage"] >= Stage.PILOT]
    planned = table[table["action_plan_month"].between(0, 41)]
    clusters, count = 0, dict.fromkeys(members, 0)
    for _, part in pilots.groupby("theme"):
        graph = nx.from_pandas_edgelist(part, "city_a", "city_b")
        clusters += nx.number_connected_components(graph)
        count |= {city: count[city] + 1 for city in graph if city in count}
    europe = np.array([n for city, n in count.items() if cities["region"][city] == "Europe"])
    expected = {
        "cities with a plan": len({*planned["city_a"], *planned["city_b"]} & set(members)),
        "pilot cases": clusters,
        "pairs of cities in cases": len({*zip(pilots["city_a"], pilots["city_b"], strict=True)}),
        "European cities in a case": (europe > 0).sum(),
        "Gini of cases, Europe": np.abs(europe[:, None] - europe).mean() / (2 * europe.mean()),
        "full helix": (pilots["helix_at_pilot"] == 1).mean(),
    }
    found = {name: BY_NAME[name].of(run, result.scenario.month_of(BY_NAME[name].date)) for name in expected}
    assert found == pytest.approx(expected)
    assert len(c.cases(run, 47).theme) == clusters
    both = BY_NAME["university in a case"].of(run, 47) + BY_NAME["firm in a case"].of(run, 47)
    assert both == pytest.approx(2 * pilots["helix_at_pilot"].mean())
