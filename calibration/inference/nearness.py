"""How near rivals come to a record: one distance for all, and what the nearest lists say of statistics held out.

The distance is Euclidean, on the features of lists, in standard deviations over the lists of the first rival, whoever
is measured. Counts of a few hundred are compared, of lists that share runs and draws of the prior: of two that are
less than twice each other nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from calibration.posterior import scales
from calibration.predictive import run_predictive
from calibration.statistics import NAMES, features

NEAR, NEAR_TOGETHER = 1.8, 3.0  # standard deviations, by the fit alone and with concentration
NEAREST, LATER = 300, 100  # lists by which hold-outs are judged; which of the nearest tells how far a rival stays away
RATIO, FEW = 2.0, 10  # counts less than twice each other are alike, and those below ten count as ten
CONCENTRATION = ("busiest European city", "cases and population, Europe", "cases and population, China")


def compared(
    lists: Mapping[str, np.ndarray], observed: np.ndarray, fit: Sequence[str], hold_outs: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how near the lists of each rival come to a record, and how near what was held out comes then.

    Parameters
    ----------
    lists
        Statistics of the lists of each rival by name, shapes (n_lists, n_statistics), as many for each.
    observed
        Statistics of the record, shape (n_statistics,).
    fit, hold_outs
        Which of them measure the distance, and which are looked at.

    Returns
    -------
    A row a rival: rival, lists, near (within 1.8 by the fit), near_together (within 3.0 with concentration),
    distance_100 (of the hundredth nearest, with concentration), verdict and verdict_together (of near and near_together
    against the first's: nearer, farther, nothing).
    A row a rival and hold-out: rival, then those of :func:`calibration.predictive.run_predictive` among the 300
    nearest by the fit, at_least and at_most (shares of them that are at least, at most what the record has).
    """
    first = next(iter(lists.values()))
    together = (*fit, *(name for name in CONCENTRATION if name not in fit))
    places = [NAMES.index(name) for name in hold_outs]
    rows: list[dict[str, Any]] = []
    tables = []
    for rival, table in lists.items():
        by_fit, by_both = (distances(table, observed, used, first) for used in (fit, together))
        rows.append(
            {
                "rival": rival,
                "lists": len(table),
                "near": int(np.count_nonzero(by_fit <= NEAR)),
                "near_together": int(np.count_nonzero(by_both <= NEAR_TOGETHER)),
                "distance_100": float(np.sort(by_both)[min(LATER, len(table)) - 1]),
            }
        )
        nearest = np.argsort(by_fit, kind="stable")[:NEAREST]
        told = judged(table[nearest][:, places], observed[places], hold_outs)
        told.insert(0, "rival", rival)
        tables.append(told)
    for row in rows:
        for column, name in (("near", "verdict"), ("near_together", "verdict_together")):
            row[name] = verdict(row[column], rows[0][column]) if row is not rows[0] else ""
    return pd.DataFrame(rows), pd.concat(tables, ignore_index=True)


def distances(table: np.ndarray, observed: np.ndarray, used: Sequence[str], first: np.ndarray) -> np.ndarray:
    """Return the distance of each list to a record, in standard deviations over the lists of the first rival."""
    _, scale = scales(features(first, used), used)
    apart = (features(table, used) - features(observed, used)) / scale
    return np.asarray(np.sqrt((apart**2).sum(axis=1)))


def judged(near: np.ndarray, observed: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Return what lists say of statistics, with the shares of those that have one and lie as far out as the record."""
    told, has_one = run_predictive(near, observed, names), np.isfinite(near).sum(axis=0)
    for name, beyond in (("at_least", near >= observed), ("at_most", near <= observed)):  # a NaN is neither
        told[name] = np.divide(beyond.sum(axis=0), has_one, out=np.full(len(names), np.nan), where=has_one > 0)
    return told


def verdict(n: int, of_first: int) -> str:
    """Return what a count says against that of the first rival: nearer, farther, or nothing."""
    ratio = max(n, FEW) / max(of_first, FEW)
    return "nearer" if ratio >= RATIO else "farther" if ratio <= 1 / RATIO else "nothing"
