"""Heading over a figure and the line under it that says how to read it."""

from matplotlib.figure import Figure

from experiments.figures.style import MUTED
from experiments.figures.text import wrapped


def head_and_foot(fig: Figure, title: str, foot: str) -> None:
    """Write the heading and the reading aid of a figure, broken to its width.

    Parameters
    ----------
    fig : Figure
        With constrained layout, which makes room for both.
    title : str
        Heading; none if empty.
    foot : str
        What lines, bands or numbers stand for.
    """
    width = fig.get_size_inches()[0]
    if title:
        fig.suptitle(wrapped(title, int(9 * width)), x=0.01, ha="left", fontsize=13, fontweight="bold")
    fig.supxlabel(wrapped(foot, int(14 * width)), x=0.01, ha="left", fontsize=9, color=MUTED)
