"""Indices of sensitivity as heat maps: factors against outcomes, and factors against each other."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.cells import coloured
from experiments.figures.frame import head_and_foot, room
from experiments.figures.panels import grid, heading, largest, name_of, of, outcomes, say
from experiments.figures.style import FAINT, INK, MUTED, blank, drawing
from experiments.figures.text import number, percent, require, wrapped

FEW = 8  # outcomes that have room for words over them, factors that have all their pairs shown
SHADES = sns.light_palette("#56b4e9", as_cmap=True).with_extremes(bad="white")
MAP = (
    "ST, the share of the variance of the mean response that would remain if only this parameter were free. Empty: its "
    "interval contains 0. Grey: nothing is shared out, as no parameter moves the outcome, or it is undefined."
)
PAIRS = (
    "S2, the share of the variance of the mean response that a pair moves only together. Filled: distinguishable "
    "from 0, all pairs and outcomes of a month considered (Holm). Of many parameters, those without one are left out."
)
Labels = Mapping[str, str] | None


def cells(ax: Axes, values: pd.DataFrame, top: float, size: float) -> None:
    """Colour and number the cells of a table; those that are NaN stay empty."""
    said = values.map(lambda share: number(share, 2) if np.isfinite(share) else "")
    coloured(ax, values, said, (0.0, top), SHADES, fontsize=size, edgecolor=FAINT, linewidth=0.8)


def index_heatmap(
    indices: pd.DataFrame, luck: pd.DataFrame, title: str = "", *, labels: Labels = None, note: str = ""
) -> Figure:
    """Total indices of all factors on all outcomes, with the number in every cell whose interval is above 0.

    Parameters
    ----------
    indices : DataFrame
        One row an outcome, month and factor: factor, outcome, month, ST, distinguishable.
    luck : DataFrame
        One row an outcome and month: outcome, month, share with ``_low`` and ``_high``, says.
    title, note : str
        Heading, and what stands under the reading aid: study, runs, factors.
    labels : mapping, optional
        Readable words for factors and outcomes.

    Returns
    -------
    Figure
        Factors downwards, the one with the largest index of all on top; outcomes and their months to the right.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(indices, ["factor", "outcome", "month", "ST", "distinguishable"], "index_heatmap")
    require(luck, ["outcome", "month", "share", "share_low", "share_high", "says"], "index_heatmap")
    keys = outcomes(luck)
    factors = list(dict.fromkeys([*largest(indices, "ST", len(indices)), *indices["factor"]]))
    shown = indices.assign(ST=indices["ST"].where(indices["distinguishable"]))
    columns = [of(shown, key).set_index("factor")["ST"].reindex(factors) for key in keys]
    values = pd.DataFrame(dict(enumerate(columns)), index=factors)
    with drawing():
        few = len(keys) <= FEW
        foot, wide = f"{MAP}\n{note}", 3.2 + max(4.0, (1.1 if few else 0.4) * len(keys))
        fig = blank(wide, room(foot, wide) + (0.7 if few else 2.3) + 0.3 * len(factors))
        ax = fig.subplots()
        cells(ax, values, max(1.0, float(np.nan_to_num(values.to_numpy()).max())), 7.5)
        for column, key in enumerate(keys):
            if of(luck, key)["says"].iloc[0]:
                ax.axvspan(column, column + 1, color=FAINT, linewidth=0)
        across = [wrapped(heading(key, labels), 17) if few else heading(key, labels) for key in keys]
        mark = "\n" if few else ", "
        for k, share in enumerate(of(luck, key)["share"].iloc[0] for key in keys):
            across[k] += f"{mark}luck {percent(share)}" if np.isfinite(share) else ""
        tilt: dict[str, Any] = {} if few else {"rotation": 50, "ha": "left", "rotation_mode": "anchor"}
        ax.xaxis.tick_top()
        ax.set_xticks(np.arange(len(keys)) + 0.5, across, fontsize=8, **tilt)
        ax.tick_params(length=0)
        ax.set_yticks(np.arange(len(factors)) + 0.5, [name_of(f, labels, 40) for f in factors], fontsize=9, rotation=0)
        head_and_foot(fig, title, foot)
    return fig


def matrix(ax: Axes, marked: pd.DataFrame, factors: list[str], top: float) -> None:
    """Draw the marked pairs of one outcome below the diagonal of a matrix."""
    values = pd.DataFrame(np.nan, index=factors, columns=factors)
    place = {name: k for k, name in enumerate(factors)}
    for one, other, share in marked[["factor", "other", "S2"]].itertuples(index=False):
        first, second = sorted((place[one], place[other]))
        values.iloc[second, first] = share
    cells(ax, values.iloc[1:, :-1], top, 8)
    for k in range(len(factors) - 1):  # what lies above the diagonal is no pair
        ax.fill_between([k + 1.02, len(factors) - 1], k - 0.02, k + 0.98, color="white", linewidth=0)


def pair_matrices(pairs: pd.DataFrame, title: str = "", *, labels: Labels = None, note: str = "") -> Figure:
    """Second-order indices of pairs of factors, a matrix an outcome; only cells that stand out are filled.

    Parameters
    ----------
    pairs : DataFrame
        One row an outcome, month and pair: factor, other, outcome, month, S2, distinguishable.
    title, note, labels
        As in :func:`index_heatmap`.

    Returns
    -------
    Figure
        Matrices of the factors that are in any pair that stands out; outcomes without one are named in a line.

    Raises
    ------
    ValueError
        If columns are missing.
    """
    require(pairs, ["factor", "other", "outcome", "month", "S2", "distinguishable"], "pair_matrices")
    marked = pairs[pairs["distinguishable"].astype(bool)]
    keys = outcomes(marked)
    without = [heading(key, labels) for key in outcomes(pairs) if key not in keys]
    all_of_them = list(dict.fromkeys([*pairs["factor"], *pairs["other"]]))
    ranked = largest(pd.concat([marked, marked.assign(factor=marked["other"])]), "S2", len(all_of_them))
    factors = list(dict.fromkeys([*ranked, *all_of_them])) if len(all_of_them) <= FEW else ranked
    names = [name_of(factor, labels, 40) for factor in factors]
    rest = [f"No pair stands out of {'; '.join(without)}."] if without and keys else []
    foot = "\n".join([PAIRS, *rest, note])
    with drawing():
        fig, axes = grid(max(1, len(keys)), 2.6 + 0.45 * len(factors), 2.3 + 0.36 * len(factors) if keys else 0.6, foot)
        if not keys:
            say(axes[0], "no pair stands out")
        for ax, key in zip(axes, keys, strict=False):
            matrix(ax, of(marked, key), factors, max(0.1, float(marked["S2"].max())))
            ax.set_title(wrapped(heading(key, labels), 40), fontsize=10, loc="right")
            ax.set_xticks(np.arange(len(names) - 1) + 0.5, names[:-1], rotation=45, ha="right", rotation_mode="anchor")
            ax.set_yticks(np.arange(len(names) - 1) + 0.5, names[1:], rotation=0)
            ax.tick_params(labelsize=8, labelcolor=INK, color=MUTED)
        head_and_foot(fig, title, foot)
    return fig
