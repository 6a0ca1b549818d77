"""What policies do to those they pick: a call funds partnerships, an award is given, a cluster aligns (E20).

A call ranks the partnerships of stage ≥ 2 with a university by τ + H + N(0, 0.3²) and funds the best until it ends. An
award goes to named cities, or to the members with the largest Στ over partnerships of stage ≥ 3 + N(0, 0.3²); while no
city has such a partnership it waits. A cluster gives each partnership of its cities in its theme alignment sessions.
"""

from __future__ import annotations

import math

import numpy as np

from abm import draws
from abm.draws import draw, normal
from abm.machine.jit import Key, State, kernel
from abm.shared.organisations import helix
from abm.state.tables import NONE, Stage, Standing

JUDGE = draws.process("policies.judge")
MISJUDGEMENT = 0.3


@kernel
def concerns(w: State, x: int, r: int) -> bool:
    """Say whether partnership ``r`` is of the theme of policy ``x`` and has one of its cities."""
    theme, rows = w.policies[x].theme, w.partnerships
    return (theme == NONE or rows[r].theme == theme) and (w.covered[x, rows[r].i] > 0 or w.covered[x, rows[r].j] > 0)


@kernel
def highest(values: np.ndarray) -> int:
    """Return where the largest value stands, or −1 if none is above minus infinity; it is then taken out."""
    best, chosen = -math.inf, NONE
    for x in range(len(values)):
        if values[x] > best:
            best, chosen = values[x], x
    if chosen != NONE:
        values[chosen] = -math.inf
    return chosen


@kernel
def fund(w: State, seed: Key, t: int, x: int) -> None:
    """Fund the partnerships that seem best to the jury of call ``x``, until the call ends."""
    rows, policies = w.partnerships, w.policies
    values = np.full(w.count.live, -math.inf)
    for place in range(len(values)):
        r = w.live[place]
        university = max(rows[r].university[0], rows[r].university[1]) != NONE
        if rows[r].stage >= Stage.MEMORANDUM and university and concerns(w, x, r):
            luck = draw(seed, JUDGE, t, policies[x].key, rows[r].key, 0)
            values[place] = rows[r].trust + helix(rows[r]) + MISJUDGEMENT * normal(luck)
    for _ in range(int(policies[x].strength)):
        place = highest(values)
        if place == NONE:
            break
        r = w.live[place]
        rows[r].funded_until = max(rows[r].funded_until, policies[x].end)
        policies[x].n_served += 1


@kernel
def merits(w: State, seed: Key, t: int, x: int) -> np.ndarray:
    """Return what speaks for an award ``x`` to each city: its trust from the action plan on, as the jury sees it."""
    cities, rows = w.cities, w.partnerships
    trust = np.zeros(len(cities))
    for place in range(w.count.live):
        r = w.live[place]
        if rows[r].stage >= Stage.ACTION_PLAN:
            trust[rows[r].i] += rows[r].trust
            trust[rows[r].j] += rows[r].trust
    for i in range(len(cities)):
        if trust[i] > 0.0 and cities[i].standing == Standing.MEMBER and w.covered[x, i] > 0:
            trust[i] += MISJUDGEMENT * normal(draw(seed, JUDGE, t, w.policies[x].key, cities[i].key, 0))
        else:
            trust[i] = -math.inf
    return trust


@kernel
def award(w: State, seed: Key, t: int, x: int) -> None:
    """Give award ``x`` to the cities it names, or to those that merit it most."""
    cities, policies = w.cities, w.policies
    if policies[x].named:
        for i in range(len(cities)):
            if w.covered[x, i] > 0:
                cities[i].award_until = max(cities[i].award_until, policies[x].end)
                policies[x].n_served += 1
        return
    values = merits(w, seed, t, x)
    for _ in range(int(policies[x].strength)):
        i = highest(values)
        if i == NONE:
            break
        cities[i].award_until = max(cities[i].award_until, policies[x].end)
        policies[x].n_served += 1


@kernel
def align(w: State, x: int) -> None:
    """Hold the alignment sessions of cluster ``x`` on every partnership of its cities in its theme."""
    rows, n_sessions = w.partnerships, int(w.policies[x].strength)
    for place in range(w.count.live):
        r = w.live[place]
        if concerns(w, x, r):
            rows[r].sessions += n_sessions
            rows[r].met += n_sessions
            w.policies[x].n_served += 1
