"""Projects, project clusters, and how the partnerships spread over themes (measures 10, 20).

A pilot is a project of its two cities and those invited. A project cluster, a case in the words of the programme, is a
connected component of partnerships at pilot or beyond in one theme; who was only invited connects nothing. Clusters
merge as pilots multiply, so that their number may fall.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from abm.machine.jit import State, kernel
from abm.measures.declare import Measure
from abm.measures.stocks import ratio
from abm.state.entities import Partnership
from abm.state.memory import Rows, Sized
from abm.state.neighbours import root
from abm.state.words import MAX_REGIONS, N_THEMES, NONE, ThemeChoice

GOVERNANCE = ThemeChoice.GOVERNANCE.value  # the last theme, which the programme's list of cases does not have

LISTS = {
    "labels": Sized(lambda w: N_THEMES * len(w.cities)),
    "labels_ever": Sized(lambda w: N_THEMES * len(w.cities)),  # kept through the run
}


class Columns(NamedTuple):
    """The columns of this family."""

    clusters: Annotated[float, Measure("project clusters of living pilots", "clusters", 10)]
    clusters_ever: Annotated[float, Measure("project clusters of all pilots so far, ended ones too", "clusters", 10)]
    cities_a_project: Annotated[
        float,
        Measure("cities of a project, mean over all so far: the two of its pilot and those invited", "cities", 10),
    ]
    cities_in_project: Annotated[
        float,
        Measure("cities of a bloc that were ever in a project, invited ones and associates too", "cities", 10, True),
    ]
    theme_balance: Annotated[float, Measure("Shannon entropy of the themes of living partnerships over ln 7", "1", 20)]
    case_theme_balance: Annotated[
        float, Measure("that of the themes of project clusters ever over ln 6, governance left out", "1", 20)
    ]


@kernel
def begin(w: State) -> None:
    """Start a run with no city in a project."""
    w.labels_ever[:] = NONE


@kernel
def count_living(rows: Rows[Partnership], pilots: np.ndarray, label: np.ndarray, n: np.ndarray) -> None:
    """Count the clusters of the partnerships that stand at a pilot or beyond, by theme; ``label`` is room."""
    n[:] = 0
    for r in pilots:
        for i in (rows[r].i, rows[r].j):
            label[i * N_THEMES + rows[r].theme] = NONE
    join_clusters(rows, pilots, label, n)


@kernel
def join_clusters(rows: Rows[Partnership], pilots: np.ndarray, label: np.ndarray, n: np.ndarray) -> None:
    """Add pilots to clusters, components by theme (union and find).

    ``label`` has a number for each city and theme, −1 where there is no project yet; ``n`` are the clusters, shape
    (N_THEMES,).
    """
    for r in pilots:
        a, b = rows[r].i * N_THEMES + rows[r].theme, rows[r].j * N_THEMES + rows[r].theme
        for x in (a, b):
            if label[x] == NONE:
                label[x] = x
                n[rows[r].theme] += 1
        a, b = root(label, a), root(label, b)
        if a != b:
            label[max(a, b)] = min(a, b)
            n[rows[r].theme] -= 1


@kernel
def total(counts: np.ndarray) -> float:
    """Return the sum of counts by theme."""
    n = 0
    for k in counts:
        n += k
    return float(n)


@kernel
def balance(counts: np.ndarray) -> float:
    """Return the Shannon entropy of counts by theme over the logarithm of their number; NaN where there is nothing."""
    n, entropy = total(counts), 0.0
    for k in counts:
        if k > 0:
            entropy -= k / n * math.log(k / n)
    return ratio(entropy, math.log(len(counts))) if n > 0.0 else np.nan


@kernel
def record(w: State, t: int, pilots: np.ndarray) -> None:
    """Fill the columns of this family from the census of the month and the partnerships from the pilot on."""
    s, rows, tally = w.series, w.partnerships, w.tally
    if tally.pilots_moved:
        new = w.piloted[tally.first_new_pilot : tally.piloted]
        count_living(rows, pilots, w.labels, tally.clusters)
        join_clusters(rows, new, w.labels_ever, tally.clusters_ever)
    s[t].clusters, s[t].clusters_ever = total(tally.clusters[:]), total(tally.clusters_ever[:])
    s[t].cities_a_project = 2.0 + ratio(float(tally.participants), float(tally.piloted))
    for bloc in range(MAX_REGIONS):
        s[t].cities_in_project[bloc] = tally.in_project[bloc]
    s[t].theme_balance = balance(tally.theme[:])  # [:] as below: other types would be compiled once more
    s[t].case_theme_balance = balance(tally.clusters_ever[:GOVERNANCE])
