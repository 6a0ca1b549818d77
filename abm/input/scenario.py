"""A scenario: cities, programmes with calendars, brokers, policies and shocks, and a value for every parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from abm.input.cities import CityRow
from abm.input.entries import (
    FOREVER,
    BrokerEntry,
    CalendarEntry,
    EveryEntry,
    PolicyEntry,
    ProgrammeEntry,
    ShockEntry,
    month_number,
)
from abm.input.organisations import OrganisationRow
from abm.input.ties import Ties
from abm.parameters import ConfigError, Declaration, checked, declarations, shown
from abm.rules import SECTIONS
from abm.state.words import NONE, OPEN, THEMES, Pairing, Standing

LONGEST_MONTHS = 12_000

PARAMETERS: dict[str, Declaration] = {
    d.name: d for section, declared in SECTIONS.items() for d in declarations(section, declared)
}


class ActingPolicy(NamedTuple):
    """A policy as it acts: what its entry leaves out is as its kind says, dates are months and names are rows.

    ``cities`` are the rows of those it concerns; ``broker`` is one of its programme, or −1 where it concerns all.
    """

    said: PolicyEntry
    start: int
    end: int
    strength: float
    cost: float
    cities: tuple[int, ...]
    broker: int

    @property
    def kind(self) -> str:
        """Name of its kind."""
        return self.said.kind


class Membership(NamedTuple):
    """A city in a programme: its row, when it enters and leaves, and what it is there."""

    city: int
    role: Standing
    entry: int
    leaves: int = FOREVER
    pairing: float = 1.0
    cohort: int = NONE


class Programme(NamedTuple):
    """One programme beside the scenario's own: its members in order of row, and lists of its own.

    ``shocks`` is None where it answers those of the scenario; ``said`` is None where it is one of many alike.
    """

    name: str
    members: tuple[Membership, ...]
    calendar: tuple[CalendarEntry, ...] = ()
    brokers: tuple[BrokerEntry, ...] = ()
    shocks: tuple[ShockEntry, ...] | None = None
    policies: tuple[ActingPolicy, ...] = ()
    pairing: Pairing = Pairing.COMPLEMENTARY
    online_sessions: float = OPEN
    said: ProgrammeEntry | None = None

    def as_said(self) -> dict[str, Any]:
        """Return its entry as it was written, with its lists."""
        return as_written(self.said, self.calendar, self.brokers, self.shocks, [one.said for one in self.policies])


class Every(NamedTuple):
    """Many programmes alike: what was said of each of them."""

    said: EveryEntry
    calendar: tuple[CalendarEntry, ...]
    brokers: tuple[BrokerEntry, ...]
    shocks: tuple[ShockEntry, ...] | None
    policies: tuple[PolicyEntry, ...]

    def as_said(self) -> dict[str, Any]:
        """Return the table as it was written, with its lists."""
        return as_written(*self)


def as_written(said: Any, events: Any, brokers: Any, shocks: Any, policies: Any) -> dict[str, Any]:
    """Return an entry as it was written, with its lists; what it does not say is left out."""
    table = {key: value for key, value in said._asdict().items() if value not in (None, ())}
    lists = {"events": events, "brokers": brokers, "shocks": shocks, "policies": policies}
    return table | {key: value for key, value in lists.items() if value or (key == "shocks" and value is not None)}


class Scenario(NamedTuple):
    """A checked scenario, ready to run.

    ``values`` holds every parameter by full name; months count from ``start``. Where it has a programme of its ``own``,
    called ``programme`` or like the scenario, the members of that are as the city file says, and ``calendar``,
    ``brokers`` and ``policies`` are of it; ``programmes`` stand beside it. Without one, cities take part by themselves
    and its policies are of the whole world.
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
    policies: tuple[ActingPolicy, ...]
    values: dict[str, Any]
    programme: str = ""
    own: bool = True
    programmes: tuple[Programme, ...] = ()
    every: Every | None = None
    organisations: tuple[OrganisationRow, ...] = ()
    ties: Ties = Ties()

    def __repr__(self) -> str:
        """Return one short line: its name and size."""
        return f"<Scenario {self.name!r}: {len(self.cities)} cities, {self.months} months>"

    def as_said(self) -> dict[str, Any]:
        """Return everything that makes the scenario what it is, as it was written; what it has not is left out."""
        said = self._asdict() | {"policies": tuple(policy.said for policy in self.policies)}
        for name in ("own", "programmes", "every", "organisations", "ties"):
            del said[name]
        listed = [programme.as_said() for programme in self.programmes if programme.said is not None]
        if listed or not self.own:
            said["more_programmes" if self.own else "programmes"] = listed
        if self.every is not None:
            said["every_programme"] = self.every.as_said()
        if self.organisations:
            said["organisations"] = self.organisations
        if self.ties.n:
            said["ties"] = self.ties.digest()
        return said

    def parts(self) -> tuple[Programme, ...]:
        """Return all programmes in order of their rows, the scenario's own first, without the members of that one."""
        own = Programme(self.programme or self.name, (), self.calendar, self.brokers, None, self.policies)
        return (own, *self.programmes) if self.own else self.programmes

    def first_row(self) -> int:
        """Return the row of the first of the programmes beside its own."""
        return int(self.own)

    def filtered(self, name: str, keep: Callable[[Any], bool]) -> Scenario:
        """Return the scenario with those entries of a list, its own and its programmes', that are to be kept."""

        def kept(part: Any) -> Any:
            """Return the scenario, or a programme, with what is to be kept."""
            return part._replace(**{name: tuple(filter(keep, getattr(part, name)))})

        return kept(self)._replace(programmes=tuple(map(kept, self.programmes)))

    def month_of(self, date: str, key: str = "date") -> int:
        """Return the month number of a date YYYY-MM; ``key`` begins a refusal."""
        return month_number(date, key) - month_number(self.start, "start")

    def with_changes(self, override: Mapping[str, Any] | None = None, months: int | None = None) -> Scenario:
        """Return the scenario with some parameters or the number of months changed, checked like a file."""
        values = self.values | checked(PARAMETERS, override or {})
        check_themes(values["world.n_themes"], self.ties, self.organisations)
        return self._replace(values=values, months=self.months if months is None else check_months(months))


def check_themes(n_themes: int, ties: Ties, organisations: tuple[OrganisationRow, ...]) -> None:
    """Refuse ties and organisations in a theme that a world does not have."""
    highest = {
        "ties": int(ties.columns()["theme"].max(initial=NONE)),
        "organisations": max((theme for o in organisations for theme in (o.theme, o.second_theme)), default=NONE),
    }
    for what, theme in highest.items():
        if theme >= n_themes:
            raise ConfigError(f"{what}: theme {shown(THEMES[theme])} is not in use, world.n_themes is {n_themes}")


def check_months(months: Any) -> int:
    """Return a number of months, or refuse it."""
    if isinstance(months, bool) or not isinstance(months, int | np.integer) or not 1 <= months <= LONGEST_MONTHS:
        raise ConfigError(f"months = {shown(months)}: must be a whole number from 1 to {LONGEST_MONTHS}")
    return int(months)
