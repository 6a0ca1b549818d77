"""The one picture of a single run: partnerships by stage over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

STOCKS = {
    "contacts": "contact",
    "memoranda": "memorandum",
    "action_plans": "action plan",
    "pilots": "pilot",
    "sustained": "sustained",
}
COLOURS = ("#9ecae1", "#6baed6", "#3182bd", "#e6850e", "#a63603")


def stages_over_time(series: pd.DataFrame, title: str) -> Figure:
    """Return a figure of living partnerships by stage, one line a stage, from the series of one run."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for (column, label), colour in zip(STOCKS.items(), COLOURS, strict=True):
        axes.plot(series.index, series[column], color=colour, linewidth=2, label=label)
    axes.set_xlabel("month")
    axes.set_ylabel("living partnerships")
    axes.set_title(title, loc="left", parse_math=False)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
