"""Words and numbers for readers: names drawn as they are spelt, numbers as precise as their interval."""

import math
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import pandas as pd
from matplotlib.font_manager import FontProperties, findfont, get_font

from abm import labels as words
from experiments.figures.style import families


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """Code points that the fonts of this machine can draw in both weights."""

    def covered(weight: str) -> set[int]:
        """Code points in any of the families, in one weight."""
        files = [findfont(FontProperties(family=[name], weight=weight)) for name in families()]
        return {code for file in files for code in get_font(file).get_charmap()}

    return frozenset(covered("normal") & covered("bold"))


def literal(text: object, fallback: object = "", limit: int = 80) -> str:
    """Name as it can be drawn: literally, on one line, with no missing glyph.

    Parameters
    ----------
    text : object
        A name out of a data file; it may hold quotes, markup, dollar signs or any script.
    fallback : object
        Drawn instead where a glyph is missing on this machine, such as the `city_id` of a name in Chinese.
    limit : int
        Longest length in characters; what is cut shows as an ellipsis.

    Returns
    -------
    str
        Text in which every character has a glyph.
    """

    def one_line(value: object) -> str:
        """Text without control characters and repeated spaces."""
        plain = "".join(" " if unicodedata.category(c).startswith("C") else c for c in str(value))
        return " ".join(plain.split())

    line = one_line(text)
    if not line or any(ord(c) not in drawable() for c in line):
        line = one_line(fallback) or line
    line = "".join(c if ord(c) in drawable() else "?" for c in line)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def wrapped(text: object, width: int) -> str:
    """Literal text broken into lines of at most `width` characters."""
    return "\n".join(textwrap.wrap(literal(text, limit=400), width)) or ""


def label_of(name: object, labels: Mapping[str, str] | None = None) -> str:
    """Readable label of a column or level: the one given, that of the model, or the name without underscores."""
    if labels and str(name) in labels:
        return literal(labels[str(name)])
    if known := words.label_of(str(name)):
        return literal(known.english)
    if isinstance(name, bool):
        return "yes" if name else "no"
    if isinstance(name, float):
        return f"{name:g}".replace("-", "−")
    return literal(str(name).replace("_", " "))


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
