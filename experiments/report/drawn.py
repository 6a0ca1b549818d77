"""What a sensitivity study shows in figures: which tables each draws, and what stands under all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.analysis.sensitivity import answers
from experiments.design.study import Study
from experiments.intervals import LEVEL
from experiments.report.findings import keep
from experiments.report.sensitivity import Answer, tables_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = 12  # most of a figure that has a panel an outcome and month


def of_answer(answer: Answer, folder: Path) -> list[str]:
    """Write the figures of an answer into the folder of its study, each whole or not at all; return their names."""
    return keep(folder, figures(answer))


def of_screening(study: Study, table: pd.DataFrame, folder: Path) -> list[str]:
    """Write the figure of a screening into the folder of its study, whole or not at all; return its name."""
    from experiments.figures import screening_effects

    found = answers(study, folder)
    left_out = int(np.count_nonzero(found.failed.any(axis=(1, 2))))
    lost = f"{left_out} with a failed run left out." if left_out else "none left out."
    note = under(study, found.design, len(found.design), "trajectories", lost)
    title = f"{study.title}: what moves outcomes at all"
    return keep(folder, [("screening", screening_effects(shown(table, table), title, note=note))])


def figures(answer: Answer) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of an answer by name, each drawn when it is asked for."""
    from experiments import figures as drawn  # seconds, where nothing is drawn

    found, title, tables = answer.found, answer.study.title, tables_of(answer)
    luck, indices = found.luck, found.table
    few = {name: shown(table, luck) for name, table in tables.items()}
    verdict = answer.verdict.why[0].upper() + answer.verdict.why[1:]
    said = f"{found.note or 'none left out.'} {verdict}."
    how: dict[str, Any] = {
        "note": under(answer.study, found.design, len(found.design) + found.left_out, "blocks", said)
    }
    half_width = answer.study.design.options.half_width
    yield "why-runs-differ", drawn.why_runs_differ(found.shares, luck, f"{title}: why runs differ", **how)
    about = f"{title}: what outcomes depend on"
    yield "indices", drawn.indices_with_intervals(few["indices"], few["luck"], about, **how)
    about = f"{title}: where parameters lead"
    if len(few["curves"]):
        yield "directions", drawn.direction_curves(few["curves"], few["luck"], about, **how)
    yield "heatmap", drawn.index_heatmap(indices, luck, f"{title}: parameters and outcomes", **how)
    if drawn.several_months(luck):
        yield "over-time", drawn.indices_over_time(indices, luck, f"{title}: what matters when", **how)
    if len(found.pairs):
        yield "pairs", drawn.pair_matrices(few["pairs"], f"{title}: what acts only together", **how)
    about = f"{title}: how sure it is, run after run"
    yield "convergence", drawn.convergence(few["convergence"], half_width, about, **how)


def shown(table: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that have room: all of them, or those of the last month of each outcome.

    Parameters
    ----------
    every
        A table with all outcomes and months.
    """
    if len(every[["outcome", "month"]].drop_duplicates()) <= PANELS:
        return table
    last = every.groupby("outcome")["month"].max()
    return table[(table["month"] == table["outcome"].map(last)).fillna(True)]


def under(study: Study, design: Any, n: int, what: str, lost: str) -> str:
    """Return what stands under a figure: study, blocks × points × seeds = runs, what was left out, level, parameters.

    Parameters
    ----------
    design
        Blocks or trajectories.
    n, what, lost
        How many of them were run, what they are, and what is to be said of those that were left out.
    """
    runs = f"{n * design.n_points * design.replicates:,} runs"
    if len(design.own) < len(design) * design.n_points:
        runs += " (equal points of a block once)"
    names = [factor.name for factor in design.factors]
    columns = [
        name if len(members) == 1 else f"{name} ({', '.join(names[k] for k in members)})"
        for name, members in design.columns.items()
    ]
    said = "".join(f" {sentence}" for sentence in study.posterior.sentences()) if study.posterior else ""
    return (
        f"{study.name}: {n:,} {what} × {design.n_points} points × {design.replicates} seeds = {runs}; {lost} "
        f"Intervals: {LEVEL:.0%}.\n{len(columns)} parameters: {', '.join(columns)}.{said}"
    )
