"""Practices at the start: where they come from, who has adopted or mastered them; skill and portfolio (E1, E2).

Practice k of theme θ has quality q ~ Beta(4, 2), evidence v and an origin city. A city has adopted it with probability
π0, the origin surely; an organisation that works in θ masters, with probability ½, what its home city has adopted.
Skill y_θ = 1 − exp(−m_θ/κ_y) (E1) and portfolio w_θ = (m_θ + ½)/Σ(m_θ + ½) (E2), with m_θ practices adopted.
"""

from __future__ import annotations

import math

from abm import draws
from abm.draws import NOBODY, at, child, moment, uniform, waits
from abm.machine.bits import EMPTY, ONE, WORD, lowest
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import constant
from abm.state.entities import City
from abm.state.memory import Rows
from abm.state.practices import add, clear, move
from abm.state.words import N_THEMES, NONE, Ladder

ORIGIN, ADOPTED, MASTERED, THEMES_OF = (
    draws.process("practice." + what) for what in ("origin", "adopted", "mastered", "themes")
)


class Params:
    """Section ``[practice]``."""

    # fmt: off
    per_theme = constant(20, "practices in each theme at the start", "practices", (1, 1000), source="prototype")
    initial_share = constant(0.08, "share of cities that have adopted a practice at the start (π0)",
                             "1", (0, 1), source="prototype")
    skill_scale = constant(2.0, "practices after which skill reaches 63 % (κ_y)",
                           "practices", (0.1, 1000), source="prototype")
    initial_evidence = constant(0.2, "evidence about a practice at the start (v)", "1", (0, 1))


@kernel
def skill(n_adopted: int, scale: float) -> float:
    """Return y = 1 − exp(−m/κ_y), the skill of a city with m practices of a theme (E1)."""
    return 1.0 - math.exp(-n_adopted / scale)


@kernel
def learn_portfolio(city: City, p: Settings) -> None:
    """Recompute the portfolio of a city from the practices it has adopted (E2)."""
    total = 0.0
    for theme in range(p.world.n_themes):
        total += city.adopted[theme] + 0.5
    for theme in range(p.world.n_themes):
        city.portfolio[theme] = (city.adopted[theme] + 0.5) / total


@kernel
def origin_of(cities: Rows[City], seed: Key, theme: int, ordinal: int) -> int:
    """Return the city that a practice comes from, drawn by weight (an exponential race)."""
    best, chosen, now = math.inf, 0, moment(seed, ORIGIN, theme)
    for i in range(len(cities)):
        if cities[i].weight > 0.0:
            wait = waits(at(now, cities[i].key, NOBODY, ordinal), cities[i].weight, best)
            if wait < best:
                best, chosen = wait, i
    return chosen


@kernel
def begin_practice(w: State, p: Settings, seed: Key, k: int) -> None:
    """Let the cities that have a practice from the start adopt it."""
    cities, practice, now, share = w.cities, w.practices[k], moment(seed, ADOPTED, 0), p.practice.initial_share
    key, origin, theme = practice.key, practice.origin, practice.theme
    for i in range(len(cities)):
        if i == origin or uniform(at(now, key, cities[i].key, 0)) < share:
            move(w, i, k, Ladder.UNAWARE, Ladder.ADOPTED)
            cities[i].adopted[theme] += 1


@kernel
def begin_organisation(w: State, o: int, n_themes: int, luck: Key, now: Key) -> None:
    """Give an organisation its two themes and, at the moment ``now``, the practices that it masters at the start."""
    row, n_cities = w.organisations[o], len(w.cities)
    main = row.said[0] if row.said[0] != NONE else draws.whole(luck, n_themes)
    second = (main + 1 + draws.whole(child(luck, 1), max(1, n_themes - 1))) % n_themes
    if row.said[1] != NONE:
        second = row.said[1]
    row.theme[0], row.theme[1] = main, second
    for which in range(2 if second != main else 1):
        for word in range(row.theme[which], w.rungs.shape[2], N_THEMES):
            left = w.rungs[Ladder.ADOPTED, row.city, word]
            while left != EMPTY:
                k = w.of_place[WORD * word + lowest(left)]
                left &= left - ONE
                if uniform(at(now, w.practices[k].key, row.key, 0)) < 0.5:
                    move(w, n_cities + o, k, Ladder.UNAWARE, Ladder.ADOPTED)
                    row.mastered[which] += 1


@kernel
def learn(w: State, p: Settings) -> None:
    """Bring skill and portfolio up to date for the cities that adopted something this month."""
    rows, n_cities = w.lessons, len(w.cities)
    for x in range(w.count.first_lesson, w.count.lessons):
        if rows[x].after == Ladder.ADOPTED and rows[x].actor < n_cities:
            city, theme = w.cities[rows[x].actor], w.practices[rows[x].practice].theme
            city.skill[theme] = skill(city.adopted[theme], p.practice.skill_scale)
            learn_portfolio(city, p)


@kernel
def begin(w: State, p: Settings, seed: Key) -> None:
    """Draw the practices, who has them, and the skills and portfolios that follow."""
    for theme in range(N_THEMES):
        w.n_of_theme[theme] = 0
    for theme in range(p.world.n_themes):
        for ordinal in range(p.practice.per_theme):
            add(w, p, seed, ORIGIN, theme, origin_of(w.cities, seed, theme, ordinal))
    clear(w)
    for k in range(w.count.practices):
        begin_practice(w, p, seed, k)
    for i in range(len(w.cities)):
        for theme in range(p.world.n_themes):
            w.cities[i].skill[theme] = skill(w.cities[i].adopted[theme], p.practice.skill_scale)
        learn_portfolio(w.cities[i], p)
    themes, mastered = moment(seed, THEMES_OF, 0), moment(seed, MASTERED, 0)
    for o in range(len(w.organisations)):
        luck = at(themes, w.organisations[o].key, NOBODY, 0)
        begin_organisation(w, o, p.world.n_themes, luck, mastered)
