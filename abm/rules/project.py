"""A pilot founds a project, and a project invites further cities (E13b).

A partnership that reaches the pilot founds a project of its theme, and its two cities are members of it. In that month
the project invites n ~ Poisson(λ) further cities, drawn without replacement among all that take part in a programme,
with weight ψ^ω, an associate's times a_A; all of them come. An invited city works in no partnership by that: it is
named where the project is, and nothing else follows from it.
"""

from __future__ import annotations

import math

import numpy as np

from abm import draws
from abm.draws import NOBODY, at, exponential, moment, poisson
from abm.machine.jit import Key, Settings, State, kernel
from abm.machine.sorting import place_best
from abm.parameters import par
from abm.state import append
from abm.state.entities import City
from abm.state.memory import Rows, Sized
from abm.state.words import Stage, Standing

INVITE = draws.process("project.invite")
LISTS = {
    "guests": Sized(lambda w: len(w.cities)),
    "eagerness": Sized(lambda w: len(w.cities), np.float64),
}


class Params:
    """Section ``[project]``."""

    # fmt: off
    invited = par(0.0, "further cities that a project invites (λ)", "cities", (0, 100), (0, 2.5),
                  "none until confirmed; recorded cases have 3.4 cities on average, not 2")
    invitation_weight = par(1.0, "exponent of engagement in invitations (ω)", "1", (0, 10), (0, 1.5))
    associate_weight = par(1.0, "how readily an associate is invited, against a member (a_A)", "1", (0, 100), (0, 2),
                           "assumed; Nanjing, an associate, is in 4 of 15 recorded cases")


@kernel
def n_invited(p: Settings, now: Key, key: Key) -> int:
    """Return how many cities a partnership of this key invites if it begins a pilot in the month of ``now``."""
    return poisson(at(now, key, NOBODY, 0), p.project.invited)


@kernel
def appeal(cities: Rows[City], p: Settings, i: int) -> float:
    """Return the weight of city ``i`` in invitations."""
    weight = math.pow(cities[i].engagement, p.project.invitation_weight)
    return weight * p.project.associate_weight if cities[i].standing == Standing.ASSOCIATE else weight


@kernel
def choose_guests(w: State, p: Settings, now: Key, r: int) -> np.ndarray:
    """Return the cities that the project of partnership ``r`` invites: those with the shortest exponential waits."""
    cities, row, n = w.cities, w.partnerships[r], 0
    most = min(n_invited(p, now, row.key), len(cities))
    values, chosen = w.eagerness[:most], w.guests[:most]
    for i in range(len(cities)):
        if cities[i].standing == Standing.OUTSIDE or i == row.i or i == row.j:
            continue
        weight = appeal(cities, p, i)
        if weight > 0.0:
            n = place_best(values, chosen, n, -exponential(at(now, row.key, cities[i].key, 1)) / weight, i)
    return chosen[:n]


@kernel
def most_participants(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most cities that are invited in month ``t``: every plan becomes a pilot."""
    n, now = 0, moment(seed, INVITE, t)
    if p.project.invited > 0.0:
        for x in range(w.count.live):
            row = w.partnerships[w.live[x]]
            if row.stage == Stage.ACTION_PLAN:
                n += min(n_invited(p, now, row.key), len(w.cities))
    return n


@kernel
def invite(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let the projects that this month's pilots found invite further cities."""
    if p.project.invited == 0.0:
        return
    now = moment(seed, INVITE, t)
    for x in range(w.count.live):
        r = w.live[x]
        if w.partnerships[r].reached[Stage.PILOT] == t > w.partnerships[r].begun:
            for i in choose_guests(w, p, now, r):
                new = append.participant(w, INVITE)
                w.participants[new].partnership = r
                w.participants[new].city = i
                w.participants[new].month = t
