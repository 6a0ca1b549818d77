"""Adding a practice to the world, at the start or when it is invented."""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import NOBODY, draw
from abm.jit import Key, Settings, State, kernel

KEY, QUALITY = draws.process("practice.key"), draws.process("practice.quality")


@kernel
def add(w: State, p: Settings, seed: Key, theme: int, origin: int, inventor: int, born: int) -> int:
    """Append a practice of quality q ~ Beta(4, 2) that nobody knows yet, and return its row."""
    k, rows = w.count.practices[0], w.practices
    ordinal = w.n_of_theme[theme]
    w.count.practices[0] = k + 1
    w.of_theme[theme, ordinal] = k
    w.n_of_theme[theme] = ordinal + 1
    rows.key[k] = draw(np.uint64(0), KEY, theme, NOBODY, NOBODY, ordinal)
    rows.theme[k] = theme
    rows.ordinal[k] = ordinal
    rows.origin[k] = origin
    rows.inventor[k] = inventor
    rows.quality[k] = draws.beta(draw(seed, QUALITY, 0, rows.key[k], NOBODY, 0), 4, 2)
    rows.evidence[k] = p.practice.initial_evidence
    rows.born[k] = born
    w.ladder[:, k] = 0
    return k
