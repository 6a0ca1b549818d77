"""Writing down that an actor takes a step on the ladder of a practice; it is taken when the month's are settled."""

from __future__ import annotations

from abm.machine.jit import Key, State, kernel
from abm.state import append
from abm.state.practices import take_note
from abm.state.words import Ladder


@kernel
def write(w: State, why: Key, actor: int, k: int, t: int, before: int, after: int, path: int, source: int) -> None:
    """Append a step of an actor with practice ``k``; whoever decides later in the month still sees the old state."""
    new = w.lessons[append.lesson(w, why)]
    new.actor = actor
    new.practice = k
    new.month = t
    new.before = before
    new.after = after
    new.path = path
    new.source = source


@kernel
def learn(w: State, why: Key, actor: int, k: int, t: int, after: int, path: int, source: int) -> None:
    """Append the first step of an actor with practice ``k``, unless it has taken it already, be it this month."""
    if take_note(w, actor, k):
        write(w, why, actor, k, t, Ladder.UNAWARE, after, path, source)
