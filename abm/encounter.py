"""Writing down that two cities meet; the contact phase decides what comes of it."""

from __future__ import annotations

from abm.jit import Key, State, kernel
from abm.tables import NONE


@kernel
def write(w: State, key: Key, i: int, j: int, theme: int, origin: int, source: int) -> int:
    """Append a meeting in person of cities ``i`` (the initiator) and ``j``, and return its row."""
    x = w.count.encounters[0]
    w.count.encounters[0] = x + 1
    rows = w.encounters
    rows.key[x] = key
    rows.i[x] = i
    rows.j[x] = j
    rows.theme[x] = theme
    rows.origin[x] = origin
    rows.source[x] = source
    rows.curated[x] = False
    rows.waived[x] = False
    rows.may_form[x] = True
    rows.weight[x] = 1.0
    rows.counts[x] = 1.0
    rows.row[x] = NONE
    rows.asked[x] = False
    rows.consent_i[x] = False
    rows.consent_j[x] = False
    return x
