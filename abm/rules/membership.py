"""Cities enter their programmes, month by month (phase 1).

A city has the highest standing that any of its programmes gives it: outside, associate or member.
"""

from __future__ import annotations

from abm.machine.jit import State, kernel


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
