"""How many partnerships stand at each stage, month by month."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from abm.labels.fonts import literal
from abm.labels.stages import STAGES
from experiments.figures.frame import head_and_foot
from experiments.figures.style import INK, MUTED, SHOCK, blank, drawing
from experiments.figures.text import require

FOOT = "Lines: mean of the runs. Bands: 80% of the runs. Numbers: mean in the last month."
START_YEAR = 2017  # month 0 is January 2017


def spread_apart(wanted: np.ndarray, gap: float, low: float, high: float) -> np.ndarray:
    """Heights near the wanted ones, at least `gap` apart and inside [low, high] if they fit.

    Parameters
    ----------
    wanted : ndarray
        Where each label would like to stand, shape (n,).
    gap : float
        Least distance between two labels, in the same unit.
    low, high : float
        Bounds for the labels.

    Returns
    -------
    ndarray
        Heights in the order of `wanted`, shape (n,).
    """
    order = np.argsort(wanted, kind="stable")
    height = np.clip(wanted[order].astype(float), low, high)
    for k in range(1, len(height)):
        height[k] = max(height[k], height[k - 1] + gap)
    if len(height) and height[-1] > high:
        height[-1] = high
        for k in range(len(height) - 2, -1, -1):
            height[k] = min(height[k], height[k + 1] - gap)
    placed = np.empty_like(height)
    placed[order] = height
    return placed


def name_lines(ax: Axes, ends: list[tuple[str, str, float, float]]) -> None:
    """Write the name of each line at its right end, apart from each other.

    Parameters
    ----------
    ax : Axes
        Where the lines are.
    ends : list
        Name, colour, last month and last height of each line.
    """
    bottom, top = ax.get_ylim()
    gap = 0.062 * (top - bottom)
    heights = spread_apart(np.array([end[3] for end in ends]), gap, bottom + gap / 2, top - gap / 2)
    right = max(end[2] for end in ends)
    for (name, colour, month, value), height in zip(ends, heights, strict=True):
        ax.annotate(
            f"{name}  {value:,.0f}",
            (month, value),
            xytext=(right * 1.03, height),
            va="center",
            ha="left",
            color=INK,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.2, "shrinkA": 2, "shrinkB": 3},
        )


def mark_shocks(ax: Axes, shocks: Iterable[tuple[float, float, str]]) -> None:
    """Shade the windows of shocks and name them over the axes."""
    for start, end, label in shocks:
        ax.axvspan(start, end, color=SHOCK, zorder=0, linewidth=0)
        ax.annotate(
            literal(label),
            ((start + end) / 2, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=MUTED,
            fontsize=9,
        )


def stocks_over_time(
    table: pd.DataFrame, shocks: Iterable[tuple[float, float, str]] = (), *, title: str = ""
) -> Figure:
    """Partnerships at each stage, by month: the mean run and where 80% of the runs lie.

    Parameters
    ----------
    table : DataFrame
        One row a month and stage: month (0 is January 2017), stage (contact, memorandum, action plan, pilot,
        sustained), mean, low, high.
    shocks : iterable of (float, float, str)
        Windows to shade: first month, month after the last, label.
    title : str
        Heading of the figure.

    Returns
    -------
    Figure
        Lines with bands, named at their ends.

    Raises
    ------
    ValueError
        If columns are missing or a stage is unknown.
    """
    require(table, ["month", "stage", "mean", "low", "high"], "stocks_over_time")
    known = [rung.name for rung in STAGES]
    unknown = sorted(set(table["stage"].astype(str)) - set(known))
    if unknown:
        raise ValueError(
            f"stocks_over_time: unknown stage(s) {', '.join(unknown)}; a stage is one of {', '.join(known)}"
        )
    with drawing():
        fig = blank(10, 5.4)
        ax = fig.subplots()
        ends = []
        for rung in STAGES:
            part, colour = table[table["stage"] == rung.name].sort_values("month"), rung.colour
            if part.empty:
                continue
            ax.fill_between(part["month"], part["low"], part["high"], color=colour, alpha=0.16, linewidth=0)
            ax.plot(part["month"], part["mean"], color=colour, linewidth=2)
            ends.append((rung.label.english, colour, float(part["month"].iloc[-1]), float(part["mean"].iloc[-1])))
        last = float(table["month"].max())
        ax.set_xlim(float(table["month"].min()), last)
        ax.set_ylim(0, max(1.0, float(table[["mean", "high"]].max().max()) * 1.05))
        mark_shocks(ax, shocks)
        step = 12 if last <= 132 else 24
        years = np.arange(0, last + 1, step)
        ax.set_xticks(years, [f"Jan {START_YEAR + int(month) // 12}" for month in years])
        ax.set_xticks(np.arange(0, last + 1, 3), minor=True)
        ax.set_ylabel("Partnerships at this stage")
        ax.set_xlabel("Month")
        ax.grid(axis="y")
        name_lines(ax, ends)
        head_and_foot(fig, title, FOOT)
    return fig
