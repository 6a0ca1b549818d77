"""What a figure found, as its heading: computed from its numbers, and worded by their intervals.

A difference whose interval holds zero is never told as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from abm.labels.fonts import THIN
from abm.measures import MEASURES
from abm.state.words import Stage
from experiments.figures.text import decimals, label_of, number, percent
from experiments.figures.ties import highest_stages
from experiments.figures.tree import WORDS
from experiments.intervals import LEVEL, t_interval

FIRST = ("pilots_ever", "pilots", "sustained")  # the outcomes a heading speaks of, the first that there is
SHARES = ("1", "0…1", "−1…1")  # units of what is higher or lower, not more or fewer
NAMED = 2  # contrasts without a difference that are named
CHANCE = "cannot be told from chance"


def of_runs(n: int, months: int, what: str = "runs", where: str = "") -> str:
    """Return the second line of a heading: how many runs, how long, and the level of the intervals."""
    return f"{n:,} {what} of {months} months{where}; intervals: {percent(LEVEL)}"


def clear(table: pd.DataFrame) -> pd.Series:
    """Say of each row whether its interval excludes zero."""
    return (table["low"] > 0) | (table["high"] < 0)


def spoken_of(outcomes: Sequence[str]) -> str:
    """Return the outcome that a heading speaks of."""
    return next((name for name in FIRST if name in outcomes), outcomes[0])


def of_differences(table: pd.DataFrame, outcome: str = "") -> str:
    """Return the largest differences of an outcome in words: of each group, or the most and the least of one.

    Parameters
    ----------
    table
        As :func:`experiments.figures.paired_differences` takes it; perhaps with ``said``, contrasts as words of a
        sentence; those without words are not spoken of.
    outcome
        Of which a heading shall speak; the first of :data:`FIRST` that there is if left out.
    """
    table = table.assign(group=table.get("group", ""), said=table.get("said", table["contrast"]))
    outcome = outcome or spoken_of(list(dict.fromkeys(table["outcome"])))
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
    return capital("; ".join(parts))


def capital(sentence: str) -> str:
    """Return a sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]


def one(row: Any, outcome: str) -> str:
    """Return a difference as a number and its outcome: ``+22.7 pilots``; one of chance without a number."""
    word = label_of(outcome).lower().removesuffix(" ever")
    if row["low"] <= 0 <= row["high"]:
        return f"{word} as by chance"
    return f"{number(row['difference'], decimals((row['high'] - row['low']) / 2), True)} {word}"


def of_stocks(table: pd.DataFrame) -> str:
    """Return how many partnerships of runs stand at a pilot and beyond in the last month, with intervals."""
    last = table[table["month"] == table["month"].max()]
    parts = [
        f"{mean_of(last.loc[last['stage'] == stage, 'value'])} {word}"
        for stage, word in (("pilot", "partnerships stand at a pilot"), ("sustained", "are sustained"))
    ]
    return f"After {int(last['month'].iloc[0]) + 1} months {', '.join(parts)}"


def mean_of(values: pd.Series, share: bool = False) -> str:
    """Return the mean of runs with its interval in words: ``12 (10 to 14)``."""
    mean, low, high = t_interval(values.dropna().to_numpy(float))
    scale, sign = (100, f"{THIN}%") if share else (1, "")
    places = decimals(scale * (high - low) / 2)
    middle, *ends = (number(scale * x, places) for x in (mean, low, high))
    return f"{middle}{sign} ({' to '.join(ends)}{sign})"


def of_courses(table: pd.DataFrame) -> str:
    """Return what the first of two arms of paired runs has more or less of than the other in the last month."""
    last = table[table["month"] == table["month"].max()].pivot(index="run", columns="arm", values="value")
    first, _ = dict.fromkeys(table["arm"])
    found = t_interval((last[first] - last.drop(columns=first).iloc[:, 0]).dropna().to_numpy(float))
    row = dict(zip(("difference", "low", "high"), found, strict=True)) | {"said": first.removeprefix("with ")}
    return of_differences(pd.DataFrame([row | {"outcome": "adoptions_ever", "contrast": first}]))


def of_helix(shares: pd.DataFrame) -> str:
    """Return the shares of pilots that began with university and firm, and with neither, one row a run."""
    full, university, firm = shares["full_helix_share"], shares["university_pilot_share"], shares["firm_pilot_share"]
    neither = 1 - university - firm + full
    return f"{mean_of(full, True)} of pilots begin as a full helix, {mean_of(neither, True)} with the cities only"


def of_association(rho: float, low: float, high: float) -> str:
    """Return whether cities with more partners begin more pilots later, as sure as the correlation is."""
    if not low * high > 0:
        return f"Partners and pilots begun later: an association {CHANCE}"
    word = "more" if rho > 0 else "fewer"
    ends = f"{number(rho, 2)} ({number(low, 2)} to {number(high, 2)})"
    return f"Cities with more partners begin {word} pilots later: rank correlation {ends}"


def of_pairs(partnerships: pd.DataFrame) -> str:
    """Return how many pairs of cities of one history cooperate now, and how far they have come."""
    best = highest_stages(partnerships)["stage"] if len(partnerships) else pd.Series(dtype=int)
    pilots, sustained = int((best >= Stage.PILOT).sum()), int((best == Stage.SUSTAINED).sum())
    return f"{pilots} of {len(best)} pairs of cities stand at a pilot or beyond, {sustained} of them sustained"


def of_tree(practice: str, tree: pd.DataFrame) -> str:
    """Return how far a practice went in one history, and by which path most often."""
    told, paths = tree.dropna(subset="path"), tree["path"].value_counts()
    head = f"“{practice}”: {len(told)} cities heard of it, {int(tree['adopted'].notna().sum())} adopted it"
    return f"{head}; {int(paths.iloc[0])} heard {WORDS[str(paths.index[0])]}" if len(paths) else head
