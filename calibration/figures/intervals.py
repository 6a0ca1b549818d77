"""What a posterior predicts of the record, statistic by statistic, with the record on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calibration.figures.words import RIGHT, WRONG, named
from calibration.predictive import missed
from experiments.figures.frame import head_and_foot, room
from experiments.figures.style import FAINT, INK, MUTED, NEUTRAL, blank, drawing
from experiments.figures.text import number, require, wrapped

WIDTH, ROW = 9.0, 0.3  # inches
COLUMNS = ("statistic", "role", "observed", "mean", "low_95", "low_90", "high_90", "high_95")
ROLES = {"fit": "In the fit: 95\N{THIN SPACE}% decide", "hold-out": "Held out: 90\N{THIN SPACE}% decide"}
FAR = 3.2  # half widths; what lies farther is drawn there, with an arrow
FOOT = (
    "Each row has a scale of its own, on which the predicted 90\N{THIN SPACE}% (thick) end at −1 and 1; thin: "
    "95\N{THIN SPACE}%; tick: the mean. Diamond: the record. Numbers: the record, and the predicted "
    "90\N{THIN SPACE}%. A statistic is missed where the record is outside 95\N{THIN SPACE}% in the fit, outside "
    "90\N{THIN SPACE}% if it was held out."
)


def finding(predicted: pd.DataFrame) -> str:
    """Return which statistics are missed, in a sentence."""
    out = missed(predicted)
    parts = []
    for role, words in (("fit", "statistics in the fit"), ("hold-out", "hold-outs")):
        names = predicted.loc[predicted["role"] == role, "statistic"]
        if len(names):
            parts.append(f"{np.count_nonzero(~names.isin(out))} of {len(names)} {words}")
    return f"{' and '.join(parts)} are where they are predicted" + (f"; missed: {named(out, 5)}" if out else "")


def scaled(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the 90 % interval at −1 … 1; where it is a point, one unit is one unit of the statistic."""
    middle, half = (rows["low_90"] + rows["high_90"]) / 2, (rows["high_90"] - rows["low_90"]) / 2
    columns = ["observed", "mean", "low_95", "low_90", "high_90", "high_95"]
    return rows[columns].sub(middle, axis=0).div(half.where(half > 0, 1.0), axis=0)


def rows_of(ax: Axes, rows: pd.DataFrame, out: list[str]) -> None:
    """Draw the statistics of one role, those that are missed on top."""
    at, y = scaled(rows), np.arange(len(rows))
    colours = [WRONG if name in out else RIGHT for name in rows["statistic"]]
    ax.axvline(0, color=FAINT, linewidth=1, zorder=0)
    ax.hlines(y, at["low_95"].clip(-FAR, FAR), at["high_95"].clip(-FAR, FAR), colors=NEUTRAL, linewidth=1, zorder=1)
    ax.hlines(y, at["low_90"], at["high_90"], colors="#b5bcc4", linewidth=6, zorder=2)
    ax.scatter(at["mean"].clip(-FAR, FAR), y, marker="|", c=INK, s=60, zorder=3)
    seen = at["observed"].clip(-FAR, FAR)
    ax.scatter(seen, y, marker="D", c=colours, s=34, zorder=4, clip_on=False)
    for row, (x, true) in enumerate(zip(seen, at["observed"], strict=True)):
        if x != true and np.isfinite(true):
            ax.text(
                x - 0.12 * np.sign(x),
                row,
                "→" if x > 0 else "←",
                ha="right" if x > 0 else "left",
                va="center",
                color=WRONG,
            )
    ax.set_yticks(y, [wrapped(name, 34) for name in rows["statistic"]])
    ax.set(xlim=(-FAR - 0.1, FAR + 0.1), ylim=(len(rows) - 0.4, -0.6), xticks=[-1, 0, 1])
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def numbers_of(ax: Axes, rows: pd.DataFrame) -> None:
    """Write the record and the predicted 90 % at the right of each row."""
    said = []
    for row in rows.to_dict("records"):
        places = 0 if row["high_90"] - row["low_90"] >= 3 else 2
        low, high = number(row["low_90"], places), number(row["high_90"], places)
        predicted = f"{low} to {high}" if np.isfinite(row["mean"]) else "in no run"
        said.append(f"{number(row['observed'], places)}  ({predicted})")
    right = ax.twinx()
    right.set(ylim=ax.get_ylim(), yticks=range(len(rows)), yticklabels=said)
    right.spines[:].set_visible(False)
    right.tick_params(axis="y", length=0)
    how: dict[str, Any] = {"xytext": (4, 5), "textcoords": "offset points", "fontsize": 9, "color": MUTED}
    right.annotate("Record (predicted 90\N{THIN SPACE}%)", (1, 1), xycoords="axes fraction", **how)


def predictive_intervals(predicted: pd.DataFrame, title: str = "", *, note: str = "") -> Figure:
    """Predicted intervals of every statistic with the record on them, those of the fit over those held out.

    Intervals are matplotlib's: seaborn would compute them anew from draws, and here they are given.

    Parameters
    ----------
    predicted : DataFrame
        Table ``predictive`` of a calibration: a row a statistic.
    title, note : str
        What stands before the finding, and under the reading aid.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(predicted, COLUMNS, "predictive_intervals")
    out = missed(predicted)
    first = predicted.assign(hit=~predicted["statistic"].isin(out)).sort_values("hit", kind="stable")
    parts = [(words, part) for role, words in ROLES.items() if len(part := first[first["role"] == role])]
    foot = f"{FOOT}\n{note}"
    with drawing():
        fig = blank(WIDTH, room(foot, WIDTH) + 0.75 * len(parts) + ROW * len(predicted))
        axes = fig.subplots(len(parts), 1, squeeze=False, height_ratios=[len(part) + 0.6 for _, part in parts]).ravel()
        for ax, (words, part) in zip(axes, parts, strict=True):
            rows_of(ax, part, out)
            numbers_of(ax, part)
            ax.set_title(words)
        head_and_foot(fig, f"{title}{finding(predicted)}", foot)
    return fig
