"""The programme finds every entrant its first counterparts (E6b).

In its month of entry a member gets the best m_pair members of another bloc by mean complementarity over the themes
plus the programme's misjudgement, N(0, σ²), drawn once for a pair of cities: it judges them alike whichever enters, and
whenever. Consent is waived, room is not asked for; without a counterpart it waits.
"""

from __future__ import annotations

import math

import numpy as np

from abm import draws
from abm.draws import at, draw, moment, normal
from abm.machine.jit import Key, Settings, State, Table, kernel
from abm.parameters import lever, par
from abm.shared.pairs import complementarity
from abm.state import append
from abm.state.neighbours import both
from abm.state.tables import NONE, Origin, Sized, Standing

PAIRING = draws.process("pairing.judgement")
LISTS = {"promises": Sized(lambda w: len(w.members), np.float64)}


class Params:
    """Section ``[pairing]``."""

    # fmt: off
    partners = lever(3, "counterparts that a programme finds each entrant (m_pair)",
                     "cities", (0, 100), (1, 4))
    noise = par(0.3, "standard deviation of the programme's misjudgement (σ_B)", "1", (0, 10), (0, 1))


@kernel
def promise(w: State, p: Settings, now: Key, programme: int, i: int, j: int) -> float:
    """Return how promising the programme finds a pair of cities, by what it draws ``now``."""
    n = p.world.n_themes
    total = 0.0
    for theme in range(n):
        total += complementarity(w.cities, i, j, theme)
    luck = at(now, w.programmes[programme].key, both(w.cities[i].key, w.cities[j].key), 0)
    return total / n + p.pairing.noise * normal(luck)


@kernel
def weigh(w: State, p: Settings, seed: Key, programme: int, i: int) -> np.ndarray:
    """Return how promising the programme finds each of its members for city ``i``: −∞ where they are no pair."""
    first, values = w.programmes[programme].first_member, w.promises[: w.programmes[programme].n_members]
    now = moment(seed, PAIRING, 0)
    for x in range(len(values)):
        j = w.members[first + x].city
        is_pair = w.members[first + x].standing == Standing.MEMBER and w.cities[j].region != w.cities[i].region
        values[x] = promise(w, p, now, programme, i, j) if is_pair else -math.inf
    return values


@kernel
def next_best(values: np.ndarray, ceiling: float) -> tuple[int, float]:
    """Return the place of the largest value below ``ceiling``, or −1, and that value."""
    best, place = -math.inf, NONE
    for x in range(len(values)):
        if best < values[x] < ceiling:
            best, place = values[x], x
    return place, best


@kernel
def n_counterparts(members: Table, p: Settings, m: int) -> int:
    """Return how many counterparts the programme finds member ``m``."""
    return int(p.pairing.partners * members[m].pairing + 0.5)


@kernel
def most_encounters(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most meetings of month ``t`` that the programme arranges: all that wait find all counterparts."""
    n = 0
    for m in range(len(w.members)):
        if not w.members[m].paired and w.members[m].entry <= t:
            n += n_counterparts(w.members, p, m)
    return n


@kernel
def invite(w: State, p: Settings, seed: Key, t: int) -> None:
    """Pair every member that has entered and has not been paired yet."""
    for m in range(len(w.members)):
        i = w.members[m].city
        if w.members[m].paired or w.members[m].standing != Standing.MEMBER:
            continue
        programme = w.members[m].programme
        values, ceiling = weigh(w, p, seed, programme, i), math.inf
        for _ in range(n_counterparts(w.members, p, m)):
            place, ceiling = next_best(values, ceiling)
            if place == NONE:
                break
            w.members[m].paired = True
            j = w.members[w.programmes[programme].first_member + place].city
            luck = draw(seed, PAIRING, t, w.cities[i].key, w.cities[j].key, 1)
            x = append.encounter(w, PAIRING, luck, i, j, NONE, Origin.PROGRAMME, programme)
            w.encounters[x].waived = True
