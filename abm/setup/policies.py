"""What the policies of a scenario bring into the tables: rows of their own, sessions, more work for brokers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from abm.draws import entity
from abm.input.scenario import ActingPolicy, Programme, Scenario
from abm.rules.policies.kinds import KINDS
from abm.state.memory import allocate
from abm.state.programmes import Effect, Policy
from abm.state.words import NONE, Target


def most_effort(scenario: Scenario, part: Programme, broker: int) -> float:
    """Return the largest factor that policies of its programme, or of the world, give to a broker's capacity.

    No two policies of one of them act at one time; those of the world and of a programme multiply.
    """
    most = 1.0
    for policies in (part.policies, () if scenario.own else scenario.policies):
        factors = [
            policy.strength
            for policy in policies
            if KINDS[policy.kind].where == "broker" and policy.broker in (NONE, broker)
        ]
        most *= max([1.0, *factors])
    return most


def grants(scenario: Scenario, x: int = 0) -> Iterator[tuple[int, int, int, np.uint64]]:
    """Yield the sessions that grants of programme ``x`` pay for: month, theme, city and a lasting key of each."""
    part = scenario.parts()[x]
    for policy in part.policies:
        if policy.kind == "grant":
            city, theme = policy.cities[0], policy.said.theme
            for n in range(n_sessions := int(policy.strength)):
                month = policy.start + n * (policy.end - policy.start) // n_sessions
                who = (scenario.cities[city].city_id, policy.said.start, theme, n)
                yield month, int(theme), city, entity("grant", *lasting(scenario, x), *who)


def lasting(scenario: Scenario, x: int) -> tuple[str, ...]:
    """Return what is put before the key of a thing of programme ``x``: its name, but nothing for the scenario's own."""
    return () if scenario.own and x == 0 else (scenario.parts()[x].name,)


def acting(scenario: Scenario) -> list[tuple[int, int, ActingPolicy]]:
    """Return all policies in order of row, each with its programme (−1: the world) and the first broker of that."""
    found = [] if scenario.own else [(NONE, NONE, policy) for policy in scenario.policies]
    first_broker = 0
    for x, part in enumerate(scenario.parts()):
        found += [(x, first_broker, policy) for policy in part.policies]
        first_broker += len(part.brokers)
    return found


def tables(scenario: Scenario) -> tuple[Any, Any, np.ndarray]:
    """Return the table of policies, the table of the columns that they set, and whom each concerns."""
    policies, seen = acting(scenario), Counter[tuple[Any, ...]]()
    table = allocate(Policy, len(policies))
    covered = np.zeros((len(policies), len(scenario.cities)), np.uint8)
    effects, n_networks = [], 0
    for x, (programme, first_broker, policy) in enumerate(policies):
        kind, said = KINDS[policy.kind], policy.said
        who = (*(() if programme == NONE else lasting(scenario, programme)), said.kind, said.start)
        table.key[x] = entity("policy", *who, seen[who])
        seen[who] += 1
        table.programme[x], table.broker[x] = programme, NONE if policy.broker == NONE else first_broker + policy.broker
        table.act[x], table.theme[x] = kind.act, said.theme
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
