"""Phase 1: what the policies in force set and do this month."""

from __future__ import annotations

from abm.machine.jit import Key, State, kernel
from abm.rules.policies.acts import align, award, fund
from abm.rules.policies.columns import put, reset
from abm.state.practices import stands_on
from abm.state.words import NONE, Act, Ladder

QUARTER = 3


@kernel
def in_force(w: State, x: int, t: int) -> bool:
    """Say whether policy ``x`` acts in month ``t``."""
    return w.policies[x].start <= t < w.policies[x].end


@kernel
def compare_peers(w: State, x: int) -> None:
    """Work out which share of the other cities of network ``x`` a city sees that have adopted a practice it has not."""
    network, n = w.policies[x].network, 0
    for k in range(w.count.practices):
        w.peers[network, k] = 0.0
    for i in range(len(w.cities)):
        if w.cities[i].network == network:
            n += 1
            for k in range(w.count.practices):
                if stands_on(w, Ladder.ADOPTED, i, k):
                    w.peers[network, k] += 1.0
    for k in range(w.count.practices):
        w.peers[network, k] /= max(1, n - 1)


@kernel
def act(w: State, seed: Key, t: int) -> None:
    """Let the policies of month ``t`` set their columns, fund, award and align."""
    policies, acts = w.policies, False
    for x in range(len(policies)):
        acts |= in_force(w, x, t) or in_force(w, x, t - 1)
    if not acts:
        return
    reset(w)
    for e in range(len(w.effects)):
        if in_force(w, w.effects[e].policy, t):
            put(w, w.effects[e].policy, w.effects[e].target, w.effects[e].value)
    for x in range(len(policies)):
        if not in_force(w, x, t):
            continue
        if policies[x].act == Act.FUND and t == policies[x].start:
            fund(w, seed, t, x)
        elif policies[x].act == Act.AWARD and policies[x].n_served == 0:
            award(w, seed, t, x)
        elif policies[x].act == Act.ALIGN and (t - policies[x].start) % QUARTER == 0:
            align(w, x)
        if policies[x].network != NONE:
            compare_peers(w, x)
