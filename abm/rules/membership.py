"""Cities enter their programmes, month by month (phase 1).

A city has the highest standing that any of its programmes gives it: outside, associate or member.
"""

from __future__ import annotations

from abm.jit import State, kernel


@kernel
def enter(w: State, t: int) -> None:
    """Give every city whose month of entry has come its standing."""
    for i in range(len(w.cities)):
        w.cities[i].standing = 0
    for m in range(len(w.members)):
        if w.members[m].entry <= t < w.members[m].leaves:
            w.members[m].standing = w.members[m].role
            city = w.members[m].city
            w.cities[city].standing = max(w.cities[city].standing, w.members[m].role)
        else:
            w.members[m].standing = 0
