"""The runs of a study in the page itself, so that a reader compares any two points without a server."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.special import stdtrit

from experiments.factor import worded
from experiments.intervals import LEVEL
from experiments.report.page.evidence import Evidence

MOST_BYTES = 1_300_000  # of runs, so that a page has at most two million with its text
MOST_POINTS, MOST_REPLICATES = 400, 5_000
MISSING = -32_768  # in columns of whole numbers


class TooLarge(Exception):
    """The runs do not fit, or there is nothing to compare; the key of the words that say why."""


def packed(found: Evidence) -> dict[str, Any]:
    """Return everything the page needs to compare two points exactly.

    Whole numbers are kept in 16 bits, all others in 64, point by point and replicate by replicate. ``t`` has the
    quantiles of Student's distribution by number of pairs, from two on.

    Raises
    ------
    TooLarge
        If the runs are too many, there is one point, points share no seeds, or runs share draws.
    """
    study = found.study
    if found.draws is not None:
        raise TooLarge("why_draws")
    if found.blocks or not study.common_random_numbers:
        raise TooLarge("why_blocks" if found.blocks else "why_apart")
    if (points := found.runs["point"].nunique()) < 2:
        raise TooLarge("why_one")
    n = int(found.runs["replicate"].max())
    if points > MOST_POINTS or n > MOST_REPLICATES:
        raise TooLarge("why_large")
    there = set(found.runs["point"])
    order = [point.id for point in study.points() if point.id in there]
    wide = [found.runs.pivot(index="point", columns="replicate", values=outcome) for outcome in study.outcomes]
    columns = [column_of(table.reindex(order, columns=range(1, n + 1)).to_numpy(float)) for table in wide]
    if sum(len(column["data"]) for column in columns) > MOST_BYTES:
        raise TooLarge("why_large")
    settings = {point.id: list(map(worded, point.settings)) for point in study.points()}
    levels = [list(dict.fromkeys(settings[point][x] for point in order)) for x in range(len(study.factors))]
    return {
        "outcomes": list(study.outcomes),
        "points": order,
        "at": [[levels[x].index(value) for x, value in enumerate(settings[point])] for point in order],
        "replicates": n,
        "columns": columns,
        "missing": MISSING,
        "t": quantiles(range(2, n + 1)),
    }


def column_of(values: np.ndarray) -> dict[str, str]:
    """Return an outcome of all runs, shape (n_points, n_replicates), as text: its type and its bytes."""
    there = values[~np.isnan(values)]
    whole = bool(np.all(there == np.round(there))) and bool(np.all(np.abs(there) < -MISSING))
    kept = np.where(np.isnan(values), MISSING, values).astype("<i2") if whole else values.astype("<f8")
    return {"type": "i2" if whole else "f8", "data": base64.b64encode(kept.tobytes()).decode("ascii")}


def quantiles(pairs: Iterable[int]) -> list[float]:
    """Return Student's quantile for so many pairs."""
    return [float(stdtrit(n - 1, 0.5 + LEVEL / 2)) for n in pairs]
