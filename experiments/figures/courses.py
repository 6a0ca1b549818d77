"""Courses of sensitivity: indices along the months, and along the runs of a study."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.ends import name_ends
from experiments.figures.frame import head_and_foot
from experiments.figures.panels import grid, heading, largest, looks, name_of, of, outcomes, say
from experiments.figures.style import FAINT, INK, SHOCK, drawing
from experiments.figures.text import require, wrapped

LUCK = "luck"
NAME = 40  # Latin characters of a name at the end of a line
MONTHS = (
    "Lines: ST of the largest five parameters of an outcome, shares of the variance of its mean response. Dotted: "
    "luck, its share of the variance of single runs. Bands: intervals. Grey: nothing to share out yet; no parameter "
    "moves the outcome, or it is undefined."
)
RUNS = "ST of the largest five parameters at every doubling. Coloured bands: their intervals. "
WANTED = "Grey: the last estimate ± {:g}, as wanted; an index is known well enough when its band is no wider than this."
Labels = Mapping[str, str] | None


def bands(ax: Axes, x: str, table: pd.DataFrame, value: str, palette: Mapping) -> None:
    """Draw a line with its band, and its intervals within it, for every factor of a table, in order of `x`."""
    for factor, rows in table.sort_values(x, kind="stable").groupby("factor", sort=False):
        colour, marker = palette[factor]
        ax.fill_between(rows[x], rows[f"{value}_low"], rows[f"{value}_high"], color=colour, alpha=0.18, linewidth=0)
        ax.vlines(rows[x], rows[f"{value}_low"], rows[f"{value}_high"], color=colour, alpha=0.5, linewidth=1)
        line = ":" if factor == LUCK else "-"
        ax.plot(rows[x], rows[value], line, linewidth=1.6, marker=marker, markersize=4, color=colour)


def named_at_end(ax: Axes, x: str, table: pd.DataFrame, value: str, palette: Mapping, labels: Labels) -> None:
    """Name the lines of a panel where they end."""
    ends = table.dropna(subset=value).sort_values(x, kind="stable").groupby("factor", sort=False).tail(1)
    names = ["Luck" if factor == LUCK else name_of(factor, labels, NAME) for factor in ends["factor"]]
    name_ends(ax, ends[[x, value]].to_numpy(float), names, [palette[f][0] for f in ends["factor"]], 0.1, 8, 0.7)


def indices_over_time(
    indices: pd.DataFrame, luck: pd.DataFrame, title: str = "", *, labels: Labels = None, note: str = ""
) -> Figure:
    """Total indices of the largest parameters and the share of luck by month, a panel an outcome of several months.

    Lines are matplotlib's: seaborn makes bands of rows of its own, these are given.

    Parameters
    ----------
    indices : DataFrame
        One row an outcome, month and factor: factor, outcome, month, ST with ``_low`` and ``_high``.
    luck : DataFrame
        One row an outcome and month: outcome, month, share with ``_low`` and ``_high``, says.
    title, note : str
        Heading, and what stands under the reading aid: study, runs, factors.
    labels : mapping, optional
        Readable words for factors and outcomes.

    Returns
    -------
    Figure
        Months in which no parameter moves the outcome are grey.

    Raises
    ------
    ValueError
        If columns are missing, or no outcome has several months.
    """
    require(indices, ["factor", "outcome", "month", "ST", "ST_low", "ST_high"], "indices_over_time")
    require(luck, ["outcome", "month", "share", "share_low", "share_high", "says"], "indices_over_time")
    names = several_months(luck)
    if not names:
        raise ValueError("indices_over_time: no outcome has several months")
    palette = looks(largest(indices[indices["outcome"].isin(names)], "ST", len(indices))) | {LUCK: (INK, "o")}
    with drawing():
        fig, axes = grid(len(names), 4.6, 2.7, f"{MONTHS}\n{note}")
        for ax, name in zip(axes, names, strict=True):
            of_luck = luck[luck["outcome"] == name].sort_values("month")
            rows = indices[indices["outcome"] == name]
            rows = rows[rows["factor"].isin(largest(rows, "ST"))]
            shares = of_luck.rename(columns=lambda column: column.replace("share", "ST")).assign(factor=LUCK)
            shown = pd.concat([rows, shares])
            grey_out(ax, of_luck)
            bands(ax, "month", shown, "ST", palette)
            ax.set_title(heading((name, 0), labels), fontsize=10)
            ax.set_xticks(of_luck["month"].tolist())
            ax.set_ylim(min(0.0, ax.get_ylim()[0]), max(1.0, ax.get_ylim()[1]))
            ax.set(xlabel="Month", ylabel="Share")
            ax.grid(axis="y")
            named_at_end(ax, "month", shown, "ST", palette, labels)
        head_and_foot(fig, title, f"{MONTHS}\n{note}")
    return fig


def several_months(table: pd.DataFrame) -> list[str]:
    """Outcomes that a table has at more than one month."""
    months = table.dropna(subset="month").groupby("outcome", sort=False)["month"].nunique()
    return list(months.index[months > 1])


def grey_out(ax: Axes, luck: pd.DataFrame) -> None:
    """Shade the months in which an outcome has nothing to share out, from half way to their neighbours."""
    months, silent = luck["month"].to_numpy(float), (luck["says"] != "").to_numpy()
    middle = (months[1:] + months[:-1]) / 2
    edges = np.concatenate([[1.5 * months[0] - 0.5 * months[1]], middle, [1.5 * months[-1] - 0.5 * months[-2]]])
    edges[0], edges[-1] = (months[0] + edges[0]) / 2, (months[-1] + edges[-1]) / 2
    for k in np.flatnonzero(silent):
        ax.axvspan(edges[k], edges[k + 1], color=SHOCK, zorder=0, linewidth=0)
    ax.set_xlim(edges[0], edges[-1])


def convergence(
    doublings: pd.DataFrame, half_width: float, title: str = "", *, labels: Labels = None, note: str = ""
) -> Figure:
    """Total indices of the largest parameters against the runs they were found with, a panel an outcome.

    Lines are matplotlib's: seaborn makes bands of rows of its own, these are given.

    Parameters
    ----------
    doublings : DataFrame
        One row an outcome, month, factor and doubling: runs, factor, outcome, month, ST with ``_low`` and ``_high``.
    half_width : float
        Half width that intervals shall have.
    title, note, labels
        As in :func:`indices_over_time`.

    Returns
    -------
    Figure
        Bands narrow from left to right; grey is the last estimate and the half width wanted.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(doublings, ["runs", "factor", "outcome", "month", "ST", "ST_low", "ST_high"], "convergence")
    keys, runs = outcomes(doublings), sorted(set(doublings["runs"]))
    foot = f"{RUNS}{WANTED.format(half_width)}\n{note}"
    palette = looks(largest(doublings[doublings["runs"] == runs[-1]], "ST", len(doublings)))
    with drawing():
        fig, axes = grid(len(keys), 4.6, 2.7, foot)
        for ax, key in zip(axes, keys, strict=True):
            rows = of(doublings, key)
            last = rows[rows["runs"] == runs[-1]]
            shown = rows[rows["factor"].isin(largest(last, "ST"))]
            ax.set_title(wrapped(heading(key, labels), 44), fontsize=10)
            if shown.empty:
                say(ax, "nothing is shared out")
                continue
            for estimate in shown[shown["runs"] == runs[-1]]["ST"]:
                ax.axhspan(estimate - half_width, estimate + half_width, color=FAINT, alpha=0.5, linewidth=0)
            bands(ax, "runs", shown, "ST", palette)
            ax.set_xscale("log", base=2)
            ax.set_xticks(runs, [f"{n / 1000:.3g}" for n in runs])
            ax.set_xlim(runs[0] / 1.15, runs[-1] * 1.15)
            ax.set(xlabel="Runs (thousands)", ylabel="ST")
            ax.grid(axis="y")
            named_at_end(ax, "runs", shown, "ST", palette, labels)
        head_and_foot(fig, title, foot)
    return fig
