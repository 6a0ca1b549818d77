"""Universities and firms learn what they work on, and universities invent (E19).

Organisation o masters practice k of one of its themes with hazard a_M·[home city adopted k] + a_L·Σ_links [linked
organisation masters k]; two links of the same two organisations, by two partnerships, count twice. New practices of a
theme appear at the world rate ν, invented by a university of the theme drawn ∝ 1 + practices mastered: the inventor
masters it, its home city is the origin and has heard of it.
"""

from __future__ import annotations

import math

from abm import draws
from abm.draws import NOBODY, draw, waits
from abm.machine.ahead import ask_for
from abm.machine.bits import EMPTY
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import par
from abm.shared.diffusion import may_happen, n_news, pass_on
from abm.shared.organisations import mastered, works_in
from abm.state import ahead, lessons
from abm.state.neighbours import both
from abm.state.practices import add, forget, n_mastered
from abm.state.words import N_THEMES, NONE, Kind, Ladder, LinkKind, Path

MASTER, INVENT = draws.process("learning.master"), draws.process("learning.invent")


class Params:
    """Section ``[learning]``."""

    home = par(0.05, "hazard of mastering what the home city has adopted (a_M)", "per month", (0, 10), (0.025, 0.1))
    link = par(0.03, "hazard from a linked organisation that masters it (a_L)", "per month", (0, 10), (0.015, 0.06))
    invention_rate = par(0.018, "new practices (ν)", "per theme and month", (0, 10), (0.009, 0.036))


@kernel
def n_to_learn(w: State, o: int, source: int) -> int:
    """Return how many practices of its themes organisation ``o`` lacks and another actor has."""
    missing, known = w.rungs[Ladder.UNAWARE, len(w.cities) + o], w.rungs[Ladder.ADOPTED, source]
    main, second = int(w.organisations[o].theme[0]), int(w.organisations[o].theme[1])
    n = n_news(missing, known, main)
    return n if second == main else n + n_news(missing, known, second)


@kernel
def learn(w: State, t: int, o: int, source: int, luck: Key, hazard: float, path: int) -> None:
    """Let organisation ``o`` learn from another actor."""
    actor = len(w.cities) + o
    missing, known, lacking = w.rungs[Ladder.UNAWARE, actor], w.rungs[Ladder.ADOPTED, source], w.news
    lacking[:] = EMPTY
    for theme in w.organisations[o].theme:
        for word in range(theme, len(missing), N_THEMES):
            lacking[word] = missing[word]
    pass_on(w, MASTER, t, actor, lacking, known, hazard, NONE, 1.0, luck, Ladder.ADOPTED, path, source)


@kernel
def learn_from(w: State, now: Key, t: int, o: int, source: int, key: Key, hazard: float, path: int) -> None:
    """Let organisation ``o`` learn what it lacks in its themes from another actor; ``key`` tells the draw apart."""
    luck = draws.at(now, w.organisations[o].key, key, 0)
    if may_happen(luck, hazard * n_to_learn(w, o, source)):
        learn(w, t, o, source, luck, hazard, path)


@kernel
def link_key(w: State, x: int, source: int) -> Key:
    """Return the key of what is learnt from organisation ``source`` over link ``x``: links of the same two differ."""
    own, r = w.organisations[source - len(w.cities)].key, w.links[x].partnership
    return both(own, w.partnerships[r].key) if r != NONE else own


@kernel
def master(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let organisations learn from their home cities and from the organisations they are linked with."""
    rows, links, n_cities, now = w.organisations, w.links, len(w.cities), draws.moment(seed, MASTER, t)
    for o in range(len(rows)):
        learn_from(w, now, t, o, rows[o].city, NOBODY, p.learning.home, Path.HOME)
    for n in range(w.count.living_links):
        ask_ahead(w, n)
        x = w.living_links[n]
        if links[x].kind > LinkKind.CITY_FIRM:
            a, b = links[x].a - n_cities, links[x].b - n_cities
            learn_over(w, p, now, t, x, a, b)
            learn_over(w, p, now, t, x, b, a)


@kernel
def learn_over(w: State, p: Settings, now: Key, t: int, x: int, o: int, other: int) -> None:
    """Let organisation ``o`` learn from another over link ``x``: mostly nothing, whatever the other masters."""
    rows, source, key = w.organisations, len(w.cities) + other, link_key(w, x, len(w.cities) + other)
    luck, hazard = draws.at(now, rows[o].key, key, 0), p.learning.link
    if may_happen(luck, hazard * n_mastered(rows[other])):
        learn_from(w, now, t, o, source, key, hazard, Path.ORGANISATION)


@kernel
def ask_ahead(w: State, n: int) -> None:
    """Ask for what is looked at over the living link some turns behind place ``n`` of ``living_links``."""
    x = ahead.link(w, n)
    if x != NONE and w.links[x].kind > LinkKind.CITY_FIRM:
        ask_for(w.partnerships.key, w.links[x].partnership)
        ask_for(w.organisations.key, w.links[x].a - len(w.cities))
        ask_for(w.organisations.key, w.links[x].b - len(w.cities))


@kernel
def n_inventions(p: Settings, seed: Key, t: int, theme: int) -> int:
    """Return how many practices of a theme are invented this month."""
    return draws.poisson(draw(seed, INVENT, t, NOBODY, NOBODY, theme), p.learning.invention_rate)


@kernel
def most_practices(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most practices of month ``t``: all that are due find their inventor."""
    n = 0
    for theme in range(p.world.n_themes):
        n += n_inventions(p, seed, t, theme)
    return n


@kernel
def most_lessons(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most steps of month ``t``: organisations learn all of two themes, and two actors what is new."""
    most = 0
    for theme in range(N_THEMES):
        most = max(most, w.n_of_theme[theme])
    return len(w.organisations) * min(2 * most, w.count.practices) + 2 * w.most.practices


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
            k = add(w, p, seed, INVENT, theme, home)
            w.practices[k].inventor = o
            w.practices[k].born = t
            forget(w, k)
            lessons.write(w, INVENT, len(w.cities) + o, k, t, Ladder.UNAWARE, Ladder.ADOPTED, Path.INVENTION, NONE)
            lessons.write(w, INVENT, home, k, t, Ladder.UNAWARE, Ladder.AWARE, Path.ORGANISATION, len(w.cities) + o)
