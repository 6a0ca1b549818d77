"""Ridges: pairs of unknowns that the record ties together, so that one is known only as far as the other is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from calibration.figures.words import RIGHT, bins, named
from experiments.figures.frame import head_and_foot
from experiments.figures.panels import grid, say
from experiments.figures.style import drawing
from experiments.figures.text import number, require

MOST = 6  # pairs
SHADES = LinearSegmentedColormap.from_list("shades", ["#eaf3f9", RIGHT, "#00304d"])
FOOT = (
    "Darker: more draws of the posterior; each panel is the whole box of the prior, which is alike everywhere in "
    "it. Correlations of at least .2 in size, on the scale on which the prior is normal, the strongest first."
)


def finding(correlations: pd.DataFrame) -> str:
    """Return what is tied most, in a sentence."""
    if correlations.empty:
        return "No two unknowns are tied"
    rows = correlations.to_dict("records")
    first = [f"{row['one']} and {row['other']} ({number(row['correlation'], 2, True)})" for row in rows]
    what = "pair of unknowns is" if len(first) == 1 else "pairs of unknowns are"
    return f"{len(first)} {what} known only together, most of all {named(first[:1])}"


def pair(ax: Axes, x: pd.Series, y: pd.Series, boxes: Mapping[Any, dict]) -> None:
    """Draw the posterior of two unknowns over both their boxes."""
    ends = [bins(boxes[drawn.name]) for drawn in (x, y)]
    sns.histplot(x=x, y=y, bins=tuple(ends), cmap=SHADES, pthresh=0.01, ax=ax)
    ax.set(xlim=ends[0][[0, -1]], ylim=ends[1][[0, -1]], xlabel=str(x.name), ylabel=str(y.name))
    ax.locator_params(nbins=4)


def tied_unknowns(
    draws: pd.DataFrame, correlations: pd.DataFrame, summary: pd.DataFrame, title: str = "", *, note: str = ""
) -> Figure:
    """Posterior of the pairs that are tied most, six at most, a panel a pair.

    Parameters
    ----------
    draws : DataFrame
        Draws of equal weight, a column an unknown, in units.
    correlations : DataFrame
        Table ``correlations`` of a calibration, the strongest first: one, other, correlation; it may have no rows.
    summary : DataFrame
        Table ``summary``, for the boxes: unknown, low, high, low_tenth.
    title, note : str
        What stands before the finding, and under the reading aid.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(summary, ["unknown", "low", "high", "low_tenth"], "tied_unknowns")
    boxes = summary.set_index("unknown").to_dict("index")
    shown = correlations.head(MOST).to_dict("records")
    foot = f"{FOOT}\n{note}"
    with drawing():
        fig, axes = grid(max(1, len(shown)), 3.5, 2.9, foot)
        for ax, row in zip(axes, shown, strict=False):
            pair(ax, draws[row["one"]], draws[row["other"]], boxes)
            ax.set_title(number(row["correlation"], 2, True), fontsize=10)
        if not shown:
            say(axes[0], "All correlations are below .2 in size.")
        head_and_foot(fig, f"{title}{finding(correlations)}", foot)
    return fig
