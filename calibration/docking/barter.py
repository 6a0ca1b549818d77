"""Linked agents barter knowledge where each can learn from the other: the model of Cowan & Jonard.

Agents stand on a ring, tied to their k nearest; each tie is rewired to a random agent with probability ``share`` (Watts
& Strogatz 1998). Everyone has a level of knowledge in each category, U(0, 1), but a few experts have 10 in one.
An agent and one of its neighbours meet at random. They trade only if each leads in some category; whoever receives
moves by α of the difference, v_i += α (v_j − v_i), and the giver loses nothing. It ends when no tie allows a trade
(Cowan & Jonard 2004, J. Economic Dynamics and Control 28(8), 1557–1575).

Where one leads in more categories than the other, barter one for one trades as many as the shorter list, drawn at
random from the longer. A lead counts above ``least``; without such a limit two levels never meet and no run ever ends.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from abm.draws import NOBODY, child, draw, process, uniform, whole
from abm.machine.jit import kernel

REWIRING = process("docking.barter.rewiring")
LEVELS = process("docking.barter.levels")
EXPERTS = process("docking.barter.experts")
MEETINGS = process("docking.barter.meetings")

N_AGENTS, N_NEIGHBOURS, N_CATEGORIES, N_EXPERTS = 500, 10, 5, 10
EXPERT_LEVEL, ALPHA, LEAST = 10.0, 0.1, 1e-6
MEETINGS_A_ROUND = 10  # an agent, on average, before it is asked again whether anybody can trade


@kernel
def small_world(seed: np.uint64, n: int, k: int, share: float) -> np.ndarray:
    """Return which agents are tied, shape (n, n): in k/2 laps over a ring every agent may rewire one tie a lap.

    A larger share rewires the ties that a smaller one rewires, and more: the worlds of one seed share their luck.
    """
    tied = np.zeros((n, n), np.bool_)
    for lap in range(1, k // 2 + 1):
        for i in range(n):
            tied[i, (i + lap) % n] = tied[(i + lap) % n, i] = True
    for lap in range(1, k // 2 + 1):
        for i in range(n):
            luck, x = draw(seed, REWIRING, lap, np.uint64(i), NOBODY, 0), 0
            if uniform(luck) < share:
                j = i
                while j == i or tied[i, j]:
                    j = whole(child(luck, x), n)
                    x += 1
                old = (i + lap) % n
                tied[i, old] = tied[old, i] = False
                tied[i, j] = tied[j, i] = True
    return tied


@kernel
def first_levels(seed: np.uint64, n: int, n_categories: int, n_experts: int) -> np.ndarray:
    """Return the knowledge at the beginning, shape (n, n_categories)."""
    level = np.empty((n, n_categories))
    for i in range(n):
        for c in range(n_categories):
            level[i, c] = uniform(draw(seed, LEVELS, 0, np.uint64(i), NOBODY, c))
    named, x = 0, 0
    while named < n_experts:
        luck = draw(seed, EXPERTS, 0, NOBODY, NOBODY, x)
        i, x = whole(luck, n), x + 1
        if level[i].max() < EXPERT_LEVEL:
            level[i, whole(child(luck, 0), n_categories)] = EXPERT_LEVEL
            named += 1
    return level


@kernel
def leads(giver: np.ndarray, taker: np.ndarray, least: float, found: np.ndarray) -> int:
    """List the categories in which one agent leads another in ``found``; return how many there are."""
    n = 0
    for c in range(len(giver)):
        if giver[c] - taker[c] > least:
            found[n] = c
            n += 1
    return n


@kernel
def teach(
    giver: np.ndarray, taker: np.ndarray, found: np.ndarray, n_found: int, n_taught: int, luck: np.uint64
) -> None:
    """Raise the taker in ``n_taught`` of the categories found, drawn without replacement."""
    for x in range(n_taught):
        y = x + whole(child(luck, x), n_found - x)
        c = found[y]
        found[y] = found[x]
        taker[c] += ALPHA * (giver[c] - taker[c])


@kernel
def can_trade(tied: np.ndarray, level: np.ndarray, least: float) -> bool:
    """Say whether any two tied agents each lead in some category."""
    n, n_categories = level.shape
    found = np.empty(n_categories, np.int64)
    for i in range(n):
        for j in range(i):
            if tied[i, j] and leads(level[i], level[j], least, found) and leads(level[j], level[i], least, found):
                return True
    return False


@kernel
def settle(seed: np.uint64, tied: np.ndarray, level: np.ndarray, one_for_one: bool, least: float, most: int) -> int:
    """Let agents meet until no tie allows a trade, or ``most`` rounds have passed; return the number of meetings.

    ``level`` is changed in place.
    """
    n, n_categories = level.shape
    near, degree = np.empty((n, n), np.int64), np.zeros(n, np.int64)
    for i in range(n):
        for j in np.nonzero(tied[i])[0]:
            near[i, degree[i]] = j
            degree[i] += 1
    mine, yours = np.empty(n_categories, np.int64), np.empty(n_categories, np.int64)
    n_rounds = 0
    while n_rounds < most and can_trade(tied, level, least):
        n_rounds += 1
        for meeting in range(MEETINGS_A_ROUND * n):
            luck = draw(seed, MEETINGS, n_rounds, NOBODY, NOBODY, meeting)
            i = whole(luck, n)
            j = near[i, whole(child(luck, 0), degree[i])]
            n_mine, n_yours = leads(level[i], level[j], least, mine), leads(level[j], level[i], least, yours)
            if n_mine and n_yours:
                fewer = min(n_mine, n_yours)
                teach(level[i], level[j], mine, n_mine, fewer if one_for_one else n_mine, child(luck, 1))
                teach(level[j], level[i], yours, n_yours, fewer if one_for_one else n_yours, child(luck, 2))
    return n_rounds * MEETINGS_A_ROUND * n


def mean_knowledge(
    shares: Iterable[float],
    seeds: Iterable[int],
    n_experts: int = N_EXPERTS,
    one_for_one: bool = True,
    least: float = LEAST,
    most_meetings: int = 10**12,
) -> pd.DataFrame:
    """Run the barter to its end, or for ``most_meetings``, for every share of rewired ties and seed.

    Returns
    -------
    One row a run: share, seed, knowledge (mean level over agents and categories), variance and variation (coefficient
    of variation) of the agents' own mean levels, meetings.
    """
    if not least > 0:
        raise ValueError(f"mean_knowledge: least must be above 0, or two levels never meet; it is {least}")
    shares, rows = list(shares), []
    for seed in map(np.uint64, seeds):
        for share in shares:
            level = first_levels(seed, N_AGENTS, N_CATEGORIES, n_experts)
            tied = small_world(seed, N_AGENTS, N_NEIGHBOURS, float(share))
            meetings = settle(
                seed, tied, level, one_for_one, float(least), most_meetings // (MEETINGS_A_ROUND * N_AGENTS)
            )
            own = level.mean(axis=1)
            rows.append((share, int(seed), own.mean(), own.var(), own.std() / own.mean(), meetings))
    return pd.DataFrame(rows, columns=["share", "seed", "knowledge", "variance", "variation", "meetings"])
