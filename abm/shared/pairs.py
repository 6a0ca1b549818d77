"""What two cities are to each other: near or far, of one bloc or two, complementary or alike."""

from __future__ import annotations

import math

from abm.draws import uniform
from abm.machine.jit import Key, kernel
from abm.state.entities import City
from abm.state.memory import Rows
from abm.state.words import N_THEMES, NONE

THEME_FLOOR = 0.02
EARTH_RADIUS_KM = 6371.0088


@kernel
def distance(cities: Rows[City], i: int, j: int) -> float:
    """Return the great-circle distance between two cities in km: 2R arcsin of half the chord between them."""
    a, b = cities[i], cities[j]
    x, y, z = a.globe_x - b.globe_x, a.globe_y - b.globe_y, a.globe_z - b.globe_z
    return 2.0 * EARTH_RADIUS_KM * math.asin(min(1.0, 0.5 * math.sqrt(x * x + y * y + z * z)))


@kernel
def may_form(cities: Rows[City], cross_bloc_only: bool, i: int, j: int) -> bool:
    """Say whether a meeting of two cities may become a contact (E0)."""
    return cities[i].region != cities[j].region or not cross_bloc_only


@kernel
def serves(cities: Rows[City], region: int, i: int, j: int) -> bool:
    """Say whether a broker may introduce two cities: one of them is of its region, if it has one."""
    return region == NONE or cities[i].region == region or cities[j].region == region


@kernel
def complementarity(cities: Rows[City], i: int, j: int, theme: int) -> float:
    """Return n_iθ y_jθ + n_jθ y_iθ: what the two could learn from each other in a theme (need n, skill y)."""
    return cities[i].need[theme] * cities[j].skill[theme] + cities[j].need[theme] * cities[i].skill[theme]


@kernel
def meeting_theme(cities: Rows[City], n_themes: int, i: int, j: int, luck: Key) -> int:
    """Return a theme that two cities would talk about: θ with weight n_iθ y_jθ + n_jθ y_iθ + 0.02 (E5)."""
    total = 0.0
    for theme in range(n_themes):
        total += complementarity(cities, i, j, theme) + THEME_FLOOR
    left = uniform(luck) * total
    for theme in range(n_themes - 1):
        left -= complementarity(cities, i, j, theme) + THEME_FLOOR
        if left < 0.0:
            return theme
    return n_themes - 1


@kernel
def cognitive_distance(cities: Rows[City], i: int, j: int) -> float:
    """Return d_ij = ½ Σ_θ |w_iθ − w_jθ|, how differently two cities divide their work among themes (E2)."""
    total = 0.0
    for theme in range(N_THEMES):
        total += abs(cities[i].portfolio[theme] - cities[j].portfolio[theme])
    return 0.5 * total


@kernel
def context_fit(cities: Rows[City], i: int, origin: int, width: float) -> float:
    """Return f = exp(−|x_i − x_o|²/(2σ_x²)): how well a practice from city ``origin`` fits city ``i`` (E16)."""
    dx = cities[i].context_x - cities[origin].context_x
    dy = cities[i].context_y - cities[origin].context_y
    return math.exp(-(dx * dx + dy * dy) / (2.0 * width * width))
