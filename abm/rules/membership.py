"""Cities enter their programmes, month by month (phase 1).

A city has the highest standing that any of its programmes gives it: outside, associate or member. In a world whose
programmes are listed, a city takes part by itself too, outside all of them. Where neither of two partners takes part in
a programme that has not been closed, they work together and climb at σ_P times the rate (E11, E13). Of 165 health
coalitions two thirds still worked years after their programme had ended (NORC 2012).
"""

from __future__ import annotations

from abm.machine.jit import State, kernel
from abm.parameters import par
from abm.state.memory import Sized
from abm.state.words import NONE

LISTS = {"of_programme": Sized(lambda w: len(w.partnerships), used=lambda w: 0)}


class Params:
    """Section ``[membership]``."""

    # fmt: off
    unsupported = par(1.0, "factor of work together and of climbing without a living programme (σ_P)",
                      "1", (0, 1), (0.2, 1), "no effect until confirmed; NORC 2012: 68 % of coalitions last")


@kernel
def enter(w: State, t: int) -> None:
    """Give every city whose month of entry has come its standing."""
    cities, members, programmes = w.cities, w.members, w.programmes
    for i in range(len(cities)):
        cities[i].standing = 0
    for x in range(len(programmes)):
        programmes[x].changed = False
    for m in range(len(members)):
        takes_part = members[m].entry <= t < members[m].leaves
        standing = members[m].role if takes_part else 0
        if members[m].programme != NONE and members[m].standing != standing:
            programmes[members[m].programme].changed = True
        members[m].standing = standing
        cities[members[m].city].standing = max(cities[members[m].city].standing, standing)


@kernel
def look_after(w: State) -> None:
    """List the living partnerships by programme, in order of row within each (counting sort)."""
    rows, programmes, first = w.partnerships, w.programmes, 0
    for x in range(len(programmes)):
        programmes[x].n_partnerships = 0
    for x in range(w.count.live):
        programme = rows[w.live[x]].programme
        if programme != NONE:
            programmes[programme].n_partnerships += 1
    for x in range(len(programmes)):
        programmes[x].first_partnership = first
        first += programmes[x].n_partnerships
        programmes[x].n_partnerships = 0
    for x in range(w.count.live):
        r = w.live[x]
        if rows[r].programme != NONE:
            its = programmes[rows[r].programme]
            w.of_programme[its.first_partnership + its.n_partnerships] = r
            its.n_partnerships += 1
