"""Universities and firms learn what they work on, and universities invent (E19).

Organisation o masters practice k of one of its themes with hazard a_M·[home city adopted k] + a_L·Σ_links [linked
organisation masters k]. New practices of a theme appear at the world rate ν, invented by a university of the theme
drawn ∝ 1 + practices mastered: the inventor masters it, its home city is the origin and has heard of it.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from abm import draws, lessons
from abm.bits import BYTE, EMPTY, ONE, WORD, lowest
from abm.chances import probability
from abm.draws import NOBODY, child, draw, waits
from abm.jit import Key, Settings, State, kernel
from abm.organisations import mastered, works_in
from abm.parameters import Par, Uniform
from abm.practices import add, first_place, forget
from abm.tables import NONE, Kind, Ladder, Path

MASTER, INVENT = draws.process("learning.master"), draws.process("learning.invent")


class Params(NamedTuple):
    """Section ``[learning]``."""

    home: Annotated[
        float,
        Par("hazard of mastering what the home city has adopted (a_M)", "per month", (0, 10), Uniform(0.025, 0.1)),
    ] = 0.05
    link: Annotated[
        float,
        Par("hazard from a linked organisation that masters it (a_L)", "per month", (0, 10), Uniform(0.015, 0.06)),
    ] = 0.03
    invention_rate: Annotated[
        float, Par("new practices (ν)", "per theme and month", (0, 10), Uniform(0.009, 0.036))
    ] = 0.018


@kernel
def linked_organisations(w: State, actor: int, found: np.ndarray) -> int:
    """Fill the organisations with which one has a living link, as actors; return how many links they are."""
    n, n_cities, links = 0, len(w.cities), w.links
    for place in range(w.first_link[actor], w.first_link[actor + 1]):
        x = w.linked[place]
        other = links[x].a + links[x].b - actor
        if links[x].ended < 0 and other >= n_cities:
            found[n] = other
            n += 1
    return n


@kernel
def master_one(w: State, p: Settings, t: int, o: int, k: int, luck: Key, byte: int, linked: np.ndarray) -> None:
    """Let organisation ``o`` with its ``linked`` ones master practice ``k``, or not."""
    actor = len(w.cities) + o
    home = w.organisations[o].city
    at_home = p.learning.home if w.ladder[home, k] == Ladder.ADOPTED else 0.0
    n, source = 0, NONE
    for other in linked:
        if w.ladder[other, k] == Ladder.ADOPTED:
            n += 1
            source = other
    abroad = p.learning.link * n
    if draws.lane_below(luck, byte, probability(at_home + abroad)):
        if draws.uniform(child(luck, 8 + byte)) * (at_home + abroad) < at_home:
            lessons.write(w, actor, k, t, Ladder.ADOPTED.value, Path.HOME.value, home)
        else:
            lessons.write(w, actor, k, t, Ladder.ADOPTED.value, Path.ORGANISATION.value, source)


@kernel
def within_reach(adopted: np.ndarray, actor: int, home: int, word: int, linked: np.ndarray) -> Key:
    """Return, as bits, which practices of a word an organisation could master: its home or a linked one has them."""
    bits = adopted[home, word]
    for other in linked:
        bits |= adopted[other, word]
    return bits & ~adopted[actor, word]


@kernel
def master_theme(w: State, p: Settings, t: int, o: int, now: Key, theme: int, limit: int, linked: np.ndarray) -> None:
    """Let an organisation learn from its home city and its ``linked`` organisations in a theme."""
    adopted, home, first = w.rungs[Ladder.ADOPTED], w.organisations[o].city, first_place(w, theme)
    for word in range(first // WORD, first_place(w, theme + 1) // WORD):
        bits = within_reach(adopted, len(w.cities) + o, home, word, linked)
        while bits != EMPTY:
            byte_at = np.uint64(lowest(bits) // 8 * 8)
            place = WORD * word + int(byte_at)
            luck = draws.at(now, w.organisations[o].key, NOBODY, 4096 * theme + place - first)
            mask = draws.low_lanes(luck, limit) & draws.lanes((bits >> byte_at) & BYTE)
            bits &= ~(BYTE << byte_at)
            while mask != EMPTY:
                byte = draws.first_lane(mask)
                mask &= mask - ONE
                master_one(w, p, t, o, w.of_place[place + byte], luck, byte, linked)


@kernel
def master(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let organisations learn from their home cities and from each other."""
    rows, found = w.organisations, w.work_rows
    now = draws.moment(seed, MASTER, t)
    for o in range(len(rows)):
        linked = found[: linked_organisations(w, len(w.cities) + o, found)]
        limit = draws.lane_limit(p.learning.home + p.learning.link * len(linked))  # 1 − e^−Λ is at most Λ
        for which in range(2 if rows[o].theme[1] != rows[o].theme[0] else 1):
            master_theme(w, p, t, o, now, rows[o].theme[which], limit, linked)


@kernel
def n_inventions(p: Settings, seed: Key, t: int, theme: int) -> int:
    """Return how many practices of a theme are invented this month."""
    return draws.poisson(draw(seed, INVENT, t, NOBODY, NOBODY, theme), p.learning.invention_rate)


@kernel
def inventor(w: State, seed: Key, t: int, theme: int, n: int) -> int:
    """Return the university that makes the ``n``-th invention of the month in a theme, or −1."""
    rows, best, chosen = w.organisations, math.inf, NONE
    for o in range(len(rows)):
        if rows[o].kind == Kind.UNIVERSITY and works_in(rows, o, theme) and w.cities[rows[o].city].weight > 0.0:
            luck = draw(seed, INVENT, t, rows[o].key, NOBODY, 64 * (theme + 1) + n)
            wait = waits(luck, 1.0 + mastered(rows, o, theme), best)
            if wait < best:
                best, chosen = wait, o
    return chosen


@kernel
def invent(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let universities invent this month's new practices."""
    for theme in range(p.world.n_themes):
        for n in range(n_inventions(p, seed, t, theme)):
            o = inventor(w, seed, t, theme, n)
            if o == NONE:
                continue
            home = w.organisations[o].city
            k = add(w, p, seed, theme, home, o, t)
            forget(w, k)
            lessons.write(w, len(w.cities) + o, k, t, Ladder.ADOPTED.value, Path.INVENTION.value, NONE)
            lessons.write(w, home, k, t, Ladder.AWARE.value, Path.ORGANISATION.value, len(w.cities) + o)
