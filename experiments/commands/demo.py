"""``twinhelix demo``: brokers against events, from nothing to figures in a minute."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from experiments.report.findings import Findings


def demo(
    replicates: Annotated[int, typer.Option(help="Runs in each of the 16 cells.", min=2, max=100_000)] = 100,
    output: Annotated[Path, typer.Option(help="New or earlier folder for tables and figures.")] = Path("outputs/demo"),
) -> None:
    """Compare brokers and events; the same command goes on where it was stopped."""
    from experiments.report.demo import demonstrate
    from experiments.terminal import compile_if_needed, console

    compile_if_needed()
    begun = time.monotonic()
    found = demonstrate(replicates, output)
    tell(found)
    console().print(
        f"{len(found.runs):,} runs in {time.monotonic() - begun:.0f} s. "
        f"Tables, figures and all that is needed to repeat this: {output}"
    )


def tell(found: Findings) -> None:
    """Print what was found: pilots in every cell, what brokers and events add, and how sure that is."""
    from experiments.analysis.effects import left_out
    from experiments.figures.text import label_of
    from experiments.intervals import replicates_needed
    from experiments.report import demo as study
    from experiments.terminal import console, table

    capacities, scales = (factor.levels for factor in found.study.factors)
    out, n = console(), found.n_runs
    pilots = found.means[found.means["outcome"] == "pilots_ever"]
    grid = {(row[study.CAPACITY], row[study.SCALE]): plus_minus(row, "mean") for row in pilots.to_dict("records")}
    out.print(
        table(
            f"Pilots begun in {found.study.months} months: mean of {n} runs ± half width of its 95 % interval",
            ["", *[f"events × {s:g}" for s in scales]],
            [(f"broker of {c:g}", *[grid[c, s] for s in scales]) for c in capacities],
        )
    )
    added = study.against_nothing(found)
    gains = {(row["contrast"], row["outcome"]): plus_minus(row, "difference") for row in added.to_dict("records")}
    out.print(
        table(
            f"What they add: paired differences of {n} pairs of runs with the same seed",
            ["against none", *map(label_of, study.OUTCOMES)],
            [(contrast, *[gains[contrast, o] for o in study.OUTCOMES]) for contrast in added["contrast"].unique()],
        )
    )
    most = f"Broker of {max(capacities):g}"
    best = added[(added["outcome"] == "pilots_ever") & (added["contrast"] == most)].iloc[0]
    apart = best["deviation"] / math.sqrt(1 - best["variance_reduction"])
    out.print(
        f"{most} against none: more pilots in {best['p_greater']:.0%} of pairs. The luck that a pair shares took "
        f"away {best['variance_reduction']:.0%} of the variance: ± 1 pilot takes "
        f"{replicates_needed(best['deviation'], 1)} pairs instead of {replicates_needed(apart, 1)}."
    )
    if missing := left_out(found.means[found.means["outcome"].isin(study.OUTCOMES)]):
        out.print(missing)


def plus_minus(row: Mapping[Any, Any], column: str) -> str:
    """Return a mean or difference with the half width of its interval."""
    from experiments.figures.text import number

    return f"{number(row[column], 1, column == 'difference')} ± {number((row['high'] - row['low']) / 2, 1)}"
