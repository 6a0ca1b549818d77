"""Writing down that an actor takes a step on the ladder of a practice; it is taken when the month's are settled."""

from __future__ import annotations

from abm.machine.jit import State, kernel
from abm.state.practices import take_note


@kernel
def write(w: State, actor: int, k: int, t: int, after: int, path: int, source: int) -> None:
    """Append a step of an actor with practice ``k``; whoever decides later in the month still sees the old state."""
    x, rows = w.count.lessons, w.lessons
    w.count.lessons = x + 1
    rows[x].actor = actor
    rows[x].practice = k
    rows[x].month = t
    rows[x].before = w.ladder[actor, k]
    rows[x].after = after
    rows[x].path = path
    rows[x].source = source


@kernel
def learn(w: State, actor: int, k: int, t: int, after: int, path: int, source: int) -> None:
    """Append the first step of an actor with practice ``k``, unless it has taken it already, be it this month."""
    if take_note(w, actor, k):
        write(w, actor, k, t, after, path, source)
