"""The rows of programmes and of their members, of the shocks that they answer, and who is of which."""

from __future__ import annotations

from typing import Any

import numpy as np

from abm.draws import entity
from abm.input.policies import stay_of
from abm.input.scenario import Membership, Scenario
from abm.setup.policies import lasting
from abm.state.memory import allocate
from abm.state.programmes import Member, Programme, Window
from abm.state.words import NONE, Standing

MONTHS_A_YEAR = 12


def programmes(scenario: Scenario, members: Any) -> Any:
    """Return the table of programmes, each with the shocks that it answers: its own, or those of the world."""
    parts = scenario.parts()
    table, first_shock = allocate(Programme, len(parts)), len(scenario.shocks)
    table.n_members[:] = np.bincount(members.programme[members.programme != NONE], minlength=len(parts))
    table.first_member[:] = np.cumsum(table.n_members) - table.n_members
    for x, part in enumerate(parts):
        table.key[x] = entity("programme", *(lasting(scenario, x) or (0,)))
        table.pairing[x], table.online_sessions[x] = part.pairing, part.online_sessions
        table.first_shock[x], table.n_shocks[x] = 0, len(scenario.shocks)
        if part.shocks is not None:
            table.first_shock[x], table.n_shocks[x] = first_shock, len(part.shocks)
            first_shock += len(part.shocks)
    return table


def by_themselves(scenario: Scenario) -> list[Membership]:
    """Return who takes part as the city file and the scenario's policies say, in its own programme or in the world.

    A city of weight 0 is left out: it must not shift the lots of the others.
    """
    found = []
    for i, row in enumerate(scenario.cities):
        if row.weight > 0.0:
            stay = stay_of(scenario, i)
            cohort = NONE if row.role == Standing.OUTSIDE else row.entry_month // MONTHS_A_YEAR
            found.append(Membership(i, row.role or Standing.MEMBER, *stay, cohort))
    return found


def members(scenario: Scenario) -> Any:
    """Return the table of members, by programme: who enters it when, and in which role; those of none come last."""
    found = [(0, member) for member in by_themselves(scenario)] if scenario.own else []
    found += [(x, member) for x, part in enumerate(scenario.parts()) for member in part.members]
    found += [] if scenario.own else [(NONE, member) for member in by_themselves(scenario)]
    table = allocate(Member, len(found))
    table.programme[:] = [programme for programme, _ in found]
    for name in Membership._fields:
        table[name][:] = [getattr(member, name) for _, member in found]
    return table


def first_memberships(members: Any, n_cities: int) -> np.ndarray:
    """Return each city's first row among the members, or −1, and let each row tell the next of its city."""
    first = [NONE] * n_cities
    following = [NONE] * len(members)
    for m, i in reversed(list(enumerate(members.city.tolist()))):
        following[m] = first[i]
        first[i] = m
    members.following[:] = following
    return np.array(first)


def enrol(cities: Any, members: Any, first: np.ndarray) -> None:
    """Tell every city the cohort of its first programme."""
    has_one = first != NONE
    has_one[has_one] = members.programme[first[has_one]] != NONE
    cities.cohort[has_one] = members.cohort[first[has_one]]


def shocks(scenario: Scenario) -> Any:
    """Return the months in which nobody travels: those of the world, then those that a programme has of its own."""
    found = [*scenario.shocks, *(shock for part in scenario.programmes for shock in part.shocks or ())]
    table = allocate(Window, len(found))
    for x, shock in enumerate(found):
        table.start[x], table.end[x] = scenario.month_of(shock.start), scenario.month_of(shock.end)
        table.response[x], table.hybrid_after[x] = shock.response, shock.hybrid_after
    return table
