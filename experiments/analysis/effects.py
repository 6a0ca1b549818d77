"""Compare arms of an experiment that ran under common random numbers.

Every arm runs the same seeds, and one seed draws the same luck in every arm; subtracting run by run takes that luck
out of the comparison. An arm is one combination of the columns ``by``, such as ``["broker.capacity",
"calendar.scale"]``; a table has one row an arm and seed, and one column an outcome. A missing outcome is never
filled in: the run, or the pair, is left out of that outcome and counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

LEVEL = 0.95
PRECISION = 0.1  # of a difference: its sign and first digit
SEED = "seed"


def t_interval(values: np.ndarray, level: float = LEVEL) -> tuple[float, float, float]:
    """Return mean, low and high of Student's interval for a mean; NaN where the number of values does not give it.

    x̄ ± t(n − 1) · s / √n. One value has a mean and no interval; values that never vary have an interval of width 0.
    """
    n = len(values)
    if n == 0:
        return math.nan, math.nan, math.nan
    mean = float(np.mean(values))
    if n == 1:
        return mean, math.nan, math.nan
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * float(np.std(values, ddof=1)) / math.sqrt(n)
    return mean, mean - half, mean + half


def means(
    table: pd.DataFrame, by: Sequence[str], outcomes: Sequence[str] | None = None, level: float = LEVEL
) -> pd.DataFrame:
    """Return the mean of every outcome in every arm with its interval.

    Returns
    -------
    One row an arm and outcome: ``by``, outcome, runs, missing, mean, low, high.
    """
    wanted = _outcomes(table, by, outcomes)
    rows = []
    for arm, part in _arms(table, by):
        for outcome in wanted:
            values = part[outcome].to_numpy(float)
            there = values[~np.isnan(values)]
            mean, low, high = t_interval(there, level)
            rows.append((*arm, outcome, len(there), len(values) - len(there), mean, low, high))
    return pd.DataFrame(rows, columns=[*by, "outcome", "runs", "missing", "mean", "low", "high"])


def differences(
    table: pd.DataFrame,
    by: Sequence[str],
    baseline: Mapping[str, Any],
    outcomes: Sequence[str] | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return paired differences of every arm to its baseline, with intervals.

    Parameters
    ----------
    baseline
        Values of some of the columns ``by``. An arm is compared with the arm that has these values there and its own
        values everywhere else: ``{"broker.capacity": 0}`` compares each broker with none at the same events.

    Returns
    -------
    One row an arm and outcome: ``by``, outcome, pairs, dropped (pairs with a missing value or without a partner),
    difference, low, high (paired t), deviation (standard deviation of the differences), p_greater (share of pairs in
    which the arm has more, ties half), variance_reduction (1 − var(a − b) / (var a + var b): what common random
    numbers saved; NaN where nothing varies).
    """
    wanted = _outcomes(table, by, outcomes)
    unknown = [name for name in baseline if name not in by]
    if unknown or not baseline:
        raise ValueError(f"differences: the baseline names {unknown or 'nothing'}; it must name some of {list(by)}")
    arms = {arm: part.set_index(SEED)[wanted] for arm, part in _arms(table, by)}
    rows: list[tuple[Any, ...]] = []
    for arm, part in arms.items():
        base = tuple(baseline.get(name, value) for name, value in zip(by, arm, strict=True))
        if base == arm:
            continue
        if base not in arms:
            raise ValueError(f"differences: no runs of the baseline {dict(zip(by, base, strict=True))}")
        a, b = part.align(arms[base], join="outer", axis=0)
        for outcome in wanted:
            rows.append((*arm, outcome, *paired(a[outcome].to_numpy(float), b[outcome].to_numpy(float), level)))
    return pd.DataFrame(rows, columns=[*by, "outcome", *PAIRED])


PAIRED = ("pairs", "dropped", "difference", "low", "high", "deviation", "p_greater", "variance_reduction")


def paired(a: np.ndarray, b: np.ndarray, level: float = LEVEL) -> tuple[float, ...]:
    """Return :data:`PAIRED` for two arms run by run, shape (n_seeds,) each, NaN where an outcome is missing."""
    there = ~(np.isnan(a) | np.isnan(b))
    a, b = a[there], b[there]
    n, difference = len(a), a - b
    deviation = float(np.std(difference, ddof=1)) if n > 1 else math.nan
    apart = float(np.var(a, ddof=1) + np.var(b, ddof=1)) if n > 1 else math.nan
    p_greater = float(np.mean((difference > 0) + 0.5 * (difference == 0))) if n else math.nan
    saved = 1 - deviation**2 / apart if apart > 0 else math.nan
    return n, len(there) - n, *t_interval(difference, level), deviation, p_greater, saved


def replicates_needed(deviation: float, half_width: float, level: float = LEVEL) -> int:
    """Return the least number of runs (or pairs) whose interval is no wider than ± ``half_width``.

    The smallest n ≥ 2 with t(n − 1) · s / √n ≤ h, for a standard deviation s that is taken as known.
    """
    if not (math.isfinite(deviation) and deviation >= 0 and half_width > 0):
        raise ValueError(f"replicates_needed: no number of runs for deviation {deviation} and half width {half_width}")
    wide = 0.5 + level / 2
    n = max(2, math.ceil((float(ndtri(wide)) * deviation / half_width) ** 2))
    while float(stdtrit(n - 1, wide)) * deviation / math.sqrt(n) > half_width:
        n += 1
    return n


def with_replicates(differences: pd.DataFrame, precision: float = PRECISION) -> pd.DataFrame:
    """Return paired differences with the pairs that would know each to ± ``precision`` of its size, one column more.

    The column ``pairs_needed`` is missing where the deviation is 0, or the difference is 0 or unknown.
    """
    needed = [
        replicates_needed(s, precision * abs(d)) if s > 0 and abs(d) > 1e-6 * s else None
        for d, s in zip(differences["difference"], differences["deviation"], strict=True)
    ]
    return differences.assign(pairs_needed=pd.array(needed, dtype="Int64"))


def left_out(effects: pd.DataFrame) -> str:
    """Return one sentence on what was left out of :func:`means` or :func:`differences`, empty if nothing was."""
    column = "missing" if "missing" in effects else "dropped"
    found = effects.groupby("outcome", sort=False)[column].sum()
    parts = [f"{name} ({int(n)})" for name, n in found.items() if n]
    what = "Runs without a value" if column == "missing" else "Pairs without two values"
    return f"{what} were left out: {', '.join(parts)}." if parts else ""


def _outcomes(table: pd.DataFrame, by: Sequence[str], outcomes: Sequence[str] | None) -> list[str]:
    """Return the outcomes to work on; refuse a table that lacks columns or has an arm's seed twice."""
    wanted = [c for c in table.columns if c not in (*by, SEED)] if outcomes is None else list(outcomes)
    missing = [name for name in (*by, SEED, *wanted) if name not in table.columns]
    if missing:
        raise ValueError(f"effects: column(s) {', '.join(missing)} missing; the table has {', '.join(table.columns)}")
    keys = table[[*by, SEED]]
    if keys.isna().any(axis=None):
        raise ValueError("effects: an arm or a seed is missing in some row")
    if keys.duplicated().any():
        raise ValueError(f"effects: the run {keys[keys.duplicated()].iloc[0].to_dict()} stands there twice")
    return wanted


def _arms(table: pd.DataFrame, by: Sequence[str]) -> list[tuple[tuple[Any, ...], pd.DataFrame]]:
    """Return every arm with its rows, in the order in which the arms first appear."""
    return [(arm, part) for arm, part in table.groupby(list(by), sort=False)]
