"""Targets say where they come from, follow from the shipped files, and name a measure of every run."""

import csv
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import abm
from abm.input.scenario import PARAMETERS
from abm.measures import MEASURES
from abm.measures.equity import gini
from abm.outcomes import outcomes_of
from abm.state.words import THEMES
from calibration.check import outcomes, until_the_record_ends
from calibration.targets import TARGETS

DATA = Path(abm.__file__).parent / "data"
BY_NAME = {target.name: target for target in TARGETS}

# Of the programme's six themes the first four letters tell them apart.
SIX = {name: x for x, name in enumerate(("Smar", "Mobi", "Heal", "Ener", "Cult", "Busi"))}


class Cases(NamedTuple):
    """Pilot cases: the theme of each, shape (n_cases,), and who takes part, shape (n_cases, n_cities)."""

    theme: np.ndarray
    takes_part: np.ndarray


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
    return Cases(theme, takes_part), members


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("pilot cases", lambda found, of: len(found.theme)),
        ("European cities in a case", lambda found, of: (cases_of(found, of["Europe"]) > 0).sum()),
        ("Gini of cases, Europe", lambda found, of: gini(np.bincount(cases_of(found, of["Europe"])))),
        ("Chinese cities in a case", lambda found, of: (cases_of(found, of["China"]) > 0).sum()),
        ("Gini of cases, China", lambda found, of: gini(np.bincount(cases_of(found, of["China"])))),
        ("busiest European city", lambda found, of: cases_of(found, of["Europe"]).max() / len(found.theme)),
        ("theme balance of cases", lambda found, of: balance(np.bincount(found.theme) / len(found.theme))),
    ],
)
def test_what_is_observed_follows_from_the_shipped_cases(record, name, outcome):
    assert outcome(*record) == pytest.approx(BY_NAME[name].value, abs=0.005)


def cases_of(found, cities):
    return found.takes_part[:, cities].sum(axis=0)


def balance(shares):
    return -(shares * np.log(shares)).sum() / math.log(6)


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


def test_the_cohorts_of_the_pairings_follow_from_the_shipped_files():
    year = {city["city_id"]: int(city["entry_month"]) // 12 for city in rows("iuc_cities.csv")}
    same = [year[row["european_city"]] == year[row["chinese_city"]] for row in rows("iuc_pairings.csv")]
    assert np.mean(same) == BY_NAME["same cohort"].value and len(same) == 11


def test_every_target_names_a_source_that_exists():
    keys = {fact["key"] for fact in rows("programme_facts.csv")}
    files = {path.name for path in DATA.iterdir()}
    unknown = [t.name for t in TARGETS if t.source not in keys | files]
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


def test_no_parameter_is_called_calibrated_and_those_without_data_say_so():
    assert not [name for name, declared in PARAMETERS.items() if "calibrated" in declared.par.source]
    without = {name for name, declared in PARAMETERS.items() if declared.par.source == "assumed; no data"}
    assert without == {
        *("city.capacity", "contact.baseline", "event.contacts_per_attendee", "cooperation.broker_closing"),
        *("helix.university_rate", "helix.firm_rate"),
    }


def test_the_six_themes_of_the_record_are_the_first_of_the_seven():
    assert len(SIX) == 6 and [theme[:4].lower() for theme in THEMES[:6]] == [name.lower() for name in SIX]
    assert THEMES[6] == "governance"


def test_every_target_is_an_outcome_with_its_unit():
    scenario = until_the_record_ends(abm.load("iuc-asia"))
    assert len(outcomes_of(scenario, [target.outcome for target in TARGETS])) == len(TARGETS) == 15
    units = {t.name: (t.unit, MEASURES[t.outcome.partition(".")[0]].unit) for t in TARGETS}
    odd = {name for name, (ours, theirs) in units.items() if ours != theirs}
    assert odd == {"pilot cases", "Gini of cases, Europe", "Gini of cases, China"}  # cases are clusters, Gini is 0…1


def test_targets_are_read_in_the_month_of_their_date():
    scenario = until_the_record_ends(abm.load("iuc-asia"))
    table, series = outcomes(scenario, [11]), abm.run(scenario, seed=11).series
    assert table.loc[0, "cities with a plan"] == series["cities_with_plan"][41]  # June 2020
    assert table.loc[0, "busiest European city"] == series["top_case_share.Europe"][47]
