"""Charts as SVG, text as text: dots with intervals in panels, and lines in a band. Every text is escaped.

Texts are measured before they are placed, a Chinese character as wide as it is high, so that none leaves its picture
whatever font a reader has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

import numpy as np
from markupsafe import Markup

WIDTH, SIZE, LINE = 720.0, 13.0, 17.0
LATIN, WIDE = 0.6, 1.02  # ems a character: more than any common sans-serif needs on average
LABELS, ALONE = 250.0, 390.0  # at most of what stands left of several panels, or of one
GAP, PAD, EDGE = 16.0, 8.0, 3.0


class Mark(NamedTuple):
    """A value with its interval (NaN: none) and what is written beside it; ``hollow`` tells a second series apart."""

    value: float
    low: float
    high: float
    text: str
    hollow: bool = False


class Panel(NamedTuple):
    """One column of a chart: its heading, and the marks of every row."""

    title: str
    rows: Sequence[Sequence[Mark]]


def width_of(text: str, size: float = SIZE) -> float:
    """Return how wide a text is at most, in units of the drawing."""
    return size * sum(WIDE if east_asian_width(c) in "WFA" else LATIN for c in text)


def broken(text: str, room: float, size: float = SIZE) -> list[str]:
    """Return a text in lines that fit: broken at spaces, or anywhere in Chinese and in words too long for a line."""
    lines: list[str] = []
    line = ""
    for word in pieces(text):
        while width_of(word.strip(), size) > room:
            n = max(1, next(n for n in range(1, len(word) + 1) if width_of(word[:n], size) > room) - 1)
            lines, line, word = [*lines, *[line.strip()] * bool(line.strip()), word[:n]], "", word[n:]
        if line.strip() and width_of((line + word).rstrip(), size) > room:
            lines, line = [*lines, line.strip()], ""
        line += word
    return [*lines, line.strip()] if line.strip() or not lines else lines


def pieces(text: str) -> list[str]:
    """Return a text in pieces that may stand on lines of their own."""
    found = [""]
    for c in text:
        found[-1] += c
        if c == " " or east_asian_width(c) in "WF":
            found.append("")
    return found


def intervals(title: str, about: str, labels: Sequence[str], panels: Sequence[Panel], zero: bool = False) -> Markup:
    """Return a chart of dots with intervals: one row a label, one column a panel with a scale of its own.

    Parameters
    ----------
    title, about
        Read to those who do not see the chart.
    labels
        Of the rows.
    zero
        Draw a line at 0, and let it be in every scale.
    """
    left = min(LABELS if len(panels) > 1 else ALONE, max(map(width_of, labels)) + 2)
    texts = [broken(label, left) for label in labels]
    each = (WIDTH - EDGE - left - GAP * len(panels)) / len(panels)
    heads = [broken(panel.title, each) for panel in panels]
    top = LINE * max(map(len, heads)) + PAD
    edges = np.cumsum([top, *(LINE * max(1, len(lines)) + PAD for lines in texts)]).tolist()
    body = Markup()
    for lines, y0, y1 in zip(texts, edges[:-1], edges[1:], strict=True):
        body += rule(y0)
        body += written(lines, 0, (y0 + y1) / 2)
    for x, (panel, head) in enumerate(zip(panels, heads, strict=True)):
        at = left + GAP + x * (each + GAP)
        body += written(head, at, LINE * len(head) / 2, "head")
        body += column(panel, at, each, edges, zero)
    return picture(title, about, edges[-1] + 4, body)


def column(panel: Panel, left: float, width: float, edges: Sequence[float], zero: bool) -> Markup:
    """Return the marks of a panel; what is written of a mark stands in a column at the right."""
    marks = [mark for row in panel.rows for mark in row]
    values = [v for mark in marks for v in (mark.value, mark.low, mark.high) if math.isfinite(v)] + [0.0] * zero
    low, high = min(values, default=0.0), max(values, default=1.0)
    span = (high - low) or abs(high) or 1.0
    written_at = max((width_of(mark.text, 12) for mark in marks), default=0.0) + PAD
    room = max(20.0, width - written_at - 12)

    def place(value: float) -> float:
        """Return where a value stands."""
        return left + 6 + room * (value - low) / span

    body = Markup()
    if zero:
        x = place(0.0)
        body += Markup('<line class="zero" x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}"/>').format(
            x, edges[0], edges[-1]
        )
    for row, y0, y1 in zip(panel.rows, edges[:-1], edges[1:], strict=True):
        for mark in row:
            y = (y0 + y1) / 2
            if math.isfinite(mark.low) and math.isfinite(mark.high):
                body += Markup('<line class="span" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
                    place(mark.low), y, place(mark.high), y
                )
            if math.isfinite(mark.value):
                body += Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="4.5"/>').format(
                    "hollow" if mark.hollow else "dot", place(mark.value), y
                )
        if texts := [mark.text for mark in row if mark.text]:
            body += written(texts, left + width, (y0 + y1) / 2, "value", 12)
    return body


def running(title: str, about: str, values: np.ndarray, labels: tuple[str, str], half: np.ndarray) -> Markup:
    """Return the mean of the first n values against n as a line in the band of its interval.

    Parameters
    ----------
    values, half
        Means and half widths by number of pairs, ten or more, shape (n,); those of few pairs may be NaN.
    labels
        Of the vertical and of the horizontal axis.
    """
    height, bottom, left = 170.0, 130.0, 64.0
    seen = np.flatnonzero(np.isfinite(half) & (np.arange(len(half)) >= min(9, len(half) - 1)))
    low, high = min(0.0, float(np.min(values[seen] - half[seen]))), max(0.0, float(np.max(values[seen] + half[seen])))
    x = left + (WIDTH - left - 60) * seen / max(1, len(values) - 1)

    def place(value: np.ndarray) -> np.ndarray:
        """Return the height of values."""
        return bottom - (bottom - 30) * (value - low) / ((high - low) or 1.0)

    upper, lower, line = (place(v) for v in (values[seen] + half[seen], values[seen] - half[seen], values[seen]))
    band = [*zip(x, upper, strict=True), *reversed([*zip(x, lower, strict=True)])]
    y0 = float(place(np.zeros(1))[0])
    body = Markup('<polygon class="band" points="{}"/>').format(" ".join(f"{a:.1f},{b:.1f}" for a, b in band))
    body += Markup('<polyline class="line" points="{}"/>').format(
        " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, line, strict=True))
    )
    body += Markup('<line class="zero" x1="{0:.1f}" y1="{1:.1f}" x2="{2:.1f}" y2="{1:.1f}"/>').format(
        left, y0, WIDTH - 60
    )
    body += written(["0"], left - 8, y0, "value", 12)
    body += written(broken(labels[0], WIDTH - 10), 0, 10, "head")
    body += written([labels[1]], left, bottom + 20, size=12)
    return picture(title, about, height, body)


def rule(y: float) -> Markup:
    """Return a thin line over a row."""
    return Markup('<line class="rule" x1="0" y1="{0:.1f}" x2="{1:.0f}" y2="{0:.1f}"/>').format(y, WIDTH)


def written(lines: Sequence[str], x: float, middle: float, kind: str = "text", size: float = SIZE) -> Markup:
    """Return lines of text around a height; the class ``value`` ends at x, others begin there."""
    first = middle - LINE * (len(lines) - 1) / 2 + size * 0.35
    rows = [Markup('<tspan x="{:.1f}" y="{:.1f}">{}</tspan>').format(x, first + LINE * n, line)
            for n, line in enumerate(lines)]  # fmt: skip
    return Markup('<text class="{}" font-size="{:g}">{}</text>').format(kind, size, Markup().join(rows))


def picture(title: str, about: str, height: float, body: Markup) -> Markup:
    """Return a whole picture with what is read of it."""
    return Markup(
        '<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>'
    ).format(WIDTH, math.ceil(height), title, title, about, body)
