"""Universities and firms learn what they work on, and universities invent (E19).

Organisation o masters practice k of one of its themes with hazard a_M·[home city adopted k] + a_L·Σ_links [linked
organisation masters k]. New practices of a theme appear at the world rate ν, invented by a university of the theme
drawn ∝ 1 + practices mastered: the inventor masters it, its home city is the origin and has heard of it.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from abm import draws, lessons
from abm.draws import NOBODY, ONE, child, draw, exponential
from abm.jit import Key, Settings, State, kernel
from abm.organisations import mastered, works_in
from abm.parameters import Par, Uniform
from abm.practices import add
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
def n_links(w: State, actor: int) -> int:
    """Return how many living links an organisation has with other organisations."""
    n, n_cities, links, linked = 0, len(w.cities), w.links, w.linked
    for place in range(w.first_link[actor], w.first_link[actor + 1]):
        x = linked[place]
        if links.ended[x] < 0 and links.a[x] + links.b[x] - actor >= n_cities:
            n += 1
    return n


@kernel
def n_masters(w: State, actor: int, k: int) -> tuple[int, int]:
    """Return how many linked organisations of an organisation master practice ``k``, and one of them."""
    n, source, n_cities, links, linked, ladder = 0, NONE, len(w.cities), w.links, w.linked, w.ladder
    for place in range(w.first_link[actor], w.first_link[actor + 1]):
        x = linked[place]
        other = links.a[x] + links.b[x] - actor
        if links.ended[x] < 0 and other >= n_cities and ladder[other, k] == Ladder.ADOPTED:
            n += 1
            source = other
    return n, source


@kernel
def master_one(w: State, p: Settings, t: int, o: int, k: int, luck: Key, byte: Key) -> None:
    """Let organisation ``o`` master practice ``k``, or not."""
    actor = len(w.cities) + o
    home = w.organisations.city[o]
    at_home = p.learning.home if w.ladder[home, k] == Ladder.ADOPTED else 0.0
    n, source = n_masters(w, actor, k)
    abroad = p.learning.link * n
    if draws.lane_below(luck, byte, 1.0 - math.exp(-(at_home + abroad))):
        if draws.uniform(child(luck, 8 + byte)) * (at_home + abroad) < at_home:
            lessons.write(w, actor, k, t, Ladder.ADOPTED.value, Path.HOME.value, home)
        else:
            lessons.write(w, actor, k, t, Ladder.ADOPTED.value, Path.ORGANISATION.value, source)


@kernel
def master(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let organisations learn from their home cities and from each other."""
    rows, n_cities, ladder, of_theme, n_of_theme = w.organisations, len(w.cities), w.ladder, w.of_theme, w.n_of_theme
    now = draws.moment(seed, MASTER, t)
    for o in range(len(rows)):
        home, links = rows.city[o], n_links(w, n_cities + o)
        limit = 1.0 - math.exp(-(p.learning.home + p.learning.link * links))
        for which in range(2 if rows.theme[o, 1] != rows.theme[o, 0] else 1):
            theme = rows.theme[o, which]
            for block in range(0, n_of_theme[theme], 8):
                luck = draws.at(now, rows.key[o], NOBODY, 4096 * theme + block)
                mask = draws.low_lanes(luck, limit)
                while mask != NOBODY:
                    byte = draws.first_lane(mask)
                    mask &= mask - ONE
                    if block + byte >= n_of_theme[theme]:
                        continue
                    k = of_theme[theme, block + byte]
                    if ladder[n_cities + o, k] != Ladder.ADOPTED and (links > 0 or ladder[home, k] == Ladder.ADOPTED):
                        master_one(w, p, t, o, k, luck, byte)


@kernel
def n_inventions(p: Settings, seed: Key, t: int, theme: int) -> int:
    """Return how many practices of a theme are invented this month."""
    return draws.poisson(draw(seed, INVENT, t, NOBODY, NOBODY, theme), p.learning.invention_rate)


@kernel
def inventor(w: State, seed: Key, t: int, theme: int, n: int) -> int:
    """Return the university that makes the ``n``-th invention of the month in a theme, or −1."""
    rows, best, chosen = w.organisations, math.inf, NONE
    for o in range(len(rows)):
        if rows.kind[o] == Kind.UNIVERSITY and works_in(rows, o, theme) and w.cities.weight[rows.city[o]] > 0.0:
            luck = draw(seed, INVENT, t, rows.key[o], NOBODY, 64 * (theme + 1) + n)
            wait = exponential(luck) / (1.0 + mastered(rows, o, theme))
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
            home = w.organisations.city[o]
            k = add(w, p, seed, theme, home, o, t)
            lessons.write(w, len(w.cities) + o, k, t, Ladder.ADOPTED.value, Path.INVENTION.value, NONE)
            lessons.write(w, home, k, t, Ladder.AWARE.value, Path.ORGANISATION.value, len(w.cities) + o)
