"""Names written at the ends of lines, beside a panel, with a thread from each name to its line."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from scipy.optimize import isotonic_regression


def spread_apart(wanted: np.ndarray, gap: float, low: float, high: float) -> np.ndarray:
    """Heights nearest to the wanted ones, at least `gap` apart and inside [low, high] if they fit.

    Parameters
    ----------
    wanted : ndarray
        Where each label would like to stand, shape (n,).
    gap : float
        Least distance between two labels, in the same unit.
    low, high : float
        Bounds for the labels.

    Returns
    -------
    ndarray
        Heights in the order of `wanted`, shape (n,).
    """
    order, steps = np.argsort(wanted, kind="stable"), gap * np.arange(len(wanted))
    placed = np.empty(len(wanted))
    placed[order] = np.clip(isotonic_regression(wanted[order] - steps).x, low, max(low, high - steps[-1])) + steps
    return placed


def name_ends(
    ax: Axes,
    ends: np.ndarray,
    names: Sequence[str],
    colours: Sequence[str],
    gap: float,
    size: float | None = None,
    thread: float = 1.2,
) -> None:
    """Write names to the right of a panel, apart from each other.

    Parameters
    ----------
    ends : ndarray
        What is named, x and y, shape (n, 2).
    gap : float
        Height of a name as a part of that of the panel.
    size : float, optional
        Size of the letters in points.
    thread : float
        Width of the threads in points.
    """
    if not len(names):
        return
    low, high = ax.get_ylim()
    room = gap * (high - low)
    heights = spread_apart(np.asarray(ends, float)[:, 1], room, low + room / 2, high)
    for end, name, colour, height in zip(ends, names, colours, heights, strict=True):
        ax.annotate(
            name,
            end,
            xytext=(1.03, height),
            textcoords=ax.get_yaxis_transform(),
            va="center",
            fontsize=size,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": thread, "relpos": (0, 0.5), "shrinkB": 3},
        )
