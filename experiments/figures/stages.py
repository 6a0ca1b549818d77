"""How many partnerships stand at each stage, month by month, a panel a stage."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from abm.labels.fonts import literal
from abm.labels.stages import STAGES, Rung
from experiments.figures.frame import head_and_foot, room
from experiments.figures.style import FAINT, MUTED, SHOCK, blank, drawing
from experiments.figures.text import number, require

BAND = 80  # per cent of the runs
FOOT = (
    f"Line: mean of the runs. Band: {BAND}\N{THIN SPACE}% of the runs. Number: mean in the last month. Grey: means of "
    "the other stages."
)
START_YEAR = 2017  # month 0 is January 2017
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date(month: int) -> str:
    """Name of a month: ``May 2017``."""
    return f"{MONTHS[month % 12]} {START_YEAR + month // 12}"


def years(ax: Axes, first: int, last: int) -> None:
    """Number the years on an axis of months from `first` to `last`."""
    step = 12 if last - first <= 84 else 24 if last - first <= 168 else 60
    marks = np.arange(-(-first // 12) * 12, last + 1, step)
    ax.set_xticks(marks, [str(START_YEAR + int(month) // 12) for month in marks])
    ax.set_xlim(first, max(last, first + 1))


def mark_shocks(ax: Axes, shocks: Iterable[tuple[float, float, str]]) -> None:
    """Shade the windows of shocks and name them at the top, to the left of their end."""
    for start, end, label in shocks:
        ax.axvspan(start, end, color=SHOCK, zorder=0, linewidth=0)
        at: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "ha": "right", "va": "top"}
        ax.text(end - 0.3, 0.985, literal(label), color=MUTED, fontsize=8, **at)


def panel(ax: Axes, table: pd.DataFrame, rung: Rung, last: int) -> None:
    """Draw one stage over the means of the others."""
    for _, part in table[table["stage"] != rung.name].groupby("stage", sort=False):
        means = part.groupby("month")["value"].mean()
        ax.plot(means.index, means, color=FAINT, linewidth=1.2, zorder=1)
    mine = table[table["stage"] == rung.name]
    band: dict[str, Any] = {"errorbar": ("pi", BAND), "err_kws": {"alpha": 0.18, "linewidth": 0}}
    sns.lineplot(mine, x="month", y="value", color=rung.colour, linewidth=2.2, legend=False, ax=ax, **band)
    end = mine.loc[mine["month"] == last, "value"].mean()
    beside: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"}
    ax.annotate(number(end, 0), (last, end), fontweight="bold", annotation_clip=False, **beside)
    ax.set_title(rung.label.english, fontsize=10)


def stocks_over_time(
    table: pd.DataFrame, shocks: Iterable[tuple[float, float, str]] = (), *, title: str = "", begins: int = 0
) -> Figure:
    """Partnerships at each stage, by month: the mean run and where 80 % of the runs lie, a panel a stage on one scale.

    Parameters
    ----------
    table : DataFrame
        One row a month, stage and run: month (0 is January 2017), stage (contact, memorandum, action plan, pilot,
        sustained), value.
    shocks : iterable of (float, float, str)
        Windows to shade: first month, month after the last, label.
    title : str
        What was found; on the lines that follow, of which runs.
    begins : int
        Month in which the programme begins: what lies before is not drawn.

    Returns
    -------
    Figure
        In each panel one stage, named, over the others in grey.

    Raises
    ------
    ValueError
        If columns are missing or a stage is unknown.
    """
    require(table, ["month", "stage", "value"], "stocks_over_time")
    known, there = [rung.name for rung in STAGES], set(table["stage"].astype(str))
    if unknown := sorted(there - set(known)):
        raise ValueError(
            f"stocks_over_time: unknown stage(s) {', '.join(unknown)}; a stage is one of {', '.join(known)}"
        )
    rungs, shocks = [rung for rung in STAGES if rung.name in there], list(shocks)
    table, last = table[table["month"] >= begins], int(table["month"].max())
    wide = 0.9 + 2.3 * max(3, len(rungs))
    with drawing():
        fig = blank(wide, room(FOOT, wide) + 2.8)
        axes = fig.subplots(1, len(rungs), sharex=True, sharey=True, squeeze=False)[0]
        for ax, rung in zip(axes, rungs, strict=True):
            panel(ax, table, rung, last)
            mark_shocks(ax, shocks)
            ax.set(xlabel="", ylabel="Partnerships at this stage" if ax is axes[0] else "")
            ax.grid(axis="y")
        years(axes[0], begins, last)
        axes[0].set_ylim(0, max(1.0, 1.08 * axes[0].get_ylim()[1]))
        if begins:
            axes[0].set_xlabel(f"Programme begins: {date(begins)}", loc="left", fontsize=9, color=MUTED)
        head_and_foot(fig, title, FOOT)
    return fig
