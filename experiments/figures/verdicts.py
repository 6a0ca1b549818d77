"""What a figure of sensitivity found, as its heading: computed from its tables, and worded by their intervals.

A heading speaks of one outcome in its last month; factors whose intervals overlap that of the first stand beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from experiments.figures.headlines import CHANCE, spoken_of
from experiments.figures.panels import Key, heading, of, outcomes
from experiments.figures.text import decimals, label_of, number, percent

TOGETHER = 3  # factors of about the same size that are named


def subject(table: pd.DataFrame) -> Key:
    """Outcome and month that a heading speaks of: the last month of an outcome."""
    keys = outcomes(table)
    name = spoken_of([outcome for outcome, _ in keys])
    return max(key for key in keys if key[0] == name)


def ends(row: Any, index: str, as_percent: bool = False) -> str:
    """Return an estimate with its interval: ``0.28 (0.25 to 0.31)``."""
    values = [float(row[f"{index}{end}"]) for end in ("", "_low", "_high")]
    middle, low, high = ((percent(x) if as_percent else number(x, 2)) for x in values)
    return f"{middle} ({low} to {high})"


def first(rows: pd.DataFrame, index: str) -> str:
    """Return the factors with the largest index of an outcome and the interval of the first; empty if there is none."""
    clear = rows[rows[f"{index}_low"] > 0].sort_values(index, ascending=False, kind="stable")
    if clear.empty:
        return ""
    leaders = clear[clear[f"{index}_high"] >= clear[f"{index}_low"].iloc[0]]
    names = [label_of(name) for name in leaders["factor"][:TOGETHER]]
    words = " and ".join(names) if len(leaders) <= TOGETHER else f"{names[0]} and {len(leaders) - 1} more alike"
    return f"{words}, {ends(clear.iloc[0], index)}"


def of_luck(luck: pd.DataFrame, indices: pd.DataFrame) -> str:
    """Return how much of the difference between runs is luck, and what makes most of the rest alone."""
    key = subject(luck)
    row, head = of(luck, key).iloc[0], heading(key, None)
    if row["says"]:
        return f"{head}: {row['says']}"
    alone = first(of(indices, key), "S1")
    said = f"{head}: {ends(row, 'share', True)} of what runs differ by is luck"
    if row["share_low"] <= 0:
        said = f"{head}: no luck can be told ({percent(row['share_low'])} to {percent(row['share_high'])})"
    return f"{said}; of the rest most alone is {alone}" if alone else f"{said}; what one parameter does alone {CHANCE}"


def of_indices(indices: pd.DataFrame) -> str:
    """Return what moves an outcome most in all."""
    key = subject(indices)
    most, head = first(of(indices, key), "ST"), heading(key, None)
    return f"{head}: most depends on {most}" if most else f"{head}: what parameters do {CHANCE}"


def of_map(indices: pd.DataFrame) -> str:
    """Return how many parameters, or groups of them, move an outcome."""
    key = subject(indices)
    rows = of(indices, key)
    return f"{heading(key, None)}: {int(rows['distinguishable'].sum())} of {len(rows)} clearly move it"


def of_curves(curves: pd.DataFrame) -> str:
    """Return from where to where an outcome goes along the parameter that moves it farthest."""
    key = subject(curves)
    rows = of(curves, key)
    reach = rows.groupby("factor", sort=False)["mean"].agg(lambda mean: mean.max() - mean.min())
    if not np.isfinite(reach.max()):
        return f"{heading(key, None)}: nothing leads anywhere"
    name = reach.index[int(np.nanargmax(reach))]
    far = rows[rows["factor"] == name].sort_values("mean", kind="stable")
    low, high = far.to_dict("records")[0], far.to_dict("records")[-1]
    what = f"{heading(key, None)}, along {label_of(name)}"
    if low["high"] >= high["low"]:
        return f"{what}: a change {CHANCE}"
    places = decimals((far["high"] - far["low"]).median() / 2)
    said = [[number(float(row[x]), places) for x in ("mean", "low", "high")] for row in (low, high)]
    return f"{what}: {' to '.join('{} ({} to {})'.format(*numbers) for numbers in said)}"


def of_months(luck: pd.DataFrame) -> str:
    """Return whether the share of luck rises or falls from the first month to the last, by its intervals."""
    name = subject(luck)[0]
    rows = luck[(luck["outcome"] == name) & (luck["says"] == "")].sort_values("month")
    if len(rows) < 2:
        return f"{label_of(name)}: nothing to compare over time"
    early, late = rows.iloc[0], rows.iloc[-1]
    apart = early["share_high"] < late["share_low"] or late["share_high"] < early["share_low"]
    word = ("rises" if late["share"] > early["share"] else "falls") if apart else "does not clearly change"
    months = f"from month {int(early['month'])} to {int(late['month'])}"
    return f"{label_of(name)}: luck {word} {months}, {ends(early, 'share', True)} and {ends(late, 'share', True)}"


def of_pairs(pairs: pd.DataFrame) -> str:
    """Return how many pairs of parameters do together what none does alone, and the first of them."""
    marked = pairs[pairs["distinguishable"].astype(bool)].sort_values("S2", ascending=False, kind="stable")
    if marked.empty:
        return f"What pairs of parameters do only together {CHANCE}"
    best = marked.iloc[0]
    who = f"{label_of(best['factor'])} and {label_of(best['other'])}"
    key = (best["outcome"], 0 if pd.isna(best["month"]) else int(best["month"]))
    verb = "pair acts" if len(marked) == 1 else "pairs act"
    return f"{len(marked)} {verb} together; most do {who}, {ends(best, 'S2')} of {heading(key, None)}"


def of_screening(table: pd.DataFrame) -> str:
    """Return how many parameters move an outcome beyond luck, and which most."""
    key = subject(table)
    rows = of(table, key)
    moving = rows[rows["moves"].astype(bool)].sort_values("size", ascending=False, kind="stable")
    said = f"{heading(key, None)}: {len(moving)} of {len(rows)} parameters move it beyond luck"
    return f"{said}, most {label_of(moving['factor'].iloc[0])}" if len(moving) else said
