"""What a figure found, as its heading: computed from its numbers, and worded by their intervals.

A difference whose interval holds zero is never told as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from abm.measures import MEASURES
from experiments.figures.text import decimals, label_of, number, percent
from experiments.intervals import LEVEL

FIRST = ("pilots_ever", "pilots", "sustained")  # the outcomes a heading speaks of, the first that there is
SHARES = ("1", "0…1", "−1…1")  # units of what is higher or lower, not more or fewer
NAMED = 2  # contrasts without a difference that are named
CHANCE = "cannot be told from chance"


def of_runs(n: int, months: int, what: str = "runs", more: str = "") -> str:
    """Return the second line of a heading: how many runs, how long, and the level of the intervals."""
    return f"{n:,} {what} of {months} months{more}; intervals: {percent(LEVEL)}"


def clear(table: pd.DataFrame) -> pd.Series:
    """Say of each row whether its interval excludes zero."""
    return (table["low"] > 0) | (table["high"] < 0)


def spoken_of(outcomes: Sequence[str]) -> str:
    """Return the outcome that a heading speaks of."""
    return next((name for name in FIRST if name in outcomes), outcomes[0])


def of_differences(table: pd.DataFrame) -> str:
    """Return the largest differences of an outcome in words: of each group, or the most and the least of one.

    Parameters
    ----------
    table
        As :func:`experiments.figures.paired_differences` takes it; perhaps with ``said``, contrasts as words of a
        sentence; those without words are not spoken of.
    """
    table = table.assign(group=table.get("group", ""), said=table.get("said", table["contrast"]))
    outcome = spoken_of(list(dict.fromkeys(table["outcome"])))
    rows, head = table[(table["outcome"] == outcome) & (table["said"] != "")], label_of(outcome)
    told = rows[clear(rows)]
    if told.empty:
        which = f"with {' or '.join(rows['said'])}" if len(rows) <= NAMED else "of any kind"
        return f"{head}: a difference {which} {CHANCE}"
    size = told["difference"].abs()
    if rows["group"].nunique() > 1:
        best = told.loc[size.groupby(told["group"], sort=False).idxmax()]
    else:
        most, least = (told[told["difference"] * sign > 0]["difference"] for sign in (1, -1))
        best = told.loc[[part.abs().idxmax() for part in (most, least) if len(part)]]
    return f"{head}: {'; '.join(difference(row, outcome) for row in best.to_dict('records'))}"


def difference(row: Any, outcome: str) -> str:
    """Return a difference that is clear in words: ``22.7 more (21.8 to 23.6) with a broker of 8``."""
    unit = MEASURES[outcome.partition("@")[0].partition(".")[0]].unit
    more, less = ("higher", "lower") if unit in SHARES else ("more", "fewer")
    places = decimals((row["high"] - row["low"]) / 2)
    word, ends = (more if row["difference"] > 0 else less), sorted((abs(row["low"]), abs(row["high"])))
    low, high = (number(end, places) for end in ends)
    return f"{number(abs(row['difference']), places)} {word} ({low} to {high}) with {row['said']}"


def added(table: pd.DataFrame, outcomes: Sequence[str]) -> str:
    """Return what the largest arm of each group adds, outcome by outcome: ``A broker of 8: 69 more contacts …``."""
    parts = []
    for _, rows in table.groupby("group", sort=False):
        most = rows[rows["said"] == rows["said"].iloc[-1]].set_index("outcome")
        parts.append(f"{most['said'].iloc[0]}: {', '.join(one(most.loc[name], name) for name in outcomes)}")
    return "; ".join(parts)


def one(row: Any, outcome: str) -> str:
    """Return a difference as a number and its outcome: ``+22.7 pilots ever``; one of chance without a number."""
    word = label_of(outcome).lower()
    if row["low"] <= 0 <= row["high"]:
        return f"{word} as by chance"
    return f"{number(row['difference'], decimals((row['high'] - row['low']) / 2), True)} {word}"
