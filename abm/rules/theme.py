"""The initiator of a meeting chooses what it is about (E5): a decision that a city may take otherwise.

Unless the event sets it, theme θ is chosen with weight n_iθ y_jθ + n_jθ y_iθ + 0.02 (need n, skill y): themes in which
each has something that the other needs (:func:`abm.shared.pairs.meeting_theme`).
"""

from __future__ import annotations

from abm import draws
from abm.draws import draw
from abm.machine.jit import Key, Settings, State, kernel
from abm.shared.pairs import meeting_theme

THEME = draws.process("theme.choice")


@kernel
def decide_row(w: State, p: Settings, seed: Key, t: int, x: int) -> int:
    """Return the theme that the initiator of encounter ``x`` chooses."""
    i, j = w.encounters[x].i, w.encounters[x].j
    luck = draw(seed, THEME, t, w.encounters[x].key, w.cities[i].key, 0)
    return meeting_theme(w.cities, p.world.n_themes, i, j, luck)


@kernel
def decide(w: State, p: Settings, seed: Key, t: int) -> None:
    """Fill the theme of every meeting that has none yet and may become a contact."""
    for x in range(w.count.encounters):
        if w.encounters[x].theme < 0 and w.encounters[x].may_form:
            w.encounters[x].theme = decide_row(w, p, seed, t, x)
