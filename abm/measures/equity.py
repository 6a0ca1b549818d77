"""Who gets the ties, the memoranda and the projects (measures 18, 19).

The Gini coefficient of counts x in rising order is 2 Σ_k k x_(k) / (n Σ x) − (n + 1)/n: 0 where all have the same,
1 − 1/n where one has all. Cities that are not members are left out.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from abm.machine.jit import Settings, State, kernel
from abm.measures.census import ALL
from abm.measures.declare import Measure
from abm.measures.stocks import ratio
from abm.state.entities import City, Partnership
from abm.state.memory import Rows, Sized
from abm.state.words import MAX_REGIONS, N_THEMES

LISTS = {"histogram": Sized(lambda w: (ALL + 1) * (1 + N_THEMES * len(w.cities)))}


class Columns(NamedTuple):
    """The columns of this family."""

    gini_ties: Annotated[float, Measure("Gini of living partnerships over a bloc's members", "0…1", 18, True)]
    gini_projects: Annotated[float, Measure("Gini of project clusters ever over a bloc's members", "0…1", 18, True)]
    most_memoranda: Annotated[
        float, Measure("memoranda ever of the member of a bloc that has signed most", "memoranda", 18, True)
    ]
    top_case_share: Annotated[
        float, Measure("share of project clusters ever with the member of a bloc that is in most", "1", 18, True)
    ]
    periphery_share: Annotated[float, Measure("share of pilots ever with a city below median engagement", "1", 19)]
    isolates: Annotated[float, Measure("share of members without a living partnership", "1", 19)]
    top_decile_share: Annotated[
        float, Measure("share of the members' living partnerships held by their busiest tenth", "1", 19)
    ]


@kernel
def spread(members: np.ndarray, region: np.ndarray, values: np.ndarray, histogram: np.ndarray) -> np.ndarray:
    """Count the members of each bloc, behind the last bloc those of all, by value from 0 to the largest."""
    n_values = 1
    for x in range(len(members)):
        n_values = max(n_values, values[members[x]] + 1)
    counts = histogram[: (ALL + 1) * n_values]
    counts[:] = 0
    for x in range(len(members)):
        i = members[x]
        counts[region[i] * n_values + values[i]] += 1
        counts[ALL * n_values + values[i]] += 1
    return counts


@kernel
def counts_of(counts: np.ndarray, bloc: int) -> np.ndarray:
    """Return how many members of a bloc have each value."""
    n_values = len(counts) // (ALL + 1)
    return counts[bloc * n_values : (bloc + 1) * n_values]


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
def largest(members: np.ndarray, region: np.ndarray, values: np.ndarray, by_bloc: np.ndarray) -> None:
    """Fill the largest value of the members of each bloc; NaN where a bloc has none."""
    by_bloc[:] = np.nan
    for i in members:
        if not by_bloc[region[i]] >= values[i]:
            by_bloc[region[i]] = values[i]


@kernel
def n_peripheral(cities: Rows[City], p: Settings, rows: Rows[Partnership], pilots: np.ndarray) -> int:
    """Count the pilots with a city whose engagement ψ is below e^{−σ²/2}, the median of its distribution."""
    middle, n = math.exp(-0.5 * p.city.engagement_spread * p.city.engagement_spread), 0
    for r in pilots:
        n += min(cities[rows[r].i].engagement, cities[rows[r].j].engagement) < middle
    return n


@kernel
def record(w: State, p: Settings, t: int, members: np.ndarray) -> None:
    """Fill the columns of this family from the census of the month, after those of projects."""
    s, region, by_city, tally, histogram = w.series, w.bloc, w.city_tally, w.tally, w.histogram
    n, projects = tally.members, spread(members, region, by_city.projects, histogram)
    for bloc in range(MAX_REGIONS):
        s[t].gini_projects[bloc] = gini(counts_of(projects, bloc)) if n[bloc] > 0 else np.nan
    largest(members, region, by_city.memoranda, s[t].most_memoranda)
    largest(members, region, by_city.projects, s[t].top_case_share)
    for bloc in range(MAX_REGIONS):
        s[t].top_case_share[bloc] = ratio(s[t].top_case_share[bloc], s[t].clusters_ever)
    ties = spread(members, region, by_city.ties, histogram)
    for bloc in range(MAX_REGIONS):
        s[t].gini_ties[bloc] = gini(counts_of(ties, bloc)) if n[bloc] > 0 else np.nan
    of_all = counts_of(ties, ALL)
    s[t].isolates = ratio(float(of_all[0]), float(n[ALL]))
    s[t].top_decile_share = top_share(of_all, n[ALL])
    tally.peripheral += n_peripheral(w.cities, p, w.partnerships, w.piloted[tally.first_new_pilot : tally.piloted])
    s[t].periphery_share = ratio(float(tally.peripheral), float(tally.piloted))
