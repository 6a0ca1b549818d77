"""What a broker and what events add under three beliefs, and how much of one difference is luck."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.frame import head_and_foot, room
from experiments.figures.style import ACCENT, INK, NEUTRAL, blank, drawing
from experiments.figures.text import label_of, number, percent, require

WIDTH, HEIGHT = 11.0, 1.75  # inches, of the figure and of a row of panels
COLUMNS = (
    "belief",
    "lever",
    "outcome",
    "mean",
    "low_90",
    "high_90",
    "one_05",
    "one_95",
    "by_parameters",
    "by_luck",
)
BELIEFS = ("defaults", "prior", "posterior")
PARAMETERS, LUCK = ACCENT, INK
FOOT = (
    "Differences of runs with and without the lever, of one seed and one draw of the belief. Point: mean; thick: "
    "90\N{THIN SPACE}% of the means of draws, which luck is taken out of; thin: 90\N{THIN SPACE}% of single pairs of "
    "runs.\nBars: of the variance of a single difference the share of parameters (blue, with its number) and of luck "
    "(black), which has all of it at the defaults."
)


def finding(headline: pd.DataFrame) -> str:
    """Return whether the sign is safe, and which answers the record narrows, in a sentence."""
    ranges = headline[headline["belief"] != "defaults"]
    safe = bool((headline["mean"] > 0).all() and (ranges["low_90"] > 0).all())
    sign = "Every effect is above 0 under every belief" if safe else "Not every effect is above 0 under every belief"
    width = ranges.assign(width=ranges["high_90"] - ranges["low_90"]).pivot_table(
        "width", "outcome", "belief", sort=False
    )
    left = (width["posterior"] / width["prior"]).map(percent)
    said = ", ".join(f"{label_of(name).lower()} {part}" for name, part in left.items())
    return f"{sign}; of the prior's range of answers the posterior leaves: {said}"


def effects(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw one effect under each belief, with its number."""
    y = np.arange(len(rows))
    ax.axvline(0, color=INK, linewidth=1)
    ax.hlines(y, rows["one_05"], rows["one_95"], colors=NEUTRAL, linewidth=1)
    ranged = (rows["belief"] != "defaults").to_numpy()
    ax.hlines(y[ranged], rows["low_90"][ranged], rows["high_90"][ranged], colors=ACCENT, linewidth=5, alpha=0.55)
    ax.scatter(rows["mean"], y, c=ACCENT, s=30, zorder=3)
    for at, row in enumerate(rows.to_dict("records")):
        said = number(row["mean"], 1)
        if ranged[at]:
            said += f" ({number(row['low_90'], 1)} to {number(row['high_90'], 1)})"
        clear = ranged[at] and row["low_90"] > 0  # of the line at zero
        x, side = (row["low_90"], "left") if clear else (row["mean"], "center")
        ax.annotate(said, (x, at), xytext=(0, 6), textcoords="offset points", ha=side, va="bottom", fontsize=8)
    ax.set_yticks(y, rows["belief"])
    ax.set_ylim(len(rows) - 0.6, -0.75)
    ax.margins(x=0.12)
    ax.locator_params(axis="x", nbins=5)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def shares(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the shares of parameters and of luck as a bar a belief."""
    y = np.arange(len(rows))
    ax.barh(y, rows["by_parameters"], 0.42, color=PARAMETERS)
    ax.barh(y, rows["by_luck"], 0.42, rows["by_parameters"], color=LUCK)
    for at, share in enumerate(rows["by_parameters"]):
        if share > 0:
            inside = share >= 0.5
            x, side = (share - 0.04, "right") if inside else (share + 0.04, "left")
            ax.text(x, at, percent(share), ha=side, va="center", fontsize=7.5, color="white")
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.6, -0.75), yticks=[], xticks=[0, 1])
    ax.set_xticks([0, 1], ["0", "100\N{THIN SPACE}%"], fontsize=8)
    ax.spines["left"].set_visible(False)


def headline_under_beliefs(headline: pd.DataFrame, title: str = "", *, note: str = "") -> Figure:
    """Effects of each lever on each outcome under defaults, prior and posterior, and what makes single ones differ.

    Intervals and bars are matplotlib's: both are given, and seaborn stacks counts of rows only.

    Parameters
    ----------
    headline : DataFrame
        Table ``headline`` of a calibration: a row a belief, lever and outcome.
    title, note : str
        What stands before the finding, and under the reading aid.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(headline, COLUMNS, "headline_under_beliefs")
    levers, outcomes = (list(dict.fromkeys(headline[name])) for name in ("lever", "outcome"))
    foot = f"{FOOT}\n{note}"
    with drawing():
        fig = blank(WIDTH, room(foot, WIDTH) + 0.5 + HEIGHT * len(levers))
        axes = fig.subplots(len(levers), 2 * len(outcomes), squeeze=False, width_ratios=[3, 0.8] * len(outcomes))
        for line, lever in zip(axes, levers, strict=True):
            for k, outcome in enumerate(outcomes):
                rows = headline[(headline["lever"] == lever) & (headline["outcome"] == outcome)]
                rows = rows.set_index("belief").reindex([b for b in BELIEFS if b in set(rows["belief"])]).reset_index()
                effects(line[2 * k], rows)
                shares(line[2 * k + 1], rows)
                line[2 * k].set_title(f"{lever} → {label_of(outcome).lower()}")
                if k:
                    line[2 * k].set_yticklabels([])
        head_and_foot(fig, f"{title}{finding(headline)}", foot)
    return fig
