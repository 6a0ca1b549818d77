"""Directions: what an outcome is on average along each of the parameters that move it most."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures.frame import head_and_foot, room
from experiments.figures.panels import NARROWEST, heading, largest, name_of, of, outcomes, say
from experiments.figures.style import ACCENT, MUTED, blank, drawing
from experiments.figures.text import require, wrapped

MOST = 6  # curves of an outcome
HEIGHT, TALL, SILENT = 2.0, 2.5, 1.3  # inches of a row, of one with names, of one without curves
FOOT = (
    "What an outcome is on average where a parameter has this value and all others vary over their ranges; bands and "
    "bars are intervals, the dotted line is the mean. An outcome has the parameters that move it most, from left to "
    "right, on one scale."
)


def curve(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw an outcome along one parameter: a line with its band, or points with bars where there is no order."""
    ax.axhline(rows["mean"].mean(), color=MUTED, linewidth=0.8, linestyle=":")
    if rows["value"].notna().all():
        if rows["value"].min() > 0 and rows["value"].max() > 50 * rows["value"].min():
            ax.set_xscale("log")
        else:
            ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        ax.fill_between(rows["value"], rows["low"], rows["high"], color=ACCENT, alpha=0.2, linewidth=0)
        ax.plot(rows["value"], rows["mean"], color=ACCENT, linewidth=1.8)
        return
    at = np.arange(len(rows))
    ax.vlines(at, rows["low"], rows["high"], color=ACCENT, linewidth=1.5)
    ax.scatter(at, rows["mean"], s=18, color=ACCENT, zorder=3)
    names = [wrapped(name, 18) for name in rows["label"]]
    ax.set_xticks(at, names, rotation=40, ha="right", rotation_mode="anchor")
    ax.set_xlim(-0.6, len(rows) - 0.4)


def movers(rows: pd.DataFrame) -> list[str]:
    """Factors whose curves reach farthest, the farthest first."""
    reach = rows.groupby("factor", sort=False)["mean"].agg(lambda mean: mean.max() - mean.min())
    return largest(reach.rename("reach").reset_index(), "reach", MOST)


def height(rows: pd.DataFrame, shown: list[str]) -> float:
    """Inches of a row of panels: names of categories take more of them, a sentence fewer."""
    named = rows[rows["factor"].isin(shown)]["value"].isna().any()
    return (TALL if named else HEIGHT) if shown else SILENT


def direction_curves(
    curves: pd.DataFrame,
    luck: pd.DataFrame,
    title: str = "",
    *,
    labels: Mapping[str, str] | None = None,
    note: str = "",
) -> Figure:
    """Main-effect curves of the parameters that move each outcome most, a row of panels an outcome.

    Curves are matplotlib's: seaborn makes bands of rows of its own, these are given.

    Parameters
    ----------
    curves : DataFrame
        One row an outcome, month, factor and place: factor, value (NaN for a category), label, outcome, month, mean,
        low, high.
    luck : DataFrame
        One row an outcome and month: outcome, month, says (why no curve would mean anything, if none would).
    title, note : str
        Heading, and what stands under the reading aid: study, runs, factors.
    labels : mapping, optional
        Readable words for factors and outcomes.

    Returns
    -------
    Figure
        At most six curves an outcome, on one scale, that with the largest reach first.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(curves, ["factor", "value", "label", "outcome", "month", "mean", "low", "high"], "direction_curves")
    require(luck, ["outcome", "month", "says"], "direction_curves")
    why = {key: of(luck, key)["says"].iloc[0] for key in outcomes(curves)}
    shown = {key: [] if why[key] else movers(of(curves, key)) for key in why}
    heights = [height(of(curves, key), shown[key]) for key in why]
    across, foot = max(1, *map(len, shown.values())), f"{FOOT}\n{note}"
    with drawing():
        wide = max(NARROWEST, 0.6 + 2.1 * across)
        fig = blank(wide, room(foot, wide) + sum(heights))
        axes = fig.subplots(len(why), across, squeeze=False, sharey="row", height_ratios=heights)
        for row, key in zip(axes, why, strict=True):
            for ax in row[max(1, len(shown[key])) :]:
                ax.set_axis_off()
            words = [wrapped(part, 22) for part in heading(key, labels).split(", month")]
            row[0].set_ylabel("\nmonth ".join(words), fontsize=9, fontweight="bold")
            if why[key]:
                say(row[0], why[key])
            for ax, factor in zip(row, shown[key], strict=False):
                curve(ax, of(curves, key)[of(curves, key)["factor"] == factor])
                ax.set_title(name_of(factor, labels, 30), fontsize=8.5, fontweight="normal")
                ax.tick_params(labelsize=7.5)
                ax.grid(axis="y")
        head_and_foot(fig, title, foot)
    return fig
