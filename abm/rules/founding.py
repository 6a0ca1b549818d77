"""Partnerships that stand when a run begins, as the ties of a scenario say.

Each stands at its stage in month 0, as if it came of own search; a theme that the scenario leaves open is drawn as that
of a meeting (E5), and a second tie of a pair in one theme is none. First trust and gap are those of any new partnership
(E10). No organisation has a role in it yet, and a pilot that stands has founded its project long ago.
"""

from __future__ import annotations

from abm import draws
from abm.draws import NOBODY, draw
from abm.machine.jit import Key, Settings, State, kernel
from abm.shared.pairs import meeting_theme
from abm.shared.partnerships import establish
from abm.state.memberships import membership
from abm.state.neighbours import both
from abm.state.words import NONE, Origin, Stage

STANDING, THEME = draws.process("founding.standing"), draws.process("founding.theme")


@kernel
def theme_of(w: State, p: Settings, seed: Key, x: int) -> int:
    """Return the theme of tie ``x``: its own, or one that the two cities would talk about."""
    tie = w.ties[x]
    if tie.theme != NONE:
        return tie.theme
    luck = draw(seed, THEME, 0, both(w.cities[tie.i].key, w.cities[tie.j].key), NOBODY, 0)
    return meeting_theme(w.cities, p.world.n_themes, tie.i, tie.j, luck)


@kernel
def is_said_too(w: State, x: int, theme: int) -> bool:
    """Say whether a later tie of the pair of ``x`` is in a theme; one whose theme is drawn stands before the others."""
    y = x + 1
    while y < len(w.ties) and w.ties[y].i == w.ties[x].i and w.ties[y].j == w.ties[x].j:
        if w.ties[y].theme == theme:
            return True
        y += 1
    return False


@kernel
def programme_of(w: State, i: int, j: int) -> int:
    """Return the first programme of which both cities are, or will be, or −1: its broker looks after their tie."""
    m = w.first_membership[i]
    while m != NONE and w.members[m].programme != NONE:
        if membership(w, j, w.members[m].programme) != NONE:
            return w.members[m].programme
        m = w.members[m].following
    return NONE


@kernel
def begin(w: State, p: Settings, seed: Key) -> None:
    """Let the ties of the scenario stand."""
    for x in range(len(w.ties)):
        tie, theme = w.ties[x], theme_of(w, p, seed, x)
        if is_said_too(w, x, theme):
            continue
        r = establish(w, STANDING, 0, tie.i, tie.j, theme, tie.stage)
        w.partnerships[r].origin = Origin.SEARCH
        w.partnerships[r].programme = programme_of(w, tie.i, tie.j)
        if tie.stage >= Stage.PILOT:
            w.partnerships[r].helix_at_pilot = 0.0
