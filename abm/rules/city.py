"""What a city is at the start: engagement, ambition, needs, context, capacity; changes of leadership (E10, phase 1).

ψ ~ lognormal(−σ²/2, σ) times the city's weight and (P/P̄)^α, with P its population, at most P_s, and P̄ the geometric
mean of these in its bloc; need n_θ, ambition a ~ Beta(2, 2); context x uniform on the unit square; capacity
κ = max(1, round(κ0·ψ)). At α = 0 nothing is scaled by the other cities, and adding one changes none.
A new leadership, with probability ε_L a month, draws the ambition afresh; the gaps of its partnerships move by half
the change of |a_i − a_j|, clipped to [0, 1].
"""

from __future__ import annotations

import math

import numpy as np

from abm import draws
from abm.draws import NOBODY, at, draw, moment, uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import par
from abm.state.entities import City
from abm.state.memory import Rows
from abm.state.words import N_THEMES

ENGAGEMENT, AMBITION, NEED, CONTEXT, LEADERSHIP = (
    draws.process("city." + what) for what in ("engagement", "ambition", "need", "context", "leadership")
)


class Params:
    """Section ``[city]``."""

    # fmt: off
    capacity = par(12.0, "partnerships a city of average engagement can look after (κ0)",
                   "partnerships", (0, 10_000), (6, 20), "assumed; no data")
    engagement_spread = par(1.2, "standard deviation of the logarithm of engagement (σ_ψ)",
                            "1", (0, 3), (0.4, 2.5))
    size_effect = par(0.0, "exponent of population in engagement (α)", "1", (0, 3), (0, 1.2),
                      "no effect until confirmed; ties of 1,033 European cities with China (Wikidata) have 0.71")
    size_saturation = par(1e9, "population above which it makes no difference to engagement (P_s)",
                          "people", (1, 1e9), (1e5, 1e9),
                          "none until confirmed; ties of twins level off at 300,000 (Wikidata)")
    leadership_change = par(1 / 48, "probability that a city's leadership changes (ε_L)",
                            "per month", (0, 1), (0, 1 / 24))


@kernel
def engagement(seed: Key, key: Key, weight: float, spread: float) -> float:
    """Return the engagement ψ of a city: lognormal with mean 1, times its weight."""
    z = draws.normal(draw(seed, ENGAGEMENT, 0, key, NOBODY, 0))
    return weight * math.exp(spread * z - 0.5 * spread * spread)


@kernel
def felt_size(log_size: float, saturation: float) -> float:
    """Return the logarithm of the population, in millions, that counts: at most that at saturation."""
    return min(log_size, math.log(saturation / 1e6))


@kernel
def typical_sizes(cities: Rows[City], saturation: float) -> np.ndarray:
    """Return ln P̄ of each bloc: the mean of what counts of its cities that take part, shape (n_blocs,)."""
    n_blocs = 1
    for i in range(len(cities)):
        n_blocs = max(n_blocs, cities[i].region + 1)
    mean, n = np.zeros(n_blocs), np.zeros(n_blocs)
    for i in range(len(cities)):
        bloc = cities[i].region
        if cities[i].weight > 0.0:
            n[bloc] += 1.0
            mean[bloc] += (felt_size(cities[i].log_size, saturation) - mean[bloc]) / n[bloc]
    return mean


@kernel
def begin(cities: Rows[City], p: Settings, seed: Key) -> None:
    """Draw what every city is like at the start."""
    typical = typical_sizes(cities, p.city.size_saturation)
    for i in range(len(cities)):
        key = cities[i].key
        size = felt_size(cities[i].log_size, p.city.size_saturation) - typical[cities[i].region]
        weight = cities[i].weight * math.exp(p.city.size_effect * size)
        cities[i].engagement = engagement(seed, key, weight, p.city.engagement_spread)
        cities[i].capacity = max(1, int(math.floor(p.city.capacity * cities[i].engagement + 0.5)))
        cities[i].ambition = draws.beta(draw(seed, AMBITION, 0, key, NOBODY, 0), 2, 2)
        cities[i].ambition_before = cities[i].ambition
        cities[i].context_x = uniform(draw(seed, CONTEXT, 0, key, NOBODY, 0))
        cities[i].context_y = uniform(draw(seed, CONTEXT, 0, key, NOBODY, 1))
        for theme in range(N_THEMES):
            cities[i].need[theme] = draws.beta(draw(seed, NEED, 0, key, NOBODY, theme), 2, 2)
            cities[i].first_need[theme] = cities[i].need[theme]


@kernel
def shifted_gap(gap: float, before: float, after: float) -> float:
    """Return the gap after the distance of two ambitions went from ``before`` to ``after``."""
    return min(1.0, max(0.0, gap + 0.5 * (after - before)))


@kernel
def change_leaders(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let leaderships change and the gaps of their partnerships follow."""
    cities, rows, now = w.cities, w.partnerships, moment(seed, LEADERSHIP, t)
    changes = False
    for i in range(len(cities)):
        cities[i].ambition_before = cities[i].ambition
        luck = at(now, cities[i].key, NOBODY, 0)
        if uniform(luck) < p.city.leadership_change:
            cities[i].ambition = draws.beta(draws.child(luck, 1), 2, 2)
            changes = True
    if not changes:
        return
    for x in range(w.count.live):
        r = w.live[x]
        i, j = rows[r].i, rows[r].j
        before = abs(cities[i].ambition_before - cities[j].ambition_before)
        after = abs(cities[i].ambition - cities[j].ambition)
        rows[r].gap = shifted_gap(rows[r].gap, before, after)
