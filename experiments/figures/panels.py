"""Panels of a figure of sensitivity, one an outcome and month: which there are, in which order, and their headings."""

from collections.abc import Hashable, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.frame import room
from experiments.figures.style import ACCENT, MUTED, blank
from experiments.figures.text import label_of, wrapped

ACROSS, NARROWEST = 3, 7.0  # panels in a row, inches
LARGEST = 5  # factors that lines and bars tell apart by colour
COLOURS = (ACCENT, "#e69f00", "#008561", "#cc79a7", "#56b4e9", "#d55e00", "#8a6d00", "#b3a4d9")
MARKERS = ("o", "s", "^", "D")
UNCLEAR = "#999999"

Key = tuple[str, int]


def outcomes(table: pd.DataFrame) -> list[Key]:
    """Outcomes with their months (0 where there is none), in the order of a table, those of one outcome together."""
    pairs = list(dict.fromkeys(zip(table["outcome"], table["month"].fillna(0).astype(int), strict=True)))
    place = {name: k for k, name in enumerate(dict.fromkeys(table["outcome"]))}
    return sorted(pairs, key=lambda key: (place[key[0]], key[1]))


def of(table: pd.DataFrame, key: Key) -> pd.DataFrame:
    """Rows of a table that are of one outcome and month."""
    return table[(table["outcome"] == key[0]) & (table["month"].fillna(0) == key[1])]


def heading(key: Key, labels: Mapping[str, str] | None) -> str:
    """Words for an outcome and its month: ``Contacts ever, month 24``."""
    return label_of(key[0], labels, "outcome") + (f", month {key[1]}" if key[1] else "")


def name_of(factor: str, labels: Mapping[str, str] | None, width: int = 26) -> str:
    """Label of a factor, broken into lines."""
    return wrapped(label_of(factor, labels, "factor"), width)


def largest(table: pd.DataFrame, value: str, most: int = LARGEST) -> list[str]:
    """Factors with the largest of their greatest values in a table, the largest first."""
    greatest = table.groupby("factor", sort=False)[value].max().dropna()
    return list(greatest.sort_values(ascending=False, kind="stable").index[:most])


def looks(names: Sequence[str]) -> dict[Hashable, tuple[str, str]]:
    """Colour and marker of each name, in their order: other markers where the colours begin again."""
    n, m = len(COLOURS), len(MARKERS)
    return {name: (COLOURS[k % n], MARKERS[k // n % m]) for k, name in enumerate(names)}


def grid(n: int, width: float, height: float, foot: str) -> tuple[Figure, list[Axes]]:
    """Empty figure with `n` panels of a size in inches, three in a row, and room for the words under and over them."""
    across = min(n, ACROSS)
    down, wide = -(-n // across), max(NARROWEST, across * width)
    fig = blank(wide, down * height + room(foot, wide))
    axes = list(fig.subplots(down, across, squeeze=False).ravel())
    for ax in axes[n:]:
        ax.set_axis_off()
    return fig, axes[:n]


def say(ax: Axes, sentence: str) -> None:
    """Write a sentence in the middle of a panel that has nothing else to show."""
    ax.text(0.5, 0.5, wrapped(sentence, 28), transform=ax.transAxes, ha="center", va="center", color=MUTED)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
