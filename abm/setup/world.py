"""How a run begins: all that the seed does not decide is as at the beginning of every other run."""

from __future__ import annotations

from numba import literal_unroll

from abm import measures
from abm.machine.jit import Key, Settings, State, kernel
from abm.rules import city, practice
from abm.shared.organisations import list_by_theme
from abm.state.neighbours import begin as begin_neighbours
from abm.state.tables import Count, allocate

_COUNT, _COUNTED = allocate(Count, 1), Count._fields


@kernel
def begin(w: State, p: Settings, seed: Key) -> None:
    """Draw the initial state of a run; all that the seed does not decide is as at the beginning of every other run."""
    for name in literal_unroll(_COUNTED):
        w.count[name] = _COUNT[0][name]
    w.cities[:] = w.cities_given
    w.members[:] = w.members_given
    w.programmes[:] = w.programmes_given
    w.organisations[:] = w.organisations_given
    w.brokers[:] = w.brokers_given
    w.policies[:] = w.policies_given
    city.begin(w.cities, p, seed)
    practice.begin(w, p, seed)
    list_by_theme(w)
    begin_neighbours(w)
    measures.begin(w)
