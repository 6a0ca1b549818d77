"""Regret of programmes, a row of panels for what it is and for how often a programme is good enough."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from abm.labels.fonts import THIN
from experiments.figures.frame import head_and_foot, room
from experiments.figures.panels import UNCLEAR
from experiments.figures.style import ACCENT, FAINT, blank, drawing
from experiments.figures.text import label_of, require, wrapped

FOOT = (
    "Above: regret, how much less a programme brings than the one that is best in the same world: its mean over worlds "
    "(filled, with interval) and what a tenth of the worlds exceed (open). Below: worlds in which the wish comes true "
    "in more than half of the runs. Each wish has its own column and is never added to another."
)
COLUMN, HEIGHT = 3.5, 0.3  # inches of a panel, of a row


def dots(ax: Axes, rows: pd.DataFrame, name: str, colour: str, filled: bool) -> None:
    """Draw estimates with their intervals, a row a programme."""
    at = np.arange(len(rows)) + (0 if filled else 0.22)
    ax.hlines(at, rows[f"{name}_low"], rows[f"{name}_high"], color=colour, linewidth=1.6)
    ax.scatter(rows[name], at, s=28, facecolor=colour if filled else "white", edgecolor=colour, zorder=3)


def regret_by_wish(
    table: pd.DataFrame,
    wishes: Mapping[str, str],
    title: str = "",
    *,
    labels: Mapping[str, str] | None = None,
    note: str = "",
) -> Figure:
    """Regret and good enough, a column of panels a wish, programmes in the order of the table.

    Parameters
    ----------
    table : DataFrame
        One row a wish and programme: wish, programme, regret, worst and enough with ``_low`` and ``_high``.
    wishes : mapping
        Wish -> what is enough, in words.
    title, note : str
        Heading, and what stands under the reading aid.
    labels : mapping, optional
        Readable words for wishes and programmes.

    Returns
    -------
    Figure
        Two rows of panels.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    ends = [f"{name}{end}" for name in ("regret", "worst", "enough") for end in ("", "_low", "_high")]
    require(table, ["wish", "programme", *ends], "regret_by_wish")
    programmes, foot = list(dict.fromkeys(table["programme"])), f"{FOOT}\n{note}"
    with drawing():
        wide = 1.7 + COLUMN * len(wishes)
        tall = 2 * (0.9 + HEIGHT * len(programmes))
        fig = blank(wide, tall + room(foot, wide))
        axes = fig.subplots(2, len(wishes), squeeze=False, sharey=True)
        for (above, below), (wish, enough) in zip(axes.T, wishes.items(), strict=True):
            rows = table[table["wish"] == wish]
            dots(above, rows, "regret", ACCENT, True)
            dots(above, rows, "worst", UNCLEAR, False)
            dots(below, rows, "enough", ACCENT, True)
            above.set_title(wrapped(label_of(wish, labels), 34), fontsize=10)
            above.set_xlabel("Regret")
            below.set_xlabel(f"Worlds in which {enough} is likely")
            above.set_xlim(left=min(0.0, above.get_xlim()[0]))
            above.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            below.set_xlim(-0.02, 1.02)
            below.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=f"{THIN}%"))
            for ax in (above, below):
                ax.set_yticks(range(len(programmes)), [wrapped(label_of(name, labels), 22) for name in programmes])
                ax.set_ylim(len(programmes) - 0.4, -0.6)
                ax.grid(axis="x", color=FAINT)
                ax.tick_params(axis="y", length=0)
        head_and_foot(fig, title, foot)
    return fig
