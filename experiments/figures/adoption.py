"""How practices spread: adoptions since the start with and without something, what it adds, and by theme."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from abm.labels.fonts import literal
from experiments.figures.frame import head_and_foot
from experiments.figures.stages import years
from experiments.figures.style import ACCENT, INK, MUTED, OTHER_COLOURS, blank, drawing
from experiments.figures.text import decimals, number, require, wrapped
from experiments.intervals import t_interval

COLOURS = (ACCENT, OTHER_COLOURS[4])
FOOT = (
    "Above: adoptions by cities since the start; lines are means of the runs, bands hold 80\N{THIN SPACE}% of them. "
    "Below: paired difference of runs with the same seed, with its interval. Right: the "
    "same difference by theme, of the share of its practices that a member has adopted in the last month; grey: cannot "
    "be told from chance."
)


def courses(ax: Axes, table: pd.DataFrame, arms: list[str]) -> None:
    """Draw the mean course of each arm with where 80 % of its runs lie, and name it at its end."""
    last = table["month"].max()
    for arm, colour, style in zip(arms, COLOURS, ("-", "--"), strict=True):
        by = table[table["arm"] == arm].groupby("month")["value"]
        low, high = by.quantile(0.1), by.quantile(0.9)
        ax.fill_between(low.index, low, high, color=colour, alpha=0.18, linewidth=0)
        ax.plot(low.index, by.mean(), style, color=colour, linewidth=2.2)
        word, at = f"{literal(arm)}\n{number(by.mean()[last], 0)}", (last, by.mean()[last])
        beside: dict[str, Any] = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(word, at, fontweight="bold", color=INK, annotation_clip=False, **beside)
    ax.set_ylim(0)
    ax.set_ylabel("Adoptions since the start")


def gap(ax: Axes, table: pd.DataFrame, arms: list[str]) -> None:
    """Draw the paired difference of the arms by month with its interval."""
    wide = table.pivot(index="month", columns=["arm", "run"], values="value")
    apart = wide[arms[0]] - wide[arms[1]]
    found = np.array([t_interval(row) for row in apart.to_numpy(float)])
    ax.fill_between(apart.index, found[:, 1], found[:, 2], color=INK, alpha=0.2, linewidth=0)
    ax.plot(apart.index, found[:, 0], color=INK, linewidth=1.8)
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.set_ylabel("Difference")


def rows(ax: Axes, themes: pd.DataFrame) -> None:
    """Write the differences by theme as a table, the largest on top."""
    ax.set_axis_off()
    ordered = themes.sort_values("difference", ascending=False, kind="stable")
    places = decimals((ordered["high"] - ordered["low"]).median() / 2)
    heads = ((0.0, "left", "Theme"), (1.0, "right", "Percentage points"))
    for x, side, head in heads:
        ax.text(x, 1, head, ha=side, va="top", fontweight="bold", transform=ax.transAxes)
    step = 1 / (len(ordered) + 1)
    for k, row in enumerate(ordered.to_dict("records"), 1):
        colour = MUTED if row["low"] <= 0 <= row["high"] else INK
        low, high = number(row["low"], places), number(row["high"], places)
        said = f"{number(row['difference'], places, True)}  ({low} to {high})"
        for x, side, word in ((0.0, "left", wrapped(str(row["theme"]).capitalize(), 17)), (1.0, "right", said)):
            ax.text(x, 1 - k * step, word, ha=side, va="top", fontsize=9, color=colour, transform=ax.transAxes)


def adoption_with_and_without(table: pd.DataFrame, themes: pd.DataFrame, *, title: str = "", begins: int = 0) -> Figure:
    """Adoptions since the start in two arms that share their luck, the difference under them, and that by theme.

    Parameters
    ----------
    table : DataFrame
        One row a month, arm and run: month (0 is January 2017), arm (words; the first is compared with the other),
        run (equal for the two of a pair), value.
    themes : DataFrame
        One row a theme: theme, difference, low, high.
    title : str
        What was found; on the lines that follow, of which runs.
    begins : int
        Month in which the programme begins: what lies before is not drawn.

    Raises
    ------
    ValueError
        If columns are missing, or the arms are not two.
    """
    require(table, ["month", "arm", "run", "value"], "adoption_with_and_without")
    require(themes, ["theme", "difference", "low", "high"], "adoption_with_and_without")
    arms = list(dict.fromkeys(table["arm"]))
    if len(arms) != 2:
        raise ValueError(f"adoption_with_and_without: two arms are compared; the table has {', '.join(map(str, arms))}")
    table = table[table["month"] >= begins]
    with drawing():
        fig = blank(11, 5.8)
        axes = fig.subplot_mosaic([["courses", "themes"], ["gap", "themes"]], width_ratios=(2, 1), height_ratios=(2, 1))
        courses(axes["courses"], table, arms)
        gap(axes["gap"], table, arms)
        for name in ("courses", "gap"):
            axes[name].grid(axis="y")
            years(axes[name], begins, int(table["month"].max()))
        axes["courses"].tick_params(labelbottom=False)
        rows(axes["themes"], themes)
        head_and_foot(fig, title, FOOT)
    return fig
