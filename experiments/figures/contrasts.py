"""Paired differences: two scenarios under the same luck, subtracted run by run."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.frame import head_and_foot
from experiments.figures.style import ACCENT, FAINT, INK, MUTED, NEUTRAL, blank, drawing
from experiments.figures.text import decimals, label_of, number, require, wrapped

FOOT = "Points: mean of the paired differences, with their interval. Filled: the interval excludes zero."


def interval(ax: Axes, y: int, difference: float, low: float, high: float, places: int) -> None:
    """Draw one difference with its interval, and its numbers over it."""
    clear = low > 0 or high < 0
    colour = ACCENT if clear else NEUTRAL
    ax.plot([low, high], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
    dot: dict[str, Any] = {
        "markerfacecolor": colour if clear else "white",
        "markeredgewidth": 1.5,
        "markersize": 7,
    }
    ax.plot(difference, y, "o", color=colour, **dot)
    left, right = ax.get_xlim()
    middle = min(0.7, max(0.3, ((low + high) / 2 - left) / (right - left)))  # the numbers stay in the panel
    ax.annotate(
        f"{number(difference, places, True)}  ({number(low, places)} to {number(high, places)})",
        (middle if math.isfinite(middle) else 0.5, y),
        xycoords=("axes fraction", "data"),
        xytext=(0, 8),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=8.5,
        color=INK if clear else MUTED,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
    )


def forest(ax: Axes, part: pd.DataFrame, contrasts: list) -> None:
    """Draw the differences of one outcome, a line each, the first contrast on top."""
    numbers = part[["difference", "low", "high"]].to_numpy(dtype=float)
    widths = (numbers[:, 2] - numbers[:, 1])[np.isfinite(numbers).all(axis=1)]
    places = decimals(float(np.median(widths)) / 4 if widths.size else math.nan)
    reach = np.append(numbers[np.isfinite(numbers)], 0.0)
    room = 0.08 * (reach.max() - reach.min() or 1.0)
    ax.set_xlim(reach.min() - room, reach.max() + room)
    ax.set_ylim(len(contrasts) - 0.5, -0.75)
    ax.axvline(0, color=INK, linewidth=1)
    for name, (difference, low, high) in zip(part["contrast"], numbers, strict=True):
        interval(ax, contrasts.index(name), float(difference), float(low), float(high), places)
    ax.set_yticks(range(len(contrasts)))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.locator_params(axis="x", nbins=5)
    for y in range(len(contrasts) - 1):
        ax.axhline(y + 0.42, color=FAINT, linewidth=0.8)


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
            ax.set_title(wrapped(label_of(outcomes[k], labels), 32))
            ax.set_xlabel("Difference")
            names = [wrapped(label_of(name, labels, f"contrast {n}"), 30) for n, name in enumerate(contrasts, 1)]
            ax.set_yticklabels(names if k % across == 0 else [""] * len(names))
        head_and_foot(fig, title, FOOT)
    return fig
