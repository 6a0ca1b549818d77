"""The entries of a scenario's lists, declared the way rules declare their parameters.

``[[events]]``, ``[[brokers]]``, ``[[shocks]]``, ``[[policies]]`` and ``[[programmes]]``: what each may say, units,
ranges and defaults.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Annotated, NamedTuple

from abm.parameters import ConfigError, Par, shown
from abm.state.words import EventType, Mode, Pairing, Response, Strategy, ThemeChoice

FOREVER = 1_000_000  # the month in which what has no end ends


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


class By(IntEnum):
    """Whom a programme takes first: large cities, those whose weight and size make them active, or by lot."""

    POPULATION = 0
    ENGAGEMENT = 1
    LOT = 2


class CalendarEntry(NamedTuple):
    """One ``[[events]]`` entry: a kind of event that the programme holds every year, or once on a date."""

    type: Annotated[EventType, Par("kind of event")]
    seats: Annotated[int, Par("seats of cities", "cities", (2, 1000))]
    yearly: Annotated[float, Par("events a year", "events a year", (0, 1000))] = 1.0
    month: Annotated[MonthName, Par("month in which it stands; any: spread over the year by chance")] = MonthName.ANY
    date: Annotated[str, Par("held once, in this month (YYYY-MM)")] = ""
    start: Annotated[str, Par("first month in which it is held (YYYY-MM)")] = ""
    end: Annotated[str, Par("first month in which it is no longer held (YYYY-MM)")] = ""
    theme: Annotated[ThemeChoice, Par("theme, none, or drawn for each event")] = ThemeChoice.NONE
    mode: Annotated[Mode, Par("how people meet")] = Mode.IN_PERSON
    curated: Annotated[bool, Par("cities bring organisations along")] = False
    appeal: Annotated[float, Par("attraction of the event (a)", "1", (0, 1000))] = 1.5
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


class PolicyEntry(NamedTuple):
    """One ``[[policies]]`` entry; what it leaves out is as its kind says."""

    kind: Annotated[str, Par("kind of policy")]
    start: Annotated[str, Par("first month (YYYY-MM); empty: from the beginning")] = ""
    end: Annotated[str, Par("first month in which it no longer acts (YYYY-MM); empty: as long as the kind does")] = ""
    cities: Annotated[tuple | None, Par("city_ids that it concerns; left out: as the kind says")] = None
    region: Annotated[str, Par("bloc that it concerns; empty: any")] = ""
    broker: Annotated[str, Par("broker whom it concerns; empty: all")] = ""
    theme: Annotated[ThemeChoice, Par("theme that it concerns; none: all")] = ThemeChoice.NONE
    strength: Annotated[float | None, Par("how strong it is, in the unit of its kind")] = None
    cost: Annotated[float | None, Par("cost while it acts", "cost units a month", (0, 1e9))] = None


class MembersEntry(NamedTuple):
    """The ``members`` of a programme; what it leaves out does not matter."""

    cities: Annotated[tuple | None, Par("city_ids; left out: any")] = None
    region: Annotated[tuple | None, Par("blocs; left out: any")] = None
    country: Annotated[tuple | None, Par("countries; left out: any")] = None
    count: Annotated[int | None, Par("how many of these; left out: all", "cities", (2, 1_000_000))] = None  # type: ignore[assignment]
    by: Annotated[By, Par("which are taken first")] = By.POPULATION


class ProgrammeEntry(NamedTuple):
    """One ``[[programmes]]`` entry, but for its lists of events, brokers, shocks and policies."""

    name: Annotated[str, Par("name of the programme, unique in the scenario")]
    members: Annotated[MembersEntry | None, Par("who is of it; left out: whom the city file says")] = None
    entry: Annotated[tuple, Par("first and last month of entry (YYYY-MM); left out: by the city file")] = ()
    pairing: Annotated[Pairing, Par("whom it finds for its entrants")] = Pairing.COMPLEMENTARY
    online_sessions: Annotated[float | None, Par("online sessions in a shock (λ_on)", "per month", (0, 200))] = None


class EveryEntry(NamedTuple):
    """The table ``[every_programme]``: many programmes alike."""

    per_cities: Annotated[int, Par("cities a programme", "cities", (2, 1_000_000))]
    entry: Annotated[tuple, Par("first and last month of entry (YYYY-MM); left out: by the city file")] = ()
    pairing: Annotated[Pairing, Par("whom they find for their entrants")] = Pairing.COMPLEMENTARY
    online_sessions: Annotated[float | None, Par("online sessions in a shock (λ_on)", "per month", (0, 200))] = None


LISTS: dict[str, type] = {
    "events": CalendarEntry,
    "more_events": CalendarEntry,
    "brokers": BrokerEntry,
    "shocks": ShockEntry,
    "policies": PolicyEntry,
}


def month_name(start: str, t: int) -> str:
    """Return the date YYYY-MM of month ``t`` of a scenario that starts in ``start``."""
    year, month = divmod(month_number(start, "start") + int(t), 12)
    return f"{year:04d}-{month + 1:02d}"


def month_number(date: str, key: str) -> int:
    """Return the months from the beginning of our era to a date YYYY-MM; ``key`` begins a refusal."""
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", date, re.ASCII)
    if not match:
        raise ConfigError(f"{key} = {shown(date)}: must be a month, YYYY-MM, such as 2020-02")
    return 12 * int(match[1]) + int(match[2]) - 1
