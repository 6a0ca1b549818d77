"""Which city of one region works with which of another, as a matrix of the stages that pairs have reached."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from abm.labels.fonts import literal
from abm.labels.stages import STAGES
from experiments.figures.style import FAINT, ink_on


def matrix(ax: Axes, across: pd.DataFrame, down: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """Draw a cell a pair of cities, coloured and numbered by its stage; the best connected are first.

    Parameters
    ----------
    across, down : DataFrame
        city_id, name: columns and rows.
    pairs : DataFrame
        city_a, city_b, stage.
    """
    ties = pd.concat([pairs["city_a"], pairs["city_b"]]).value_counts()
    columns, rows = (by_ties(part, ties) for part in (across, down))
    column, row = ({city: k for k, city in enumerate(part["city_id"])} for part in (columns, rows))
    for a, b, stage in pairs[["city_a", "city_b", "stage"]].itertuples(index=False):
        for x, y in {(a, b), (b, a)}:
            if x in column and y in row:
                colour = STAGES[int(stage) - 1].colour
                ax.add_patch(Rectangle((column[x] - 0.5, row[y] - 0.5), 1, 1, facecolor=colour, edgecolor="white"))
                look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 8, "color": ink_on(colour)}
                ax.text(column[x], row[y], f"{stage}", **look)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    ax.xaxis.tick_top()
    ax.set_xticks(range(len(columns)), named(columns))
    ax.set_yticks(range(len(rows)), named(rows))
    ax.tick_params(length=0, labelsize=9)
    ax.tick_params(axis="x", rotation=90)
    for side, n in (("x", len(columns)), ("y", len(rows))):
        getattr(ax, f"set_{side}ticks")(np.arange(n - 1) + 0.5, minor=True)
    ax.tick_params(which="minor", length=0)
    ax.grid(which="minor", color=FAINT)
    ax.spines[:].set_visible(True)
    ax.spines[:].set_color(FAINT)


def named(cities: pd.DataFrame) -> list[str]:
    """Names of cities as they can be drawn."""
    return [literal(name, city, 30) for name, city in zip(cities["name"], cities["city_id"], strict=True)]


def by_ties(cities: pd.DataFrame, ties: pd.Series) -> pd.DataFrame:
    """Cities by their number of partners, the most first."""
    degree = cities["city_id"].map(ties).fillna(0)
    return cities.loc[degree.sort_values(ascending=False, kind="stable").index]
