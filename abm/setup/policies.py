"""What the policies of a scenario bring into the tables: rows of their own, sessions, more work for brokers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from abm.draws import entity
from abm.input.scenario import Scenario
from abm.rules.policies.kinds import KINDS
from abm.state.memory import allocate
from abm.state.programmes import Effect, Policy
from abm.state.words import NONE, Target


def most_effort(scenario: Scenario, broker: int) -> float:
    """Return the largest factor that a policy gives to a broker's capacity; no two such policies act at one time."""
    factors = [
        policy.strength
        for policy in scenario.policies
        if KINDS[policy.kind].where == "broker" and policy.broker in (NONE, broker)
    ]
    return max([1.0, *factors])


def grants(scenario: Scenario) -> Iterator[tuple[int, int, int, np.uint64]]:
    """Yield the sessions that grants pay for: month, theme, city and a lasting key of each."""
    for policy in scenario.policies:
        if policy.kind == "grant":
            city, theme = policy.cities[0], policy.said.theme
            for n in range(n_sessions := int(policy.strength)):
                month = policy.start + n * (policy.end - policy.start) // n_sessions
                yield (
                    month,
                    int(theme),
                    city,
                    entity("grant", scenario.cities[city].city_id, policy.said.start, theme, n),
                )


def tables(scenario: Scenario) -> tuple[Any, Any, np.ndarray]:
    """Return the table of policies, the table of the columns that they set, and whom each concerns."""
    table = allocate(Policy, len(scenario.policies))
    covered = np.zeros((len(scenario.policies), len(scenario.cities)), np.uint8)
    effects, n_networks = [], 0
    for x, policy in enumerate(scenario.policies):
        kind, said = KINDS[policy.kind], policy.said
        same = sum((other.kind, other.said.start) == (said.kind, said.start) for other in scenario.policies[:x])
        table.key[x] = entity("policy", said.kind, said.start, same)
        table.act[x], table.theme[x], table.broker[x] = kind.act, said.theme, policy.broker
        table.start[x], table.end[x] = policy.start, policy.end
        table.strength[x], table.cost[x] = policy.strength, policy.cost
        table.named[x] = said.cities is not None or bool(said.region)
        table.network[x] = NONE
        covered[x, list(policy.cities)] = 1
        for target, value in kind.sets:
            effects.append((x, target, value(policy.strength) if callable(value) else value))
            if target == Target.CITIES_IMITATION:
                table.network[x], n_networks = n_networks, n_networks + 1
    lines = allocate(Effect, len(effects))
    for e, (x, target, value) in enumerate(effects):
        lines.policy[e], lines.target[e], lines.value[e] = x, target, value
    return table, lines, covered
