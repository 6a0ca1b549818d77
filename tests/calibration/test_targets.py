"""Targets say where they come from, follow from the shipped files, and are computed right where everything is known."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

import abm
from abm import tables
from abm.tables import NONE, THEMES, Stage
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
        ("European cities in a case", lambda found, of: c.cities_in(found, of["Europe"])),
        ("Gini of cases, Europe", lambda found, of: c.gini_of(found, of["Europe"])),
        ("Chinese cities in a case", lambda found, of: c.cities_in(found, of["China"])),
        ("Gini of cases, China", lambda found, of: c.gini_of(found, of["China"])),
        ("largest share of one European city", lambda found, of: c.largest_share(found, of["Europe"])),
        ("theme balance of cases", lambda found, of: c.theme_balance(found)),
    ],
)
def test_what_is_observed_follows_from_the_shipped_cases(record, name, outcome):
    assert outcome(*record) == pytest.approx(BY_NAME[name].value, abs=0.005)


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


def test_the_full_helix_follows_from_the_shipped_cases():
    listed = rows("pilot_cases.csv")
    full = [case for case in listed if case["universities"] == case["firms_or_clusters"] == "yes"]
    assert len(full) / len(listed) == BY_NAME["full helix"].value


def test_every_target_names_a_source_that_exists():
    keys = {fact["key"] for fact in rows("programme_facts.csv")}
    files = {path.name for path in DATA.iterdir()}
    unknown = [t.name for t in TARGETS if t.outcome and t.source not in keys | files]
    assert not unknown, f"sources that are nowhere: {unknown}"
    assert all(target.sentence and target.unit for target in TARGETS)
    assert len(BY_NAME) == len(TARGETS), "two targets of one name"


def test_numbers_taken_from_the_facts_are_those_of_the_facts():
    facts = {fact["key"]: fact for fact in rows("programme_facts.csv")}
    for name in ("pilot cases", "most memoranda of a Chinese city"):
        assert float(facts[BY_NAME[name].source]["value"]) == BY_NAME[name].value
    plans, clusters = (
        float(facts[f"iuc_{key}"]["value"]) for key in ("urban_cooperation_action_plans", "thematic_clusters")
    )
    assert plans - clusters == BY_NAME["cities with a plan"].value


# Cities 0–3 are European, 4–6 Chinese, 7 a Chinese associate. Columns: two cities, theme, months of the four stages
# after contact (−1 never), helix at the pilot.
SMART, HEALTH, GOVERNANCE = 0, 2, len(THEMES) - 1
EPISODES = (
    ((0, 4), SMART, (1, 2, 10, 20), 1.0),  # one case in smart …
    ((0, 5), SMART, (1, 2, 12, -1), 0.5),  # … which shares city 0
    ((1, 6), SMART, (1, 2, 14, -1), 0.0),  # a second case in smart
    ((0, 4), HEALTH, (3, 5, 30, -1), 1.0),  # the same pair again: a third case, no new pair
    ((2, 7), GOVERNANCE, (4, 6, 16, -1), 0.0),  # with an associate, in a theme the record does not have
    ((3, 4), HEALTH, (7, 25, -1, -1), -1.0),  # a plan, late
    ((3, 4), SMART, (9, -1, -1, -1), -1.0),  # a memorandum
)


@pytest.fixture
def small():
    reached = np.array([[NONE, 0, *months] for _, _, months, _ in EPISODES])
    return c.History(
        region=np.array(["Europe"] * 4 + ["China"] * 4),
        member=np.arange(8) < 7,
        cities=np.array([pair for pair, *_ in EPISODES]),
        theme=np.array([theme for _, theme, *_ in EPISODES]),
        reached=reached,
        helix=np.array([helix for *_, helix in EPISODES]),
    )


@pytest.mark.parametrize(
    ("name", "month", "expected"),
    [
        ("cities with a plan", 41, 7),  # all but the associate
        ("cities with a plan", 24, 6),  # the plan of city 3 is of month 25
        ("pilot cases", 47, 4),
        ("pilot cases", 29, 3),
        ("pairs of cities in cases", 47, 4),
        ("European cities in a case", 47, 3),
        ("Gini of cases, Europe", 47, 2 * (1 * 0 + 2 * 1 + 3 * 1 + 4 * 2) / (4 * 4) - 5 / 4),
        ("full helix", 47, 2 / 5),
        ("full helix", 29, 1 / 4),
        ("Chinese cities in a case", 47, 3),
        ("Gini of cases, China", 47, 2 * (1 * 1 + 2 * 1 + 3 * 2) / (3 * 4) - 4 / 3),
        ("most memoranda of a Chinese city", 47, 4),
        ("most memoranda of a Chinese city", 8, 3),
        ("largest share of one European city", 47, 2 / 4),
        ("theme balance of cases", 47, -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3)) / math.log(6)),
        ("first implemented case", 47, 10),
        ("first implemented case", 9, 10),  # none yet: the month after
    ],
)
def test_outcomes_of_a_small_world(small, name, month, expected):
    assert BY_NAME[name].outcome(small, month) == pytest.approx(expected)


def test_a_run_without_pilots_has_no_share_and_no_gini(small):
    none = small._replace(reached=np.full_like(small.reached, NONE))
    found = {target.name: target.outcome(none, 47) for target in TARGETS if target.outcome}
    assert found["pilot cases"] == found["cities with a plan"] == found["most memoranda of a Chinese city"] == 0
    assert found["first implemented case"] == 48
    for name in ("full helix", "Gini of cases, Europe", "largest share of one European city", "theme balance of cases"):
        assert math.isnan(found[name])


def test_the_six_themes_of_the_record_are_six_of_the_seven():
    assert [tables.THEMES[x] for x in c.PROGRAMME_THEMES] == list(THEMES[:6])


def test_stages_are_the_ones_that_targets_speak_of():
    assert (Stage.MEMORANDUM, Stage.ACTION_PLAN, Stage.PILOT) == (2, 3, 4)
