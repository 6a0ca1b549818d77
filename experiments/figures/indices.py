"""Indices of sensitivity as dots with their intervals."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures.frame import head_and_foot
from experiments.figures.panels import UNCLEAR, Key, grid, heading, name_of, of, outcomes, say
from experiments.figures.style import ACCENT, INK, drawing
from experiments.figures.text import number, percent, require, wrapped

ROWS = 24  # factors in a panel
STEP = 0.16  # S1 below its ST, in rows
DOTS = (
    "Filled: ST, what a parameter moves in all, alone and with others. Open: S1, alone. Lines: their intervals. "
    "Grey: the interval contains 0, so the parameter is not told from one that does nothing; below 0 is about 0."
)
Labels = Mapping[str, str] | None


def with_luck(key: Key, luck: pd.DataFrame, labels: Labels, width: int) -> str:
    """Heading of an outcome and, under it, its share of luck with the interval."""
    share, low, high = of(luck, key)[["share", "share_low", "share_high"]].to_numpy(float)[0]
    head = wrapped(heading(key, labels), width)
    return f"{head}\nluck {percent(share)} ({number(100 * low, 0)} to {percent(high)})" if np.isfinite(share) else head


def dots(ax: Axes, rows: pd.DataFrame, labels: Labels) -> None:
    """Draw S1 and ST of one outcome with their intervals, the largest ST on top."""
    rows = rows.sort_values("ST", ascending=False, kind="stable").head(ROWS)
    ax.axvline(0, color=INK, linewidth=1)
    for index, side in (("S1", STEP), ("ST", -STEP)):
        places = np.arange(len(rows)) + side
        clear = np.where(rows[f"{index}_low"] > 0, ACCENT, UNCLEAR)
        ax.hlines(places, rows[f"{index}_low"], rows[f"{index}_high"], color=clear, linewidth=1.2)
        filled = clear if index == "ST" else "white"
        ax.scatter(rows[index], places, s=20, facecolor=filled, edgecolor=clear, linewidth=1.1, zorder=3)
    ax.set_yticks(range(len(rows)), [name_of(name, labels, 34) for name in rows["factor"]], fontsize=8)
    ax.set_ylim(len(rows) - 0.5, -0.6)
    ax.set_xlim(min(-0.03, ax.dataLim.x0 - 0.02), max(1.0, ax.dataLim.x1 + 0.02))
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")


def indices_with_intervals(
    indices: pd.DataFrame, luck: pd.DataFrame, title: str = "", *, labels: Labels = None, note: str = ""
) -> Figure:
    """Total and first-order indices with their intervals, a panel an outcome, the largest total on top.

    Dots are matplotlib's: seaborn makes intervals of rows of its own, these are given.

    Parameters
    ----------
    indices : DataFrame
        One row an outcome, month and factor: factor, outcome, month, S1, ST with ``_low`` and ``_high`` each, says.
    luck : DataFrame
        One row an outcome and month: outcome, month, share with ``_low`` and ``_high``, says.
    title, note : str
        Heading, and what stands under the reading aid: study, runs, factors.
    labels : mapping, optional
        Readable words for factors and outcomes.

    Returns
    -------
    Figure
        ST filled, S1 open, at most 24 factors a panel; a panel where nothing is shared out says why.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    ends = [f"{index}{end}" for index in ("S1", "ST") for end in ("", "_low", "_high")]
    require(indices, ["factor", "outcome", "month", *ends], "indices_with_intervals")
    require(luck, ["outcome", "month", "share", "share_low", "share_high", "says"], "indices_with_intervals")
    keys, foot = outcomes(luck), f"{DOTS}\n{note}"
    n = min(ROWS, indices.dropna(subset="ST")["factor"].nunique())
    with drawing():
        fig, axes = grid(len(keys), 4.2, 0.9 + 0.24 * n, foot)
        for ax, key in zip(axes, keys, strict=True):
            ax.set_title(with_luck(key, luck, labels, 40), fontsize=10, loc="right")
            if why := of(luck, key)["says"].iloc[0]:
                say(ax, why)
            else:
                dots(ax, of(indices, key), labels)
        head_and_foot(fig, title, foot)
    return fig
