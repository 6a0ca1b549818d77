"""Heading over a figure and the lines under it that say how to read it."""

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
        What lines, bands or numbers stand for; every line of it begins a new one.
    """
    width = fig.get_size_inches()[0]
    if title:
        fig.suptitle(wrapped(title, int(9 * width)), x=0.01, ha="left", fontsize=13, fontweight="bold")
    fig.supxlabel(broken(foot, width), x=0.01, ha="left", fontsize=9, color=MUTED)


def broken(foot: str, width: float) -> str:
    """Reading aid broken to a width in inches."""
    return "\n".join(wrapped(line, int(14 * width)) for line in foot.splitlines())


def room(foot: str, width: float) -> float:
    """Height in inches that a heading and a reading aid take of a figure of a width."""
    return 0.65 + 0.155 * len(broken(foot, width).splitlines())
