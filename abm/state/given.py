"""What the seed does not decide: as at the beginning of every other run, whatever the tables were used for before."""

from __future__ import annotations

from abm.machine.jit import State, kernel
from abm.machine.rows import overwrite
from abm.state import append
from abm.state.memory import allocate
from abm.state.world import Count

_COUNT = allocate(Count, 1)


@kernel
def restore(w: State) -> None:
    """Let every table be as it was given, and those that grow be empty."""
    overwrite(w.count, _COUNT[0])
    append.allow_all(w)
    for i in range(len(w.cities)):  # row by row: whole tables take the compiler ten times as long
        w.cities[i] = w.cities_given[i]
    for m in range(len(w.members)):
        w.members[m] = w.members_given[m]
    for x in range(len(w.programmes)):
        w.programmes[x] = w.programmes_given[x]
    for o in range(len(w.organisations)):
        w.organisations[o] = w.organisations_given[o]
    for b in range(len(w.brokers)):
        w.brokers[b] = w.brokers_given[b]
    for x in range(len(w.policies)):
        w.policies[x] = w.policies_given[x]
