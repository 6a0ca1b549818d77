"""Prior against posterior, box by box: what was learnt, and where a posterior leans on an end of its box."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calibration.figures.words import OPEN, RIGHT, WRONG, bins, named
from experiments.figures.frame import head_and_foot, room
from experiments.figures.style import INK, SHOCK, blank, drawing
from experiments.figures.text import percent, require, wrapped

ACROSS, WIDTH, HEIGHT = 4, 11.0, 1.75  # panels in a row, inches
COLOURS = {"learnt": RIGHT, "leans on its end": WRONG, "prior": OPEN}
COLUMNS = ("unknown", "low", "high", "learnt", "low_tenth", "high_tenth", "verdict")
FOOT = (
    "Bars: posterior, from end to end of the prior's box. Line: the prior. Shaded: the outer tenths of the box; the "
    "prior has 10\N{THIN SPACE}% in each, and more than 30\N{THIN SPACE}% there leans on it.\n"
    "Per cent after the verdict: the part of the prior's variance that is gone."
)


def finding(summary: pd.DataFrame) -> str:
    """Return what a summary says in a sentence: how much is learnt, of model and list, and what leans on its end."""
    known = summary["verdict"] != "prior"
    of_list = summary["unknown"].str.startswith("list.")
    parts = [
        f"{np.count_nonzero(known & which)} of {np.count_nonzero(which)} unknowns of the {what}"
        for what, which in (("model", ~of_list), ("list", of_list))
        if which.any()
    ]
    leaning = summary.loc[summary["verdict"] == "leans on its end", "unknown"].tolist()
    return f"The record tells something of {' and '.join(parts)}" + (
        f"; {named(leaning)} {'lean' if len(leaning) > 1 else 'leans'} on the end of the box" if leaning else ""
    )


def box(ax: Axes, row: Mapping[Hashable, Any], drawn: pd.Series) -> None:
    """Draw one unknown: its posterior over its box, the flat prior, the outer tenths."""
    ends = bins(row)
    width = ends[-1] - ends[0]
    if whole := bool(np.isnan(row["low_tenth"])):
        said = ""
    else:
        said = f"; ends {percent(row['low_tenth'])} and {percent(row['high_tenth'])}"
        for x in (ends[0], ends[-1] - 0.1 * width):
            ax.axvspan(x, x + 0.1 * width, color=SHOCK, linewidth=0, zorder=0)
    sns.histplot(
        x=drawn, bins=ends, stat="density", color=COLOURS[row["verdict"]], alpha=0.75, linewidth=0, ax=ax, zorder=2
    )
    ax.plot(ends[[0, -1]], [1 / width] * 2, color=INK, linewidth=1.2, zorder=3)
    ax.set(xlim=(ends[0], ends[-1]), xlabel="", ylabel="", yticks=[])
    ax.set_ylim(0, max(2.2 / width, 1.05 * ax.dataLim.y1))
    ax.set_xticks(np.arange(row["low"], row["high"] + 1) if whole else [row["low"], *middle(row), row["high"]])
    ax.tick_params(axis="x", labelsize=8)
    ax.spines["left"].set_visible(False)
    ax.set_title(wrapped(row["unknown"], 34), fontsize=9, pad=15)
    said = f"{row['verdict']}: {percent(row['learnt'])}{said}"
    ax.text(0, 1.04, said, transform=ax.transAxes, fontsize=8, color=COLOURS[row["verdict"]])


def middle(row: Mapping[Hashable, Any]) -> list[float]:
    """Return the middle of a box."""
    return [(row["low"] + row["high"]) / 2]


def prior_and_posterior(summary: pd.DataFrame, draws: pd.DataFrame, title: str = "", *, note: str = "") -> Figure:
    """Posterior over the prior's box, a panel an unknown, with what was learnt and the mass in the outer tenths.

    Parameters
    ----------
    summary : DataFrame
        Table ``summary`` of a calibration: a row an unknown.
    draws : DataFrame
        Draws of equal weight, a column an unknown, in units.
    title, note : str
        What stands before the finding, and under the reading aid.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(summary, COLUMNS, "prior_and_posterior")
    require(draws, summary["unknown"].tolist(), "prior_and_posterior")
    foot = f"{FOOT}\n{note}"
    down = -(-len(summary) // ACROSS)
    with drawing():
        fig = blank(WIDTH, room(foot, WIDTH) + 0.4 + HEIGHT * down)
        axes = fig.subplots(down, ACROSS, squeeze=False).ravel()
        for ax, row in zip(axes, summary.to_dict("records"), strict=False):
            box(ax, row, draws[row["unknown"]])
        for ax in axes[len(summary) :]:
            ax.set_axis_off()
        head_and_foot(fig, f"{title}{finding(summary)}", foot)
    return fig
