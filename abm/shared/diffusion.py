"""How practices pass from one actor to another.

Whatever one actor has and another lacks races to be passed on: each practice at its own hazard, all of them together at
the sum. One draw says whether anything is passed on in a month, which it rarely is; only then the practice is chosen.
Practice k is passed on with probability 1 − e^−λ_k, whatever becomes of the others.
"""

from __future__ import annotations

import math

import numpy as np

from abm import draws
from abm.draws import NOBODY, child, uniform, waits
from abm.machine.bits import EMPTY, ONE, WORD, bit, lowest, n_bits
from abm.machine.jit import Key, State, kernel
from abm.state import lessons
from abm.state.words import N_THEMES, NONE


@kernel
def n_news(missing: np.ndarray, known: np.ndarray, theme: int) -> int:
    """Return how many practices of a theme are missing here and known there."""
    n, word = 0, theme
    while word < len(missing):
        n += n_bits(missing[word] & known[word])
        word += N_THEMES
    return n


@kernel
def weight(missing: np.ndarray, known: np.ndarray, theme: int, elsewhere: float) -> float:
    """Return how many practices are missing here and known there; those of other themes count ``elsewhere`` each."""
    in_theme, everywhere = 0 if theme == NONE else n_news(missing, known, theme), 0
    for word in range(len(missing)):
        everywhere += n_bits(missing[word] & known[word])
    return in_theme + elsewhere * (everywhere - in_theme)


@kernel
def choose(w: State, missing: np.ndarray, known: np.ndarray, theme: int, elsewhere: float, luck: Key) -> int:
    """Return the row of a practice that is missing here and known there, drawn with the same weights."""
    best, chosen = math.inf, NONE
    for word in range(len(missing)):
        left = missing[word] & known[word]
        while left != EMPTY:
            k = w.of_place[WORD * word + lowest(left)]
            left &= left - ONE
            share = 1.0 if w.practices[k].theme == theme else elsewhere
            wait = waits(draws.at(luck, w.practices[k].key, NOBODY, 0), share, best) if share > 0.0 else math.inf
            if wait < best:
                best, chosen = wait, k
    return chosen


@kernel
def may_happen(luck: Key, rate: float) -> bool:
    """Say whether the first wait at ``rate`` can end within a month: a quick first no, as −ln u ≥ 1 − u."""
    return 1.0 - uniform(luck) < rate


@kernel
def pass_on(
    w: State,
    why: Key,
    t: int,
    actor: int,
    missing: np.ndarray,
    known: np.ndarray,
    hazard: float,
    theme: int,
    elsewhere: float,
    luck: Key,
    after: int,
    path: int,
    source: int,
) -> None:
    """Let an actor learn, of what is ``missing`` to it, what a source has adopted or masters (``known``).

    Both are bits at places. ``hazard`` is that of a practice of ``theme``; one of another has ``elsewhere`` times it.
    """
    left = 1.0 - waits(luck, hazard * weight(missing, known, theme, elsewhere), 1.0)
    while left > 0.0:
        k = choose(w, missing, known, theme, elsewhere, luck)
        lessons.learn(w, why, actor, k, t, after, path, source)
        missing[w.practices[k].place // WORD] &= ~bit(w.practices[k].place)
        luck = child(luck, 0)
        left -= waits(luck, hazard * weight(missing, known, theme, elsewhere), left)
