"""How far practices have spread, across regions too, and which needs they met (measures 15–17)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm.jit import Settings, State, kernel
from abm.measures.declare import Measure
from abm.tables import N_THEMES, Ladder, Path


class Columns(NamedTuple):
    """The columns of this family."""

    awareness: Annotated[
        float, Measure("share of practices that a member or associate knows, tries or has adopted", "1", 15)
    ]
    adoption: Annotated[float, Measure("share of practices that a member or associate has adopted", "1", 15)]
    mastery: Annotated[float, Measure("practices that an organisation masters, mean", "practices", 15)]
    adoptions_ever: Annotated[float, Measure("adoptions by members and associates since the start", "adoptions", 15)]
    cross_region_share: Annotated[
        float, Measure("share of new adoptions since the start of a practice from another region", "1", 16)
    ]
    need_met: Annotated[
        float, Measure("share of the first need of members and associates that adoption has met", "1", 17)
    ]
    adoption_by_theme: Annotated[
        float, Measure("share of a theme's practices that a member or associate has adopted", "1", 15, by_theme=True)
    ]


@kernel
def count_new(w: State, t: int) -> tuple[int, int]:
    """Return adoptions since the start by cities in a programme, and how many were of another region's practice."""
    rows, cities, origin = w.lessons, w.cities, w.practices.origin
    n, across = 0, 0
    for x in range(w.count.lessons[0]):
        i = rows.actor[x]
        if i < len(cities) and rows.after[x] == Ladder.ADOPTED and rows.path[x] == Path.DECISION:
            n += 1
            if cities.region[i] != cities.region[origin[rows.practice[x]]]:
                across += 1
    return n, across


@kernel
def record(w: State, p: Settings, t: int) -> None:
    """Fill the columns of this family."""
    s, cities, ladder = w.series, w.cities, w.ladder
    n_practices, n_members, known, needed, first_needed = w.count.practices[0], 0, 0, 0.0, 0.0
    adopted, by_theme, mastered, n_organisations = 0, np.zeros(N_THEMES), 0, 0
    for i in range(len(cities)):
        if cities.standing[i] == 0:
            continue
        n_members += 1
        for k in range(n_practices):
            known += ladder[i, k] != Ladder.UNAWARE
        for theme in range(p.world.n_themes):
            by_theme[theme] += cities.adopted[i, theme]
            adopted += cities.adopted[i, theme]
            needed += cities.need[i, theme]
            first_needed += cities.first_need[i, theme]
    for o in range(len(w.organisations)):
        if cities.weight[w.organisations.city[o]] > 0.0:
            n_organisations += 1
            mastered += w.organisations.mastered[o, 0] + w.organisations.mastered[o, 1]
    n, across = count_new(w, t)
    s.adoptions_ever[t] = n
    s.cross_region_share[t] = across / n if n > 0 else np.nan
    s.mastery[t] = mastered / n_organisations if n_organisations > 0 else np.nan
    if n_members == 0:
        s.awareness[t], s.adoption[t], s.need_met[t] = np.nan, np.nan, np.nan
        s.adoption_by_theme[t, :] = np.nan
        return
    s.awareness[t] = known / (n_members * n_practices)
    s.adoption[t] = adopted / (n_members * n_practices)
    s.need_met[t] = 1.0 - needed / first_needed if first_needed > 0.0 else np.nan
    for theme in range(p.world.n_themes):
        s.adoption_by_theme[t, theme] = by_theme[theme] / (n_members * w.n_of_theme[theme])
