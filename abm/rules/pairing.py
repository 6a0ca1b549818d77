"""The programme finds every entrant its first counterparts (E6b).

In its month of entry a member gets the best m_pair members of another bloc by mean complementarity over the themes
plus the programme's misjudgement, N(0, σ²), drawn once for a pair of cities: it judges them alike whichever enters, and
whenever. A share c of the members are paired within their cohort, those of another bloc who enter in the same year of
the programme: such a member waits for the first of them to enter, and others come only after them. Cities that an
expansion admits are of no cohort. Consent is waived, room is not asked for; without a counterpart a member waits. In a
programme of more than 50·m members it looks at a random m of those that have entered, and nobody waits for a cohort. A
*mutual* programme, an association, brings every entrant together with all its members instead.
"""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import NOBODY, at, child, draw, moment, normal, uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.machine.sorting import place_best
from abm.parameters import constant, lever, par
from abm.shared.pairs import complementarity, may_form
from abm.state import append
from abm.state.memberships import of_one_cohort
from abm.state.memory import Rows, Sized
from abm.state.neighbours import both
from abm.state.programmes import Member
from abm.state.words import NONE, Origin, Pairing, Standing

PAIRING, COHORT, LOOK = (draws.process("pairing." + what) for what in ("judgement", "cohort", "look"))
FIRST = 1e6  # no promise is as large
EXHAUSTIVE = 50
LISTS = {
    "counterparts": Sized(lambda w: len(w.members)),
    "promises": Sized(lambda w: len(w.members), np.float64),
    "looked_at": Sized(lambda w: len(w.members)),
}


class Params:
    """Section ``[pairing]``."""

    # fmt: off
    partners = lever(3, "counterparts that a programme finds each entrant (m_pair)",
                     "cities", (0, 100), (1, 4))
    noise = par(0.3, "standard deviation of the programme's misjudgement (σ_B)", "1", (0, 10), (0, 1))
    within_cohort = lever(1.0, "share of the members who are paired within their cohort first (c)",
                          "1", (0, 1), (0, 1), "11 of 11 recorded pairings of IUC Asia, 2017 to 2019")
    sample = constant(50, "members looked at for an entrant where there are too many to look at all (m)",
                      "members", (1, 100_000))


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
def could_be(w: State, m: int, other: int) -> bool:
    """Say whether two members can be counterparts: full members, of two blocs."""
    members, cities = w.members, w.cities
    return (
        members[other].role == Standing.MEMBER and cities[members[other].city].region != cities[members[m].city].region
    )


@kernel
def whom_to_look_at(w: State, p: Settings, seed: Key, t: int, m: int) -> np.ndarray:
    """Return the members that the programme looks at for member ``m``: all, or where there are many a random few.

    Of many it looks at those that have entered, each once at most, and gives up after 20·m looks.
    """
    its = w.programmes[w.members[m].programme]
    looked, n, wanted = w.looked_at, 0, p.pairing.sample
    if its.n_members <= EXHAUSTIVE * wanted:
        for other in range(its.first_member, its.first_member + its.n_members):
            looked[n] = other
            n += 1
        return looked[:n]
    luck = draw(seed, LOOK, t, its.key, w.cities[w.members[m].city].key, 0)
    for look in range(20 * wanted):
        other = its.first_member + draws.whole(child(luck, look), its.n_members)
        if could_be(w, m, other) and w.members[other].standing > 0 and not is_among(looked, n, other):
            looked[n] = other
            n += 1
            if n == wanted:
                break
    return looked[:n]


@kernel
def is_among(values: np.ndarray, n: int, value: int) -> bool:
    """Say whether a number is one of the first ``n``."""
    for x in range(n):
        if values[x] == value:
            return True
    return False


@kernel
def find_counterparts(w: State, p: Settings, seed: Key, t: int, m: int) -> np.ndarray:
    """Return the cities that the programme finds most promising for member ``m`` in month ``t``, the best first.

    Of one who is paired within its cohort, none as long as all of its cohort are still to come.
    """
    members, programme, i = w.members, w.members[m].programme, w.members[m].city
    most, now, n = min(n_counterparts(members, p, m), w.programmes[programme].n_members), moment(seed, PAIRING, 0), 0
    values, chosen, here, to_come = w.promises[:most], w.counterparts[:most], 0, 0
    if most == 0:
        return chosen
    by_cohort = uniform(draw(seed, COHORT, 0, w.cities[i].key, NOBODY, 0)) < p.pairing.within_cohort
    for other in whom_to_look_at(w, p, seed, t, m):
        if not could_be(w, m, other):
            continue
        j, comes_first = members[other].city, by_cohort and of_one_cohort(w, m, other)
        if members[other].standing == Standing.MEMBER:
            value = promise(w, p, now, programme, i, j)
            n = place_best(values, chosen, n, value + FIRST if comes_first else value, j)
            here += comes_first
        elif members[other].entry > t:
            to_come += comes_first
    return chosen[:0] if here == 0 and to_come > 0 else chosen[:n]


@kernel
def find_all(w: State, p: Settings, m: int) -> np.ndarray:
    """Return the cities that an association brings together with member ``m``: all that were brought in before it."""
    members, chosen, n = w.members, w.counterparts, 0
    its = w.programmes[members[m].programme]
    for other in range(its.first_member, its.first_member + its.n_members):
        if members[other].paired and members[other].standing == Standing.MEMBER:
            chosen[n] = members[other].city
            n += may_form(w.cities, p.world.cross_bloc_only, members[m].city, members[other].city)
    return chosen[:n]


@kernel
def waits_for(w: State, m: int, t: int) -> bool:
    """Say whether member ``m`` is to be paired in month ``t``, or would be had it entered."""
    return w.members[m].programme != NONE and not w.members[m].paired and w.members[m].entry <= t


@kernel
def most_encounters(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most meetings of month ``t`` that the programme arranges: all that wait find all counterparts."""
    n = 0
    for m in range(len(w.members)):
        if waits_for(w, m, t):
            its = w.programmes[w.members[m].programme]
            n += its.n_members if its.pairing == Pairing.MUTUAL else n_counterparts(w.members, p, m)
    return n


@kernel
def counterparts_of(w: State, p: Settings, seed: Key, t: int, m: int) -> np.ndarray:
    """Return whom member ``m`` is brought together with in month ``t``, by the kind of its programme."""
    if w.programmes[w.members[m].programme].pairing == Pairing.MUTUAL:
        found = find_all(w, p, m)
        w.members[m].paired = True  # also who is alone: others come to it
        return found
    return find_counterparts(w, p, seed, t, m)


@kernel
def is_to_be_paired(w: State, m: int) -> bool:
    """Say whether member ``m`` waits and might find somebody: it just came, or others came or went since it looked."""
    member = w.members[m]
    if member.programme == NONE or member.paired or member.standing != Standing.MEMBER:
        return False
    its = w.programmes[member.programme]
    return its.pairing != Pairing.NONE and (its.changed or not member.looked)


@kernel
def invite(w: State, p: Settings, seed: Key, t: int) -> None:
    """Pair every member that has entered and has not been paired yet."""
    for m in range(len(w.members)):
        if not is_to_be_paired(w, m):
            continue
        i = w.members[m].city
        w.members[m].looked = True
        for j in counterparts_of(w, p, seed, t, m):
            luck = draw(seed, PAIRING, t, w.cities[i].key, w.cities[j].key, 1)
            x = append.encounter(w, PAIRING, luck, i, j, NONE, Origin.PROGRAMME, w.members[m].programme)
            w.encounters[x].waived = True
            w.members[m].paired = True
