"""Indices of the mean response, the share of luck and their intervals: many outcomes of one block design in one pass.

With V_g, σ² and the other terms of :mod:`experiments.sensitivity.products`:

- luck share σ² / (V_g + σ²): what no parameter explains; *alike*: the part of it that is the same at every point;
- S1 = V_i / V_g, alone; ST = V_Ti / V_g, in all; S2 = V_il / V_g, what a pair does only together;
- ST within a world: the same as ST where luck is held.

Intervals are those of ratios of means over blocks, and are never clipped: an estimate below 0 is one of about 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

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


class Outcome(NamedTuple):
    """What an analysis says of one outcome: rows of its tables."""

    table: dict[str, Any]
    pairs: dict[str, Any]
    luck: dict[str, Any]
    curves: pd.DataFrame


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
        If the shape is not that of the design.
    Unanswerable
        If more than one block in twenty has a failed run.
    """
    y = checked(y, design, outcomes)
    when = [pd.NA] * len(outcomes) if months is None else list(months)
    if len(when) != len(outcomes):
        raise ConfigError(f"{len(outcomes)} outcomes and {len(when)} months")
    missing = holes(y, design, failed)
    kept = design.take(np.flatnonzero(missing.whole))
    columns = additive.prepared(kept)
    parts = []
    for m, name in enumerate(outcomes):
        key = {"outcome": name, "month": when[m]}
        values = np.ascontiguousarray(np.moveaxis(y[missing.whole, ..., m], 0, -1))
        if n := int(missing.undefined[m]):
            values[:] = np.nan
        parts.append(analysed(values, kept, columns, key, level, UNDEFINED.format(n, kept.n_runs) if n else ""))
    return Found(
        design=kept,
        table=_joined([part.table for part in parts]),
        pairs=with_holm(_joined([part.pairs for part in parts]), level),
        luck=_joined([part.luck for part in parts]),
        curves=pd.concat([part.curves for part in parts], ignore_index=True),
        left_out=int(np.count_nonzero(~missing.whole)),
        note=missing.note,
    )


def analysed(
    y: np.ndarray,
    design: Blocks,
    columns: Sequence[additive.Differences],
    key: dict[str, Any],
    level: float,
    refused: str,
) -> Outcome:
    """Return what there is to say of one outcome, shape (n_points, replicates, n_blocks), or why it is ``refused``."""
    t = products.terms(y, columns)
    explained = t_interval(t.explained, level)
    moves = explained[1] > 0.0
    by = t.explained if moves else np.zeros_like(t.explained)
    st = ratios(t.total, by, level)
    _, low, high, _ = st
    why = refused or ("" if moves else NOTHING)
    says = np.where(why != "", why, np.where(t.still, NO_EFFECT, np.where(low > 0.0, "", UNCLEAR)))
    table = {"factor": list(design.columns), **_key(key, len(says))}
    table |= _interval("S1", ratios(t.alone, by, level)) | _interval("ST", st)
    table |= _interval("ST_within_world", ratios(t.in_world, t.of_world if moves else by, level))
    table |= {"distinguishable": low > 0.0, "says": says}
    everything = t.explained + t.luck
    luck = {**_key(key, 1), **_interval("V_g", list(np.array(explained)[:, None]))}
    luck |= _interval("share", ratios(t.luck[None], everything, level))
    luck |= _interval("alike", ratios(t.alike[None], everything, level))
    luck |= {"best_replicates": [best_replicates(products.changes(y), t.fit.d, high - low)]}
    luck |= {"says": [why]}
    return Outcome(
        table,
        _pairs(design, key, ratios(t.pairs, by, level)),
        luck,
        curves.curves(y, design, columns, t.fit, level).assign(**key),
    )


def _pairs(design: Blocks, key: dict[str, Any], found: tuple[np.ndarray, ...]) -> dict[str, Any]:
    """Return the rows of the pairs of one outcome, with the two-sided p that nothing is there."""
    names = list(design.columns)
    one, other = np.triu_indices(len(names), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2.0 * stdtr(len(design) - 1, -np.abs(found[0] / found[3]))
    return {
        "factor": [names[i] for i in one],
        "other": [names[i] for i in other],
        **_key(key, len(one)),
        **_interval("S2", found),
        "p": p,
    }


def with_holm(pairs: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return pairs marked as distinguishable where all of a month together are wrong as seldom as one interval.

    Holm 1979: the m-th smallest p of n is compared with α / (n − m + 1), until one is larger.
    """
    marked = np.zeros(len(pairs), bool)
    for places in pairs.groupby("month", dropna=False).indices.values():
        p = pairs["p"].to_numpy()[places]
        places, p = places[~np.isnan(p)], p[~np.isnan(p)]
        order = np.argsort(p, kind="stable")
        passes = p[order] <= (1.0 - level) / (len(p) - np.arange(len(p)))
        marked[places[order]] = np.logical_and.accumulate(passes)
    return pairs.assign(distinguishable=marked)


def _key(key: dict[str, Any], n: int) -> dict[str, Any]:
    """Return the columns that say which outcome ``n`` rows are of."""
    return {"outcome": [key["outcome"]] * n, "month": pd.array([key["month"]] * n, dtype="Int64")}


def _interval(name: str, found: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Return estimate, low and high as columns."""
    return {name: found[0], f"{name}_low": found[1], f"{name}_high": found[2]}


def _joined(parts: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows of all outcomes as one table."""
    return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
