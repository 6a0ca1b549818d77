"""A scenario: cities, a programme with its calendar, brokers, policies and shocks, and a value for every parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from abm.input.cities import CityRow
from abm.input.entries import BrokerEntry, CalendarEntry, PolicyEntry, ShockEntry, month_number
from abm.input.organisations import OrganisationRow
from abm.input.ties import Ties
from abm.parameters import ConfigError, Declaration, checked, declarations, shown
from abm.rules import SECTIONS
from abm.state.words import NONE, THEMES

LONGEST_MONTHS = 12_000

PARAMETERS: dict[str, Declaration] = {
    d.name: d for section, declared in SECTIONS.items() for d in declarations(section, declared)
}


class ActingPolicy(NamedTuple):
    """A policy as it acts: what its entry leaves out is as its kind says, dates are months and names are rows.

    ``cities`` are the rows of those it concerns; ``broker`` is the row of one broker, or −1 where it concerns all.
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
    policies: tuple[ActingPolicy, ...]
    values: dict[str, Any]
    organisations: tuple[OrganisationRow, ...] = ()
    ties: Ties = Ties()

    def __repr__(self) -> str:
        """Return one short line: its name and size."""
        return f"<Scenario {self.name!r}: {len(self.cities)} cities, {self.months} months>"

    def as_said(self) -> dict[str, Any]:
        """Return everything that makes the scenario what it is, its policies as they were written."""
        said = self._asdict() | {"policies": tuple(policy.said for policy in self.policies)}
        given = {"organisations": self.organisations, "ties": self.ties.digest() if self.ties.n else ""}
        return {key: value for key, value in said.items() if key not in given} | {k: v for k, v in given.items() if v}

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
