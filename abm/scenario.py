"""A scenario: one TOML file that names the cities, the programme, its calendar, brokers and shocks, and parameters.

Top-level keys say what it is; every other table is a parameter section (``[contact]``, ``[broker]`` …). Entries of
``[[calendar]]``, ``[[brokers]]`` and ``[[shocks]]`` are declared here the way rules declare their parameters.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from abm.cityfile import CityRow, read_cities
from abm.parameters import ConfigError, Declaration, Par, declarations, entry, nearest, resolve, shown
from abm.rules import SECTIONS
from abm.tables import EventType, Mode, Response, Strategy

HERE = Path(__file__).parent
SHIPPED = HERE / "scenarios"
DATA = HERE / "data"
LONGEST_MONTHS = 12_000

PARAMETERS: dict[str, Declaration] = {
    d.name: d for section, declared in SECTIONS.items() for d in declarations(section, declared)
}


class ThemeChoice(IntEnum):
    """The theme of an event: one of the seven, none, or drawn anew for each event."""

    DRAWN = -2
    NONE = -1
    SMART = 0
    MOBILITY = 1
    HEALTH = 2
    ENERGY = 3
    CULTURE = 4
    BUSINESS = 5
    GOVERNANCE = 6


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
    """One ``[[calendar]]`` entry: a kind of event that the programme holds every year, or once on a date."""

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
    capacity: Annotated[float | None, Par("work (C)", "units a month", (0, 64))] = None  # type: ignore[assignment]
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
    values: dict[str, Any]

    def month_of(self, date: str, place: str = "") -> int:
        """Return the month number of a date YYYY-MM."""
        return _months(date, place or self.name) - _months(self.start, self.name)

    def with_changes(self, override: Mapping[str, Any] | None = None, months: int | None = None) -> Scenario:
        """Return the scenario with some parameters or the number of months changed, checked like a file."""
        known = resolve(PARAMETERS, [("set", dict(override or {}))])
        values = {**self.values, **{name: known[name] for name in override or {}}}
        return self._replace(values=values, months=self.months if months is None else check_months(months, "months"))


HEAD = {"name": str, "title": str, "description": str, "source": str, "start": str, "cities": str}
LISTS: dict[str, type] = {"calendar": CalendarEntry, "brokers": BrokerEntry, "shocks": ShockEntry}


def shipped() -> list[str]:
    """Return the names of the scenarios that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def find(name: str | Path) -> Path:
    """Return the file of a scenario: a shipped name, or a path that ends in ``.toml``."""
    if str(name) in shipped():
        return SHIPPED / f"{name}.toml"
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise ConfigError(f"{path.name}: there is no such scenario file")
        return path
    raise ConfigError(f"unknown scenario {shown(str(name))}{nearest(str(name), shipped())}; "
                      f"shipped are {', '.join(shipped())}; a file of one's own ends in .toml")


def load(name: str | Path | Scenario, override: Mapping[str, Any] | None = None,
         months: int | None = None) -> Scenario:
    """Return a scenario by its shipped name, from a TOML file or as given, with some parameters changed.

    Raises
    ------
    ConfigError
        One line that names the file, line, key, value, the legal values and the nearest name.
    """
    scenario = name if isinstance(name, Scenario) else _parsed(find(name))
    return scenario.with_changes(override, months)


def _parsed(path: Path) -> Scenario:
    document, text = read_toml(path)
    place = path.name
    try:
        return _build(document, path)
    except ConfigError as error:
        raise ConfigError(_with_line(str(error), place, text)) from None


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Return a TOML document and its text."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: not a TOML file: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"{path.name}: cannot be read: {reason}") from None
    except RecursionError:
        raise ConfigError(f"{path.name}: not a TOML file: nested too deeply") from None
    if not document:
        raise ConfigError(f"{path.name}: the file is empty; a scenario names at least its cities")
    return document, text


def _build(document: dict[str, Any], path: Path) -> Scenario:
    place = path.name
    head = {key: _text(document, key, place) for key in HEAD}
    if not head["cities"]:
        raise ConfigError(f"{place}: needs cities, the name of a city file")
    start = head["start"] or "2017-01"
    _months(start, place)
    lists = {key: tuple(entry(kind, key, item, place) for item in _list(document, key, place))
             for key, kind in LISTS.items()}
    brokers = lists["brokers"] if "brokers" in document else (BrokerEntry(name="broker"),)
    flat = _flatten({k: v for k, v in document.items() if k not in HEAD and k not in LISTS and k != "months"}, place)
    scenario = Scenario(
        name=head["name"] or path.stem, title=head["title"] or path.stem, description=head["description"],
        source=head["source"], start=start, months=check_months(document.get("months", 48), f"{place}: months"),
        cities=read_cities(_city_file(head["cities"], path)), calendar=lists["calendar"], brokers=brokers,
        shocks=lists["shocks"], values=resolve(PARAMETERS, [(place, flat)]))
    _check(scenario, place)
    return scenario


def _text(document: dict[str, Any], key: str, place: str) -> str:
    value = document.get(key, "")
    if not isinstance(value, str):
        raise ConfigError(f"{place}: {key} = {shown(value)}: must be text")
    return value.strip()


def _list(document: dict[str, Any], key: str, place: str) -> list[Any]:
    value = document.get(key, [])
    if not isinstance(value, list):
        raise ConfigError(f"{place}: {key} = {shown(value)}: must be a list of tables, [[{key}]]")
    return value


def _flatten(tables: dict[str, Any], place: str) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for section, table in tables.items():
        if section not in SECTIONS:
            names = [*SECTIONS, *HEAD, *LISTS, "months"]
            raise ConfigError(f"{place}: unknown key {section} = {shown(table)}{nearest(section, names)}")
        if not isinstance(table, dict):
            raise ConfigError(f"{place}: {section} = {shown(table)}: must be a table, [{section}]")
        flat.update({f"{section}.{key}": value for key, value in table.items()})
    return flat


def _city_file(name: str, scenario_file: Path) -> Path:
    beside = scenario_file.parent / name
    return beside if beside.is_file() or not (DATA / name).is_file() else DATA / name


def check_months(value: Any, place: str) -> int:
    """Return a number of months, or refuse it."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_MONTHS:
        raise ConfigError(f"{place} = {shown(value)}: must be a whole number from 1 to {LONGEST_MONTHS}")
    return value


def _months(date: str, place: str) -> int:
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", date)
    if not match:
        raise ConfigError(f"{place}: {shown(date)} is no month; write YYYY-MM, such as 2020-02")
    return 12 * int(match[1]) + int(match[2]) - 1


def _check(scenario: Scenario, place: str) -> None:
    ids = [city.city_id for city in scenario.cities]
    for event in scenario.calendar:
        if event.city and event.city not in ids:
            raise ConfigError(f"{place}: calendar.city = {shown(event.city)}: no such city{nearest(event.city, ids)}")
        for date in (event.date, event.start, event.end):
            if date:
                scenario.month_of(date, place)
        _in_order(scenario, event.start, event.end, "calendar", place)
    regions = sorted({city.region for city in scenario.cities})
    names = [broker.name for broker in scenario.brokers]
    for broker in scenario.brokers:
        if broker.region and broker.region not in regions:
            raise ConfigError(f"{place}: brokers.region = {shown(broker.region)}: no such region"
                              f"{nearest(broker.region, regions)}")
        if names.count(broker.name) > 1:
            raise ConfigError(f"{place}: two brokers are named {shown(broker.name)}")
    for shock in scenario.shocks:
        _in_order(scenario, shock.start, shock.end, "shocks", place)


def _in_order(scenario: Scenario, start: str, end: str, what: str, place: str) -> None:
    if start and end and scenario.month_of(start, place) >= scenario.month_of(end, place):
        raise ConfigError(f"{place}: {what}.end = {shown(end)}: must come after start = {shown(start)}")


def _with_line(message: str, place: str, text: str) -> str:
    """Return the message with the number of the line where the key it names is set, where that can be found."""
    match = re.search(rf"{re.escape(place)}: (?:unknown (?:parameter|key) )?(?:\w+\.)?(\w+) = ", message)
    if match:
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(rf"\s*\"?{match[1]}\"?\s*=|\s*\[+{match[1]}\]", line):
                return message.replace(f"{place}:", f"{place}:{number}:", 1)
    return message
