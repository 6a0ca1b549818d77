"""The record of IUC Asia as it was printed, read from the shipped files into the form in which a run is printed too.

A case counts as *implemented* where its stage says that something is at work or being built; seven of the fifteen are
planned, signed or presented. Not stated is not absent: a case without firms is one whose firms are not named.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from abm.input.load import DATA
from abm.input.scenario import Scenario
from abm.input.tables import read_table
from abm.parameters import ConfigError, nearest, shown
from calibration.printed import Cities, Printed, cities_of

CASES, NAMED, FACTS, EVENTS = "pilot_cases.csv", "pilot_case_cities.csv", "programme_facts.csv", "programme_events.csv"
THEMES = (  # as the programme calls them, in the order of the model
    "Smart Cities & Digital Transition",
    "Mobility & Connectivity",
    "Health Care & Biotechnology",
    "Energy Transition & Circular Economy",
    "Culture, Education & Tourism",
    "Business-to-Business Support",
)
AT_WORK = {
    "under construction": True,
    "running": True,
    "operating": True,
    "launched": True,
    "launched; MoU signed": True,
    "planned": False,
    "presented": False,
    "signed": False,
    "MoU signed or being signed": False,
}
PLANS, CLUSTERS, MEMORANDA = (
    "iuc_urban_cooperation_action_plans",
    "iuc_thematic_clusters",
    "liuzhou_memoranda_with_european_cities",
)
FIRST = "E05"  # the freight railway: no other case at work is older


def record(scenario: Scenario, folder: Path = DATA) -> Printed:
    """Return what the programme printed, of the cities of a scenario.

    Raises
    ------
    ConfigError
        One line with file, line and value, where a file lacks something or says what cannot be.
    """
    cities, cases = cities_of(scenario), rows(folder / CASES)
    stages = [one_of(AT_WORK, row["stage"], f"{CASES}:{line}: stage") for line, row in cases.items()]
    themes = [one_of(THEMES, row["theme"], f"{CASES}:{line}: theme") for line, row in cases.items()]
    facts = {row["key"]: row["value"] for row in rows(folder / FACTS).values()}
    events = {row["event_id"]: row["date"] for row in rows(folder / EVENTS).values()}
    return Printed(
        theme=np.array([THEMES.index(theme) for theme in themes], np.int64),
        named=cities_named(folder, cities, [row["project_id"] for row in cases.values()]),
        university=np.array([row["universities"] == "yes" for row in cases.values()]),
        firm=np.array([row["firms_or_clusters"] == "yes" for row in cases.values()]),
        implemented=np.array([AT_WORK[stage] for stage in stages]),
        plans=fact(facts, PLANS) - fact(facts, CLUSTERS),  # those of clusters are no city's
        memoranda=fact(facts, MEMORANDA),
        first=float(scenario.month_of(events.get(FIRST, ""), f"{EVENTS}: {FIRST}")),
    )


def cities_named(folder: Path, cities: Cities, cases: list[str]) -> np.ndarray:
    """Return which cities stand in which case, shape (n_cases, n_cities)."""
    named = np.zeros((len(cases), len(cities.names)), bool)
    for line, row in rows(folder / NAMED).items():
        case = one_of(cases, row["project_id"], f"{NAMED}:{line}: project_id")
        city = one_of(cities.names, row["city_id"], f"{NAMED}:{line}: city_id")
        named[cases.index(case), cities.names.index(city)] = True
    return named


def rows(path: Path) -> dict[int, dict[str, str]]:
    """Return the rows of a file by line."""
    header, lines = read_table(path)
    return {line: dict(zip(header, cells, strict=True)) for line, cells in lines.items()}


def one_of(known: Iterable[str], name: str, where: str) -> str:
    """Return a name that is known, or refuse it."""
    if name not in known:
        raise ConfigError(f"{where} = {shown(name)}: is not known{nearest(name, known)}")
    return name


def fact(facts: dict[str, str], key: str) -> int:
    """Return a number of the facts, or refuse one that is missing or no count."""
    value = facts.get(key, "")
    if not value.strip().isdecimal():
        raise ConfigError(f"{FACTS}: {key} = {shown(value)}: must be a whole number from 0")
    return int(value)
