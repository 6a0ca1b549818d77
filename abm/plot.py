"""The one picture of a single run: partnerships by stage over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abm.labels.stages import STAGES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def stages_over_time(series: pd.DataFrame, title: str, name: str = "") -> Figure:
    """Return a figure of living partnerships by stage, one line a stage, from the series of one run.

    Its heading counts what stands at a pilot and beyond in the last month; the lines are named at the right in their
    order there, each with its last value. ``name`` is drawn instead of a title that no font of this machine can draw.
    """
    from matplotlib.figure import Figure

    from abm.labels.fonts import families, literal

    there = series[[rung.now for rung in STAGES]].to_numpy().any(axis=1)
    series = series.iloc[max(0, int(there.argmax()) - 1) :]  # nothing is to be seen before
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes, end = figure.subplots(), series.iloc[-1]
    for rung in sorted(STAGES, key=lambda rung: -end[rung.now]):
        label = f"{rung.label.english}: {end[rung.now]:.0f}"
        axes.plot(series.index, series[rung.now], color=rung.colour, linewidth=2, label=label)
    pilots = f"{end['pilots']:.0f} at a pilot, {end['sustained']:.0f} sustained after {series.index[-1] + 1} months"
    axes.set_title(f"{pilots}\n{literal(title, name)}", loc="left", parse_math=False, fontfamily=families())
    axes.set(xlabel="Month (0 is the first)", ylabel="Partnerships at this stage")
    axes.margins(x=0)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    axes.set_ylim(0)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
