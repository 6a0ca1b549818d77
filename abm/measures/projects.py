"""Project clusters and how the partnerships spread over themes (measures 10, 20).

A project of several cities is a connected component of partnerships at pilot or beyond in one theme. Clusters merge as
pilots multiply, so that their number may fall.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from abm.jit import State, Table, kernel
from abm.measures.declare import Measure
from abm.measures.stocks import ratio
from abm.neighbours import root
from abm.tables import N_THEMES, NONE, Stage

ROOM = {"labels": lambda w: N_THEMES * len(w.cities)}


class Columns(NamedTuple):
    """The columns of this family."""

    clusters: Annotated[float, Measure("project clusters of living pilots", "clusters", 10)]
    clusters_ever: Annotated[float, Measure("project clusters of all pilots so far, ended ones too", "clusters", 10)]
    theme_balance: Annotated[float, Measure("Shannon entropy of the themes of living partnerships over ln 7", "1", 20)]


@kernel
def n_clusters(rows: Table, pilots: np.ndarray, lowest: int, label: np.ndarray) -> float:
    """Count the components of the pilots that now stand at ``lowest`` or above, theme by theme (union and find).

    ``label`` is room for a number for each city and theme.
    """
    n = 0.0
    for r in pilots:
        for i in (rows[r].i, rows[r].j):
            label[i * N_THEMES + rows[r].theme] = NONE
    for r in pilots:
        if rows[r].stage < lowest:
            continue
        a, b = rows[r].i * N_THEMES + rows[r].theme, rows[r].j * N_THEMES + rows[r].theme
        for x in (a, b):
            if label[x] == NONE:
                label[x] = x
                n += 1.0
        a, b = root(label, a), root(label, b)
        if a != b:
            label[max(a, b)] = min(a, b)
            n -= 1.0
    return n


@kernel
def record(w: State, t: int) -> None:
    """Fill the columns of this family from the census of the month."""
    s, rows, tally, n, entropy = w.series, w.partnerships, w.tally, float(w.count.live), 0.0
    if tally.pilots_moved:
        pilots = w.piloted[: tally.piloted]
        label = w.labels
        tally.clusters = n_clusters(rows, pilots, Stage.PILOT, label)
        tally.clusters_ever = n_clusters(rows, pilots, Stage.DISSOLVED, label)
    s[t].clusters, s[t].clusters_ever = tally.clusters, tally.clusters_ever
    for k in tally.theme:
        if k > 0:
            entropy -= k / n * math.log(k / n)
    s[t].theme_balance = ratio(entropy, math.log(N_THEMES)) if n > 0.0 else np.nan
