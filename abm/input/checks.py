"""What is wrong with an entry of a scenario: every refusal is one line with key, value and what is legal."""

from __future__ import annotations

from collections.abc import Callable

from abm.input.entries import PolicyEntry, month_number
from abm.input.policies import entry_of, kind_of, months_of, places_of, strength_of
from abm.input.scenario import Scenario
from abm.parameters import ConfigError, nearest, shown, spelled
from abm.rules.policies.kinds import KINDS, Where
from abm.state.tables import Standing, ThemeChoice

NAMING: tuple[Where, ...] = ("named cities", "one city", "region")  # kinds that must say where
PICKING = ("joint-call", "grant")  # kinds of which several may act at one place and time


def _events(scenario: Scenario, x: int, what: str) -> None:
    event, ids = scenario.calendar[x], [city.city_id for city in scenario.cities]
    if event.city and event.city not in ids:
        raise ConfigError(f"{what}.city = {shown(event.city)}: no such city{nearest(event.city, ids)}")
    if event.date:
        month_number(event.date, f"{what}.date")
    _in_order(event.start, event.end, what)


def _brokers(scenario: Scenario, x: int, what: str) -> None:
    broker, regions = scenario.brokers[x], sorted({city.region for city in scenario.cities})
    if broker.region and broker.region not in regions:
        raise ConfigError(f"{what}.region = {shown(broker.region)}: no such region{nearest(broker.region, regions)}")
    if broker.name in [other.name for other in scenario.brokers[:x]]:
        raise ConfigError(f"{what}.name = {shown(broker.name)}: another broker has this name")


def _shocks(scenario: Scenario, x: int, what: str) -> None:
    _in_order(scenario.shocks[x].start, scenario.shocks[x].end, what)


def _in_order(start: str, end: str, what: str) -> None:
    """Refuse what is no month, and an end that does not come after its start; either may be left out."""
    months = [month_number(date, f"{what}.{key}") for key, date in (("start", start), ("end", end)) if date]
    if len(months) == 2 and months[0] >= months[1]:
        raise ConfigError(f"{what}.end = {shown(end)}: must come after start = {shown(start)}")


def _policies(scenario: Scenario, x: int, what: str) -> None:
    """Refuse policy ``x`` of a scenario if it cannot act as it says."""
    policy = scenario.policies[x]
    if policy.kind not in KINDS:
        raise ConfigError(
            f"{what}.kind = {shown(policy.kind)}: no such policy{nearest(policy.kind, KINDS)}; "
            "twinhelix parameters --policies lists them"
        )
    kind, strength = kind_of(policy), strength_of(policy)
    low, high = kind.legal
    if not low <= strength <= high or (kind.whole and strength != int(strength)):
        number = "a whole number" if kind.whole else "a number"
        legal = f"{number} from {low:g} to {high:g}" if low < high else f"{low:g}, or left out"
        raise ConfigError(
            f"{what}.strength = {shown(strength)}: must be {legal} for {policy.kind} ({kind.strength_is})"
        )
    _check_dates(scenario, policy, what)
    _check_what(scenario, policy, what)
    _check_where(scenario, policy, what)
    _check_overlap(scenario, x, what)


def _check_dates(scenario: Scenario, policy: PolicyEntry, what: str) -> None:
    for key in ("start", "end"):
        date = getattr(policy, key)
        if date and scenario.month_of(date, f"{what}.{key}") < 0:
            raise ConfigError(f"{what}.{key} = {shown(date)}: is before the scenario starts, {scenario.start}")
    start, end = months_of(scenario, policy)
    if start >= end:
        raise ConfigError(
            f"{what}.end = {shown(policy.end)}: must come after start = {shown(policy.start or scenario.start)}"
        )


def _check_what(scenario: Scenario, policy: PolicyEntry, what: str) -> None:
    kind, brokers = kind_of(policy), [broker.name for broker in scenario.brokers]
    if policy.theme == ThemeChoice.DRAWN or (policy.theme != ThemeChoice.NONE and not kind.themed):
        raise ConfigError(f"{what}.theme = {shown(spelled(policy.theme))}: {policy.kind} has no such theme")
    if policy.broker and kind.where != "broker":
        raise ConfigError(f"{what}.broker = {shown(policy.broker)}: {policy.kind} concerns no broker")
    if policy.broker and policy.broker not in brokers:
        raise ConfigError(f"{what}.broker = {shown(policy.broker)}: no such broker{nearest(policy.broker, brokers)}")
    if kind.where in ("broker", "programme"):
        for key in ("cities", "region"):
            if getattr(policy, key):
                raise ConfigError(f"{what}.{key} = {shown(getattr(policy, key))}: {policy.kind} concerns no cities")


def _check_where(scenario: Scenario, policy: PolicyEntry, what: str) -> None:
    kind, known = kind_of(policy), {city.city_id: city for city in scenario.cities}
    regions = sorted({city.region for city in scenario.cities})
    if policy.region and policy.region not in regions:
        raise ConfigError(f"{what}.region = {shown(policy.region)}: no such region{nearest(policy.region, regions)}")
    for name in policy.cities or ():
        if name not in known:
            raise ConfigError(f"{what}.cities = {shown(name)}: no such city{nearest(name, known)}")
    if policy.cities is None and not policy.region and kind.where in NAMING:
        named = "region" if kind.where == "region" else "cities"
        raise ConfigError(f"{what}.kind = {shown(policy.kind)}: needs {named}, to say where it acts")
    start, end = months_of(scenario, policy)
    concerned = places_of(scenario, policy)
    there = [i for i in concerned if _is_there(scenario, i, policy, start, end)]
    said = f"cities = {shown(list(policy.cities))}" if policy.cities is not None else f"region = {shown(policy.region)}"
    if not there and kind.where not in ("broker", "programme"):
        raise ConfigError(
            f"{what}.{said}: {policy.kind} to nobody: it concerns no city that "
            f"{'is outside' if policy.kind == 'expansion' else 'takes part while it acts'}"
        )
    if kind.where == "one city" and len(concerned) > 1:
        raise ConfigError(f"{what}.{said}: {policy.kind} goes to one city")


def _is_there(scenario: Scenario, i: int, policy: PolicyEntry, start: int, end: int) -> bool:
    """Say whether city ``i`` takes part in some month of a policy, or is outside and may be admitted by it."""
    city = scenario.cities[i]
    if city.role != Standing.OUTSIDE:
        return city.entry_month < end
    try:
        return policy.kind == "expansion" or entry_of(scenario, i)[0] < end
    except ConfigError:  # the dates of a later expansion, which is refused in its turn
        return True


def _check_overlap(scenario: Scenario, x: int, what: str) -> None:
    """Refuse a second policy of a kind at one place, theme and time: factors would multiply unseen."""
    policy = scenario.policies[x]
    start, end = months_of(scenario, policy)
    for other in scenario.policies[:x]:
        themes = {policy.theme, other.theme}
        if other.kind != policy.kind or policy.kind in PICKING or (len(themes) > 1 and ThemeChoice.NONE not in themes):
            continue
        from_month, to_month = months_of(scenario, other)
        if start < to_month and from_month < end and _meet(scenario, policy, other):
            raise ConfigError(
                f"{what}.start = {shown(policy.start or scenario.start)}: overlaps with the {policy.kind} at the same "
                f"place from {other.start or scenario.start} to {other.end or 'the end of its time'}"
            )


def _meet(scenario: Scenario, one: PolicyEntry, other: PolicyEntry) -> bool:
    """Say whether two policies of a kind concern the same broker or city; awards to the best may meet by chance."""
    where = kind_of(one).where
    if where == "broker":
        return not one.broker or not other.broker or one.broker == other.broker
    if where == "winners" and not (one.cities and other.cities):
        return False
    return where == "programme" or bool({*places_of(scenario, one)} & {*places_of(scenario, other)})


CHECKS: dict[str, Callable[[Scenario, int, str], None]] = {
    "events": _events,
    "brokers": _brokers,
    "shocks": _shocks,
    "policies": _policies,
}
