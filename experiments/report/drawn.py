"""What a sensitivity study shows in figures: which tables each draws, and what stands under all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.analysis.sensitivity import answers
from experiments.design.study import Study
from experiments.lab.ledger import FILE, Ledger
from experiments.report.findings import keep, source_of
from experiments.report.sensitivity import Answer, tables_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = 12  # most of a figure that has a panel an outcome and month


def of_answer(answer: Answer, folder: Path) -> list[str]:
    """Write the figures of an answer into the folder of its study, each whole or not at all; return their names."""
    return keep(folder, figures(answer), source_of(answer.study, answer.provenance))


def of_screening(study: Study, table: pd.DataFrame, folder: Path) -> list[str]:
    """Write the figure of a screening into the folder of its study, whole or not at all; return its name."""
    from experiments.figures import screening_effects, verdicts

    found = answers(study, folder)
    left_out = int(np.count_nonzero(found.failed.any(axis=(1, 2))))
    lost = f"{left_out} with a failed run left out." if left_out else "none left out."
    note = under(study, found.design, len(found.design), "trajectories", lost)
    head = f"{verdicts.of_screening(table)}\n{over(study, found.design, len(found.design))}"
    with Ledger(folder / FILE, write=False) as ledger:
        source = source_of(study, {"table_digest": ledger.digest()})
    return keep(folder, [("screening", screening_effects(shown(table, table), head, note=note))], source)


def figures(answer: Answer) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of an answer by name, each drawn when it is asked for."""
    from experiments import figures as drawn  # seconds, where nothing is drawn
    from experiments.figures import verdicts as told

    found, tables = answer.found, tables_of(answer)
    luck, indices, n = found.luck, found.table, len(found.design) + found.left_out
    few = {name: shown(table, luck) for name, table in tables.items()}
    verdict = answer.verdict.why[0].upper() + answer.verdict.why[1:]
    said, runs = f"{found.note or 'none left out.'} {verdict}.", over(answer.study, found.design, n)
    how: dict[str, Any] = {"note": under(answer.study, found.design, n, "blocks", said)}
    half_width = answer.study.design.options.half_width
    head = f"{told.of_luck(luck, indices)}\n{runs}"
    yield "why-runs-differ", drawn.why_runs_differ(found.shares, luck, head, **how)
    head = f"{told.of_indices(indices)}\n{runs}"
    yield "indices", drawn.indices_with_intervals(few["indices"], few["luck"], head, **how)
    if len(few["curves"]):
        head = f"{told.of_curves(found.curves)}\n{runs}"
        yield "directions", drawn.direction_curves(few["curves"], few["luck"], head, **how)
    yield "heatmap", drawn.index_heatmap(indices, luck, f"{told.of_map(indices)}\n{runs}", **how)
    if drawn.several_months(luck):
        yield "over-time", drawn.indices_over_time(indices, luck, f"{told.of_months(luck)}\n{runs}", **how)
    if len(found.pairs):
        yield "pairs", drawn.pair_matrices(few["pairs"], f"{told.of_pairs(found.pairs)}\n{runs}", **how)
    yield "convergence", drawn.convergence(few["convergence"], half_width, f"{verdict}\n{runs}", **how)


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


def over(study: Study, design: Any, n: int) -> str:
    """Return the second line of a heading: the study by its title, its runs, months, and the level of the intervals."""
    from experiments.figures.headlines import of_runs

    return f"{study.title}: {of_runs(n * design.n_points * design.replicates, study.months)}"


def under(study: Study, design: Any, n: int, what: str, lost: str) -> str:
    """Return what stands under a figure: study, blocks × points × seeds = runs, what was left out, parameters.

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
    sizes = {name: len(members) for name, members in design.columns.items()}
    columns = [f"{name} ({size})" if size > 1 else name for name, size in sizes.items()]
    grouped = f" in {len(sizes)} groups" if len(sizes) < sum(sizes.values()) else ""
    said = "".join(f" {sentence}" for sentence in study.posterior.sentences()) if study.posterior else ""
    return (
        f"{study.name}: {n:,} {what} × {design.n_points} points × {design.replicates} seeds = {runs}; {lost}\n"
        f"{sum(sizes.values())} parameters{grouped}: {', '.join(columns)}.{said}"
    )
