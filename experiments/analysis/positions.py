"""Where cities stand in the network in a month, and what they begin after it: brokerage positions and outcomes.

The outcome comes after the position, so that it is no part of it. It is an association all the same: an active city
has more partners and begins more pilots.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from abm.engine import simulate
from abm.input.scenario import Scenario
from abm.setup.names import names
from abm.state.words import Stage

LATER = "pilots_begun_later"


def tied_at(rows: Any, month: int) -> nx.Graph:
    """Return the network at the end of a month: rows of cities with a living partnership from the memorandum on."""
    signed = rows["reached"][:, Stage.MEMORANDUM]
    lives = (rows["ended"] < 0) | (rows["ended"] > month)
    chosen = rows[(signed >= 0) & (signed <= month) & lives]
    return nx.Graph(zip(chosen["i"].tolist(), chosen["j"].tolist(), strict=True))


def positions(scenario: Scenario, seeds: Iterable[int], month: int) -> pd.DataFrame:
    """Return the position of every city at the end of a month, and the pilots that it began in the months after it.

    Returns
    -------
    One row a seed and city: seed, city_id, region, constraint (Burt 1992; NaN without a tie), pilots_begun_later.
    """
    known, w, parts = names(scenario), None, []
    who = pd.DataFrame(scenario.cities)[["city_id", "region"]]
    for seed in seeds:
        _, w = simulate(scenario, [seed], w)
        rows = np.asarray(w.partnerships)[: int(w.count.partnerships)]
        tied = tied_at(rows, month)
        constraint = nx.constraint(tied) if len(tied) else {}
        later = rows[rows["reached"][:, Stage.PILOT] > month]
        counts = np.bincount(np.concatenate([later["i"], later["j"]]), minlength=len(known.cities))
        part = who.assign(constraint=[constraint.get(i, np.nan) for i in who.index])
        part[LATER] = counts
        part.insert(0, "seed", seed)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
