"""Who gets the ties and the projects (measures 18, 19).

The Gini coefficient of counts x in rising order is 2 Σ_k k x_(k) / (n Σ x) − (n + 1)/n: 0 where all have the same,
1 − 1/n where one has all. Cities that are not members are left out.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from abm.jit import Settings, State, Table, kernel
from abm.measures.census import ALL
from abm.measures.coverage import is_member
from abm.measures.declare import Measure
from abm.measures.projects import count_projects
from abm.measures.stocks import ratio
from abm.tables import MAX_REGIONS


class Columns(NamedTuple):
    """The columns of this family."""

    gini_ties: Annotated[float, Measure("Gini of living partnerships over a bloc's members", "0…1", 18, True)]
    gini_projects: Annotated[float, Measure("Gini of project clusters ever over a bloc's members", "0…1", 18, True)]
    periphery_share: Annotated[float, Measure("share of pilots ever with a city below median engagement", "1", 19)]
    isolates: Annotated[float, Measure("share of members without a living partnership", "1", 19)]
    top_decile_share: Annotated[
        float, Measure("share of the members' living partnerships held by their busiest tenth", "1", 19)
    ]


@kernel
def spread(cities: Table, values: np.ndarray) -> np.ndarray:
    """Return the members of each bloc, in the last row of all, by value; (MAX_REGIONS + 1, largest value + 1)."""
    top = 0
    for value in values:
        top = max(top, value)
    counts = np.zeros((ALL + 1, top + 1), np.int64)
    for i in range(len(values)):
        if is_member(cities, i):
            counts[cities[i].region, values[i]] += 1
            counts[ALL, values[i]] += 1
    return counts


@kernel
def gini(counts: np.ndarray) -> float:
    """Return the Gini coefficient where ``counts[v]`` cities have the value v; NaN where there is nothing to share."""
    n, total, weighted = 0, 0, 0
    for value in range(len(counts)):
        k = counts[value]
        weighted += value * k * (2 * n + k + 1)
        total += value * k
        n += k
    return ratio(float(weighted), float(n * total)) - (n + 1) / n if total > 0 else np.nan


@kernel
def top_share(counts: np.ndarray, n: int) -> float:
    """Return the share of all ties that the busiest tenth of ``n`` cities has (rounded up to whole cities)."""
    left, top, total = (n + 9) // 10, 0, 0
    for value in range(len(counts) - 1, 0, -1):
        total += value * counts[value]
        top += value * min(counts[value], left)
        left -= min(counts[value], left)
    return ratio(float(top), float(total))


@kernel
def periphery(cities: Table, p: Settings, rows: Table, pilots: np.ndarray) -> float:
    """Return the share of pilots with a city whose engagement ψ is below e^{−σ²/2}, the median of its distribution."""
    middle, n = math.exp(-0.5 * p.city.engagement_spread * p.city.engagement_spread), 0.0
    for r in pilots:
        n += 1.0 if min(cities[rows[r].i].engagement, cities[rows[r].j].engagement) < middle else 0.0
    return ratio(n, float(len(pilots)))


@kernel
def record(w: State, p: Settings, t: int, pilots: np.ndarray) -> None:
    """Fill the columns of this family from the census of the month."""
    cities, rows, s, n = w.cities, w.partnerships, w.series, w.tally.members
    count_projects(rows, pilots, w.city_tally)
    ties, projects = spread(cities, w.city_tally.ties), spread(cities, w.city_tally.projects)
    for bloc in range(MAX_REGIONS):
        s[t].gini_ties[bloc] = gini(ties[bloc]) if n[bloc] > 0 else np.nan
        s[t].gini_projects[bloc] = gini(projects[bloc]) if n[bloc] > 0 else np.nan
    s[t].periphery_share = periphery(cities, p, rows, pilots)
    s[t].isolates = ratio(float(ties[ALL, 0]), float(n[ALL]))
    s[t].top_decile_share = top_share(ties[ALL], n[ALL])
