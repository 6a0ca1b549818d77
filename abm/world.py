"""From a scenario to the tables of a run: what is fixed is filled once, what is drawn is drawn anew for every seed."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import literal_unroll

from abm import measures, policycalendar, room
from abm.bits import WORD
from abm.cityfile import log_size
from abm.draws import entity
from abm.jit import Key, Settings, State, kernel
from abm.measures.census import CityTally, Tally
from abm.neighbours import begin as begin_neighbours
from abm.organisations import list_by_theme
from abm.parameters import as_record, parameter_layout
from abm.policycalendar import FOREVER
from abm.rules import SECTIONS, city, practice
from abm.scenario import BrokerEntry, CalendarEntry, MonthName, Scenario
from abm.tables import (
    N_THEMES,
    NONE,
    Attendee,
    Broker,
    Candidate,
    City,
    Count,
    Encounter,
    Entry,
    Event,
    EventType,
    Kind,
    Ladder,
    Lesson,
    Link,
    Member,
    Mode,
    Most,
    Neighbour,
    Offer,
    Organisation,
    Partnership,
    Practice,
    Programme,
    Standing,
    Trial,
    Window,
    World,
    allocate,
)

BUILT_FROM = ("world.universities", "world.firms", "world.n_themes", "practice.per_theme")
LAYOUT = parameter_layout(SECTIONS)
_COUNT, _COUNTED = allocate(Count, 1), Count._fields
GRANT_SEATS = 12  # a session that a grant pays for is as large as a workshop (assumed)


class Names(NamedTuple):
    """The words behind the numbers of a world's tables."""

    cities: list[str]
    regions: list[str]
    countries: list[str]
    brokers: list[str]
    programmes: list[str]


def parameters(scenario: Scenario) -> np.recarray:
    """Return the parameters of a scenario as one row of nested records, ``p.contact.baseline``; shape (1,)."""
    return as_record(LAYOUT, scenario.values)


def names(scenario: Scenario) -> Names:
    """Return the names of cities, regions, countries, brokers and programmes, in order of their rows.

    Regions in which nobody takes part come last, so that a city of weight 0 leaves the turns of the blocs as they are.
    """
    rows = scenario.cities
    regions = sorted({c.region for c in rows}, key=lambda r: (all(c.weight == 0 for c in rows if c.region == r), r))
    return Names(
        [c.city_id for c in rows],
        regions,
        sorted({c.country for c in rows}),
        [b.name for b in scenario.brokers],
        [scenario.name],
    )


def structure(scenario: Scenario) -> tuple[Any, ...]:
    """Return what :func:`build` reads of a scenario: worlds of equal structure can use the same tables in turn."""
    values = tuple(v for name, v in scenario.values.items() if name in BUILT_FROM or name.startswith("broker."))
    return (
        scenario.cities,
        scenario.calendar,
        scenario.brokers,
        scenario.shocks,
        scenario.policies,
        scenario.start,
        scenario.months,
        values,
    )


def build(scenario: Scenario) -> World:
    """Return the tables of a world, with room for a start; :func:`begin` draws what the seed decides."""
    known = names(scenario)
    cities, organisations = _cities(scenario, known), _organisations(scenario)
    _home(cities, organisations)
    n, o = len(cities), len(organisations)
    n_practices = scenario.values["practice.per_theme"] * scenario.values["world.n_themes"] + 32
    n_words = N_THEMES * (scenario.values["practice.per_theme"] // WORD + 1)
    n_rows = max(512, 8 * n)
    policy_rows, effects, covered = policycalendar.tables(scenario)
    fixed = {
        "cities": cities,
        "members": _members(scenario),
        "programmes": _programmes(scenario),
        "organisations": organisations,
        "brokers": _brokers(scenario, known),
        "policies": policy_rows,
    }
    lists = {"tied_pairs": np.zeros((0, 2), np.int64), "pilot_pairs": np.zeros((0, 2), np.int64)}
    lists |= {"best_values": np.zeros(0), "promises": np.zeros(0), "neighbours": allocate(Neighbour, 0)}
    lists |= {name: np.zeros(0, np.uint64) for name in ("near", "horizon", "wider", "lowest_priority")}
    tables = World(
        **fixed,
        **{f"{name}_given": table.copy() for name, table in fixed.items()},
        **{name: lists.get(name, np.zeros(0, np.int64)) for name in room.LISTS},
        by_theme=np.zeros(n * len(Kind) * N_THEMES, np.int64),
        next_by_theme=np.zeros(1 + 2 * o, np.int64),
        practices=allocate(Practice, n_practices),
        ladder=np.zeros((n + o, n_practices), np.uint8),
        rungs=np.zeros((len(Ladder), n + o, n_words), np.uint64),
        n_adopted=np.zeros(n + o, np.int64),
        calendar=_calendar(scenario, known),
        shocks=_shocks(scenario),
        events=allocate(Event, 256),
        partnerships=allocate(Partnership, n_rows),
        links=allocate(Link, 2 * n_rows),
        encounters=allocate(Encounter, 256),
        candidates=allocate(Candidate, 256),
        offers=allocate(Offer, 4 * n_rows),
        attendees=allocate(Attendee, n + 1),
        lessons=allocate(Lesson, 2 * (n + o) * n_practices),
        trials=allocate(Trial, (n + o) * n_practices),
        of_place=np.zeros(WORD * n_words, np.int64),
        n_of_theme=np.zeros(N_THEMES, np.int64),
        waiting=np.zeros(scenario.months, np.int64),
        first_neighbour=np.zeros(n, np.int64),
        partners=np.zeros((n, n // WORD + 1), np.uint64),
        first_link=np.zeros(n + o, np.int64),
        told=np.zeros((n, n_words), np.uint64),
        news=np.zeros(n_words, np.uint64),
        count=allocate(Count, 1)[0],
        most=allocate(Most, 1)[0],
        tally=allocate(Tally, 1)[0],
        city_tally=allocate(CityTally, n),
        series=measures.allocate(scenario.months),
        effects=effects,
        covered=covered,
        peers=np.zeros((1 + policy_rows.network.max(initial=NONE), n_practices)),
    )
    return room.with_lists(tables)


def _cities(scenario: Scenario, known: Names) -> Any:
    table = allocate(City, len(scenario.cities))
    for i, row in enumerate(scenario.cities):
        table.key[i] = entity("city", row.city_id)
        table.region[i] = known.regions.index(row.region)
        table.country[i] = known.countries.index(row.country)
        table.longitude[i], table.latitude[i] = row.longitude, row.latitude
        east, north = math.radians(row.longitude), math.radians(row.latitude)
        table.globe_x[i], table.globe_y[i] = math.cos(north) * math.cos(east), math.cos(north) * math.sin(east)
        table.globe_z[i] = math.sin(north)
        table.log_size[i] = log_size(row)
        table.weight[i] = row.weight
    return table


def _organisations(scenario: Scenario) -> Any:
    found = []
    for i, row in enumerate(scenario.cities):
        counts = (row.universities, row.firms)
        usual = (scenario.values["world.universities"], scenario.values["world.firms"])
        for kind in Kind:
            n = counts[kind] if counts[kind] >= 0 else usual[kind]
            found += [(entity("organisation", row.city_id, kind.name, x), kind, i) for x in range(n)]
    table = allocate(Organisation, len(found))
    for o, (key, kind, home) in enumerate(found):
        table.key[o], table.kind[o], table.city[o] = key, kind, home
    return table


def _home(cities: Any, organisations: Any) -> None:
    cities.n_organisations[:] = np.bincount(organisations.city, minlength=len(cities))
    cities.first_organisation[:] = np.cumsum(cities.n_organisations) - cities.n_organisations


def _programmes(scenario: Scenario) -> Any:
    table = allocate(Programme, 1)
    table.key[0] = entity("programme", 0)
    table.n_members[0] = len(_taking_part(scenario))
    return table


def _taking_part(scenario: Scenario) -> list[int]:
    """Return the rows of the cities that can be members: a city of weight 0 must not shift the lots of the others."""
    return [i for i, row in enumerate(scenario.cities) if row.weight > 0.0]


def _members(scenario: Scenario) -> Any:
    rows = _taking_part(scenario)
    table = allocate(Member, len(rows))
    for m, i in enumerate(rows):
        city = scenario.cities[i]
        table.city[m], table.role[m] = i, city.role or Standing.MEMBER
        table.entry[m], table.leaves[m], table.pairing[m] = policycalendar.entry_of(scenario, i)
    return table


def _calendar(scenario: Scenario, known: Names) -> Any:
    granted = policycalendar.grants(scenario)
    table = allocate(Entry, len(scenario.calendar) + len(granted))
    for x, (month, theme, city_row, key) in enumerate(granted, len(scenario.calendar)):
        table.key[x], table.type[x], table.mode[x] = key, EventType.SESSION, Mode.ONLINE
        table.start[x], table.end[x], table.month[x], table.yearly[x] = month, month + 1, month % 12, 1.0
        table.seats[x], table.theme[x], table.venue[x] = GRANT_SEATS, theme, city_row
        table.curated[x], table.hosted[x] = True, True
        table.appeal[x] = scenario.values["calendar.session_appeal"]
    for x, event in enumerate(scenario.calendar):
        earlier = sum(other.type == event.type for other in scenario.calendar[:x])
        table.key[x] = entity("calendar", 0, event.type.name, earlier)
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


def _shocks(scenario: Scenario) -> Any:
    table = allocate(Window, len(scenario.shocks))
    for x, shock in enumerate(scenario.shocks):
        table.start[x], table.end[x] = scenario.month_of(shock.start), scenario.month_of(shock.end)
        table.response[x], table.hybrid_after[x] = shock.response, shock.hybrid_after
    return table


def _setting(scenario: Scenario, broker: BrokerEntry, field: str) -> Any:
    own = getattr(broker, field)
    return scenario.values[f"broker.{field}"] if own is None else own


def _brokers(scenario: Scenario, known: Names) -> Any:
    table = allocate(Broker, len(scenario.brokers))
    for b, broker in enumerate(scenario.brokers):
        table.key[b] = entity("broker", broker.name)
        for field in ("capacity", "alignment_share", "noise", "sample", "strategy"):
            table[field][b] = _setting(scenario, broker, field)
        table.region[b] = known.regions.index(broker.region) if broker.region else NONE
        table.most_effort[b] = policycalendar.most_effort(scenario, broker.name)
    return table


@kernel
def begin(w: State, p: Settings, seed: Key) -> None:
    """Draw the initial state of a run; all that the seed does not decide is as at the beginning of every other run."""
    for name in literal_unroll(_COUNTED):
        w.count[name] = _COUNT[0][name]
    w.cities[:] = w.cities_given
    w.members[:] = w.members_given
    w.programmes[:] = w.programmes_given
    w.organisations[:] = w.organisations_given
    w.brokers[:] = w.brokers_given
    w.policies[:] = w.policies_given
    city.begin(w.cities, p, seed)
    practice.begin(w, p, seed)
    list_by_theme(w)
    begin_neighbours(w)
    measures.begin(w)
