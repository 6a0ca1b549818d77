"""How far practices have spread, across regions too, and which needs they met (measures 15–17)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm.machine.bits import n_bits
from abm.machine.jit import Settings, State, kernel
from abm.measures.declare import Measure
from abm.measures.stocks import ratio
from abm.state.practices import n_adopted, n_mastered
from abm.state.words import Ladder, Path, Standing


class Columns(NamedTuple):
    """The columns of this family."""

    awareness: Annotated[
        float, Measure("share of practices that a member or associate knows, tries or has adopted", "1", 15)
    ]
    adoption: Annotated[float, Measure("share of practices that a member or associate has adopted", "1", 15)]
    mastery: Annotated[float, Measure("practices that an organisation masters, mean", "practices", 15)]
    adoptions_ever: Annotated[float, Measure("adoptions by members and associates since the start", "adoptions", 15)]
    cross_region_adoptions: Annotated[float, Measure("those of a practice born in another region", "adoptions", 16)]
    cross_region_share: Annotated[
        float,
        Measure("share of adoptions of a practice born in another region, wherever the city heard of it", "1", 16),
    ]
    need_met: Annotated[
        float, Measure("share of the first need of members and associates that adoption has met", "1", 17)
    ]
    adoption_by_theme: Annotated[
        float, Measure("share of a theme's practices that a member or associate has adopted", "1", 15, by_theme=True)
    ]


@kernel
def count_new(w: State) -> tuple[int, int]:
    """Return this month's adoptions by cities in a programme, and how many were of another region's practice."""
    rows, cities, practices = w.lessons, w.cities, w.practices
    n, across = 0, 0
    for x in range(w.count.first_lesson, w.count.lessons):
        i = rows[x].actor
        if i >= len(cities) or cities[i].standing == Standing.OUTSIDE:
            continue
        if rows[x].after == Ladder.ADOPTED and rows[x].path == Path.DECISION:
            n += 1
            if cities[i].region != cities[practices[rows[x].practice].origin].region:
                across += 1
    return n, across


@kernel
def mastery(w: State) -> float:
    """Return how many practices an organisation masters, in the mean; those of a city of weight 0 count nowhere."""
    cities, rows, n, mastered = w.cities, w.organisations, len(w.organisations), 0
    for o in range(n):
        mastered += n_mastered(rows[o])
    for i in range(len(cities)):
        if cities[i].weight == 0.0:
            n -= cities[i].n_organisations
            for o in range(cities[i].first_organisation, cities[i].first_organisation + cities[i].n_organisations):
                mastered -= n_mastered(rows[o])
    return mastered / n if n > 0 else np.nan


@kernel
def record(w: State, p: Settings, t: int) -> None:
    """Fill the columns of this family."""
    s, cities, unknown, by_theme = w.series, w.cities, w.rungs[Ladder.UNAWARE], w.series[t].adoption_by_theme
    n_practices, n_themes, n_members, known, adopted = w.count.practices, p.world.n_themes, 0, 0, 0
    needed, first_needed = 0.0, 0.0
    by_theme[:] = 0.0
    for i in range(len(cities)):
        city = cities[i]
        if city.standing == 0:
            continue
        n_members += 1
        known += n_practices
        adopted += n_adopted(city)
        for word in range(unknown.shape[1]):
            known -= n_bits(unknown[i, word])
        for theme in range(n_themes):
            by_theme[theme] += city.adopted[theme]
            needed += city.need[theme]
            first_needed += city.first_need[theme]
    n, across = count_new(w)
    s[t].adoptions_ever = n + (s[t - 1].adoptions_ever if t > 0 else 0.0)
    s[t].cross_region_adoptions = across + (s[t - 1].cross_region_adoptions if t > 0 else 0.0)
    s[t].cross_region_share = ratio(s[t].cross_region_adoptions, s[t].adoptions_ever)
    s[t].mastery = mastery(w)
    if n_members == 0:
        s[t].awareness, s[t].adoption, s[t].need_met = np.nan, np.nan, np.nan
        by_theme[:] = np.nan
        return
    s[t].awareness = known / (n_members * n_practices)
    s[t].adoption = adopted / (n_members * n_practices)
    s[t].need_met = 1.0 - needed / first_needed if first_needed > 0.0 else np.nan
    for theme in range(n_themes):
        by_theme[theme] /= n_members * w.n_of_theme[theme]
