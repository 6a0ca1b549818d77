"""Screening: how far each of many parameters moves an outcome, and whether always the same way."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.ends import name_ends
from experiments.figures.frame import head_and_foot
from experiments.figures.panels import grid, heading, name_of, of, outcomes, say
from experiments.figures.style import ACCENT, MUTED, NEUTRAL, SHOCK, drawing
from experiments.figures.text import require, wrapped

NAMED = 8  # parameters of an outcome
FOOT = (
    "Size: root mean square of the change of the outcome, without luck, when a parameter moves over its range. "
    "|μ|: the mean change, as large as the size (line) where a parameter acts the same way everywhere, and less where "
    "it acts this way here and that way there.\nGrey: what luck alone reaches once in twenty times, the median of the "
    "parameters; filled: beyond its own. Ticks: groups, which have no direction."
)


def effects(ax: Axes, rows: pd.DataFrame, labels: Mapping[str, str] | None) -> None:
    """Draw the parameters of one outcome, and name those that move it most."""
    grouped, moves = rows["mu"].isna(), rows["moves"].astype(bool)
    x, y = rows["size"].to_numpy(float), rows["mu"].abs().fillna(0).to_numpy()
    top = 1.06 * max(x.max(), y.max(), rows["noise"].median())
    ax.axvspan(0, rows["noise"].median(), color=SHOCK, zorder=0, linewidth=0)
    ax.plot([0, top], [0, top], color=MUTED, linewidth=0.8, linestyle=":", zorder=1)
    for chosen, marker in ((~grouped, "o"), (grouped, "|")):
        colour = np.where(moves[chosen], ACCENT, NEUTRAL).tolist()
        face = np.where(moves[chosen], ACCENT, "white").tolist() if marker == "o" else colour
        edge = {"edgecolors": colour} if marker == "o" else {}
        ax.scatter(x[chosen], y[chosen], s=26, marker=marker, c=face, linewidths=1, clip_on=False, zorder=3, **edge)
    ax.set(xlim=(0, top), ylim=(0, top), xlabel="Size", ylabel="|μ|")
    ax.locator_params(nbins=5)
    ax.grid()
    first = rows[moves].sort_values("size", ascending=False, kind="stable").head(NAMED)
    ends = np.column_stack([first["size"], first["mu"].abs().fillna(0)])
    name_ends(ax, ends, [name_of(name, labels, 34) for name in first["factor"]], [MUTED] * len(first), 0.1, 8, 0.7)


def screening_effects(
    table: pd.DataFrame, title: str = "", *, labels: Mapping[str, str] | None = None, note: str = ""
) -> Figure:
    """Mean effect against size of every parameter, a panel an outcome, with the size that luck alone reaches.

    Points are matplotlib's: seaborn maps columns to looks and has no names or bands to add.

    Parameters
    ----------
    table : DataFrame
        One row an outcome, month and factor: factor, outcome, month, mu (NaN of a group), size, noise, moves, says.
    title, note : str
        Heading, and what stands under the reading aid: study, runs, factors.
    labels : mapping, optional
        Readable words for factors and outcomes.

    Returns
    -------
    Figure
        The eight parameters of the largest size are named in each panel, if they move the outcome.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(table, ["factor", "outcome", "month", "mu", "size", "noise", "moves", "says"], "screening_effects")
    keys = outcomes(table)
    with drawing():
        fig, axes = grid(len(keys), 5.2, 3.2, f"{FOOT}\n{note}")
        for ax, key in zip(axes, keys, strict=True):
            rows = of(table, key)
            ax.set_title(wrapped(heading(key, labels), 40), fontsize=10)
            if rows["size"].fillna(0).max() > 0 or rows["mu"].abs().max() > 0:
                effects(ax, rows, labels)
            else:
                say(ax, rows["says"].iloc[0])
        head_and_foot(fig, title, f"{FOOT}\n{note}")
    return fig
