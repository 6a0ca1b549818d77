"""Writing down that two cities meet; the contact phase decides what comes of it."""

from __future__ import annotations

from abm.machine.jit import Key, State, kernel
from abm.state.tables import NONE


@kernel
def write(w: State, key: Key, i: int, j: int, theme: int, origin: int, source: int) -> int:
    """Append a meeting in person of cities ``i`` (the initiator) and ``j``, and return its row."""
    x = w.count.encounters
    w.count.encounters = x + 1
    rows = w.encounters
    rows[x].key = key
    rows[x].i = i
    rows[x].j = j
    rows[x].theme = theme
    rows[x].origin = origin
    rows[x].source = source
    rows[x].curated = False
    rows[x].waived = False
    rows[x].may_form = True
    rows[x].weight = 1.0
    rows[x].counts = 1.0
    rows[x].row = NONE
    rows[x].asked = False
    rows[x].consent_i = False
    rows[x].consent_j = False
    return x
