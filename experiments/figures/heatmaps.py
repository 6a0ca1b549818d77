"""Factorial experiments: one heat map an outcome, with the numbers and their precision in the cells."""

import math
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures.cells import coloured
from experiments.figures.frame import head_and_foot, room
from experiments.figures.style import FAINT, INK, OTHER_COLOURS, blank, drawing
from experiments.figures.text import decimals, label_of, number, require, wrapped

CELL_WIDTH, CELL_HEIGHT = 0.95, 0.66  # inches: room for two lines of numbers
# Pale enough for ink on every shade; grey where there is no run.
SHADES = sns.light_palette(OTHER_COLOURS[0], as_cmap=True).with_extremes(bad=FAINT)
FOOT = "Large: mean over runs. Small: half width of its interval. Darker is more, by outcome."
FRAMED = " Framed: {}."


def levels(column: pd.Series) -> list:
    """Levels of a factor in reading order: ascending if numeric, else as declared or first seen."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [level for level in column.cat.categories if (column == level).any()]
    found = list(dict.fromkeys(column))
    return sorted(found) if pd.api.types.is_numeric_dtype(column) else found


def fill(ax: Axes, part: pd.DataFrame, rows: dict, columns: dict, scale: tuple[float, float]) -> None:
    """Colour the cells of one panel over the least and the greatest mean, and print the numbers in them.

    The levels of rows and columns come with their words.
    """
    places = decimals(part["half"].median())
    mean, half = (
        part.pivot(index="row", columns="column", values=name).reindex(index=list(rows), columns=list(columns))
        for name in ("mean", "half")
    )
    coloured(ax, mean, mean.map(number, places=places), scale, SHADES, fontsize=11, va="bottom")
    for (row, column), width in np.ndenumerate(half):
        if math.isfinite(width):
            ax.text(column + 0.5, row + 0.5, f"±{number(width, places)}", ha="center", va="top", fontsize=8)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [wrapped(word, 13) for word in columns.values()])
    ax.set_yticks(np.arange(len(rows)) + 0.5, [wrapped(word, 16) for word in rows.values()])
    ax.tick_params(rotation=0)


def frame(ax: Axes, place: tuple[int, int]) -> None:
    """Draw a frame around the cell in a row and a column."""
    row, column = place
    ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=INK, linewidth=2, clip_on=False, zorder=3))


def tidied(table: pd.DataFrame, rows: str, columns: str, outcomes: Sequence[str], facet: str | None) -> pd.DataFrame:
    """Table under plain names, checked: row, column, facet, outcome, mean, half."""
    factors = [rows, columns, *([facet] if facet else [])]
    require(table, [*factors, "outcome", "mean", "low", "high"], "factorial_heatmaps")
    absent = [name for name in outcomes if not (table["outcome"] == name).any()]
    if absent or not outcomes:
        raise ValueError(f"factorial_heatmaps: no rows for outcome(s) {', '.join(absent) or '(none asked for)'}")
    plain = table[["outcome", "mean"]].assign(half=(table["high"] - table["low"]) / 2)
    plain["row"], plain["column"], plain["facet"] = table[rows], table[columns], table[facet] if facet else ""
    double = plain[plain.duplicated(["outcome", "row", "column", "facet"])]
    if len(double):
        row, column = double[["row", "column"]].iloc[0]
        raise ValueError(f"factorial_heatmaps: two rows for the cell {row}, {column}")
    return plain


def words(column: pd.Series, labels: Mapping[str, str] | None) -> dict:
    """Levels of a factor in reading order and their labels, told apart by number where they cannot be drawn."""
    return {level: label_of(level, labels, f"level {k}") for k, level in enumerate(levels(column), 1)}


def factorial_heatmaps(
    table: pd.DataFrame,
    rows: str,
    columns: str,
    outcomes: Sequence[str],
    labels: Mapping[str, str] | None = None,
    *,
    facet: str | None = None,
    title: str = "",
    marked: tuple | None = None,
    mark: str = "",
) -> Figure:
    """Outcomes of a factorial experiment, a heat map each.

    Parameters
    ----------
    table : DataFrame
        One row a cell and outcome: the factors (`rows`, `columns`, `facet`), outcome, mean, low, high.
    rows, columns : str
        Factors on the vertical and the horizontal axis. A numeric factor rises upwards and to the right.
    outcomes : sequence of str
        Which outcomes, in this order. Each has its own colour scale.
    labels : mapping, optional
        Readable words for factors, outcomes and levels.
    facet : str, optional
        A third factor: its levels stand side by side, on one colour scale an outcome.
    title : str
        What was found; on the lines that follow, of which runs.
    marked : tuple, optional
        Levels of `rows` and `columns` of the cell that is framed.
    mark : str
        What that cell is.

    Returns
    -------
    Figure
        In every cell the mean, and small under it the half width of its interval.

    Raises
    ------
    ValueError
        If columns or outcomes are missing, or a cell is given twice.
    """
    plain = tidied(table, rows, columns, outcomes, facet)
    down_levels, across_levels, facets = (words(plain[name], labels) for name in ("row", "column", "facet"))
    n_panels = len(outcomes) * len(facets)
    across = len(facets) if facet else {1: 1, 2: 2, 4: 2}.get(n_panels, 3)
    down = math.ceil(n_panels / across)
    places = [
        list(found).index(level) for found, level in zip((down_levels, across_levels), marked or (), strict=False)
    ]
    foot = FOOT + (FRAMED.format(mark) if places else "")
    width = across * (CELL_WIDTH * len(across_levels) + 0.5) + 1.0
    with drawing():
        fig = blank(width, down * (CELL_HEIGHT * len(down_levels) + 0.85) + room(foot, width))
        axes = fig.subplots(down, across, squeeze=False).ravel()
        for k, (outcome, level) in enumerate(product(outcomes, facets)):
            part = plain[plain["outcome"] == outcome]
            scale = part["mean"].min(), part["mean"].max()
            fill(axes[k], part[part["facet"] == level], down_levels, across_levels, scale)
            if places:
                frame(axes[k], (places[0], places[1]))
            if pd.api.types.is_numeric_dtype(plain["row"]):
                axes[k].invert_yaxis()
            heading = [label_of(outcome, labels, f"outcome {outcomes.index(outcome) + 1}")]
            if facet:
                heading.append(f"{label_of(facet, labels)}: {facets[level]}")
            axes[k].set_title("\n".join(wrapped(line, 11 * len(across_levels)) for line in heading))
            if k + across >= n_panels:  # the factors are the same in every panel: name them once
                axes[k].set_xlabel(wrapped(label_of(columns, labels), 11 * len(across_levels)))
            if k % across == 0:
                axes[k].set_ylabel(wrapped(label_of(rows, labels), 8 * len(down_levels)))
        for ax in axes[n_panels:]:
            ax.set_axis_off()
        head_and_foot(fig, title, foot)
    return fig
