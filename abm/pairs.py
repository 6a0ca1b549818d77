"""What two cities are to each other: near or far, of one bloc or two, complementary or alike."""

from __future__ import annotations

import math

from abm.draws import uniform
from abm.jit import Key, Table, kernel
from abm.tables import N_THEMES

THEME_FLOOR = 0.02
EARTH_RADIUS_KM = 6371.0088


@kernel
def great_circle(longitude_a: float, latitude_a: float, longitude_b: float, latitude_b: float) -> float:
    """Return the great-circle distance in km between two points in degrees (haversine formula)."""
    phi_a, phi_b = math.radians(latitude_a), math.radians(latitude_b)
    half_north = math.sin(0.5 * (phi_b - phi_a))
    half_east = math.sin(0.5 * math.radians(longitude_b - longitude_a))
    chord = half_north * half_north + math.cos(phi_a) * math.cos(phi_b) * half_east * half_east
    return 2.0 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


@kernel
def distance(cities: Table, i: int, j: int) -> float:
    """Return the great-circle distance between two cities in km."""
    return great_circle(cities.longitude[i], cities.latitude[i], cities.longitude[j], cities.latitude[j])


@kernel
def may_form(cities: Table, cross_bloc_only: bool, i: int, j: int) -> bool:
    """Say whether a meeting of two cities may become a contact (E0)."""
    return cities.region[i] != cities.region[j] or not cross_bloc_only


@kernel
def complementarity(cities: Table, i: int, j: int, theme: int) -> float:
    """Return n_iθ y_jθ + n_jθ y_iθ: what the two could learn from each other in a theme (need n, skill y)."""
    return cities.need[i, theme] * cities.skill[j, theme] + cities.need[j, theme] * cities.skill[i, theme]


@kernel
def meeting_theme(cities: Table, n_themes: int, i: int, j: int, luck: Key) -> int:
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
def cognitive_distance(cities: Table, i: int, j: int) -> float:
    """Return d_ij = ½ Σ_θ |w_iθ − w_jθ|, how differently two cities divide their work among themes (E2)."""
    total = 0.0
    for theme in range(N_THEMES):
        total += abs(cities.portfolio[i, theme] - cities.portfolio[j, theme])
    return 0.5 * total


@kernel
def context_fit(cities: Table, i: int, origin: int, width: float) -> float:
    """Return f = exp(−|x_i − x_o|²/(2σ_x²)): how well a practice from city ``origin`` fits city ``i`` (E16)."""
    dx = cities.context_x[i] - cities.context_x[origin]
    dy = cities.context_y[i] - cities.context_y[origin]
    return math.exp(-(dx * dx + dy * dy) / (2.0 * width * width))
