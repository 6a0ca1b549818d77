"""Paired differences: two scenarios under the same luck, subtracted run by run."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.frame import head_and_foot, room
from experiments.figures.style import ACCENT, INK, MUTED, NEUTRAL, blank, drawing
from experiments.figures.text import decimals, label_of, number, require, wrapped

FOOT = "Points: means of the paired differences; lines: their intervals; numbers: both."
HOLLOW = " Hollow: the interval contains zero."
ROW, PANEL = 0.36, 4.1  # inches of a row, and of a panel with its numbers
NAMES = 36  # Latin characters of a line of a name

Lines = dict[tuple[str, str], int]


def lines_of(table: pd.DataFrame) -> tuple[Lines, dict[str, int]]:
    """Lines on which the contrasts of each group stand, and those of the headings over them, from the top."""
    rows, heads = dict[tuple[str, str], int](), dict[str, int]()
    for group, part in table.groupby("group", sort=False):
        if group:
            heads[str(group)] = len(rows) + len(heads)
        for contrast in dict.fromkeys(part["contrast"]):
            rows[str(group), contrast] = len(rows) + len(heads)
    return rows, heads


def forest(ax: Axes, part: pd.DataFrame, rows: Lines) -> None:
    """Draw the differences of one outcome with their intervals, the first on top, and their numbers at the right."""
    at = [rows[key] for key in zip(part["group"], part["contrast"], strict=True)]
    clear = (part["low"] > 0) | (part["high"] < 0)
    colours = np.where(clear, ACCENT, NEUTRAL).tolist()
    ax.axvline(0, color=INK, linewidth=1)
    ax.hlines(at, part["low"], part["high"], colors=colours, linewidth=2)
    ax.scatter(
        part["difference"], at, s=49, c=np.where(clear, ACCENT, "white"), edgecolors=colours, linewidth=1.5, zorder=3
    )
    ax.margins(x=0.08)
    places = decimals((part["high"] - part["low"]).median() / 4)
    for row, (difference, low, high) in zip(at, part[["difference", "low", "high"]].to_numpy(float), strict=True):
        said = f"{number(difference, places, True)}  ({number(low, places)} to {number(high, places)})"
        ax.text(1.03, row, said, transform=ax.get_yaxis_transform(), va="center", fontsize=9)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.locator_params(axis="x", nbins=4)


def named(ax: Axes, rows: Lines, heads: dict[str, int], labels: Mapping[str, str] | None, shown: bool) -> None:
    """Name the lines of a panel: contrasts, and in bold over them what they are compared with."""
    ax.set_ylim(len(rows) + len(heads) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    if not shown:
        ax.set_yticks([])
        return
    words = [label_of(name, labels, f"contrast {n}") for n, (_, name) in enumerate(rows, 1)]
    over = [label_of(name, labels, f"baseline {n}") for n, name in enumerate(heads, 1)]
    ax.set_yticks([*rows.values(), *heads.values()], [wrapped(word, NAMES) for word in [*words, *over]])
    for tick in ax.get_yticklabels()[len(rows) :]:
        tick.set_fontweight("bold")
        tick.set_fontsize(9)


def paired_differences(
    table: pd.DataFrame, title: str = "", *, labels: Mapping[str, str] | None = None, than: str = "the baseline"
) -> Figure:
    """Differences between scenarios with their intervals and numbers, a panel for each outcome.

    Parameters
    ----------
    table : DataFrame
        One row a contrast and outcome: contrast, outcome, difference, low, high; perhaps group, the heading over some
        contrasts that says what they are compared with.
    title : str
        What was found; on the lines that follow, of which runs.
    labels : mapping, optional
        Readable words for outcomes, contrasts and groups.
    than : str
        What a contrast has more or less than.

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
    table = table if "group" in table else table.assign(group="")
    double = table[table.duplicated(["group", "contrast", "outcome"])]
    if not double.empty:
        contrast, outcome = double[["contrast", "outcome"]].iloc[0]
        raise ValueError(f"paired_differences: {contrast!r} stands twice for {outcome!r}")
    (rows, heads), outcomes = lines_of(table), list(dict.fromkeys(table["outcome"]))
    across = min(3, len(outcomes))
    down, unclear = math.ceil(len(outcomes) / across), (table["low"] <= 0) & (table["high"] >= 0)
    foot = FOOT + HOLLOW * bool(unclear.any())
    with drawing():
        wide = 2.5 + PANEL * across
        fig = blank(wide, room(foot, wide) + 0.2 + down * (0.7 + ROW * (len(rows) + len(heads))))
        axes = fig.subplots(down, across, squeeze=False)
        for k, ax in enumerate(axes.ravel()):
            if k >= len(outcomes):
                ax.set_axis_off()
                continue
            forest(ax, table[table["outcome"] == outcomes[k]], rows)
            named(ax, rows, heads, labels, k % across == 0)
            ax.set_title(wrapped(label_of(outcomes[k], labels, f"outcome {k + 1}"), 40))
        axes[-1][0].set_xlabel(wrapped(f"← less · more than {than} →", NAMES), color=MUTED)
        head_and_foot(fig, title, foot)
    return fig
