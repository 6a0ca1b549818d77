"""Factorial experiments for readers: an outcome along one factor, a line a level of the other; slopes tell the rest."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from experiments.figures.ends import name_ends
from experiments.figures.frame import head_and_foot
from experiments.figures.panels import grid
from experiments.figures.style import INK, MUTED, drawing
from experiments.figures.text import label_of, require, wrapped

MARKERS = ("o", "s", "^", "D", "v", "P")
FOOT = "Points: means over runs; bars: their intervals. At the lines: {}. Each outcome has its own scale from 0."
RING = " Ring: {}."


def shades(n: int) -> list[str]:
    """Blues from light to dark, all of them dark enough for lines on white."""
    return [to_hex(colour) for colour in sns.color_palette("blend:#5598c7,#04204a", n)]


def panel(ax: Axes, part: pd.DataFrame, x: str, lines: str, levels: Sequence, marked: tuple | None) -> None:
    """Draw the lines of one outcome with their intervals, name them at their ends, and ring one point."""
    ends = []
    for k, (level, colour) in enumerate(zip(levels, shades(len(levels)), strict=True)):
        row = part[part[lines] == level].sort_values(x)
        half = np.abs(row[["low", "high"]].to_numpy(float).T - row["mean"].to_numpy(float))
        look: dict[str, Any] = {
            "color": colour,
            "marker": MARKERS[k % len(MARKERS)],
            "markersize": 5,
            "capsize": 2,
            "elinewidth": 1,
        }
        ax.errorbar(row[x], row["mean"], half, linewidth=1.8, **look)
        ends.append((row[x].iloc[-1], row["mean"].iloc[-1]))
    if marked is not None:
        it = part[(part[lines] == marked[0]) & (part[x] == marked[1])]
        ax.scatter(it[x], it["mean"], s=170, facecolor="none", edgecolor=INK, linewidth=1.3, zorder=4)
    ax.set_ylim(0, 1.02 * ax.get_ylim()[1])
    marks = sorted(part[x].unique())
    ax.set_xticks(marks, [f"{mark:g}" for mark in marks])
    ax.grid(axis="y")
    name_ends(ax, np.array(ends), [f"{level:g}" for level in levels], shades(len(levels)), 0.085, 9, 0.8)


def factor_lines(
    table: pd.DataFrame,
    lines: str,
    x: str,
    outcomes: Sequence[str],
    labels: Mapping[str, str] | None = None,
    *,
    title: str = "",
    marked: tuple[float, float] | None = None,
    mark: str = "",
) -> Figure:
    """Outcomes of a factorial experiment of two numbers: one along an axis, a line a level of the other.

    Parameters
    ----------
    table : DataFrame
        One row a cell and outcome: the factors (`lines`, `x`), outcome, mean, low, high.
    lines, x : str
        Factors: a line each level, and along the axis.
    outcomes : sequence of str
        Which outcomes, in this order, a panel each.
    labels : mapping, optional
        Readable words for factors and outcomes.
    title : str
        What was found; on the lines that follow, of which runs.
    marked : (float, float), optional
        Levels of `lines` and `x` of the cell with a ring around it.
    mark : str
        What that cell is.

    Returns
    -------
    Figure
        Parallel lines: the factors add up. Steeper ones: each makes more of the other.

    Raises
    ------
    ValueError
        If columns or outcomes are missing.
    """
    require(table, [lines, x, "outcome", "mean", "low", "high"], "factor_lines")
    absent = [name for name in outcomes if not (table["outcome"] == name).any()]
    if absent or not outcomes:
        raise ValueError(f"factor_lines: no rows for outcome(s) {', '.join(absent) or '(none asked for)'}")
    foot = FOOT.format(label_of(lines, labels)) + (RING.format(mark) if marked else "")
    levels = sorted(table[lines].unique())
    with drawing():
        fig, axes = grid(len(outcomes), 3.7, 2.8, foot)
        for k, (ax, outcome) in enumerate(zip(axes, outcomes, strict=True)):
            panel(ax, table[table["outcome"] == outcome], x, lines, levels, marked)
            ax.set_title(wrapped(label_of(outcome, labels, f"outcome {k + 1}"), 30))
            ax.tick_params(labelcolor=INK, color=MUTED)
        for ax in axes[-min(3, len(axes)) :]:
            ax.set_xlabel(wrapped(label_of(x, labels), 34))
        head_and_foot(fig, title, foot)
    return fig
