"""Cities enter their programmes, month by month (phase 1).

A city has the highest standing that any of its programmes gives it: outside, associate or member.
"""

from __future__ import annotations

from abm.jit import State, kernel


@kernel
def enter(w: State, t: int) -> None:
    """Give every city whose month of entry has come its standing."""
    w.cities.standing[:] = 0
    for m in range(len(w.members)):
        if w.members.entry[m] <= t:
            w.members.standing[m] = w.members.role[m]
            city = w.members.city[m]
            w.cities.standing[city] = max(w.cities.standing[city], w.members.role[m])
        else:
            w.members.standing[m] = 0
