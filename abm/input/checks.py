"""What is wrong with an entry of a scenario: every refusal is one line with key, value and what is legal."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from abm.input.entries import CalendarEntry, month_number
from abm.input.policies import stay_of
from abm.input.scenario import ActingPolicy, Programme, Scenario
from abm.parameters import ConfigError, nearest, shown, spelled
from abm.rules.policies.kinds import KINDS, Where
from abm.state.words import NONE, ThemeChoice

NAMING: tuple[Where, ...] = ("named cities", "one city", "region")  # kinds that must say where
ONCE = ("yearly", "month", "start", "end")  # what says of an event without a date when it is held
PICKING = ("joint-call", "grant")  # kinds of which several may act at one place and time


class Place(NamedTuple):
    """What entries are held against: the scenario, the names in it, and the programme that they are of."""

    scenario: Scenario
    ids: dict[str, int]
    regions: list[str]
    programme: Programme
    is_own: bool

    def of(self, programme: Programme) -> Place:
        """Return the place of the entries of another programme."""
        return self._replace(programme=programme, is_own=False)


def place(scenario: Scenario) -> Place:
    """Return the place of a scenario's own entries."""
    own = Programme(scenario.name, (), scenario.calendar, scenario.brokers, scenario.shocks, scenario.policies)
    ids = {city.city_id: i for i, city in enumerate(scenario.cities)}
    return Place(scenario, ids, sorted({city.region for city in scenario.cities}), own, is_own=True)


def _events(at: Place, x: int, what: str) -> None:
    scenario, event = at.scenario, at.programme.calendar[x]
    if event.city and event.city not in at.ids:
        raise ConfigError(f"{what}.city = {shown(event.city)}: no such city{nearest(event.city, at.ids)}")
    if event.date:
        _after_start(scenario, event.date, f"{what}.date", 0)
        for key in ONCE:
            if (value := getattr(event, key)) != CalendarEntry._field_defaults[key]:
                said = shown(spelled(value) if isinstance(value, IntEnum) else value)
                raise ConfigError(f"{what}.{key} = {said}: an event with a date is held once, then; leave {key} out")
    _in_order(event.start, event.end, what)
    _after_start(scenario, event.end, f"{what}.end")


def _brokers(at: Place, x: int, what: str) -> None:
    broker, regions = at.programme.brokers[x], at.regions
    if broker.region and broker.region not in regions:
        raise ConfigError(f"{what}.region = {shown(broker.region)}: no such region{nearest(broker.region, regions)}")
    if broker.name in [other.name for other in at.programme.brokers[:x]]:
        raise ConfigError(f"{what}.name = {shown(broker.name)}: another broker has this name")


def _shocks(at: Place, x: int, what: str) -> None:
    shock = (at.programme.shocks or ())[x]
    _in_order(shock.start, shock.end, what)
    _after_start(at.scenario, shock.end, f"{what}.end")


def _after_start(scenario: Scenario, date: str, what: str, least: int = 1) -> None:
    """Refuse a date before month ``least`` of the scenario; what it dates would never be, and nobody would notice."""
    if date and scenario.month_of(date, what) < least:
        raise ConfigError(f"{what} = {shown(date)}: nothing comes of it, the scenario starts in {scenario.start}")


def _in_order(start: str, end: str, what: str) -> None:
    """Refuse what is no month, and an end that does not come after its start; either may be left out."""
    months = [month_number(date, f"{what}.{key}") for key, date in (("start", start), ("end", end)) if date]
    if len(months) == 2 and months[0] >= months[1]:
        raise ConfigError(f"{what}.end = {shown(end)}: must come after start = {shown(start)}")


def _policies(at: Place, x: int, what: str) -> None:
    policy = at.programme.policies[x]
    kind = KINDS[policy.kind]
    low, high = kind.legal
    if not low <= policy.strength <= high or (kind.whole and policy.strength != int(policy.strength)):
        number = "a whole number" if kind.whole else "a number"
        legal = f"{number} from {low:g} to {high:g}" if low < high else f"{low:g}, or left out"
        raise ConfigError(
            f"{what}.strength = {shown(policy.strength)}: must be {legal} for {policy.kind} ({kind.strength_is})"
        )
    _check_dates(at.scenario, policy, what)
    _check_words(policy, what)
    _check_where(at, policy, what)
    _check_overlap(at, x, what)


def _check_dates(scenario: Scenario, policy: ActingPolicy, what: str) -> None:
    said = policy.said
    for key, date, month in (("start", said.start, policy.start), ("end", said.end, policy.end)):
        if date and month < 0:
            raise ConfigError(f"{what}.{key} = {shown(date)}: is before the scenario starts, {scenario.start}")
    if policy.start >= policy.end:
        start = shown(said.start or scenario.start)
        raise ConfigError(f"{what}.end = {shown(said.end)}: must come after start = {start}")


def _check_words(policy: ActingPolicy, what: str) -> None:
    """Refuse a theme, a broker or cities of a kind that has none."""
    said, kind = policy.said, KINDS[policy.kind]
    if said.theme == ThemeChoice.DRAWN or (said.theme != ThemeChoice.NONE and not kind.themed):
        raise ConfigError(f"{what}.theme = {shown(spelled(said.theme))}: {said.kind} has no such theme")
    if said.broker and kind.where != "broker":
        raise ConfigError(f"{what}.broker = {shown(said.broker)}: {said.kind} concerns no broker")
    if kind.where in ("broker", "programme"):
        for key in ("cities", "region"):
            if getattr(said, key):
                raise ConfigError(f"{what}.{key} = {shown(getattr(said, key))}: {said.kind} concerns no cities")


def _check_where(at: Place, policy: ActingPolicy, what: str) -> None:
    said, where, known, regions = policy.said, KINDS[policy.kind].where, at.ids, at.regions
    if said.kind == "grant" and at.is_own and not at.scenario.own:
        raise ConfigError(f"{what}.kind = 'grant': of which programme? write it below [[programmes]]")
    if said.region and said.region not in regions:
        raise ConfigError(f"{what}.region = {shown(said.region)}: no such region{nearest(said.region, regions)}")
    for name in said.cities or ():
        if name not in known:
            raise ConfigError(f"{what}.cities = {shown(name)}: no such city{nearest(name, known)}")
    if said.cities is None and not said.region and where in NAMING:
        needed = "region" if where == "region" else "cities"
        raise ConfigError(f"{what}.kind = {shown(said.kind)}: needs {needed}, to say where it acts")
    named = f"cities = {shown(list(said.cities))}" if said.cities is not None else f"region = {shown(said.region)}"
    if where not in ("broker", "programme") and not any(_is_there(at, i, policy) for i in policy.cities):
        raise ConfigError(
            f"{what}.{named}: {said.kind} to nobody: it concerns no city that "
            f"{'is outside' if said.kind == 'expansion' else 'takes part while it acts'}"
        )
    if where == "one city" and len(policy.cities) > 1:
        raise ConfigError(f"{what}.{named}: {said.kind} goes to one city")


def _is_there(at: Place, i: int, policy: ActingPolicy) -> bool:
    """Say whether city ``i`` takes part in some month of a policy, or is outside and may be admitted by it."""
    if policy.kind == "expansion":
        return True
    entries = [stay_of(at.scenario, i)[0]] if at.is_own else []
    entries += [member.entry for member in at.programme.members if member.city == i]
    return any(entry < policy.end for entry in entries)


def _check_overlap(at: Place, x: int, what: str) -> None:
    """Refuse a second policy of a kind at one place, theme and time: factors would multiply unseen."""
    scenario, one = at.scenario, at.programme.policies[x]
    for other in at.programme.policies[:x]:
        themes = {one.said.theme, other.said.theme}
        if other.kind != one.kind or one.kind in PICKING or (len(themes) > 1 and ThemeChoice.NONE not in themes):
            continue
        if one.start < other.end and other.start < one.end and _meet(one, other):
            raise ConfigError(
                f"{what}.start = {shown(one.said.start or scenario.start)}: overlaps with the {one.kind} at the same "
                f"place from {other.said.start or scenario.start} to {other.said.end or 'the end of its time'}"
            )


def _meet(one: ActingPolicy, other: ActingPolicy) -> bool:
    """Say whether two policies of a kind concern the same broker or city; awards to the best may meet by chance."""
    where = KINDS[one.kind].where
    if where == "broker":
        return one.broker == other.broker or NONE in (one.broker, other.broker)
    if where == "winners" and not (one.said.cities and other.said.cities):
        return False
    return where == "programme" or bool({*one.cities} & {*other.cities})


CHECKS: dict[str, Callable[[Place, int, str], None]] = {
    "events": _events,
    "brokers": _brokers,
    "shocks": _shocks,
    "policies": _policies,
}
