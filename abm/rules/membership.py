"""Cities enter their programmes, month by month (phase 1).

A city has the highest standing that any of its programmes gives it: outside, associate or member. Where neither of two
partners takes part in a programme, or the programme has been closed, they work together and climb at σ_P times the rate
(E11, E13). Of 165 health coalitions two thirds still worked years after their programme had ended (NORC 2012).
"""

from __future__ import annotations

from abm.machine.jit import State, kernel
from abm.parameters import par


class Params:
    """Section ``[membership]``."""

    # fmt: off
    unsupported = par(1.0, "factor of work together and of climbing without a living programme (σ_P)",
                      "1", (0, 1), (0.2, 1), "no effect until confirmed; NORC 2012: 68 % of coalitions last")


@kernel
def enter(w: State, t: int) -> None:
    """Give every city whose month of entry has come its standing."""
    cities, members = w.cities, w.members
    for i in range(len(cities)):
        cities[i].standing = 0
    for m in range(len(members)):
        takes_part = members[m].entry <= t < members[m].leaves
        standing = members[m].role if takes_part else 0
        members[m].standing = standing
        cities[members[m].city].standing = max(cities[members[m].city].standing, standing)
