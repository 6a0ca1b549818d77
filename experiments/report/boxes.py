"""What a study of discovery, or of a robust choice, shows in figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments import discovery
from experiments.design.study import Study
from experiments.intervals import LEVEL
from experiments.report.discovery import Answer, named, relation, share, worded
from experiments.report.findings import keep, source_of
from experiments.report.robust import Answer as Robust

if TYPE_CHECKING:
    from matplotlib.figure import Figure


FIGURES = ("tradeoff", "limits")


def drawn(answer: Answer, folder: Path) -> list[str]:
    """Write the figures of an answer into the folder of its study, each whole or not at all; return their names.

    One of an earlier question that this answer has none of is taken away.
    """
    made = keep(folder, figures(answer), source_of(answer.study, answer.provenance))
    for name in FIGURES:
        if f"{name}.png" not in made:
            (folder / f"{name}.png").unlink(missing_ok=True)
    return made


def figures(answer: Answer) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of an answer by name: what is given up for density, and where the sides of the boxes are."""
    from experiments import figures as drawn  # seconds, where nothing is drawn

    found, study = answer.found, answer.study
    wish, note = " and ".join(map(worded, study.success)), under(answer)
    if found.tradeoff["step"].max() > 0:
        yield "tradeoff", drawn.tradeoff_curve(found.tradeoff, found.boxes, found.base, title(answer, wish), note=note)
    if len(found.limits):
        yield "limits", drawn.box_limits(in_range(found.limits, study), title(answer, wish), note=note)


def title(answer: Answer, wish: str) -> str:
    """Return what was found, as the heading of a figure: how likely success is in the first box, or why none is."""
    found = answer.found
    if found.boxes.empty:
        return f"{wish}: {found.says.replace(': ', ', ')}"
    inside, poor = found.boxes.iloc[0], "; a box describes it poorly" * (found.says == discovery.POOR)
    return f"{wish}: P = {share(inside['density'])} in the box, {share(found.base)} overall{poor}"


def in_range(limits: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return sides with the ends of the ranges of their parameters."""
    ends = {}
    for factor in study.factors:
        numbers = [x for x in factor.levels if isinstance(x, int | float)] or [factor.low, factor.high]
        ends[factor.name] = (min(numbers), max(numbers))
    pairs = [ends[name] for name in limits["factor"]]
    return limits.assign(bottom=[low for low, _ in pairs], top=[high for _, high in pairs])


def under(answer: Answer) -> str:
    """Return what stands under a figure: worlds × seeds, and what was judged."""
    from experiments.figures.text import percent

    study, found = answer.study, answer.found
    return (
        f"{found.n:,} worlds × {study.replicates} seeds, {study.months} months; half to find boxes, a "
        f"quarter to choose one, a quarter to judge it. Intervals: {percent(LEVEL)}."
    )


def of_robust(answer: Robust, folder: Path) -> list[str]:
    """Write the figure of a robust choice into the folder of its study; return its name."""
    from experiments.figures import regret_by_wish
    from experiments.figures.text import percent

    study = answer.study
    note = (
        f"{len(study.scenarios)} programmes × {study.size:,} worlds × {study.replicates} seeds, {study.months} months. "
        f"Intervals: {percent(LEVEL)}."
    )
    least: dict[str, list[str]] = {}
    for wish, rows in answer.table.groupby("wish", sort=False):
        best = str(rows.sort_values("regret", kind="stable")["programme"].iloc[0])
        least.setdefault(best, []).append(named(str(wish)))
    title = "Least regret: " + "; ".join(f"{who} ({', '.join(wishes)})" for who, wishes in least.items())
    enough = {wish.name: relation(wish) for wish in study.success}
    figure = regret_by_wish(answer.table, enough, title, note=note)
    return keep(folder, [("regret", figure)], source_of(study, answer.provenance))
