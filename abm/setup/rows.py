"""The rows that a scenario fixes for all seeds: its cities, organisations, calendar, brokers."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from abm.draws import entities, entity
from abm.input.cities import log_size
from abm.input.entries import FOREVER, CalendarEntry, MonthName
from abm.input.scenario import Scenario
from abm.setup.members import enrol, first_memberships, members, programmes
from abm.setup.names import Names
from abm.setup.policies import grants, lasting, most_effort
from abm.state.entities import City, Organisation, Tie
from abm.state.memory import allocate
from abm.state.programmes import Broker, Entry
from abm.state.words import NONE, EventType, Kind, Mode

GRANT_SEATS = 12  # a session that a grant pays for is as large as a workshop (assumed)


def given(scenario: Scenario, known: Names) -> dict[str, Any]:
    """Return the tables whose rows a scenario gives, with the columns that the seed decides at their start."""
    towns, housed = cities(scenario, known), organisations(scenario)
    house(housed, towns)
    belonging = members(scenario)
    first = first_memberships(belonging, len(towns))
    enrol(towns, belonging, first)
    return {
        "cities": towns,
        "first_membership": first,
        "members": belonging,
        "programmes": programmes(scenario, belonging),
        "organisations": housed,
        "brokers": brokers(scenario, known),
    }


def cities(scenario: Scenario, known: Names) -> Any:
    """Return the table of cities: who they are, where they lie, how large they are."""
    rows = scenario.cities
    table = allocate(City, len(rows))
    regions, countries = ({name: x for x, name in enumerate(names)} for names in (known.regions, known.countries))
    table.key[:] = entities(("city", row.city_id) for row in rows)
    table.region[:] = [regions[row.region] for row in rows]
    table.country[:] = [countries[row.country] for row in rows]
    table.longitude[:], table.latitude[:] = [row.longitude for row in rows], [row.latitude for row in rows]
    places = [on_globe(row.latitude, row.longitude) for row in rows]
    table.globe_x[:], table.globe_y[:], table.globe_z[:] = zip(*places, strict=True)
    table.log_size[:] = list(map(log_size, rows))
    table.weight[:] = [row.weight for row in rows]
    return table


def on_globe(latitude: float, longitude: float) -> tuple[float, float, float]:
    """Return a place, in degrees, as a point of the sphere of radius 1."""
    east, north = math.radians(longitude), math.radians(latitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def organisations(scenario: Scenario) -> Any:
    """Return the table of organisations, those of a city together."""
    n, homes = n_organisations(scenario), [row.city_id for row in scenario.cities]
    kinds = [(kind.name, x) for x, kind in enumerate(Kind)]
    table = allocate(Organisation, n.sum())
    table.key[:] = entities(
        ("organisation", home, kind, x)
        for home, counts in zip(homes, n.tolist(), strict=True)
        for kind, column in kinds
        for x in range(counts[column])
    )
    table.kind[:] = np.repeat(np.tile(list(Kind), len(homes)), n.ravel())
    table.city[:] = np.repeat(np.arange(len(homes)), n.sum(axis=1))
    if own := scenario.organisations:
        table.said[np.isin(table.city, [o.city for o in own])] = [(o.theme, o.second_theme) for o in own]
    return table


def ties(scenario: Scenario) -> Any:
    """Return the table of partnerships that stand when a run begins."""
    table = allocate(Tie, scenario.ties.n)
    for name, values in scenario.ties.columns().items():
        table[name] = values
    return table


def n_organisations(scenario: Scenario) -> np.ndarray:
    """Return how many organisations of each kind a city has: those listed, else its own number, else that of the world.

    Shape (n_cities, n_kinds).
    """
    usual = [scenario.values["world.universities"], scenario.values["world.firms"]]
    n = np.array([(row.universities, row.firms) for row in scenario.cities])
    n = np.where(n >= 0, n, usual)
    listed = np.array([(o.city, o.kind) for o in scenario.organisations], np.int64).reshape(-1, 2)
    n[listed[:, 0]] = 0
    np.add.at(n, (listed[:, 0], listed[:, 1]), 1)
    return n


def house(organisations: Any, cities: Any) -> None:
    """Tell every city which rows of the organisations are its own."""
    cities.n_organisations[:] = np.bincount(organisations.city, minlength=len(cities))
    cities.first_organisation[:] = np.cumsum(cities.n_organisations) - cities.n_organisations


def calendar(scenario: Scenario, known: Names) -> Any:
    """Return the calendar: the events of each programme, then the sessions that grants pay for."""
    parts = scenario.parts()
    granted = [(x, grant) for x in range(len(parts)) for grant in grants(scenario, x)]
    listed = [(x, event) for x, part in enumerate(parts) for event in part.calendar]
    table, seen = allocate(Entry, len(listed) + len(granted)), Counter[tuple[Any, ...]]()
    for x, (programme, (month, theme, city_row, key)) in enumerate(granted, len(listed)):
        table.programme[x] = programme
        table.key[x], table.type[x], table.mode[x] = key, EventType.SESSION, Mode.ONLINE
        table.start[x], table.end[x], table.month[x], table.yearly[x] = month, month + 1, month % 12, 1.0
        table.seats[x], table.theme[x], table.venue[x] = GRANT_SEATS, theme, city_row
        table.curated[x], table.hosted[x] = True, True
    for x, (programme, event) in enumerate(listed):
        who = (*(lasting(scenario, programme) or (0,)), event.type.name)
        table.programme[x], table.key[x] = programme, entity("calendar", *who, seen[who])
        seen[who] += 1
        table.type[x], table.seats[x], table.theme[x] = event.type, event.seats, event.theme
        table.mode[x], table.curated[x], table.appeal[x] = event.mode, event.curated, event.appeal
        table.yearly[x] = event.yearly
        table.start[x], table.end[x], table.month[x] = _when(scenario, event)
        table.venue[x] = known.cities.index(event.city) if event.city else NONE
    return table


def _when(scenario: Scenario, event: CalendarEntry) -> tuple[int, int, int]:
    """Return first month, month after the last, and the month of the programme's year in which it stands."""
    if event.date:
        month = scenario.month_of(event.date)
        return month, month + 1, month % 12
    start = scenario.month_of(event.start) if event.start else 0
    end = scenario.month_of(event.end) if event.end else FOREVER
    first = int(scenario.start[5:]) - 1
    return start, end, NONE if event.month == MonthName.ANY else (event.month - first) % 12


def brokers(scenario: Scenario, known: Names) -> Any:
    """Return the table of brokers and how they work; what an entry leaves out stays open for the parameters."""
    parts = scenario.parts()
    found = [(x, n, broker) for x, part in enumerate(parts) for n, broker in enumerate(part.brokers)]
    table = allocate(Broker, len(found))
    for b, (programme, n, broker) in enumerate(found):
        table.key[b], table.programme[b] = entity("broker", broker.name), programme
        for field in ("capacity", "alignment_share", "noise", "sample", "strategy"):
            if (own := getattr(broker, field)) is not None:
                table[field][b] = own
        table.region[b] = known.regions.index(broker.region) if broker.region else NONE
        table.most_effort[b] = most_effort(scenario, parts[programme], n)
    return table
