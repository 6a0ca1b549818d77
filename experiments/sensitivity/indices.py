"""Indices of the mean response, the share of luck and their intervals: many outcomes of one block design in one pass.

With V_g, σ² and the other terms of :mod:`experiments.sensitivity.products`:

- luck share σ² / (V_g + σ²): what no parameter explains; *alike*: the part of it that is the same at every point;
- S1 = V_i / V_g, alone; ST = V_Ti / V_g, in all; S2 = V_il / V_g, what a pair does only together;
- ST within a world: the same as ST where luck is held.

Intervals are those of ratios of means over blocks, and are never clipped: an estimate below 0 is one of about 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr

from abm.parameters import ConfigError
from experiments.intervals import LEVEL, ratios, t_interval
from experiments.sensitivity import additive, curves, products
from experiments.sensitivity.blocks import Blocks
from experiments.sensitivity.found import Found
from experiments.sensitivity.holes import checked, holes
from experiments.sensitivity.replicates import best_replicates
from experiments.sensitivity.words import NO_EFFECT, NOTHING, UNCLEAR, UNDEFINED


class Columns(NamedTuple):
    """What an analysis says of one outcome: columns of its tables, a row a column, a pair, one, a place of a curve."""

    table: dict[str, np.ndarray]
    pairs: dict[str, np.ndarray]
    luck: dict[str, np.ndarray]
    curves: dict[str, np.ndarray]


def indices(
    y: np.ndarray,
    design: Blocks,
    outcomes: Sequence[str] = ("y",),
    months: Sequence[int] | None = None,
    failed: np.ndarray | None = None,
    level: float = LEVEL,
) -> Found:
    """Return the indices of every outcome, those of the pairs, luck, and curves.

    Parameters
    ----------
    y
        Outcomes of the runs of a design, shape (n_blocks, n_points, replicates, n_outcomes), points in its order; the
        last axis may be missing if there is one outcome.
    outcomes, months
        Name and month of each outcome; no months if they are not of a month.
    failed
        Which runs failed, shape (n_blocks, n_points, replicates); those without any finite outcome if left out.

    Raises
    ------
    ConfigError
        If the shape is not that of the design, or an outcome stands there twice.
    Unanswerable
        If more than one block in twenty has a failed run.
    """
    y = checked(y, design, outcomes)
    if not 0.0 < level < 1.0:
        raise ConfigError(f"level = {level}: must lie between 0 and 1, such as 0.95")
    when = [pd.NA] * len(outcomes) if months is None else list(months)
    if len(when) != len(outcomes):
        raise ConfigError(f"{len(outcomes)} outcomes and {len(when)} months")
    keys = pd.DataFrame({"outcome": list(outcomes), "month": pd.array(when, dtype="Int64")})
    if keys.duplicated().any():
        raise ConfigError(f"outcome {keys['outcome'][keys.duplicated()].iloc[0]} stands there twice")
    missing = holes(y, design, failed)
    kept = design.take(np.flatnonzero(missing.whole))
    columns, at = additive.prepared(kept), curves.places(kept)
    parts = []
    for m in range(len(outcomes)):
        values = np.ascontiguousarray(np.moveaxis(y[missing.whole, ..., m], 0, -1))
        if n := int(missing.undefined[m]):
            values[:] = np.nan
        parts.append(analysed(values, columns, at, level, UNDEFINED.format(n, kept.n_runs) if n else ""))
    names = np.array(list(kept.columns), dtype=object)
    one, other = np.triu_indices(len(names), 1)
    pairs = pd.DataFrame({"factor": names[one], "other": names[other]})
    return Found(
        design=kept,
        table=stacked(pd.DataFrame({"factor": names}), keys, [part.table for part in parts]),
        pairs=with_holm(stacked(pairs, keys, [part.pairs for part in parts]), level),
        luck=stacked(pd.DataFrame(index=[0]), keys, [part.luck for part in parts]),
        curves=stacked(at.table, keys, [part.curves for part in parts]),
        left_out=int(np.count_nonzero(~missing.whole)),
        note=missing.note,
    )


def analysed(
    y: np.ndarray, columns: Sequence[additive.Differences], at: curves.Places, level: float, refused: str
) -> Columns:
    """Return what there is to say of one outcome, shape (n_points, replicates, n_blocks), or why it is ``refused``."""
    t = products.terms(y, columns)
    explained = t_interval(t.explained, level)
    moves = explained[1] > 0.0
    everything = t.explained + t.luck
    of, world = (t.explained, t.of_world) if moves else (np.zeros_like(everything),) * 2  # nothing to share out
    total = ratios(t.total, of, level)
    above = total[1] > 0.0
    why = refused or ("" if moves else NOTHING)
    says = np.where(why != "", why, np.where(t.still, NO_EFFECT, np.where(above, "", UNCLEAR)))
    together = ratios(t.pairs, of, level)
    luck = _interval("V_g", np.array(explained)[:, None])
    for name, part in (("share", t.luck), ("alike", t.alike)):
        luck |= _interval(name, ratios(part[None], everything, level))
    best = best_replicates(products.changes(y), total[2] - total[1])
    return Columns(
        _interval("S1", ratios(t.alone, of, level))
        | _interval("ST", total)
        | _interval("ST_within_world", ratios(t.in_world, world, level))
        | {"distinguishable": above, "says": says},
        _interval("S2", together) | {"p": two_sided(together[0], together[3], len(of))},
        luck | {"best_replicates": np.array([best]), "says": np.array([why])},
        curves.heights(y, columns, t.fit, at, level),
    )


def two_sided(estimate: np.ndarray, error: np.ndarray, n: int) -> np.ndarray:
    """Return the chance of an estimate as far from 0 if nothing is there; NaN where there is neither."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(2.0 * stdtr(n - 1, -np.abs(estimate / error)))


def with_holm(pairs: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return pairs marked as distinguishable where all of a month together are wrong as seldom as one interval.

    Holm 1979: the m-th smallest p of n is compared with α / (n − m + 1), until one is larger.
    """
    marked = np.zeros(len(pairs), bool)
    month, months = pd.factorize(pairs["month"], use_na_sentinel=False)
    for at in range(len(months)):
        places = np.flatnonzero(month == at)
        p = pairs["p"].to_numpy()[places]
        places, p = places[~np.isnan(p)], p[~np.isnan(p)]
        order = np.argsort(p, kind="stable")
        passes = p[order] <= (1.0 - level) / (len(p) - np.arange(len(p)))
        marked[places[order]] = np.logical_and.accumulate(passes)
    return pairs.assign(distinguishable=marked)


def _interval(name: str, found: Sequence[np.ndarray] | np.ndarray) -> dict[str, np.ndarray]:
    """Return estimate, low and high as columns."""
    return {name: found[0], f"{name}_low": found[1], f"{name}_high": found[2]}


def stacked(rows: pd.DataFrame, keys: pd.DataFrame, parts: Sequence[dict[str, np.ndarray]]) -> pd.DataFrame:
    """Return the rows of all outcomes under one another: what they are of, outcome and month, and what was found."""
    within = np.tile(np.arange(len(rows)), len(keys))
    of = np.repeat(np.arange(len(keys)), len(rows))
    found = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    both = [table.iloc[order].reset_index(drop=True) for table, order in ((rows, within), (keys, of))]
    return pd.concat([*both, found], axis=1)
