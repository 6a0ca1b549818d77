"""Who is of which programme: a city's memberships are a list in order of programme, the world's own at its end."""

from __future__ import annotations

from abm.machine.jit import State, kernel
from abm.state.words import NONE


@kernel
def membership(w: State, i: int, programme: int) -> int:
    """Return the row of city ``i`` among the members of a programme, or −1."""
    m = w.first_membership[i]
    while m != NONE and w.members[m].programme != programme:
        m = w.members[m].following
    return m


@kernel
def common_programme(w: State, i: int, j: int) -> int:
    """Return the first programme in which both cities take part this month, or −1."""
    m = w.first_membership[i]
    while m != NONE and w.members[m].programme != NONE:
        if w.members[m].standing > 0:
            other = membership(w, j, w.members[m].programme)
            if other != NONE and w.members[other].standing > 0:
                return w.members[m].programme
        m = w.members[m].following
    return NONE


@kernel
def of_one_cohort(w: State, m: int, other: int) -> bool:
    """Say whether two members entered their programme in the same year."""
    members = w.members
    return m != NONE and other != NONE and members[m].cohort == members[other].cohort and members[m].cohort != NONE
