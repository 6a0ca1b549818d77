"""The policy calendar of a scenario: what a ``[[policies]]`` entry leaves to its kind or to the scenario is worked out.

An entry names a kind (:data:`abm.rules.policies.kinds.KINDS`) and what differs from the kind's own declaration: dates,
cities or a region, a broker, a theme, strength, cost. Unlike other lists, the entries of a file *add* to those of the
file it extends; ``policies = []`` drops them first. A policy of a programme concerns the members of that programme.
"""

from __future__ import annotations

from bisect import bisect_left

from abm.input.entries import FOREVER, PolicyEntry
from abm.input.scenario import ActingPolicy, Programme, Scenario
from abm.parameters import ConfigError, nearest, shown
from abm.rules.policies.kinds import KINDS
from abm.state.words import NONE, Standing


def resolved(scenario: Scenario, said: PolicyEntry, what: str, of: Programme | None = None) -> ActingPolicy:
    """Return a policy as it acts in a scenario, or in one programme; refuse an unknown kind or broker, and no month."""
    if said.kind not in KINDS:
        raise ConfigError(
            f"{what}.kind = {shown(said.kind)}: no such policy{nearest(said.kind, KINDS)}; "
            "twinhelix parameters --policies lists them"
        )
    brokers = [broker.name for broker in (scenario if of is None else of).brokers]
    if said.broker and said.broker not in brokers:
        raise ConfigError(f"{what}.broker = {shown(said.broker)}: no such broker{nearest(said.broker, brokers)}")
    kind = KINDS[said.kind]
    start = scenario.month_of(said.start, f"{what}.start") if said.start else 0
    usual_end = FOREVER if kind.months is None else start + kind.months
    return ActingPolicy(
        said,
        start,
        end=scenario.month_of(said.end, f"{what}.end") if said.end else usual_end,
        strength=kind.strength if said.strength is None else said.strength,
        cost=kind.cost if said.cost is None else said.cost,
        cities=_cities(scenario, said, of),
        broker=brokers.index(said.broker) if said.broker else NONE,
    )


def _cities(scenario: Scenario, said: PolicyEntry, of: Programme | None) -> tuple[int, ...]:
    """Return the rows of the cities that a policy concerns; a city of weight 0 takes part in nothing."""
    cities, admits = scenario.cities, said.kind == "expansion"
    members = () if of is None else [member.city for member in of.members]
    within = range(len(cities)) if of is None or admits else members
    named = None if said.cities is None else {*said.cities}
    already = {i for i, city in enumerate(cities) if city.role != Standing.OUTSIDE} if of is None else {*members}
    return tuple(
        i
        for i in within
        if cities[i].weight > 0
        and (named is None or cities[i].city_id in named)
        and (not said.region or cities[i].region == said.region)
        and not (admits and i in already)
    )


def stay_of(scenario: Scenario, i: int) -> tuple[int, int, float]:
    """Return in which months a city enters and leaves, and the factor of the counterparts that it is found."""
    if scenario.cities[i].role != Standing.OUTSIDE:
        return scenario.cities[i].entry_month, FOREVER, 1.0
    for policy in scenario.policies:
        if policy.kind == "expansion":
            place = bisect_left(policy.cities, i)  # they stand in order
            if policy.cities[place : place + 1] == (i,):
                return policy.start, policy.end, policy.strength
    return FOREVER, FOREVER, 1.0
