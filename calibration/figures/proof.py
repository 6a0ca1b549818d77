"""Is the posterior right? Ranks, coverage, joint coverage, and whether these tests would have noticed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import binom, kstwo

from calibration.diagnostics import ENOUGH, KS, LEVELS, TARP_AREA
from calibration.figures.words import OPEN, RIGHT, WRONG, named, zero_line
from experiments.figures.frame import head_and_foot, room
from experiments.figures.style import INK, MUTED, SHOCK, blank, drawing
from experiments.figures.text import number, percent, require

WIDTH, HEIGHT = 10.0, 6.6  # inches
FOOT = (
    "Each test takes a run of the prior for the record and asks where the posterior has the truth. Ranks and "
    "coverage: a line and a point an unknown; shaded is what the gate allows. Joint coverage: the curve of TARP, and "
    "95\N{THIN SPACE}% of chance.\nNoticed: the lowest and highest share of 90\N{THIN SPACE}% intervals that hold "
    "the truth, of posteriors that are wrong on purpose. The prior in place of a posterior is right but for chance; "
    "what is learnt tells it apart."
)


def finding(coverage: pd.DataFrame, n: int) -> str:
    """Return what the tests say in a sentence."""
    off = coverage.loc[coverage["wrong"] != "", "unknown"].tolist()
    verdict = f"find {len(off)} of {len(coverage)} unknowns off: {named(off)}" if off else "find every unknown right"
    return f"{n:,} tests {verdict}" + (f"; {ENOUGH:,} decide" if n < ENOUGH else "")


def difference(rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of ranks up to a point less that of uniform ones, before and after each step."""
    x = np.repeat(np.sort(rank), 2)
    steps = np.repeat(np.arange(len(rank) + 1), 2)[1:-1]
    return x, steps / len(rank) - x


def ranks_panel(ax: Axes, ranks: pd.DataFrame, off: Sequence[str]) -> None:
    """Draw the differences of all unknowns, and how large the Kolmogorov–Smirnov test of the gate lets them be."""
    n, k = ranks.shape
    band = float(kstwo.ppf(1 - KS / k, n))
    ax.axhspan(-band, band, color=SHOCK, linewidth=0, zorder=0)
    zero_line(ax)
    for name in ranks:
        wrong = name in off
        ax.plot(*difference(ranks[name].to_numpy()), color=WRONG if wrong else RIGHT, linewidth=1.1 if wrong else 0.7)
    ax.set(xlim=(0, 1), xlabel="Rank of the truth", ylabel="Share less that of uniform ranks")
    reach = 1.15 * max(band, *(float(np.abs(line.get_ydata()).max()) for line in ax.lines))
    ax.set_ylim(-reach, reach)
    ax.set_title("Ranks")


def coverage_panel(ax: Axes, coverage: pd.DataFrame) -> None:
    """Draw how far the coverage of each unknown is off at each level, and how far it may be."""
    names = [f"{level:.0%}" for level in LEVELS]
    for x, allowed in enumerate(LEVELS.values()):
        ax.fill_between([x - 0.4, x + 0.4], -allowed, allowed, color=SHOCK, linewidth=0, zorder=0)
    zero_line(ax)
    beside = np.linspace(-0.3, 0.3, len(coverage))
    for x, (name, (level, allowed)) in enumerate(zip(names, LEVELS.items(), strict=True)):
        off = coverage[name] - level
        colours = {False: RIGHT, True: WRONG}
        sns.scatterplot(
            x=x + beside, y=off, hue=off.abs() > allowed, palette=colours, s=24, legend=False, ax=ax, zorder=2
        )
    ax.set_xticks(range(len(names)), [percent(level) for level in LEVELS])
    ax.set(xlabel="Interval", ylabel="Coverage less the nominal")
    ax.set_title("Coverage")


def tarp_panel(ax: Axes, tarp: pd.DataFrame) -> None:
    """Draw the curve of joint coverage beside the diagonal, and the area between the two."""
    x, n = np.linspace(0, 1, 101), len(tarp)
    low, high = binom.ppf([[0.025], [0.975]], n, x) / n
    area = float((tarp["coverage"] - tarp["credibility"]).abs().mean())
    ax.fill_between(x, low, high, color=SHOCK, linewidth=0, zorder=0)
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1)
    ax.plot(tarp["credibility"], tarp["coverage"], color=RIGHT if area <= TARP_AREA else WRONG, linewidth=1.6)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="Credibility", ylabel="Share of tests within")
    ax.set_title(f"Joint coverage: area {number(area, 3)}, at most {TARP_AREA:g}")


def noticed_panel(ax: Axes, canaries: pd.DataFrame) -> None:
    """Draw the coverage of 90 % intervals of posteriors that are wrong on purpose, and which the tests notice."""
    rows, allowed = np.arange(len(canaries)), LEVELS[0.9]
    ax.axvspan(0.9 - allowed, 0.9 + allowed, color=SHOCK, linewidth=0, zorder=0)
    colours = [
        WRONG if red else RIGHT if name == "posterior" else OPEN
        for name, red in canaries[["posterior", "red"]].to_numpy()
    ]
    ax.hlines(rows, canaries["low_90"], canaries["high_90"], colors=colours, linewidth=4)
    for row, (low, high, red) in enumerate(canaries[["low_90", "high_90", "red"]].to_numpy()):
        ax.text(
            (low + high) / 2, row - 0.2, "off" if red else "passes", ha="center", va="bottom", fontsize=8, color=INK
        )
    ax.set_yticks(rows, canaries["posterior"])
    ax.set(ylim=(len(canaries) - 0.5, -0.7), xlabel="Coverage of 90\N{THIN SPACE}% intervals, over unknowns")
    ax.margins(x=0.08)
    ax.set_title("Noticed?")


def proof_of_posterior(
    ranks: pd.DataFrame,
    coverage: pd.DataFrame,
    tarp: pd.DataFrame,
    canaries: pd.DataFrame,
    title: str = "",
    *,
    note: str = "",
) -> Figure:
    """Four panels: differences of ranks with their band, coverage, the TARP curve, posteriors wrong on purpose.

    Lines and bands are matplotlib's: seaborn has no difference of an empirical distribution.

    Parameters
    ----------
    ranks, coverage, tarp, canaries : DataFrame
        Tables of a calibration under these names.
    title, note : str
        What stands before the finding, and under the reading aid.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(coverage, ["unknown", *(f"{level:.0%}" for level in LEVELS), "wrong"], "proof_of_posterior")
    require(tarp, ["credibility", "coverage"], "proof_of_posterior")
    require(canaries, ["posterior", "low_90", "high_90", "red"], "proof_of_posterior")
    require(ranks, coverage["unknown"].tolist(), "proof_of_posterior")
    coverage = coverage.assign(wrong=coverage["wrong"].fillna(""))  # as a CSV file has it
    foot = f"{FOOT}\n{note}"
    with drawing():
        fig = blank(WIDTH, HEIGHT + room(foot, WIDTH))
        axes = fig.subplots(2, 2).ravel()
        ranks_panel(axes[0], ranks, coverage.loc[coverage["wrong"] != "", "unknown"].tolist())
        coverage_panel(axes[1], coverage)
        tarp_panel(axes[2], tarp)
        noticed_panel(axes[3], canaries)
        head_and_foot(fig, f"{title}{finding(coverage, len(ranks))}", foot)
    return fig
