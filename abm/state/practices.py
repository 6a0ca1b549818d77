"""Practices in the world: adding one, and who stands on which rung of its ladder.

``w.rungs[rung, actor]`` are all practices on which an actor stands on a rung, one bit each, in words of 64 of a theme
(:func:`place_of`), so that a rule sees at a glance what an actor can hear of, try or pass on. The functions of this
file alone write them. What an actor has heard of this month leaves its lowest rung at once (:func:`take_note`); all
else moves when the month's steps are settled (:func:`move`).
"""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import NOBODY, draw
from abm.machine.bits import EMPTY, WORD, bit
from abm.machine.jit import Key, Settings, State, kernel
from abm.state import append
from abm.state.entities import City, Organisation
from abm.state.words import N_THEMES, Ladder
from abm.state.world import Growing, World

AT_ONCE = 10_000  # actors
N_RUNGS = len(Ladder)
EVERYBODY = slice(None)
KEY, QUALITY = draws.process("practice.key"), draws.process("practice.quality")


@kernel
def add(w: State, p: Settings, seed: Key, why: Key, theme: int, origin: int) -> int:
    """Append a practice of quality q ~ Beta(4, 2), and return its row; :func:`forget` or :func:`clear` follows."""
    k, ordinal, most = append.practice(w, why), w.n_of_theme[theme], len(w.of_place) // N_THEMES
    w.n_of_theme[theme] = append.one_more(w, Growing.PRACTICES, why, ordinal, most)
    row = w.practices[k]
    row.key = draw(np.uint64(0), KEY, theme, NOBODY, NOBODY, ordinal)
    row.theme = theme
    row.ordinal = ordinal
    row.place = place_of(theme, min(ordinal, most - 1))
    row.origin = origin
    row.quality = draws.beta(draw(seed, QUALITY, 0, row.key, NOBODY, 0), 4, 2)
    row.evidence = p.practice.initial_evidence
    w.of_place[row.place] = k
    return k


@kernel
def place_of(theme: int, ordinal: int) -> int:
    """Return the bit of a practice among those of all: word ``theme`` has the first 64 of a theme, and so on."""
    return WORD * (theme + N_THEMES * (ordinal // WORD)) + ordinal % WORD


@kernel
def take_note(w: State, actor: int, k: int) -> bool:
    """Let an actor hear of practice ``k`` this month; return False if it had already."""
    word, one = w.practices[k].place // WORD, bit(w.practices[k].place)
    unaware = w.rungs[Ladder.UNAWARE, actor]
    is_new = unaware[word] & one != EMPTY
    unaware[word] &= ~one
    return is_new


@kernel
def stands_on(w: State, rung: int, actor: int, k: int) -> bool:
    """Say whether an actor stands on a rung of the ladder of practice ``k``."""
    place = w.practices[k].place
    return w.rungs[rung, actor, place // WORD] & bit(place) != EMPTY


@kernel
def rung_of(w: State, actor: int, k: int) -> int:
    """Return on which rung of the ladder of practice ``k`` an actor stands; the lowest if it has just heard of it."""
    found = 0
    for rung in range(N_RUNGS):
        if stands_on(w, rung, actor, k):
            found = rung
    return found


@kernel
def move(w: State, actor: int, k: int, before: int, after: int) -> None:
    """Let an actor move from one rung of the ladder of practice ``k`` to another."""
    word, one = w.practices[k].place // WORD, bit(w.practices[k].place)
    w.rungs[before, actor, word] &= ~one
    w.rungs[after, actor, word] |= one


@kernel
def forget(w: State, k: int) -> None:
    """Let nobody know the new practice ``k``; nobody stands anywhere on its ladder yet."""
    unaware, word, one = w.rungs[Ladder.UNAWARE], w.practices[k].place // WORD, bit(w.practices[k].place)
    for actor in range(len(unaware)):
        unaware[actor, word] |= one


@kernel
def clear(w: State) -> None:
    """Take every actor off every rung and let nobody know the practices that there are."""
    rungs, unaware = w.rungs.ravel(), w.rungs[Ladder.UNAWARE]
    rungs[:] = EMPTY
    for k in range(w.count.practices):
        unaware[0, w.practices[k].place // WORD] |= bit(w.practices[k].place)
    for actor in range(1, len(unaware)):
        for word in range(unaware.shape[1]):
            unaware[actor, word] = unaware[0, word]


@kernel
def n_adopted(city: City) -> int:
    """Return how many practices a city has adopted."""
    n = 0
    for theme in range(N_THEMES):
        n += city.adopted[theme]
    return n


@kernel
def n_mastered(organisation: Organisation) -> int:
    """Return how many practices an organisation masters."""
    return organisation.mastered[0] + organisation.mastered[1]


def ladder(w: World, actors: slice = EVERYBODY) -> np.ndarray:
    """Return on which rung (:class:`~abm.state.words.Ladder`) actors stand with practices; (n_actors, n_practices), u1.

    Who has heard of a practice this month is still on its lowest rung.
    """
    place = np.asarray(w.practices["place"])[: int(w.count.practices)]
    rungs: np.ndarray = w.rungs[:, actors]
    found = np.zeros((rungs.shape[1], len(place)), np.uint8)
    for first in range(0, len(found), AT_ONCE):
        for rung in range(1, N_RUNGS):
            words = np.ascontiguousarray(rungs[rung, first : first + AT_ONCE], "<u8")
            bits = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")
            found[first : first + AT_ONCE] += np.uint8(rung) * bits[:, place]
    return found
