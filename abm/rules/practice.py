"""Practices at the start: where they come from, who has adopted or mastered them; skill and portfolio (E1, E2).

Practice k of theme θ has quality q ~ Beta(4, 2), evidence v and an origin city. A city has adopted it with probability
π0, the origin surely; an organisation that works in θ masters, with probability ½, what its home city has adopted.
Skill y_θ = 1 − exp(−m_θ/κ_y) (E1) and portfolio w_θ = (m_θ + ½)/Σ(m_θ + ½) (E2), with m_θ practices adopted.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from abm import draws
from abm.bits import EMPTY, ONE, WORD, lowest
from abm.draws import NOBODY, at, child, draw, moment, uniform, waits
from abm.jit import Key, Settings, State, Table, kernel
from abm.parameters import Par
from abm.practices import add, clear, forget, stand
from abm.tables import N_THEMES, NONE, Ladder

ORIGIN, ADOPTED, MASTERED, THEMES_OF = (
    draws.process("practice." + what) for what in ("origin", "adopted", "mastered", "themes")
)


class Params(NamedTuple):
    """Section ``[practice]``."""

    per_theme: Annotated[
        int, Par("practices in each theme at the start", "practices", (1, 1000), control="constant", source="prototype")
    ] = 20
    initial_share: Annotated[
        float,
        Par(
            "share of cities that have adopted a practice at the start (π0)",
            "1",
            (0, 1),
            control="constant",
            source="prototype",
        ),
    ] = 0.08
    skill_scale: Annotated[
        float,
        Par(
            "practices after which skill reaches 63 % (κ_y)",
            "practices",
            (0.1, 1000),
            control="constant",
            source="prototype",
        ),
    ] = 2.0
    initial_evidence: Annotated[
        float, Par("evidence about a practice at the start (v)", "1", (0, 1), control="constant")
    ] = 0.2


@kernel
def skill(n_adopted: int, scale: float) -> float:
    """Return y = 1 − exp(−m/κ_y), the skill of a city with m practices of a theme (E1)."""
    return 1.0 - math.exp(-n_adopted / scale)


@kernel
def learn_portfolio(cities: Table, p: Settings, i: int) -> None:
    """Recompute the skills and the portfolio of a city from the practices it has adopted (E1, E2)."""
    total = 0.0
    for theme in range(p.world.n_themes):
        total += cities[i].adopted[theme] + 0.5
    for theme in range(p.world.n_themes):
        cities[i].skill[theme] = skill(cities[i].adopted[theme], p.practice.skill_scale)
        cities[i].portfolio[theme] = (cities[i].adopted[theme] + 0.5) / total


@kernel
def origin_of(cities: Table, seed: Key, theme: int, ordinal: int) -> int:
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
    cities, practice, now = w.cities, w.practices[k], moment(seed, ADOPTED, 0)
    for i in range(len(cities)):
        if i == practice.origin or uniform(at(now, practice.key, cities[i].key, 0)) < p.practice.initial_share:
            stand(w, i, k, Ladder.ADOPTED.value)
            cities[i].adopted[practice.theme] += 1


@kernel
def begin_organisation(w: State, p: Settings, seed: Key, o: int) -> None:
    """Give an organisation its two themes and the practices that it masters at the start."""
    rows, n_cities, n_themes, at_home = w.organisations, len(w.cities), p.world.n_themes, w.rungs[Ladder.ADOPTED]
    luck = draw(seed, THEMES_OF, 0, rows[o].key, NOBODY, 0)
    rows[o].theme[0] = draws.whole(luck, n_themes)
    rows[o].theme[1] = (rows[o].theme[0] + 1 + draws.whole(child(luck, 1), max(1, n_themes - 1))) % n_themes
    rows[o].mastered[0] = 0
    rows[o].mastered[1] = 0
    rows[o].slots_taken = 0
    for which in range(2 if rows[o].theme[1] != rows[o].theme[0] else 1):
        theme = rows[o].theme[which]
        for word in range(theme, at_home.shape[1], N_THEMES):
            left = at_home[rows[o].city, word]
            while left != EMPTY:
                k = w.of_place[WORD * word + lowest(left)]
                left &= left - ONE
                if uniform(draw(seed, MASTERED, 0, w.practices[k].key, rows[o].key, 0)) < 0.5:
                    stand(w, n_cities + o, k, Ladder.ADOPTED.value)
                    rows[o].mastered[which] += 1


@kernel
def learn(w: State, p: Settings) -> None:
    """Bring skills and portfolios up to date for the cities that adopted something this month."""
    rows = w.lessons
    for x in range(w.count.first_lesson, w.count.lessons):
        if rows[x].after == Ladder.ADOPTED and rows[x].actor < len(w.cities):
            learn_portfolio(w.cities, p, rows[x].actor)


@kernel
def begin(w: State, p: Settings, seed: Key) -> None:
    """Draw the practices, who has them, and the portfolios that follow."""
    w.count.practices = 0
    clear(w.rungs, w.n_adopted)
    for theme in range(N_THEMES):
        w.n_of_theme[theme] = 0
    for theme in range(p.world.n_themes):
        for ordinal in range(p.practice.per_theme):
            add(w, p, seed, theme, origin_of(w.cities, seed, theme, ordinal), NONE, NONE)
    forget(w, 0)
    for k in range(w.count.practices):
        begin_practice(w, p, seed, k)
    for i in range(len(w.cities)):
        learn_portfolio(w.cities, p, i)
    for o in range(len(w.organisations)):
        begin_organisation(w, p, seed, o)
