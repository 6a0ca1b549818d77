"""Words and numbers for readers: names drawn as they are spelt, numbers as precise as their interval."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from unicodedata import east_asian_width

import pandas as pd

from abm import labels as words
from abm.labels.fonts import literal


def wrapped(text: object, width: int) -> str:
    """Literal text broken into lines of at most `width` Latin characters; a Chinese one takes the room of two."""
    spaced = "".join(c + "\0" * (east_asian_width(c) in "WF") for c in literal(text, limit=400))
    return "\n".join(textwrap.wrap(spaced, width)).replace("\0", "")


def label_of(name: object, labels: Mapping[str, str] | None = None, fallback: str = "") -> str:
    """Readable label of a column or level: the one given, that of the model, or the name without underscores.

    A name with a point, such as ``trust.gain_rate``, is one to be typed again and stays as it is spelt; one that cannot
    be drawn here shows as `fallback`.
    """
    if labels and str(name) in labels:
        return literal(labels[str(name)])
    if known := words.label_of(str(name)):
        return literal(known.english, fallback)
    if isinstance(name, bool):
        return "yes" if name else "no"
    if isinstance(name, float):
        return f"{name:g}".replace("-", "−")
    return literal(str(name) if "." in str(name) else str(name).replace("_", " "), fallback)


def decimals(half_width: float) -> int:
    """Decimals that an interval supports: one digit of its half width, two if it starts with 1."""
    if not math.isfinite(half_width) or half_width <= 0:
        return 1
    power = math.floor(math.log10(half_width))
    return min(3, max(0, -power + (half_width / 10**power < 2)))


def number(value: float, places: int, signed: bool = False) -> str:
    """Number with a true minus sign and separated thousands; an en dash if it is missing."""
    if not math.isfinite(value):
        return "–"
    shown = f"{value:{'+' if signed and round(value, places) else ''},.{places}f}"
    zero = not any(c in "123456789" for c in shown)
    return shown.lstrip("-") if zero else shown.replace("-", "−")


def percent(share: float, places: int = 0, signed: bool = False) -> str:
    """Share in per cent, with a thin space that no line is broken at; a negative one keeps its sign."""
    return f"{number(100 * share, places, signed)}\N{THIN SPACE}%"


def require(table: pd.DataFrame, columns: Sequence[str], figure: str) -> None:
    """Refuse a table that lacks columns.

    Parameters
    ----------
    table : DataFrame
        What was handed to a figure.
    columns : sequence of str
        What the figure reads.
    figure : str
        Name of the figure, for the message.

    Raises
    ------
    ValueError
        Naming the missing columns and those there are; or if the table has no rows.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing:
        there = ", ".join(map(str, table.columns))
        raise ValueError(f"{figure}: column(s) {', '.join(missing)} missing; the table has {there}")
    if table.empty:
        raise ValueError(f"{figure}: the table has no rows")
