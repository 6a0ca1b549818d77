"""One look for every figure: colours stay distinct for colour-blind readers and in grey print."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from abm.labels.fonts import families, quiet

DPI = 150
INK, MUTED, FAINT = "#1f2328", "#57606a", "#d0d7de"
ACCENT, NEUTRAL = "#0072b2", "#4d4d4d"
LAND, SEA, SHOCK = "#e9e6df", "#f6f9fb", "#eceff2"

REGION_COLOURS = {"Europe": "#0072b2", "China": "#008561"}
REGION_MARKERS = {"Europe": "o", "China": "s"}
ACTOR_COLOURS = {"city": "#4d4d4d", "university": "#b25a8a", "firm": "#c07a00"}
OTHER_COLOURS = ("#56b4e9", "#cc79a7", "#8a6d00", "#999999", "#d55e00")
OTHER_MARKERS = ("^", "D", "v", "P", "X")

LOOK = {
    "text.parse_math": False,  # names are data: a dollar sign in them is a dollar sign
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "figure.facecolor": "white",
}


@contextmanager
def drawing() -> Iterator[None]:
    """Look in which a figure is built and saved, whatever the user's own matplotlib settings.

    Returns
    -------
    context manager
        Restores the user's settings at its end.
    """
    with matplotlib.style.context(["default", LOOK | {"font.family": list(families())}]), quiet():
        yield


def blank(width: float, height: float, by_hand: bool = False) -> Figure:
    """Empty figure whose text can be measured at once.

    Parameters
    ----------
    width, height : float
        Size in inches.
    by_hand : bool
        True where axes are placed by hand; else the layout makes room for every label.

    Returns
    -------
    Figure
        A figure with an Agg canvas, unknown to pyplot.
    """
    layout = None if by_hand else ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1, wspace=0.03, hspace=0.03)
    figure = Figure(figsize=(width, height), dpi=DPI, layout=layout)
    FigureCanvasAgg(figure)
    return figure


def contrast(one: Any, other: Any) -> float:
    """Contrast of two colours, from 1 to 21, as WCAG 2.2 has it: (L₁ + 0.05) / (L₂ + 0.05), L the relative luminance.

    Text is readable from 4.5 on, a line or a mark from 3 on.
    """
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Any) -> float:
    """Relative luminance of a colour: 0 is black, 1 is white (WCAG 2.2)."""
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def ink_on(ground: Any) -> str:
    """Ink or white, whichever is read better on a ground."""
    return max((INK, "white"), key=lambda ink: contrast(ink, ground))


def region_look(regions: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Colour and marker of every region, so that colour never carries the difference alone.

    Parameters
    ----------
    regions : iterable of str
        Names of regions; repetitions are allowed.

    Returns
    -------
    dict
        Region -> (colour, marker); in the order given; regions beyond Europe and China take
        what is left, by name.
    """
    names = list(dict.fromkeys(regions))
    others = [name for name in sorted(names) if name not in REGION_COLOURS]
    look = {name: (REGION_COLOURS.get(name, ""), REGION_MARKERS.get(name, "")) for name in names}
    for k, name in enumerate(others):
        look[name] = (OTHER_COLOURS[k % len(OTHER_COLOURS)], OTHER_MARKERS[k % len(OTHER_MARKERS)])
    return look
