"""From whom a city may hear of practices this month, and a quick first look at what it may hear of (E14).

The sources stand in one list: partners first, then cities met at events, then linked organisations. What each of the
three groups has adopted or masters is kept as bits, so that a draw whose byte is above what the groups that know a
practice could bring about at most is passed over at once (:mod:`abm.draws`, lanes).
"""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.bits import EMPTY
from abm.jit import Key, Settings, State, Table, kernel
from abm.tables import N_THEMES, Ladder, Origin, Path

PARTNERS, MET, LINKED = range(3)
GROUP_SETS = 8  # sets of these groups, numbered by their bits


@kernel
def add_source(sources: Table, n: int, actor: int, theme: int, hazard: float, path: int) -> int:
    """Append an actor from which a city may hear of practices; return how many there are now."""
    sources[n].actor = actor
    sources[n].theme = theme
    sources[n].hazard = hazard
    sources[n].path = path
    return n + 1


@kernel
def list_met(encounters: Table, n: int, first_met: np.ndarray, met: np.ndarray) -> None:
    """Fill the rows of this month's meetings at events, city by city; ``first_met`` has n_cities + 1 places."""
    for city in range(len(first_met)):
        first_met[city] = 0
    for x in range(n):
        if encounters[x].origin == Origin.EVENT:
            first_met[encounters[x].i] += 1
            first_met[encounters[x].j] += 1
    for city in range(len(first_met) - 1):
        first_met[city + 1] += first_met[city]
    for x in range(n - 1, -1, -1):  # from behind, so that every city's end becomes its beginning
        if encounters[x].origin == Origin.EVENT:
            for city in (encounters[x].i, encounters[x].j):
                first_met[city] -= 1
                met[first_met[city]] = x


@kernel
def survey(w: State, p: Settings, n: int, known: np.ndarray, loudness: np.ndarray) -> None:
    """Note which practices the sources of the city at hand have adopted or master, and how loud its partners are.

    ``known`` gets their bits, n_words each: those of partners, of cities met, of linked organisations.
    ``loudness`` gets the hazard by theme of a practice that all partners have adopted.
    """
    adopted, sources, other_theme = w.rungs[Ladder.ADOPTED], w.sources, p.awareness.other_theme
    n_words, everywhere = adopted.shape[1], 0.0
    for word in range(3 * n_words):
        known[word] = EMPTY
    for theme in range(N_THEMES):
        loudness[theme] = 0.0
    for x in range(n):
        actor, theme, path, first, last = sources[x].actor, sources[x].theme, sources[x].path, 0, n_words
        group = PARTNERS if path == Path.PARTNER else MET if path == Path.EVENT else LINKED
        if path == Path.PARTNER:
            everywhere += sources[x].hazard * other_theme
            loudness[theme] += sources[x].hazard * (1.0 - other_theme)
        elif path == Path.EVENT and theme >= 0:
            first = theme * (n_words // N_THEMES)
            last = first + n_words // N_THEMES
        for word in range(first, last):
            known[group * n_words + word] |= adopted[actor, word]
    for theme in range(N_THEMES):
        loudness[theme] += everywhere


@kernel
def set_limits(limits: np.ndarray, always: float, partners: float, event: float, organisation: float) -> None:
    """Fill the largest byte at which one hears of a practice that is known to each set of groups."""
    for groups in range(GROUP_SETS):
        hazard = always + (partners if groups & 1 else 0.0) + (event if groups & 2 else 0.0)
        limits[groups] = draws.lane_limit(hazard + (organisation if groups & 4 else 0.0))


@kernel
def loud_lanes(luck: Key, limits: np.ndarray, partners: Key, met: Key, linked: Key) -> Key:
    """Return the lanes below the limit of the groups that know their practice (lanes of those known to each group)."""
    low = draws.low_lanes
    alone = low(luck, limits[0]) | (low(luck, limits[1]) & partners)
    with_met = (low(luck, limits[2]) | (low(luck, limits[3]) & partners)) & met
    with_linked = low(luck, limits[4]) | (low(luck, limits[5]) & partners)
    with_both = (low(luck, limits[6]) | (low(luck, limits[7]) & partners)) & met
    return alone | with_met | ((with_linked | with_both) & linked)
