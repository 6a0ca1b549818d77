"""What the seed does not decide: as at the beginning of every other run, whatever the tables were used for before."""

from __future__ import annotations

from numba import literal_unroll

from abm.machine.jit import State, kernel
from abm.state.memory import allocate, columns
from abm.state.world import Count

_COUNT, _COUNTED = allocate(Count, 1), tuple(columns(Count))


@kernel
def restore(w: State) -> None:
    """Let every table be as it was given, and those that grow be empty."""
    for name in literal_unroll(_COUNTED):
        w.count[name] = _COUNT[0][name]
    w.cities[:] = w.cities_given
    w.members[:] = w.members_given
    w.programmes[:] = w.programmes_given
    w.organisations[:] = w.organisations_given
    w.brokers[:] = w.brokers_given
    w.policies[:] = w.policies_given
