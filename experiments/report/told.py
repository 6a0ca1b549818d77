"""What a sensitivity study says in words: a line an outcome, how sure it is, and what more runs would tell."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments import sensitivity as sa
from experiments.lab.live import duration
from experiments.report.sensitivity import Answer, proposed

NAMED = 3  # factors in the line of an outcome
LISTED = 5


def lines(answer: Answer) -> list[str]:
    """Return what an answer says: a line an outcome, then whether it is known well enough, and advice."""
    found, runs = answer.found, answer.provenance["runs"]
    said = [of_outcome(found, *row) for row in found.luck[["outcome", "month", "share", "says"]].to_numpy().tolist()]
    verdict = answer.verdict.why[0].upper() + answer.verdict.why[1:]
    said.append(f"{verdict}: {runs['finished']:,} runs; {found.note or 'none left out.'}")
    return said + [f"{sentence}." for sentence in found.advice]


def of_forecast(made: dict[str, Any]) -> list[str]:
    """Return what a study of blocks will cost, and about how sure it will be."""
    design = f"{made['factors']} factors, blocks of {made['points']} points × {made['replicates']} seeds"
    cost = [
        f"{blocks:,} blocks: {runs:,} runs, {duration(seconds)}"
        for blocks, runs, seconds in zip(made["blocks"], made["runs"], made["seconds"], strict=True)
    ]
    ends = {name: dict.fromkeys(f"±{width:.2g}" for width in to) for name, to in made["half_widths"].items()}
    widths = [f"{' to '.join(to)} {name}" for name, to in ends.items()]
    said = [f"{made['study']}: {design}. {'; at most '.join(cost)}."]
    said += [f"Half widths, about: {', '.join(widths)}."] if widths else []
    return said + [f"{name}, as far as seen: {why}." for name, why in made["says"].items()]


def of_outcome(found: sa.Found, outcome: str, month: int, luck: float, says: str) -> str:
    """Return what moves an outcome most: its luck, the largest total indices, and the pair that stands out most."""
    head = f"{outcome}, month {month}: "
    if says:
        return f"{head}{says}."
    rows, pairs = (t[(t["outcome"] == outcome) & (t["month"] == month)] for t in (found.table, found.pairs))
    pairs = pairs.assign(pair=pairs["factor"] + " × " + pairs["other"])
    parts = named(rows, "factor", "ST", NAMED) + named(pairs[pairs["distinguishable"]], "pair", "S2", 1)
    return f"{head}{luck:.0%} luck. {', '.join(parts)}."


def of_screening(table: pd.DataFrame) -> list[str]:
    """Return the factors that move each outcome most, and a ``[vary]`` of all that move any."""
    said = []
    for (outcome, month), rows in table.groupby(["outcome", "month"], sort=False):
        moving = rows[rows["moves"]][["factor", "size"]].head(LISTED).to_numpy().tolist()
        parts = [f"{factor} {size:.3g}" for factor, size in moving] or ["nothing moves this"]
        said.append(f"{outcome}, month {month}: {', '.join(parts)}; noise {rows['noise'].median():.2g}.")
    return [*said, "", "[vary]", *(f'{name} = "prior"' for name in proposed(table))]


def of_given(tables: dict[str, pd.DataFrame]) -> list[str]:
    """Return the first-order indices of a finished sweep, and what moves the distribution of an outcome."""
    said = []
    for outcome, rows in tables["given"].groupby("outcome", sort=False):
        parts = named(rows, "factor", "S1", LISTED)
        why, luck = rows[["says", "luck_share"]].iloc[0]
        said.append(f"{outcome}: {why or f'{luck:.0%} luck. Alone: ' + ', '.join(parts)}.")
    pawn = tables["distribution"]
    for outcome, rows in pawn[pawn["distinguishable"]].groupby("outcome", sort=False):
        said.append(f"{outcome}: its distribution is moved by {', '.join(rows['factor'])} (PAWN).")
    return said


def named(rows: pd.DataFrame, name: str, index: str, most: int) -> list[str]:
    """Return the largest indices of a table in words: ``broker.capacity .43 (.40 to .46)``."""
    largest = rows.sort_values(index, ascending=False, kind="stable").head(most)
    values = largest[[name, index, f"{index}_low", f"{index}_high"]].to_numpy().tolist()
    return [f"{who} {interval(*of)}" for who, *of in values]


def interval(estimate: float, low: float, high: float) -> str:
    """Return an index with its interval: ``.43 (.40 to .46)``."""
    return f"{short(estimate)} ({short(low)} to {short(high)})"


def short(x: float) -> str:
    """Return a share to two digits, without the zero before the point."""
    return f"{x:.2f}".replace("0.", ".", 1).replace("-", "−")
