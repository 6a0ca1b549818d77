"""Paired differences: two scenarios under the same luck, subtracted run by run."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.frame import head_and_foot
from experiments.figures.style import ACCENT, INK, NEUTRAL, blank, drawing
from experiments.figures.text import decimals, label_of, number, require, wrapped

FOOT = "Points: mean of the paired differences, with their interval. Filled: the interval excludes zero."


def forest(ax: Axes, part: pd.DataFrame, contrasts: list) -> None:
    """Draw the differences of one outcome with their intervals and numbers, the first contrast on top."""
    rows = [contrasts.index(name) for name in part["contrast"]]
    clear = (part["low"] > 0) | (part["high"] < 0)
    colours = np.where(clear, ACCENT, NEUTRAL).tolist()
    ax.axvline(0, color=INK, linewidth=1)
    ax.hlines(rows, part["low"], part["high"], colors=colours, linewidth=2)
    ax.scatter(
        part["difference"], rows, s=49, c=np.where(clear, ACCENT, "white"), edgecolors=colours, linewidth=1.5, zorder=3
    )
    ax.margins(x=0.08)
    ax.set_ylim(len(contrasts) - 0.5, -0.75)
    places = decimals((part["high"] - part["low"]).median() / 4)
    left, right = ax.get_xlim()
    middles = part["difference"].fillna(0).clip(left + 0.3 * (right - left), right - 0.3 * (right - left))
    numbers = part[["difference", "low", "high"]].itertuples(index=False)
    for row, middle, (difference, low, high) in zip(rows, middles, numbers, strict=True):
        ax.annotate(
            f"{number(difference, places, True)}  ({number(low, places)} to {number(high, places)})",
            (middle, row),  # within the panel, however near to its edge the interval is
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )
    ax.set_yticks(range(len(contrasts)))
    ax.grid()
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.locator_params(axis="x", nbins=5)


def paired_differences(table: pd.DataFrame, title: str = "", *, labels: Mapping[str, str] | None = None) -> Figure:
    """Differences between scenarios with their intervals, a column for each outcome.

    Parameters
    ----------
    table : DataFrame
        One row a contrast and outcome: contrast, outcome, difference, low, high.
    title : str
        Heading of the figure.
    labels : mapping, optional
        Readable words for outcomes and contrasts.

    Returns
    -------
    Figure
        Forest plot with a line at zero; a point is filled where the interval excludes zero.

    Raises
    ------
    ValueError
        If columns are missing or a contrast stands twice for one outcome.
    """
    require(table, ["contrast", "outcome", "difference", "low", "high"], "paired_differences")
    double = table[table.duplicated(["contrast", "outcome"])]
    if not double.empty:
        contrast, outcome = double[["contrast", "outcome"]].iloc[0]
        raise ValueError(f"paired_differences: {contrast!r} stands twice for {outcome!r}")
    contrasts, outcomes = list(dict.fromkeys(table["contrast"])), list(dict.fromkeys(table["outcome"]))
    across = min(3, len(outcomes))
    down = math.ceil(len(outcomes) / across)
    with drawing():
        fig = blank(2.9 + 2.9 * across, 1.2 + down * (0.75 + 0.58 * len(contrasts)))
        axes = fig.subplots(down, across, squeeze=False)
        for k, ax in enumerate(axes.ravel()):
            if k >= len(outcomes):
                ax.set_axis_off()
                continue
            forest(ax, table[table["outcome"] == outcomes[k]], contrasts)
            ax.set_title(wrapped(label_of(outcomes[k], labels, f"outcome {k + 1}"), 32))
            ax.set_xlabel("Difference")
            names = [wrapped(label_of(name, labels, f"contrast {n}"), 30) for n, name in enumerate(contrasts, 1)]
            ax.set_yticklabels(names if k % across == 0 else [""] * len(names))
        head_and_foot(fig, title, FOOT)
    return fig
