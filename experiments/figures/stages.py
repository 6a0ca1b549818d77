"""How many partnerships stand at each stage, month by month."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from abm.labels.fonts import literal
from abm.labels.stages import STAGES
from experiments.figures.ends import name_ends
from experiments.figures.frame import head_and_foot
from experiments.figures.style import MUTED, SHOCK, blank, drawing
from experiments.figures.text import require

FOOT = "Lines: mean of the runs. Bands: 80% of the runs. Numbers: mean in the last month."
START_YEAR = 2017  # month 0 is January 2017


def name_lines(ax: Axes, table: pd.DataFrame) -> None:
    """Write the name and the last mean of each line at its right end, apart from each other."""
    last = table["month"].max()
    ends = table[table["month"] == last].groupby("stage")["value"].mean()
    rungs = [rung for rung in STAGES if rung.name in ends]
    values = np.array([ends[rung.name] for rung in rungs])
    names = [f"{rung.label.english}  {value:,.0f}" for rung, value in zip(rungs, values, strict=True)]
    name_ends(ax, np.column_stack([np.full(len(rungs), last), values]), names, [rung.colour for rung in rungs], 0.062)


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
        One row a month, stage and run: month (0 is January 2017), stage (contact, memorandum, action plan, pilot,
        sustained), value.
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
    require(table, ["month", "stage", "value"], "stocks_over_time")
    known = [rung.name for rung in STAGES]
    unknown = sorted(set(table["stage"].astype(str)) - set(known))
    if unknown:
        raise ValueError(
            f"stocks_over_time: unknown stage(s) {', '.join(unknown)}; a stage is one of {', '.join(known)}"
        )
    with drawing():
        fig = blank(10, 5.4)
        ax = fig.subplots()
        sns.lineplot(
            table,
            x="month",
            y="value",
            hue="stage",
            palette={rung.name: rung.colour for rung in STAGES},
            errorbar=("pi", 80),
            err_kws={"alpha": 0.16, "linewidth": 0},
            linewidth=2,
            legend=False,
            ax=ax,
        )
        last = int(table["month"].max())
        ax.set_xlim(table["month"].min(), last)
        ax.set_ylim(0, max(1.0, ax.get_ylim()[1]))
        mark_shocks(ax, shocks)
        step = 12 if last <= 132 else 24
        years = np.arange(0, last + 1, step)
        ax.set_xticks(years, [f"Jan {START_YEAR + int(month) // 12}" for month in years])
        ax.set_xticks(np.arange(0, last + 1, 3), minor=True)
        ax.set(xlabel="Month", ylabel="Partnerships at this stage")
        ax.grid(axis="y")
        name_lines(ax, table)
        head_and_foot(fig, title, FOOT)
    return fig
