"""The numbers in which record and run are compared: statistics of a printed list, one function for both.

Only members count, in pairs, shares and Ginis; an associate has a number of its own. What has no value, such as a share
of no cases, is NaN here; for inference it becomes a number of its own (:func:`features`), so that no run is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from abm.measures.equity import gini
from abm.parameters import ConfigError
from calibration.printed import N_THEMES, Cities, Printed

LACKING = -1.0  # a feature without a value


class Statistic(NamedTuple):
    """One statistic of a printed list: how it is used, what it can be, and the scale on which runs are compared."""

    name: str
    role: Literal["fit", "hold-out"]
    legal: tuple[float, float] = (0, 1)
    scale: Literal["plain", "log1p", "log"] = "plain"


COUNT = (0, math.inf)
STATISTICS = (
    Statistic("cities with a plan", "fit", COUNT),
    Statistic("pilot cases", "fit", COUNT, "log1p"),
    Statistic("pairs of cities in cases", "fit", COUNT, "log1p"),
    Statistic("European cities in a case", "fit", COUNT),
    Statistic("Gini of cases, Europe", "fit"),
    Statistic("full helix", "fit"),
    Statistic("university in a case", "fit"),
    Statistic("firm in a case", "fit"),
    Statistic("implemented cases", "fit"),
    Statistic("member cities a case", "fit", COUNT, "log"),
    Statistic("Chinese cities in a case", "hold-out", COUNT),
    Statistic("Gini of cases, China", "hold-out"),
    Statistic("most memoranda, China", "hold-out", COUNT),
    Statistic("busiest European city", "hold-out"),
    Statistic("theme balance of cases", "hold-out"),
    Statistic("first implemented case", "hold-out", COUNT),
    Statistic("second European city", "hold-out"),
    Statistic("busiest Chinese city", "hold-out"),
    Statistic("largest case", "hold-out", COUNT),
    Statistic("cases with an associate", "hold-out"),
    Statistic("cases and population, Europe", "hold-out", (-1, 1)),
    Statistic("cases and population, China", "hold-out", (-1, 1)),
)
NAMES = tuple(s.name for s in STATISTICS)
FITTED = tuple(s.name for s in STATISTICS if s.role == "fit")
HELD_OUT = tuple(s.name for s in STATISTICS if s.role == "hold-out")


def statistics(printed: Printed, cities: Cities) -> np.ndarray:
    """Return every statistic of a printed list, in the order of ``STATISTICS``, shape (n_statistics,)."""
    europe, china = printed.named[:, cities.europe], printed.named[:, cities.china]
    in_europe, in_china = europe.sum(axis=0), china.sum(axis=0)
    size, n = europe.sum(axis=1) + china.sum(axis=1), len(printed.theme)
    busiest = np.sort(in_europe)[::-1]
    associates = printed.named[:, cities.associates].sum(axis=1) > 0
    return np.array(
        [
            printed.plans,
            n,
            np.count_nonzero(europe.T.astype(np.int64) @ china),
            np.count_nonzero(in_europe),
            gini(np.bincount(in_europe)),
            share(np.logical_and(printed.university, printed.firm)),
            share(printed.university),
            share(printed.firm),
            share(printed.implemented),
            size.mean() if n else np.nan,
            np.count_nonzero(in_china),
            gini(np.bincount(in_china)),
            printed.memoranda,
            busiest[0] / n if n else np.nan,
            balance(np.bincount(printed.theme, minlength=N_THEMES)),
            printed.first,
            busiest[1] / n if n else np.nan,
            in_china.max() / n if n else np.nan,
            size.max() if n else np.nan,
            share(associates),
            spearman(in_europe, cities.log_size[cities.europe]),
            spearman(in_china, cities.log_size[cities.china]),
        ],
        float,
    )


def share(of_cases: np.ndarray) -> float:
    """Return the share of cases that have something; NaN where there are no cases."""
    return np.count_nonzero(of_cases) / len(of_cases) if len(of_cases) else math.nan


def balance(counts: np.ndarray) -> float:
    """Return the Shannon entropy of counts over the logarithm of their number; NaN where there is nothing."""
    shares = counts[counts > 0] / max(counts.sum(), 1)
    return float(-(shares * np.log(shares)).sum() / math.log(len(counts))) if len(shares) else math.nan


def spearman(counts: np.ndarray, sizes: np.ndarray) -> float:
    """Return Spearman's rank correlation of cases and population; NaN where all cities have as many cases."""
    if len(counts) < 2 or counts.min() == counts.max() or sizes.min() == sizes.max():
        return math.nan
    a, b = ranks(counts), ranks(sizes)
    return float(a @ b / math.sqrt((a @ a) * (b @ b)))


def ranks(values: np.ndarray) -> np.ndarray:
    """Return ranks, equal values sharing theirs, about their mean."""
    ordered = np.sort(values)
    return 0.5 * (np.searchsorted(ordered, values) + np.searchsorted(ordered, values, "right") - len(values))


def features(table: np.ndarray, used: Sequence[str] = FITTED) -> np.ndarray:
    """Return statistics of lists on the scales of inference, shape (…, n_used); what has no value is −1."""
    columns = []
    for value, scale in ((table[..., place], STATISTICS[place].scale) for place in map(NAMES.index, used)):
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.log1p(value) if scale == "log1p" else np.log(value) if scale == "log" else value
        columns.append(np.where(np.isfinite(found), found, LACKING))
    return np.stack(columns, axis=-1)


def check_record(observed: np.ndarray, used: Sequence[str] = NAMES) -> Mapping[str, float]:
    """Return the statistics of a record by name, or refuse one of those ``used`` that is missing or cannot be."""
    for statistic, value in zip(STATISTICS, observed, strict=True):
        low, high = statistic.legal
        if statistic.name in used and not low <= value <= high:  # a NaN fails this too
            legal = f"a number of at least {low:g}" if math.isinf(high) else f"a number from {low:g} to {high:g}"
            raise ConfigError(f"record: {statistic.name} = {value:g}: must be {legal}")
    return dict(zip(NAMES, map(float, observed), strict=True))
