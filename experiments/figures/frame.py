"""What stands around a figure: the finding and its runs above, how to read it below, and where it comes from."""

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from abm.labels.fonts import literal
from experiments.figures.style import MUTED, drawing
from experiments.figures.text import wrapped

EDGE, GAP = 0.1, 0.07  # inches of paper around all words, and between two blocks of them
FINDING, WORDS, SOURCE = 13, 9, 8  # sizes of letters in points


def head_and_foot(fig: Figure, title: str, foot: str) -> None:
    """Write the heading and the reading aid of a figure, broken to its width, and leave the rest to its panels.

    Parameters
    ----------
    fig : Figure
        With constrained layout, which keeps its panels between both; one laid out by hand sees to that itself.
    title : str
        On its first line what was found; on those that follow, smaller, of which runs. None if empty.
    foot : str
        What lines, bands or numbers stand for; every line of it begins a new one. Under it a line is left free for
        :func:`signed`.
    """
    width, height = fig.get_size_inches()
    finding, _, runs = title.partition("\n")
    top, bottom = height - EDGE, EDGE + SOURCE / 72 + GAP
    for words, size, weight in (
        (wrapped(finding, int(9 * width)), FINDING, "bold"),
        (broken(runs, width), 10, "normal"),
    ):
        if words:
            said = fig.text(EDGE / width, top / height, words, va="top", fontsize=size, fontweight=weight)
            top -= said.get_window_extent().height / fig.dpi + GAP
    if words := broken(foot, width):
        said = fig.text(EDGE / width, bottom / height, words, va="bottom", fontsize=WORDS, color=MUTED)
        bottom += said.get_window_extent().height / fig.dpi + GAP
    if isinstance(engine := fig.get_layout_engine(), ConstrainedLayoutEngine):
        engine.set(rect=(0, bottom / height, 1, (top - bottom) / height))


def signed(fig: Figure, source: str) -> Figure:
    """Write at the foot, to the right, where the numbers of a figure come from, and return it."""
    width, height = fig.get_size_inches()
    words = literal(source, limit=120)
    with drawing():  # the figure is whole already, and the look in which it was built is not ours any more
        fig.text(1 - EDGE / width, EDGE / height, words, ha="right", va="bottom", fontsize=SOURCE, color=MUTED)
    return fig


def broken(foot: str, width: float) -> str:
    """Reading aid broken to a width in inches."""
    return "\n".join(wrapped(line, int(14 * width)) for line in foot.splitlines())


def room(foot: str, width: float) -> float:
    """Height in inches that a heading and a reading aid take of a figure of a width."""
    return 1.05 + 0.155 * len(broken(foot, width).splitlines())
