"""Compare arms of an experiment that ran under common random numbers.

Every arm runs the same seeds, and one seed draws the same luck in every arm; subtracting run by run takes that luck
out of the comparison. An arm is one combination of the columns ``by``, such as ``["broker.capacity",
"calendar.scale"]``; a table has one row an arm and seed, and one column an outcome. A missing outcome is never
filled in: the run, or the pair, is left out of that outcome and counted.

A table with a column ``draw`` is of runs at draws of a posterior: a draw and a seed are a pair, intervals take the runs
of a draw as one, and five columns more say what parameters do (:func:`experiments.intervals.by_draw`): draws,
by_parameters (their share of the variance of a single run, or difference), expected_low and expected_high (the middle
90 % of what draws expect).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.intervals import LEVEL, OF_DRAWS, PAIRED, by_draw, paired, replicates_needed, t_interval

PRECISION = 0.1  # of a difference: its sign and first digit
SEED, DRAW = "seed", "draw"


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
            there = part[part[outcome].notna()]
            values = there[outcome].to_numpy(float)
            found = by_draw(values, there[DRAW].to_numpy(), level) if DRAW in table else t_interval(values, level)
            rows.append((*arm, outcome, len(there), len(part) - len(there), *found))
    more = OF_DRAWS[3:] if DRAW in table else ()
    return pd.DataFrame(rows, columns=[*by, "outcome", "runs", "missing", "mean", "low", "high", *more])


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
    luck = [name for name in (DRAW, SEED) if name in table]
    arms = {arm: part.set_index(luck)[wanted] for arm, part in _arms(table, by)}
    rows: list[tuple[Any, ...]] = []
    for arm, part in arms.items():
        base = tuple(baseline.get(name, value) for name, value in zip(by, arm, strict=True))
        if base == arm:
            continue
        if base not in arms:
            raise ValueError(f"differences: no runs of the baseline {dict(zip(by, base, strict=True))}")
        a, b = part.align(arms[base], join="outer", axis=0)
        for outcome in wanted:
            found = paired(a[outcome].to_numpy(float), b[outcome].to_numpy(float), level)
            if DRAW in table:
                apart = (a[outcome] - b[outcome]).dropna()
                of_draws = by_draw(apart.to_numpy(float), apart.index.get_level_values(DRAW).to_numpy(), level)
                found = (*found[:2], *of_draws[:3], *found[5:], *of_draws[3:])
            rows.append((*arm, outcome, *found))
    return pd.DataFrame(rows, columns=[*by, "outcome", *PAIRED, *(OF_DRAWS[3:] if DRAW in table else ())])


def main_effects(
    table: pd.DataFrame, levels: Mapping[str, Sequence[Any]], outcomes: Sequence[str], level: float = LEVEL
) -> pd.DataFrame:
    """Return what each factor of a balanced two-level design does on average over all settings of the others.

    The effect is the mean of a seed's runs at the second level minus that at the first, subtracted seed by seed. In a
    fraction of resolution IV no interaction of two factors is in it.

    Parameters
    ----------
    levels
        The two levels of every factor, as the table has them.

    Returns
    -------
    One row a factor and outcome: factor, first, second (the levels as text), outcome, and the columns of
    :func:`differences`.
    """
    parts = []
    for name, (first, second) in levels.items():
        runs = table.groupby([name, *(key for key in (DRAW, SEED) if key in table)])[list(outcomes)]
        halves = runs.mean().where(runs.count().eq(runs.size(), axis=0))
        found = differences(halves.reset_index(), [name], {name: first}, outcomes, level).drop(columns=name)
        found[["factor", "first", "second"]] = name, str(first), str(second)
        parts.append(found)
    return pd.concat(parts, ignore_index=True).set_index(["factor", "first", "second", "outcome"]).reset_index()


def with_replicates(differences: pd.DataFrame, precision: float = PRECISION) -> pd.DataFrame:
    """Return paired differences with the pairs that would know each to ± ``precision`` of its size, one column more.

    The column ``pairs_needed`` is missing where the deviation is 0, or the difference is 0 or unknown; there is none
    where pairs share the draws of a posterior.
    """
    if DRAW + "s" in differences:
        return differences
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
    wanted = [c for c in table.columns if c not in (*by, SEED, DRAW)] if outcomes is None else list(outcomes)
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
