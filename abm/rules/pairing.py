"""The programme finds every entrant its first counterparts (E6b).

In its month of entry a member gets the best m_pair members of another bloc by mean complementarity over the themes
plus the programme's misjudgement, N(0, σ²), drawn once for a pair of cities: it judges them alike whichever enters, and
whenever. A share c of the members are paired within their cohort, those of another bloc who enter in the same year of
the programme: such a member waits for the first of them to enter, and others come only after them. Cities that an
expansion admits are of no cohort. Consent is waived, room is not asked for; without a counterpart a member waits.
"""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import NOBODY, at, draw, moment, normal, uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.machine.sorting import place_best
from abm.parameters import lever, par
from abm.shared.pairs import complementarity
from abm.state import append
from abm.state.memory import Rows, Sized
from abm.state.neighbours import both, of_one_cohort
from abm.state.programmes import Member
from abm.state.words import NONE, Origin, Standing

PAIRING, COHORT = draws.process("pairing.judgement"), draws.process("pairing.cohort")
FIRST = 1e6  # no promise is as large
LISTS = {
    "counterparts": Sized(lambda w: len(w.members)),
    "promises": Sized(lambda w: len(w.members), np.float64),
}


class Params:
    """Section ``[pairing]``."""

    # fmt: off
    partners = lever(3, "counterparts that a programme finds each entrant (m_pair)",
                     "cities", (0, 100), (1, 4))
    noise = par(0.3, "standard deviation of the programme's misjudgement (σ_B)", "1", (0, 10), (0, 1))
    within_cohort = lever(1.0, "share of the members who are paired within their cohort first (c)",
                          "1", (0, 1), (0, 1), "11 of 11 recorded pairings of IUC Asia, 2017 to 2019")


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
def n_counterparts(members: Rows[Member], p: Settings, m: int) -> int:
    """Return how many counterparts the programme finds member ``m``."""
    return int(p.pairing.partners * members[m].pairing + 0.5)


@kernel
def find_counterparts(w: State, p: Settings, seed: Key, t: int, m: int) -> np.ndarray:
    """Return the cities that the programme finds most promising for member ``m`` in month ``t``, the best first.

    Of one who is paired within its cohort, none as long as all of its cohort are still to come.
    """
    members, cities, programme, i = w.members, w.cities, w.members[m].programme, w.members[m].city
    first, n_members = w.programmes[programme].first_member, w.programmes[programme].n_members
    most, now, n = min(n_counterparts(members, p, m), n_members), moment(seed, PAIRING, 0), 0
    values, chosen, here, to_come = w.promises[:most], w.counterparts[:most], 0, 0
    by_cohort = uniform(draw(seed, COHORT, 0, cities[i].key, NOBODY, 0)) < p.pairing.within_cohort
    for other in range(first, first + n_members):
        j = members[other].city
        if members[other].role != Standing.MEMBER or cities[j].region == cities[i].region:
            continue
        comes_first = by_cohort and of_one_cohort(cities, i, j)
        if members[other].standing == Standing.MEMBER:
            value = promise(w, p, now, programme, i, j)
            n = place_best(values, chosen, n, value + FIRST if comes_first else value, j)
            here += comes_first
        elif members[other].entry > t:
            to_come += comes_first
    return chosen[:0] if here == 0 and to_come > 0 else chosen[:n]


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
        if w.members[m].paired or w.members[m].standing != Standing.MEMBER:
            continue
        i = w.members[m].city
        for j in find_counterparts(w, p, seed, t, m):
            luck = draw(seed, PAIRING, t, w.cities[i].key, w.cities[j].key, 1)
            x = append.encounter(w, PAIRING, luck, i, j, NONE, Origin.PROGRAMME, w.members[m].programme)
            w.encounters[x].waived = True
            w.members[m].paired = True
