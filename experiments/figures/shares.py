"""Why runs differ: how much of it every factor explains alone, all of them only together, and luck."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.frame import head_and_foot, room
from experiments.figures.panels import COLOURS, heading, name_of, of, outcomes
from experiments.figures.style import INK, MUTED, blank, drawing, ink_on
from experiments.figures.text import percent, require, wrapped

WIDTH = 11.0  # inches
LEAST = 0.045  # of the bar: room for a number
OTHERS, TOGETHER, LUCK = "others", "together", "luck"  # the last two are parts of the table
LOOKS: dict[str, dict[str, Any]] = {
    OTHERS: {"color": "#b5bcc4"},
    TOGETHER: {"facecolor": "white", "hatch": "////", "edgecolor": MUTED, "linewidth": 0.0},
    LUCK: {"color": INK},
}
FOOT = (
    "A bar is all the difference between the runs of one outcome. Alone: what fixing the parameter would remove; "
    "together: what parameters do only in company; luck: what differs between runs with the same parameters. "
    "A part estimated below 0 is drawn left of 0 and not cut off; the others then reach beyond 100\N{THIN SPACE}%."
)


def parts_of(shares: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Factors that have a part of their own, largest first, and those that are drawn as one."""
    alone = shares[~shares["part"].isin([TOGETHER, LUCK])].dropna(subset="share")
    ranked = list(alone.groupby("part", sort=False)["share"].sum().sort_values(ascending=False, kind="stable").index)
    shown = ranked if len(ranked) <= len(COLOURS) else ranked[: len(COLOURS) - 1]
    return shown, ranked[len(shown) :]


def stacked(values: np.ndarray) -> np.ndarray:
    """Left edges of parts that stand side by side: those above 0 from 0 to the right, those below it to the left.

    Parameters
    ----------
    values : ndarray
        Shape (n_bars, n_parts).
    """
    right, left = (np.cumsum(side(values, 0), axis=1) for side in (np.maximum, np.minimum))
    return np.where(values >= 0, right - values, left)


def draw_parts(ax: Axes, values: pd.DataFrame, looks: Mapping[str, dict[str, Any]], says: Sequence[str]) -> None:
    """Draw a bar a row of a table, a part a column, with its number where there is room; luck alone says why."""
    numbers = values.fillna(0).to_numpy()
    lefts = stacked(numbers)
    only_luck = values[TOGETHER].isna().to_numpy()
    lefts[only_luck, -1] = 1 - numbers[only_luck, -1]  # luck stands at the right, whatever is beside it
    for k, part in enumerate(map(str, values)):
        ax.barh(range(len(values)), np.abs(numbers[:, k]), 0.72, lefts[:, k], **looks[part])
        for row in np.flatnonzero(np.abs(numbers[:, k]) >= LEAST).tolist():
            middle = lefts[row, k] + abs(numbers[row, k]) / 2
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1} if part == TOGETHER else None
            ink = ink_on(looks[part].get("color", "white"))
            ax.text(middle, row, percent(numbers[row, k]), ha="center", va="center", fontsize=8, color=ink, bbox=box)
    for row in np.flatnonzero(only_luck & values[LUCK].notna().to_numpy()).tolist():
        # beside the bar, which may be narrower than the words
        ax.text(lefts[row, -1] - 0.01, row, says[row], ha="right", va="center", fontsize=8, color=MUTED)


def why_runs_differ(
    shares: pd.DataFrame,
    luck: pd.DataFrame,
    title: str = "",
    *,
    labels: Mapping[str, str] | None = None,
    note: str = "",
) -> Figure:
    """A bar of 100 % an outcome: the factors alone, all of them together (hatched), luck (dark).

    Bars are matplotlib's: seaborn stacks counts of rows, but neither given nor negative parts.

    Parameters
    ----------
    shares : DataFrame
        One row an outcome, month and part: outcome, month, part (a factor, "together" or "luck"), share.
    luck : DataFrame
        One row an outcome and month: outcome, month, says (why nothing is shared out, if nothing is).
    title, note : str
        Heading, and what stands under the reading aid: study, runs, factors.
    labels : mapping, optional
        Readable words for factors and outcomes.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(shares, ["outcome", "month", "part", "share"], "why_runs_differ")
    require(luck, ["outcome", "month", "says"], "why_runs_differ")
    keys, (shown, rest) = outcomes(luck), parts_of(shares)
    columns = [*shown, *([OTHERS] if rest else []), TOGETHER, LUCK]
    found = [of(shares, key).set_index("part")["share"] for key in keys]
    values = pd.DataFrame([part.reindex(columns) for part in found], columns=columns)
    if rest:
        values[OTHERS] = [part.reindex(rest).sum() for part in found]
    names = {factor: name_of(factor, labels, 40) for factor in shown}
    names |= {OTHERS: f"{len(rest)} other parameters", TOGETHER: "Only together", LUCK: "Luck"}
    looks: dict[str, dict[str, Any]] = {factor: {"color": COLOURS[k]} for k, factor in enumerate(shown)} | LOOKS
    looks = {part: look | {"label": names.get(part)} for part, look in looks.items()}
    says = [of(luck, key)["says"].iloc[0] for key in keys]
    with drawing():
        foot = f"{FOOT}\n{note}"
        fig = blank(WIDTH, room(foot, WIDTH) + 0.6 + 0.22 * -(-len(columns) // 3) + 0.32 * len(keys))
        ax = fig.subplots()
        draw_parts(ax, values, looks, says)
        for row in np.flatnonzero(values[LUCK].isna()).tolist():
            ax.text(0.01, row, wrapped(says[row], 100), va="center", fontsize=8, color=MUTED)
        ax.set_yticks(range(len(keys)), [wrapped(heading(key, labels), 40) for key in keys])
        ax.set_ylim(len(keys) - 0.45, -0.55)
        ax.set_xticks(np.linspace(0, 1, 6), [percent(share) for share in np.linspace(0, 1, 6)])
        ax.set_xlim(min(0.0, ax.dataLim.x0), max(1.0, ax.dataLim.x1))
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize=9)
        head_and_foot(fig, title, foot)
    return fig
