"""Project clusters and how the partnerships spread over themes (measures 10, 20).

A project of several cities is a connected component of partnerships at pilot or beyond in one theme. Clusters merge as
pilots multiply, so that their number may fall.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from abm.bits import bit, n_bits
from abm.jit import State, Table, kernel
from abm.measures.census import Census
from abm.measures.declare import Measure
from abm.measures.stocks import ratio
from abm.neighbours import root
from abm.tables import N_THEMES, NONE, Stage


class Columns(NamedTuple):
    """The columns of this family."""

    clusters: Annotated[float, Measure("project clusters of living pilots", "clusters", 10)]
    clusters_ever: Annotated[float, Measure("project clusters of all pilots so far, ended ones too", "clusters", 10)]
    theme_balance: Annotated[float, Measure("Shannon entropy of the themes of living partnerships over ln 7", "1", 20)]


@kernel
def n_clusters(w: State, pilots: np.ndarray, lowest: int) -> float:
    """Count the components of the pilots that now stand at ``lowest`` or above, theme by theme (union and find)."""
    label = w.work_rows[: len(w.cities) * N_THEMES : 1]  # strided, like the column that `root` is compiled for
    label[:] = NONE
    rows, n = w.partnerships, 0.0
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
def n_projects(rows: Table, pilots: np.ndarray, n_cities: int) -> np.ndarray:
    """Return in how many clusters ever each city is: its themes with a pilot; shape (n_cities,)."""
    themes, n = np.zeros(n_cities, np.uint64), np.empty(n_cities, np.int64)
    for r in pilots:
        themes[rows[r].i] |= bit(rows[r].theme)
        themes[rows[r].j] |= bit(rows[r].theme)
    for i in range(n_cities):
        n[i] = n_bits(themes[i])
    return n


@kernel
def record(
    w: State,
    t: int,
    seen: Census,
) -> None:
    """Fill the columns of this family from the census of the month."""
    s, n, entropy = w.series, float(w.count.live), 0.0
    s[t].clusters = n_clusters(w, seen.pilots, Stage.PILOT.value)
    s[t].clusters_ever = n_clusters(w, seen.pilots, Stage.DISSOLVED.value)
    for k in seen.theme:
        if k > 0:
            entropy -= k / n * math.log(k / n)
    s[t].theme_balance = ratio(entropy, math.log(N_THEMES)) if n > 0.0 else np.nan
