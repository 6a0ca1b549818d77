"""What figures of a calibration have in common: names in a row, colours of a verdict, bins of an unknown."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from experiments.figures.style import ACCENT, MUTED, OTHER_COLOURS

WRONG, RIGHT, OPEN = OTHER_COLOURS[-1], ACCENT, MUTED  # vermilion, blue, grey
N_BINS = 20


def named(names: Sequence[str], most: int = 4) -> str:
    """Return names in a row; of many the first, and how many more there are."""
    shown = list(names) if len(names) <= most + 1 else [*names[:most], f"{len(names) - most} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1] if shown else "") if part)


def bins(row: Mapping[Hashable, Any]) -> np.ndarray:
    """Return the ends of the bins of an unknown's box; a whole number has a bin of its own."""
    low, high = row["low"], row["high"]
    if np.isnan(row["low_tenth"]):  # as of all whole numbers
        return np.arange(low - 0.5, high + 1)
    return np.linspace(low, high, N_BINS + 1)


def zero_line(ax: Axes) -> None:
    """Draw where nothing is off."""
    ax.axhline(0, color=MUTED, linewidth=1, zorder=1)
