"""The one picture of a single run: partnerships by stage over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abm.labels.stages import STAGES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def stages_over_time(series: pd.DataFrame, title: str, name: str = "") -> Figure:
    """Return a figure of living partnerships by stage, one line a stage, from the series of one run.

    ``name`` is drawn instead of a title that no font of this machine can draw.
    """
    from matplotlib.figure import Figure

    from abm.labels.fonts import families, literal

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for rung in STAGES:
        axes.plot(series.index, series[rung.now], color=rung.colour, linewidth=2, label=rung.label.english)
    axes.set_xlabel("month")
    axes.set_ylabel("living partnerships")
    axes.set_title(literal(title, name), loc="left", parse_math=False, fontfamily=families())
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
