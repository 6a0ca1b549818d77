"""Writing down that an actor takes a step on the ladder of a practice; it is taken when the month's are settled."""

from __future__ import annotations

from abm.jit import State, kernel


@kernel
def write(w: State, actor: int, k: int, t: int, after: int, path: int, source: int) -> None:
    """Append a step of an actor with practice ``k``; whoever decides later in the month still sees the old state."""
    x, rows = w.count.lessons[0], w.lessons
    w.count.lessons[0] = x + 1
    rows.actor[x] = actor
    rows.practice[x] = k
    rows.month[x] = t
    rows.before[x] = w.ladder[actor, k]
    rows.after[x] = after
    rows.path[x] = path
    rows.source[x] = source
