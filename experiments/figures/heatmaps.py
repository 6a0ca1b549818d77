"""Factorial experiments: one heat map an outcome, with the numbers and their precision in the cells."""

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.figure import Figure

from experiments.figures.frame import head_and_foot
from experiments.figures.style import FAINT, INK, blank, drawing
from experiments.figures.text import decimals, label_of, number, require, wrapped

CELL_WIDTH, CELL_HEIGHT = 0.95, 0.66  # inches: room for two lines of numbers
FOOT = "Large: mean over runs. Small: half width of its interval. Darker is more, by outcome."


def levels(column: pd.Series) -> list:
    """Levels of a factor in reading order: ascending if numeric, else as declared or first seen."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [level for level in column.cat.categories if (column == level).any()]
    found = list(dict.fromkeys(column))
    return sorted(found) if pd.api.types.is_numeric_dtype(column) else found


def shades() -> Colormap:
    """Pale to deep blue, without the two ends where a number could not be read."""
    return ListedColormap(matplotlib.colormaps["Blues"](np.linspace(0.06, 0.88, 256)), name="shades").with_extremes(
        bad=FAINT
    )


def scale(means: pd.Series) -> Normalize:
    """Colour scale from the least to the greatest finite mean."""
    finite = means[np.isfinite(means)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    return Normalize(low, high if high > low else low + 1)


def grids(part: pd.DataFrame, row_levels: list, column_levels: list) -> tuple[np.ndarray, np.ndarray]:
    """Means and half widths of one panel, shape (n_rows, n_columns), NaN where a cell has no runs."""
    shape = (len(row_levels), len(column_levels))
    means, halves = np.full(shape, np.nan), np.full(shape, np.nan)
    seen = set()
    for (row, column), (mean, low, high) in zip(
        zip(part["row"], part["column"], strict=True),
        part[["mean", "low", "high"]].to_numpy(dtype=float),
        strict=True,
    ):
        cell = row_levels.index(row), column_levels.index(column)
        if cell in seen:
            raise ValueError(f"factorial_heatmaps: two rows for the cell {row}, {column}")
        seen.add(cell)
        means[cell], halves[cell] = mean, (high - low) / 2
    return means, halves


def fill(ax: Axes, means: np.ndarray, halves: np.ndarray, norm: Normalize, upward: bool) -> None:
    """Colour the cells of one panel and print the numbers in them."""
    cmap = shades()
    shown = np.ma.masked_invalid(means)
    ax.imshow(shown, cmap=cmap, norm=norm, aspect="auto", origin="lower" if upward else "upper")
    finite = halves[np.isfinite(halves)]
    places = decimals(float(np.median(finite)) if finite.size else math.nan)
    middle: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "va": "center"}
    for (i, j), mean in np.ndenumerate(means):
        red, green, blue, _ = cmap(norm(mean)) if np.isfinite(mean) else (1, 1, 1, 1)
        colour = INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"
        precise = bool(np.isfinite(halves[i, j]))
        above = (0, 5 if precise else 0)
        ax.annotate(number(float(mean), places), (j, i), xytext=above, color=colour, fontsize=11, **middle)
        if precise:
            half = "±" + number(float(halves[i, j]), places)
            ax.annotate(half, (j, i), xytext=(0, -9), color=colour, fontsize=8, **middle)
    for k in range(1, means.shape[1]):
        ax.axvline(k - 0.5, color="white", linewidth=1.5)
    for k in range(1, means.shape[0]):
        ax.axhline(k - 0.5, color="white", linewidth=1.5)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def tidied(table: pd.DataFrame, rows: str, columns: str, outcomes: Sequence[str], facet: str | None) -> pd.DataFrame:
    """Table under plain names, checked: row, column, facet, outcome, mean, low, high."""
    factors = [rows, columns, *([facet] if facet else [])]
    require(table, [*factors, "outcome", "mean", "low", "high"], "factorial_heatmaps")
    absent = [name for name in outcomes if not (table["outcome"] == name).any()]
    if absent or not outcomes:
        raise ValueError(f"factorial_heatmaps: no rows for outcome(s) {', '.join(absent) or '(none asked for)'}")
    plain = table[["outcome", "mean", "low", "high"]].copy()
    plain["row"], plain["column"], plain["facet"] = table[rows], table[columns], table[facet] if facet else ""
    return plain


def words(levels: Sequence[Any], labels: Mapping[str, str] | None) -> list[str]:
    """Labels of the levels of a factor, told apart by number where they cannot be drawn."""
    return [label_of(level, labels, f"level {k}") for k, level in enumerate(levels, 1)]


def factorial_heatmaps(
    table: pd.DataFrame,
    rows: str,
    columns: str,
    outcomes: Sequence[str],
    labels: Mapping[str, str] | None = None,
    *,
    facet: str | None = None,
    title: str = "",
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
        Heading of the figure.

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
    down_levels, across_levels, facets = (levels(plain[name]) for name in ("row", "column", "facet"))
    n_panels = len(outcomes) * len(facets)
    across = len(facets) if facet else {1: 1, 2: 2, 4: 2}.get(n_panels, 3)
    down = math.ceil(n_panels / across)
    width = across * (CELL_WIDTH * len(across_levels) + 0.5) + 1.0
    with drawing():
        fig = blank(width, down * (CELL_HEIGHT * len(down_levels) + 0.85) + 1.0)
        axes = fig.subplots(down, across, squeeze=False).ravel()
        for k, (outcome, level) in enumerate(product(outcomes, facets)):
            part = plain[plain["outcome"] == outcome]
            cells = grids(part[part["facet"] == level], down_levels, across_levels)
            fill(axes[k], *cells, scale(part["mean"]), pd.api.types.is_numeric_dtype(plain["row"]))
            heading = [label_of(outcome, labels)]
            if facet:
                heading.append(f"{label_of(facet, labels)}: {words(facets, labels)[facets.index(level)]}")
            axes[k].set_title("\n".join(wrapped(line, 11 * len(across_levels)) for line in heading))
            axes[k].set_xticks(range(len(across_levels)), [wrapped(w, 13) for w in words(across_levels, labels)])
            axes[k].set_yticks(range(len(down_levels)), [wrapped(w, 16) for w in words(down_levels, labels)])
            if k + across >= n_panels:  # the factors are the same in every panel: name them once
                axes[k].set_xlabel(wrapped(label_of(columns, labels), 11 * len(across_levels)))
            if k % across == 0:
                axes[k].set_ylabel(wrapped(label_of(rows, labels), 8 * len(down_levels)))
        for ax in axes[n_panels:]:
            ax.set_axis_off()
        head_and_foot(fig, title, FOOT)
    return fig
