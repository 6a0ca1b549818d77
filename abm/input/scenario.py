"""A scenario: one TOML file that names the cities, the programme, its calendar, brokers and shocks, and parameters.

Top-level keys say what it is; every other table is a parameter section (``[contact]``, ``[broker]`` …). Entries of
``[[events]]``, ``[[brokers]]`` and ``[[shocks]]`` are declared here the way rules declare their parameters; those of
``[[policies]]`` in :mod:`abm.input.policies`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from abm.input import checks as policycheck
from abm.input.cities import CityRow, merged, read_cities
from abm.input.files import Source, is_file, lineage, text_of
from abm.input.policies import PolicyEntry
from abm.parameters import ConfigError, Declaration, Par, declarations, entry, nearest, resolve, shown
from abm.rules import SECTIONS
from abm.state.tables import EventType, Mode, Response, Strategy, ThemeChoice

HERE = Path(__file__).parents[1]
SHIPPED = HERE / "scenarios"
DATA = HERE / "data"
LONGEST_MONTHS = 12_000

PARAMETERS: dict[str, Declaration] = {
    d.name: d for section, declared in SECTIONS.items() for d in declarations(section, declared)
}


class MonthName(IntEnum):
    """Months of the year; ANY spreads the events over it."""

    ANY = -1
    JANUARY = 0
    FEBRUARY = 1
    MARCH = 2
    APRIL = 3
    MAY = 4
    JUNE = 5
    JULY = 6
    AUGUST = 7
    SEPTEMBER = 8
    OCTOBER = 9
    NOVEMBER = 10
    DECEMBER = 11


class CalendarEntry(NamedTuple):
    """One ``[[events]]`` entry: a kind of event that the programme holds every year, or once on a date."""

    type: Annotated[EventType, Par("kind of event")]
    seats: Annotated[int, Par("seats of cities", "cities", (2, 10_000))]
    yearly: Annotated[float, Par("events a year", "events a year", (0, 1000))] = 1.0
    month: Annotated[MonthName, Par("month in which it stands; any: spread over the year by chance")] = MonthName.ANY
    date: Annotated[str, Par("held once, in this month (YYYY-MM)")] = ""
    start: Annotated[str, Par("first month in which it is held (YYYY-MM)")] = ""
    end: Annotated[str, Par("first month in which it is no longer held (YYYY-MM)")] = ""
    theme: Annotated[ThemeChoice, Par("theme, none, or drawn for each event")] = ThemeChoice.NONE
    mode: Annotated[Mode, Par("how people meet")] = Mode.IN_PERSON
    curated: Annotated[bool, Par("cities bring organisations along")] = False
    appeal: Annotated[float, Par("attraction of the event (a)", "1", (0, 1000), source="seats fill")] = 1.5
    city: Annotated[str, Par("city_id of the host; empty: a member drawn by engagement, blocs alternating")] = ""


class BrokerEntry(NamedTuple):
    """One ``[[brokers]]`` entry; what it leaves out is as ``[broker]`` says."""

    name: Annotated[str, Par("name of the broker, unique in the scenario")]
    capacity: Annotated[float | None, Par("work (C)", "units a month", (0, 64))] = None
    alignment_share: Annotated[float | None, Par("share of alignment (ω)", "1", (0, 1))] = None
    noise: Annotated[float | None, Par("misjudgement (σ_B)", "1", (0, 10))] = None
    sample: Annotated[int | None, Par("candidates looked at (m)", "candidates", (1, 100_000))] = None
    strategy: Annotated[Strategy | None, Par("how it chooses")] = None
    region: Annotated[str, Par("bloc of one side of its introductions; empty: any")] = ""


class ShockEntry(NamedTuple):
    """One ``[[shocks]]`` entry: nobody travels from ``start`` until before ``end``."""

    start: Annotated[str, Par("first month (YYYY-MM)")]
    end: Annotated[str, Par("first month after it (YYYY-MM)")]
    response: Annotated[Response, Par("what becomes of the events")] = Response.CONVERT
    hybrid_after: Annotated[bool, Par("events stay hybrid when it is over")] = False


class Scenario(NamedTuple):
    """A checked scenario, ready to run.

    ``values`` holds every parameter by full name; months count from ``start``.
    """

    name: str
    title: str
    description: str
    source: str
    months: int
    start: str
    cities: tuple[CityRow, ...]
    calendar: tuple[CalendarEntry, ...]
    brokers: tuple[BrokerEntry, ...]
    shocks: tuple[ShockEntry, ...]
    policies: tuple[PolicyEntry, ...]
    values: dict[str, Any]

    def month_of(self, date: str) -> int:
        """Return the month number of a date YYYY-MM."""
        return _months(date, "date") - _months(self.start, "start")

    def with_changes(self, override: Mapping[str, Any] | None = None, months: int | None = None) -> Scenario:
        """Return the scenario with some parameters or the number of months changed, checked like a file."""
        known = resolve(PARAMETERS, [("set", dict(override or {}))])
        values = {**self.values, **{name: known[name] for name in override or {}}}
        return self._replace(values=values, months=self.months if months is None else check_months(months, "months"))


HEAD = ("name", "title", "description", "source", "start", "cities", "more_cities")
OWN = ("name", "title", "description")  # said of one file only; everything else comes down through ``extends``
LISTS: dict[str, type] = {
    "events": CalendarEntry,
    "more_events": CalendarEntry,
    "brokers": BrokerEntry,
    "shocks": ShockEntry,
    "policies": PolicyEntry,
}


def shipped() -> dict[str, Path]:
    """Return the scenarios that come with the package: names in order, with their files."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def find(name: str | Path) -> Path:
    """Return the file of a scenario: a shipped name, or a path that ends in ``.toml``."""
    if str(name) in shipped():
        return shipped()[str(name)]
    path = Path(name)
    if path.suffix == ".toml":
        if not is_file(path):
            raise ConfigError(f"{path.name}: there is no such scenario file")
        return path
    raise ConfigError(
        f"unknown scenario {shown(str(name))}{nearest(str(name), shipped())}; "
        f"shipped are {', '.join(shipped())}; a file of one's own ends in .toml"
    )


def load(name: str | Path | Scenario, override: Mapping[str, Any] | None = None, months: int | None = None) -> Scenario:
    """Return a scenario by its shipped name, from a TOML file or as given, with some parameters changed.

    Raises
    ------
    ConfigError
        One line that names the file, line, key, value, the legal values and the nearest name.
    """
    scenario = name if isinstance(name, Scenario) else _merged(lineage(find(name), shipped()))
    return scenario.with_changes(override, months)


def _merged(sources: list[Source]) -> Scenario:
    """Return the scenario that a file and those it extends make together, the oldest first."""
    own, said_in = sources[-1], dict.fromkeys(HEAD, sources[-1])
    entries: dict[str, list[tuple[Source, tuple[str, int]]]] = {}  # where each entry of a list stands
    head: dict[str, Any] = {"start": "2017-01", "months": 48}
    lists: dict[str, Any] = {"brokers": (BrokerEntry(name="broker"),)}
    values = resolve(PARAMETERS, [])
    for source in sources:
        document = source.document
        with source.located():
            for key in HEAD:
                if key in document and (source is own or key not in OWN):
                    head[key], said_in[key] = text_of(source, key), source
            if "months" in document:
                head["months"] = check_months(document["months"], f"{source.place}: months")
            values |= _parameters(source)
        for key in LISTS:
            if key in document:
                found, into = _entries(source, key), "events" if key == "more_events" else key
                said = [(source, (key, x)) for x in range(len(found))]
                adds = key == "more_events" or (key == "policies" and found)
                lists[into] = (*lists.get(into, ()), *found) if adds else found
                entries[into] = [*entries.get(into, []), *said] if adds else said
    if not head.get("cities"):
        raise ConfigError(f"{own.place}: needs cities, the name of a city file")
    with said_in["start"].located():
        _months(head["start"], f"{said_in['start'].place}: start")
    cities: tuple[CityRow, ...] = ()
    for key in ("cities", "more_cities"):
        if head.get(key):
            with said_in[key].located():
                cities = merged(cities, read_cities(file := _city_file(said_in[key], key, head[key])), file.name)
    scenario = Scenario(
        name=head.get("name") or own.path.stem,
        title=head.get("title") or own.path.stem,
        description=head.get("description", ""),
        source=head.get("source", ""),
        start=head["start"],
        months=head["months"],
        cities=cities,
        calendar=lists.get("events", ()),
        brokers=lists["brokers"],
        shocks=lists.get("shocks", ()),
        policies=lists.get("policies", ()),
        values=values,
    )
    for key, said in entries.items():
        for x, (source, where) in enumerate(said):
            with source.located(where):
                CHECKS[key](scenario, x, f"{source.place}: {where[0]}")
    return scenario


def _parameters(source: Source) -> dict[str, Any]:
    """Return the parameters that a file sets, by full name."""
    flat: dict[str, Any] = {}
    for section, table in source.document.items():
        if section in (*HEAD, *LISTS, "months", "extends"):
            continue
        if section not in SECTIONS:
            names = [*SECTIONS, *HEAD, *LISTS, "months", "extends"]
            raise ConfigError(f"{source.place}: unknown key {section} = {shown(table)}{nearest(section, names)}")
        if not isinstance(table, dict):
            raise ConfigError(f"{source.place}: {section} = {shown(table)}: must be a table, [{section}]")
        flat.update({f"{section}.{key}": value for key, value in table.items()})
    resolved = resolve(PARAMETERS, [(source.place, flat)])
    return {name: resolved[name] for name in flat}


def _entries(source: Source, key: str) -> tuple[Any, ...]:
    """Return the checked entries of a list, such as ``[[events]]``."""
    items = source.document[key]
    if not isinstance(items, list):
        with source.located():
            raise ConfigError(f"{source.place}: {key} = {shown(items)}: must be a list of tables, [[{key}]]")
    found = []
    for x, item in enumerate(items):
        with source.located((key, x)):
            found.append(entry(LISTS[key], key, item, source.place))
    return tuple(found)


def _city_file(source: Source, key: str, name: str) -> Path:
    """Return the city file that a scenario names: beside it, else one of the shipped."""
    for folder in (source.path.parent, DATA):
        if is_file(folder / name):
            return folder / name
    raise ConfigError(f"{source.place}: {key} = {shown(name)}: there is no such file beside it")


def check_months(value: Any, place: str) -> int:
    """Return a number of months, or refuse it."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_MONTHS:
        raise ConfigError(f"{place} = {shown(value)}: must be a whole number from 1 to {LONGEST_MONTHS}")
    return value


def _months(date: str, place: str) -> int:
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", date, re.ASCII)
    if not match:
        raise ConfigError(f"{place} = {shown(date)}: must be a month, YYYY-MM, such as 2020-02")
    return 12 * int(match[1]) + int(match[2]) - 1


def _check_events(scenario: Scenario, x: int, place: str) -> None:
    event, ids = scenario.calendar[x], [city.city_id for city in scenario.cities]
    if event.city and event.city not in ids:
        raise ConfigError(f"{place}.city = {shown(event.city)}: no such city{nearest(event.city, ids)}")
    if event.date:
        _months(event.date, f"{place}.date")
    _in_order(event.start, event.end, place)


def _check_brokers(scenario: Scenario, x: int, place: str) -> None:
    broker, regions = scenario.brokers[x], sorted({city.region for city in scenario.cities})
    if broker.region and broker.region not in regions:
        raise ConfigError(f"{place}.region = {shown(broker.region)}: no such region{nearest(broker.region, regions)}")
    if broker.name in [other.name for other in scenario.brokers[:x]]:
        raise ConfigError(f"{place}.name = {shown(broker.name)}: another broker has this name")


def _check_shocks(scenario: Scenario, x: int, place: str) -> None:
    _in_order(scenario.shocks[x].start, scenario.shocks[x].end, place)


CHECKS: dict[str, Callable[[Scenario, int, str], None]] = {
    "events": _check_events,
    "brokers": _check_brokers,
    "shocks": _check_shocks,
    "policies": policycheck.check,
}


def _in_order(start: str, end: str, place: str) -> None:
    """Refuse what is no month, and an end that does not come after its start; either may be left out."""
    months = [_months(date, f"{place}.{key}") for key, date in (("start", start), ("end", end)) if date]
    if len(months) == 2 and months[0] >= months[1]:
        raise ConfigError(f"{place}.end = {shown(end)}: must come after start = {shown(start)}")
