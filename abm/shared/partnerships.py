"""How a partnership begins, whatever it comes from: a row of its own, and both cities know of it."""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import NOBODY, draw
from abm.machine.jit import Key, State, kernel
from abm.state import append
from abm.state.neighbours import both, note

PAIR = draws.process("contact.pair")


@kernel
def establish(w: State, why: Key, t: int, i: int, j: int, theme: int, stage: int) -> int:
    """Begin a partnership of city ``i`` with city ``j``, the higher row, at a stage in month ``t``; return its row.

    Its key is that of its cities and theme, whenever and however often they come together.
    """
    r = append.partnership(w, why)
    new = w.partnerships[r]
    new.key = draw(np.uint64(0), PAIR, 0, both(w.cities[i].key, w.cities[j].key), NOBODY, theme)
    new.i = i
    new.j = j
    new.theme = theme
    new.stage = stage
    new.ever = stage
    for reached in range(1, stage + 1):
        new.reached[reached] = t
    new.begun = t
    note(w, r)
    return r
