"""Both docking cases drawn beside the numbers that their field knows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.frame import head_and_foot
from experiments.figures.style import ACCENT, FAINT, INK, MUTED, OTHER_COLOURS, blank, drawing
from experiments.figures.text import decimals, number, percent
from experiments.intervals import LEVEL, t_interval

PUBLISHED = {5: 1.0, 10: 3.2, 15: 20.0}  # Axelrod 1997, table 2: means of 10 runs
EXPECTED = {5: 1.05, 10: 4.20, 15: 19.80}  # of long runs
REPLICATION = {0.0: 4.89, 0.1: 5.49, 1.0: 4.77}
VERMILION = OTHER_COLOURS[-1]
CULTURE = (
    "Blue line: mean of all runs; grey: where 95\N{THIN SPACE}% of the means of ten runs lie; dashed: the published "
    "mean of ten."
)
AT_ZERO = 3e-4  # where a share of 0 stands on the logarithmic axis
COLOURS = {"one for one": ACCENT, "every category": VERMILION, "every category, cut short": OTHER_COLOURS[2]}
MARKERS = dict(zip(COLOURS, "os^", strict=True))


def culture_figure(regions: dict[int, np.ndarray]) -> Figure:
    """Return histograms of the number of stable regions, one panel for each number of traits in ``regions``."""
    with drawing():
        fig = blank(8.6, 3.8)
        axes = fig.subplots(1, len(regions))
        for ax, (n_traits, found) in zip(axes, regions.items(), strict=True):
            histogram(ax, found, PUBLISHED[n_traits])
            ax.set_title(f"{n_traits} traits")
            ax.text(
                0.98,
                0.97,
                f"mean {found.mean():.2f}\npublished {PUBLISHED[n_traits]:.1f}\nexpected {EXPECTED[n_traits]:.2f}",
                transform=ax.transAxes,
                ha="right",
                va="top",
                fontsize=8,
            )
        axes[0].set_ylabel("share of runs")
        within = sum(abs(found.mean() - PUBLISHED[n]) < spread_of_ten(found) for n, found in regions.items())
        head = f"{within} of {len(regions)} published means are among those that ten runs give"
        runs = f"Axelrod's culture model: 10 × 10 sites, 5 features, {len(found):,} runs to stability a panel"
        head_and_foot(fig, f"{head}\n{runs}", CULTURE)
    return fig


def spread_of_ten(found: np.ndarray) -> float:
    """Return how far from their mean 95 % of the means of ten runs lie."""
    return float(1.96 * found.std(ddof=1) / np.sqrt(10))


def histogram(ax: Axes, found: np.ndarray, published: float) -> None:
    """Draw the shares of runs by number of regions, and where a mean of ten runs can lie."""
    mean, spread = found.mean(), spread_of_ten(found)
    ax.axvspan(mean - spread, mean + spread, color=FAINT, lw=0, zorder=0)
    sns.histplot(x=found, discrete=True, stat="proportion", shrink=0.85, color=ACCENT, alpha=0.55, linewidth=0, ax=ax)
    ax.axvline(mean, color=ACCENT, lw=2)
    ax.axvline(published, color=VERMILION, lw=1.6, ls="--")
    ax.set_xlim(0.2, max(3.8, np.quantile(found, 0.998) + 0.8))
    ax.set_xlabel("stable regions", color=MUTED, fontsize=9)
    ax.set_ylabel("")


def barter_figure(table: pd.DataFrame) -> Figure:
    """Return three panels over the share of rewired ties.

    ``table`` is that of `calibration.docking.mean_knowledge`, with ``rule`` (of `COLOURS`) and ``n_experts``.
    """
    with drawing():
        fig = blank(8.6, 3.8)
        level, novices, variation = fig.subplots(1, 3)
        with_experts = table[table.n_experts > 0]
        to_the_end = table[table.rule != "every category, cut short"]
        panel(level, with_experts, "knowledge", "Mean knowledge")
        panel(novices, to_the_end[to_the_end.n_experts == 0], "knowledge", "Without experts")
        panel(variation, to_the_end[to_the_end.n_experts > 0], "variation", "Coeff. of variation")
        shares, found = np.maximum(list(REPLICATION), AT_ZERO), list(REPLICATION.values())
        level.scatter(shares, found, marker="D", color="white", edgecolor=INK, zorder=5, label="an earlier replication")
        level.set_ylim(bottom=0)
        level.legend(loc="lower left", fontsize=7.5)
        seeds = f"{table.seed.nunique()} seeds; intervals: {percent(LEVEL)}"
        runs = f"Barter of 500 agents by the share of rewired ties; {seeds}"
        head_and_foot(fig, f"{of_barter(with_experts)}\n{runs}", "")
    return fig


def of_barter(table: pd.DataFrame, some: float = 0.1, every: float = 1.0) -> str:
    """Return in words whether a few rewired ties leave more knowledge than all of them, of one for one."""
    knowledge = table[table.rule == "one for one"].pivot(index="seed", columns="share", values="knowledge")
    if not {some, every} <= set(knowledge):
        return ""
    difference, low, high = t_interval((knowledge[some] - knowledge[every]).to_numpy(float))
    what = f"{percent(some)} of ties rewired, one for one"
    if not low * high > 0:
        return f"{what}: a difference from all rewired cannot be told from chance"
    places = decimals((high - low) / 2)
    said = f"{number(difference, places, True)} ({number(low, places)} to {number(high, places)})"
    return f"{what}: mean knowledge {said} against all rewired"


def panel(ax: Axes, table: pd.DataFrame, column: str, title: str) -> None:
    """Draw a column over the shares, one line a rule: the mean over seeds and its interval."""
    sns.lineplot(
        table.assign(share=table["share"].clip(AT_ZERO)),
        x="share",
        y=column,
        hue="rule",
        style="rule",
        palette=COLOURS,
        markers=MARKERS,
        dashes=False,
        errorbar=lambda values: t_interval(values)[1:],
        err_style="bars",
        err_kws={"elinewidth": 1},
        ax=ax,
    )
    ax.legend().remove()  # one for all panels stands in the first
    ax.set_xscale("log")
    ax.set_xticks([AT_ZERO, 1e-2, 1e-1, 1.0], ["0", "0.01", "0.1", "1"])
    ax.minorticks_off()
    ax.set_title(title)
    ax.set_xlabel("share of rewired ties", color=MUTED, fontsize=9)
    ax.set_ylabel("")
