"""The policy calendar of a scenario: its ``[[policies]]`` entries and the tables that they become.

An entry names a kind (:data:`abm.rules.policies.kinds.KINDS`) and what differs from the kind's own declaration: dates,
cities or a region, a broker, a theme, strength, cost. Unlike other lists, the entries of a file *add* to those of the
file it extends; ``policies = []`` drops them first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from abm.draws import entity
from abm.input.entries import PolicyEntry
from abm.input.scenario import Scenario
from abm.rules.policies.kinds import KINDS, PolicyKind
from abm.state.tables import NONE, Effect, Policy, Standing, Target, allocate

FOREVER = 1_000_000


def kind_of(policy: PolicyEntry) -> PolicyKind:
    """Return the declaration of an entry's kind."""
    return KINDS[policy.kind]


def strength_of(policy: PolicyEntry) -> float:
    """Return the strength of an entry, its kind's own if it says none."""
    return kind_of(policy).strength if policy.strength is None else policy.strength


def cost_of(policy: PolicyEntry) -> float:
    """Return the cost of an entry a month, its kind's own if it says none."""
    return kind_of(policy).cost if policy.cost is None else policy.cost


def months_of(scenario: Scenario, policy: PolicyEntry) -> tuple[int, int]:
    """Return the first month in which a policy acts, and the first in which it no longer does."""
    start = scenario.month_of(policy.start) if policy.start else 0
    if policy.end:
        return start, scenario.month_of(policy.end)
    length = kind_of(policy).months
    return start, FOREVER if length is None else start + length


def places_of(scenario: Scenario, policy: PolicyEntry) -> list[int]:
    """Return the rows of the cities that a policy concerns; a city of weight 0 takes part in nothing."""
    return [
        i
        for i, city in enumerate(scenario.cities)
        if city.weight > 0
        and (policy.cities is None or city.city_id in policy.cities)
        and (not policy.region or city.region == policy.region)
        and (policy.kind != "expansion" or city.role == Standing.OUTSIDE)
    ]


def entry_of(scenario: Scenario, i: int) -> tuple[int, int, float]:
    """Return in which months a city enters and leaves, and the factor of the counterparts that it is found."""
    city = scenario.cities[i]
    if city.role != Standing.OUTSIDE:
        return city.entry_month, FOREVER, 1.0
    for policy in scenario.policies:
        if policy.kind == "expansion" and i in places_of(scenario, policy):
            return *months_of(scenario, policy), strength_of(policy)
    return FOREVER, FOREVER, 1.0


def tables(scenario: Scenario) -> tuple[Any, Any, np.ndarray]:
    """Return the table of policies, the table of the columns that they set, and whom each concerns."""
    rows = allocate(Policy, len(scenario.policies))
    covered = np.zeros((len(scenario.policies), len(scenario.cities)), np.uint8)
    names = [broker.name for broker in scenario.brokers]
    effects, n_networks = [], 0
    for x, policy in enumerate(scenario.policies):
        kind = kind_of(policy)
        same = sum((other.kind, other.start) == (policy.kind, policy.start) for other in scenario.policies[:x])
        rows.key[x] = entity("policy", policy.kind, policy.start, same)
        rows.act[x], rows.theme[x] = kind.act, policy.theme
        rows.start[x], rows.end[x] = months_of(scenario, policy)
        rows.strength[x], rows.cost[x] = strength_of(policy), cost_of(policy)
        rows.broker[x] = names.index(policy.broker) if policy.broker else NONE
        rows.named[x] = policy.cities is not None or bool(policy.region)
        rows.network[x] = NONE
        covered[x, places_of(scenario, policy)] = 1
        for target, value in kind.sets:
            effects.append((x, target, value(strength_of(policy)) if callable(value) else value))
            if target == Target.CITIES_IMITATION:
                rows.network[x], n_networks = n_networks, n_networks + 1
    lines = allocate(Effect, len(effects))
    for e, (x, target, value) in enumerate(effects):
        lines.policy[e], lines.target[e], lines.value[e] = x, target, value
    return rows, lines, covered


def grants(scenario: Scenario) -> list[tuple[int, int, int, np.uint64]]:
    """Return the sessions that grants pay for: month, theme, city and a lasting key of each."""
    found = []
    for policy in scenario.policies:
        if policy.kind == "grant":
            start, end = months_of(scenario, policy)
            city = places_of(scenario, policy)[0]
            for n in range(n_sessions := int(strength_of(policy))):
                month = start + n * (end - start) // n_sessions
                key = entity("grant", scenario.cities[city].city_id, policy.start, policy.theme, n)
                found.append((month, int(policy.theme), city, key))
    return found


def most_effort(scenario: Scenario, broker: str) -> float:
    """Return the largest factor that a policy gives to a broker's capacity; no two such policies act at one time."""
    factors = [
        strength_of(policy)
        for policy in scenario.policies
        if kind_of(policy).where == "broker" and policy.broker in ("", broker)
    ]
    return max([1.0, *factors])
