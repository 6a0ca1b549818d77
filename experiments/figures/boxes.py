"""Boxes of discovery: what is given up for density, and where their sides are."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from abm.labels.fonts import THIN
from experiments.figures.frame import head_and_foot, room
from experiments.figures.panels import UNCLEAR, name_of
from experiments.figures.style import ACCENT, FAINT, INK, MUTED, blank, drawing
from experiments.figures.text import decimals, number, percent, require, wrapped

SEEN = {"found": "where boxes were found", "judged": "in worlds not seen"}
LOOKS = {"found": (UNCLEAR, (2, 1.5)), "judged": (ACCENT, "")}
TRADEOFF = (
    "Every dot is a box, from all worlds (right) to the smallest. Density: how often success comes about in it; "
    "coverage: how much of all success it holds. {}Where the blue line falls below the grey one, a box promises more "
    "than it keeps. Dashed: density of all worlds."
)
RINGED = "Ringed: the box that is told, with the interval of its density. "
LIMITS = (
    "Grey: the range of a parameter. Blue: the part of it that lies in the box; black: where four of five resamples "
    "have the limit. At the right: the limit, between which two it lies there, and how many resamples find it. Pale: "
    "found, but in fewer than 80 of 100, so that it is not told."
)
HEIGHT = 0.42  # inches of a row


def tradeoff_curve(
    tradeoff: pd.DataFrame, boxes: pd.DataFrame, base: float, title: str = "", *, note: str = ""
) -> Figure:
    """Density against coverage along the boxes of peeling, where they were found and in worlds not seen.

    Parameters
    ----------
    tradeoff : DataFrame
        One row a box and kind of worlds: worlds (``found``, ``judged``), density, coverage, taken.
    boxes : DataFrame
        Boxes that are told, the first of which is ringed: density with ``_low`` and ``_high``, coverage.
    base : float
        Density of all worlds.
    title, note : str
        Heading, and what stands under the reading aid.

    Returns
    -------
    Figure
        Both axes in per cent.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(tradeoff, ["worlds", "density", "coverage", "taken"], "tradeoff_curve")
    rows = tradeoff[tradeoff["worlds"].isin(SEEN)]
    foot = f"{TRADEOFF.format(RINGED if len(boxes) else '')}\n{note}"
    with drawing():
        fig = blank(7.4, 4.2 + room(foot, 7.4))
        ax = fig.subplots()
        ax.axhline(base, color=MUTED, linestyle="--", linewidth=1)
        sns.lineplot(
            rows.assign(where=rows["worlds"].map(SEEN)),
            x="coverage",
            y="density",
            hue="where",
            style="where",
            palette={SEEN[k]: colour for k, (colour, _) in LOOKS.items()},
            dashes={SEEN[k]: dash for k, (_, dash) in LOOKS.items()},
            marker="o",
            markersize=4,
            estimator=None,
            sort=False,
            ax=ax,
        )
        told = boxes.head(1)
        ax.vlines(told["coverage"], told["density_low"], told["density_high"], color=INK, linewidth=1.4, zorder=4)
        ax.scatter(told["coverage"], told["density"], s=90, facecolor="none", edgecolor=INK, linewidth=1.6, zorder=5)
        ax.legend(title=None, loc="best")
        ax.set(xlabel="Coverage", ylabel="Density", xlim=(0, 1.03), ylim=(0, 1.03))
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, symbol=f"{THIN}%"))
        ax.grid()
        head_and_foot(fig, title, foot)
    return fig


def box_limits(
    limits: pd.DataFrame, title: str = "", *, labels: Mapping[str, str] | None = None, note: str = ""
) -> Figure:
    """Sides of boxes along the ranges of their parameters, a row a parameter, a panel a box.

    Parameters
    ----------
    limits : DataFrame
        One row a side: box, factor, side (``at least``, ``at most``, ``not``), word, limit, low, high, recurrence,
        told, bottom and top (the range of the parameter; missing for a category).
    title, note : str
        Heading, and what stands under the reading aid.
    labels : mapping, optional
        Readable words for factors.

    Returns
    -------
    Figure
        A panel for each box, its parameters in the order of the table.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    wanted = ["box", "factor", "side", "word", "limit", "low", "high", "recurrence", "told", "bottom", "top"]
    require(limits, wanted, "box_limits")
    panels = [rows for _, rows in limits.groupby("box", sort=True)]
    sizes = [rows["factor"].nunique() for rows in panels]
    foot = f"{LIMITS}\n{note}"
    with drawing():
        fig = blank(9.4, 0.6 * len(sizes) + HEIGHT * sum(sizes) + room(foot, 9.4))
        axes = fig.subplots(len(panels), 1, squeeze=False, height_ratios=sizes)[:, 0]
        for ax, rows in zip(axes, panels, strict=True):
            if len(panels) > 1:
                ax.set_title(f"Box {rows['box'].iloc[0]}", fontsize=10)
            ranges(ax, rows, labels)
        head_and_foot(fig, title, foot)
    return fig


def ranges(ax: Axes, rows: pd.DataFrame, labels: Mapping[str, str] | None) -> None:
    """Draw the sides of one box, a row a parameter."""
    names = list(dict.fromkeys(rows["factor"]))
    for y, name in enumerate(names):
        sides = rows[rows["factor"] == name]
        ax.barh(y, 1, height=0.34, color=FAINT)
        if sides["word"].ne("").any():
            ax.text(1.03, y, excluded(sides), va="center", fontsize=8.5)
            continue
        bottom, top = sides[["bottom", "top"]].iloc[0]
        ends = {"at least": 0.0, "at most": 1.0}
        told = sides["told"].any()
        for side in sides.itertuples():
            ends[side.side] = (side.limit - bottom) / (top - bottom)
        ax.barh(
            y,
            ends["at most"] - ends["at least"],
            left=ends["at least"],
            height=0.34,
            color=ACCENT,
            alpha=1 if told else 0.3,
        )
        for side in sides.itertuples():
            low, high = ((x - bottom) / (top - bottom) for x in (side.low, side.high))
            ax.plot([low, high], [y + 0.27] * 2, color=INK if side.told else MUTED, linewidth=2, solid_capstyle="butt")
        ax.text(
            1.03, y, "\n".join(map(said, sides.itertuples())), va="center", fontsize=8.5, color=INK if told else MUTED
        )
    ax.set_yticks(range(len(names)), [name_of(name, labels, 34) for name in names], fontsize=9)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 1], ["least", "most"])
    ax.tick_params(axis="y", length=0)
    ax.spines[["left", "bottom"]].set_visible(False)


def said(side: Any) -> str:
    """Words for a side: ``at least 8.0 (6.9 to 8.3), in 100 %``."""
    ends = (side.limit, side.low, side.high)
    whole = all(float(x).is_integer() for x in ends)
    half = (side.high - side.low) / 2 or abs(side.limit) / 20
    values = [number(x, 0 if whole else digits(half)) for x in ends]
    return f"{side.side} {values[0]} ({values[1]} to {values[2]}), in {percent(side.recurrence)}"


def digits(half: float) -> int:
    """Decimals that a limit of some half width has, up to five."""
    return decimals(half) if half >= 1e-3 or not np.isfinite(half) else min(5, 3 - int(np.floor(np.log10(half) + 3)))


def excluded(sides: pd.DataFrame) -> str:
    """Words for the categories that a box does without."""
    shares = zip(sides["word"], sides["recurrence"], strict=True)
    words = ", ".join(f"{word} ({percent(share)})" for word, share in shares)
    return wrapped(f"not {words}", 44)
