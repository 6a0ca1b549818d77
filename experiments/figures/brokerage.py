"""Structural holes against what a city got: partners on the axis, what it began later above it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy import stats

from abm.labels.fonts import literal
from experiments.figures.frame import head_and_foot, room
from experiments.figures.style import ACCENT, MUTED, blank, drawing
from experiments.figures.text import number, percent, require
from experiments.intervals import LEVEL, ratios, t_interval

FEWEST = 10  # rows of a mean
FOOT = (
    "Partners that know nothing of each other: 1 over Burt's constraint (1992). Points: means over cities and runs "
    f"with their {percent(LEVEL)} intervals; bars: the middle half of the cities; small numbers: how many there are.\n"
    "Association, not effect: active cities have more partners and begin more pilots."
)


def by_partners(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Means of an outcome by the whole number of partners nearest to 1 / constraint, where rows are enough.

    Returns
    -------
    DataFrame
        One row a number of partners: partners, mean, low, high (the interval), lower, upper (quartiles), n.
    """
    known = table.dropna(subset=["constraint", outcome])
    known = known[known["constraint"] > 0]
    known = known.assign(partners=(1 / known["constraint"]).round().astype(int))
    sums = known.pivot_table(outcome, "seed", "partners", aggfunc=["sum", "count"]).fillna(0.0)
    rows = []
    for partners, part in known.groupby("partners"):
        if len(part) >= FEWEST:  # cities of one run are not independent of each other: runs are
            total, count = (sums[kind, partners].to_numpy(float) for kind in ("sum", "count"))
            mean, low, high, _ = map(float, ratios(total, count))
            rows.append((partners, mean, low, high, *part[outcome].quantile([0.25, 0.75]), len(part)))
    return pd.DataFrame(rows, columns=["partners", "mean", "low", "high", "lower", "upper", "n"])


def association(table: pd.DataFrame, outcome: str) -> tuple[float, float, float]:
    """Rank correlation of partners and an outcome within a run: its mean over the runs of a table, and its interval."""
    found = []
    for _, part in table.dropna(subset=["constraint", outcome]).groupby("seed"):
        if part["constraint"].nunique() > 1 and part[outcome].nunique() > 1:
            found.append(stats.spearmanr(-part["constraint"], part[outcome]).statistic)
    return t_interval(np.array(found))


def columns(ax: Axes, found: pd.DataFrame) -> None:
    """Draw the middle half, the mean with its interval, and the number of rows at every number of partners."""
    ax.vlines(found["partners"], found["lower"], found["upper"], color=ACCENT, alpha=0.25, linewidth=16)
    half = np.abs(found[["low", "high"]].to_numpy(float).T - found["mean"].to_numpy(float))
    ax.errorbar(
        found["partners"], found["mean"], half, color=ACCENT, marker="o", markersize=6, capsize=3, linewidth=1.8
    )
    ax.set_ylim(0)
    over = ax.get_xaxis_transform()
    for partners, n in zip(found["partners"], found["n"], strict=True):
        ax.text(partners, 1.01, number(n, 0), transform=over, ha="center", va="bottom", fontsize=8, color=MUTED)


def brokerage_against_outcomes(table: pd.DataFrame, *, outcome: str = "pilots", title: str = "") -> Figure:
    """Structural holes against what a city got: mean outcome by number of partners that do not know each other.

    Parameters
    ----------
    table : DataFrame
        seed, constraint (Burt 1992; low where a city bridges structural holes), and the outcome; a row a city and run.
    outcome : str
        Column on the upright axis.
    title : str
        What was found; on the lines that follow, of which runs.

    Returns
    -------
    Figure
        Means with intervals and middle halves, rising to the right with the number of partners.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(table, ["seed", "constraint", outcome], "brokerage_against_outcomes")
    found = by_partners(table, outcome)
    with drawing():
        fig = blank(8.6, 3.6 + room(FOOT, 8.6))
        ax = fig.subplots()
        columns(ax, found)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel("Partners that know nothing of each other (right: more structural holes)")
        ax.set_ylabel(literal(outcome.replace("_", " ").capitalize()))
        ax.grid(axis="y")
        head_and_foot(fig, title, FOOT)
    return fig
