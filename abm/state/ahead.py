"""Partnerships and links that a loop comes to next are asked for some turns before (:mod:`abm.machine.ahead`).

Those of a large world do not fit near the processor, in whatever order (:mod:`abm.state.tidy`): not asked for, they
make a month among 100,000 cities 4 to 5 % longer. The numbers of turns are from trials with as many; what a small world
has is at hand anyway, and is not asked for.
"""

from __future__ import annotations

import numpy as np

from abm.machine.ahead import ask_for
from abm.machine.jit import State, kernel
from abm.state.words import NONE

TURNS_TO_LINKS, TURNS_TO_CITIES, TURNS_TO_ROWS = 8, 10, 30
MANY = 2_000  # partnerships or links: fewer are at hand


@kernel
def partnerships(w: State, x: int) -> None:
    """Ask for the living partnership some turns behind place ``x`` of ``live``."""
    if w.count.live > MANY:
        r = w.live[min(x + TURNS_TO_ROWS, w.count.live - 1)]
        ask_for(w.partnerships.key, r)
        ask_for(w.partnerships.stage, r)


@kernel
def cities(w: State, x: int, column: np.ndarray) -> None:
    """Ask for a column of both cities of the living partnership some turns behind place ``x`` of ``live``."""
    if w.count.live > MANY:
        row = w.partnerships[w.live[min(x + TURNS_TO_CITIES, w.count.live - 1)]]
        ask_for(column, row.i)
        ask_for(column, row.j)


@kernel
def link(w: State, n: int) -> int:
    """Return the living link some turns behind place ``n`` of ``living_links``, or −1 in a small world."""
    if w.count.living_links <= MANY:
        return NONE
    return int(w.living_links[min(n + TURNS_TO_LINKS, w.count.living_links - 1)])
