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
from calibration.observation import RECORD
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
NAMED_THERE = {"yes": True, "practitioners": False, "not stated": False}
NEEDED = {  # columns of the files of a record; the first is a key of its own in all but the cities of cases
    CASES: ("project_id", "theme", "stage", "universities", "firms_or_clusters"),
    NAMED: ("project_id", "city_id"),
    FACTS: ("key", "value"),
    EVENTS: ("event_id", "date"),
}
PLANS, CLUSTERS, MEMORANDA = (
    "iuc_urban_cooperation_action_plans",
    "iuc_thematic_clusters",
    "liuzhou_memoranda_with_european_cities",
)
MOST = 100_000  # of anything that is counted
FIRST = "E05"  # the freight railway: no other case at work is older


def record(scenario: Scenario, folder: Path = DATA) -> Printed:
    """Return what the programme printed, of the cities of a scenario.

    Raises
    ------
    ConfigError
        One line with file, line and value, where a file lacks something or says what cannot be.
    """
    cities, cases = cities_of(scenario), rows(folder / CASES)
    facts = {row["key"]: row["value"] for row in rows(folder / FACTS).values()}
    events = {row["event_id"]: row["date"] for row in rows(folder / EVENTS).values()}

    def words(column: str, known: Iterable[str]) -> list[str]:
        """Return a column of the cases, or refuse a word that is not known."""
        return [one_of(known, row[column], f"{CASES}:{line}: {column}") for line, row in cases.items()]

    return Printed(
        theme=np.array([THEMES.index(word) for word in words("theme", THEMES)], np.int64),
        named=cities_named(folder, cities, [row["project_id"] for row in cases.values()]),
        university=np.array([NAMED_THERE[word] for word in words("universities", NAMED_THERE)], bool),
        firm=np.array([NAMED_THERE[word] for word in words("firms_or_clusters", NAMED_THERE)], bool),
        implemented=np.array([AT_WORK[word] for word in words("stage", AT_WORK)], bool),
        plans=plans(facts, len(cities.members)),
        memoranda=fact(facts, MEMORANDA),
        first=month(scenario, events.get(FIRST, "")),
    )


def cities_named(folder: Path, cities: Cities, cases: list[str]) -> np.ndarray:
    """Return which cities stand in which case, shape (n_cases, n_cities)."""
    named = np.zeros((len(cases), len(cities.names)), bool)
    for line, row in rows(folder / NAMED).items():
        case = one_of(cases, row["project_id"], f"{NAMED}:{line}: project_id")
        city = one_of(cities.names, row["city_id"], f"{NAMED}:{line}: city_id")
        named[cases.index(case), cities.names.index(city)] = True
    if without := [case for case, row in zip(cases, named, strict=True) if not row.any()]:
        raise ConfigError(f"{NAMED}: no city stands in case {without[0]} of {CASES}")
    return named


def rows(path: Path) -> dict[int, dict[str, str]]:
    """Return the rows of a file by line, or refuse one without a column that is needed, or with a key twice."""
    header, lines = read_table(path)
    needed = NEEDED.get(path.name, ())
    if missing := [column for column in needed if column not in header]:
        raise ConfigError(f"{path.name}: has no column {missing[0]}{nearest(missing[0], header)}")
    found = {line: dict(zip(header, cells, strict=True)) for line, cells in lines.items()}
    seen = set[str]()
    for line, row in found.items() if path.name != NAMED else ():
        for key in needed[:1]:
            if row[key] in seen:
                raise ConfigError(f"{path.name}:{line}: {key} = {shown(row[key])}: stands there twice")
            seen.add(row[key])
    return found


def one_of(known: Iterable[str], name: str, where: str) -> str:
    """Return a name that is known, or refuse it."""
    if name not in known:
        raise ConfigError(f"{where} = {shown(name)}: is not known{nearest(name, known)}")
    return name


def fact(facts: dict[str, str], key: str) -> int:
    """Return a number of the facts, or refuse one that is missing or no count."""
    value = facts.get(key, "")
    if not value.strip().isdecimal() or len(value.strip()) > len(str(MOST)) or int(value) > MOST:
        raise ConfigError(f"{FACTS}: {key} = {shown(value)}: must be a whole number from 0 to {MOST:,}")
    return int(value)


def plans(facts: dict[str, str], members: int) -> int:
    """Return the number of cities with a plan, or refuse one that cannot be; plans of clusters are no city's."""
    found = fact(facts, PLANS) - fact(facts, CLUSTERS)
    if not 0 <= found <= members:
        said = f"{PLANS} = {facts[PLANS]} less {CLUSTERS} = {facts[CLUSTERS]}"
        raise ConfigError(f"{FACTS}: {said}: must be cities with a plan, 0 to {members}")
    return found


def month(scenario: Scenario, date: str) -> float:
    """Return the month of the first case at work, or refuse one out of the months of the record."""
    found = scenario.month_of(date, f"{EVENTS}: {FIRST}")
    if not 0 <= found <= RECORD.last:
        legal = f"must lie in the {RECORD.last + 1} months of the record, from {scenario.start}"
        raise ConfigError(f"{EVENTS}: {FIRST} = {shown(date)}: {legal}")
    return float(found)
