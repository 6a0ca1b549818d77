"""What policies do to those they pick: a call funds partnerships, an award is given, a cluster aligns (E20).

A call ranks the partnerships of stage ≥ 2 with a university by τ + H + N(0, 0.3²) and funds the best until it ends. An
award goes to named cities, or to the members with the largest Στ over partnerships of stage ≥ 3 + N(0, 0.3²); while no
city has such a partnership it waits. A cluster gives each partnership of its cities in its theme alignment sessions.
What a programme funds, awards and aligns are partnerships of its own.
"""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import draw, normal
from abm.machine.jit import Key, State, Table, kernel
from abm.machine.sorting import place_best
from abm.rules.policies.columns import is_of
from abm.shared.organisations import helix
from abm.state.memory import Sized
from abm.state.words import NONE, Stage, Standing

JUDGE = draws.process("policies.judge")
MISJUDGEMENT = 0.3
LISTS = {
    "winners": Sized(lambda w: most_winners(w.policies)),
    "merits": Sized(lambda w: most_winners(w.policies), np.float64),
}


def most_winners(policies: Table) -> int:
    """Return the most partnerships or cities that a jury chooses."""
    return int(policies.strength.max(initial=0.0))


@kernel
def concerns(w: State, x: int, r: int) -> bool:
    """Say whether partnership ``r`` is of the theme and programme of policy ``x`` and has one of its cities."""
    theme, row = w.policies[x].theme, w.partnerships[r]
    if not is_of(w.policies[x], row.programme) or (theme != NONE and theme != row.theme):
        return False
    return w.covered[x, row.i] > 0 or w.covered[x, row.j] > 0


@kernel
def fund(w: State, seed: Key, t: int, x: int) -> None:
    """Fund the partnerships that seem best to the jury of call ``x``, until the call ends."""
    rows, call, n = w.partnerships, w.policies[x], 0
    values, chosen = w.merits[: int(call.strength)], w.winners[: int(call.strength)]
    for r in w.live[: w.count.live]:
        university = max(rows[r].university[0], rows[r].university[1]) != NONE
        if rows[r].stage >= Stage.MEMORANDUM and university and concerns(w, x, r):
            luck = draw(seed, JUDGE, t, call.key, rows[r].key, 0)
            n = place_best(values, chosen, n, rows[r].trust + helix(rows[r]) + MISJUDGEMENT * normal(luck), r)
    for r in chosen[:n]:
        rows[r].funded_until = max(rows[r].funded_until, call.end)
    call.n_served += n


@kernel
def choose_winners(w: State, seed: Key, t: int, x: int) -> np.ndarray:
    """Return the cities that merit award ``x`` most: by their trust from the action plan on, as the jury sees it."""
    cities, rows, award, n = w.cities, w.partnerships, w.policies[x], 0
    values, chosen, trust = w.merits[: int(award.strength)], w.winners[: int(award.strength)], np.zeros(len(w.cities))
    for r in w.live[: w.count.live]:
        if rows[r].stage >= Stage.ACTION_PLAN and is_of(award, rows[r].programme):
            trust[rows[r].i] += rows[r].trust
            trust[rows[r].j] += rows[r].trust
    for i in range(len(cities)):
        if trust[i] > 0.0 and cities[i].standing == Standing.MEMBER and w.covered[x, i] > 0:
            judged = MISJUDGEMENT * normal(draw(seed, JUDGE, t, award.key, cities[i].key, 0))
            n = place_best(values, chosen, n, trust[i] + judged, i)
    return chosen[:n]


@kernel
def give(w: State, x: int, i: int) -> None:
    """Give award ``x`` to city ``i``."""
    w.cities[i].award_until = max(w.cities[i].award_until, w.policies[x].end)
    w.policies[x].n_served += 1


@kernel
def award(w: State, seed: Key, t: int, x: int) -> None:
    """Give award ``x`` to the cities it names, or to those that merit it most."""
    if not w.policies[x].named:
        for i in choose_winners(w, seed, t, x):
            give(w, x, i)
        return
    for i in range(len(w.cities)):
        if w.covered[x, i] > 0:
            give(w, x, i)


@kernel
def align(w: State, x: int) -> None:
    """Hold the alignment sessions of cluster ``x`` on every partnership of its cities in its theme."""
    rows, n_sessions = w.partnerships, int(w.policies[x].strength)
    for place in range(w.count.live):
        r = w.live[place]
        if concerns(w, x, r):
            rows[r].sessions += n_sessions
            rows[r].met += n_sessions
            w.policies[x].n_served += 1
