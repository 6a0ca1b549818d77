"""How commands speak: tables and sentences on standard output, notices on standard error, names shown as they are."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, Group

PIPED_WIDTH = 120


def tolerant_streams() -> None:
    """Let a terminal that lacks a character show a question mark instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def console(error: bool = False) -> Console:
    """Return a console that takes text literally: a name in square brackets is no markup, a number gets no colour."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    return Console(
        stderr=error, markup=False, highlight=False, emoji=False, width=None if stream.isatty() else PIPED_WIDTH
    )


def notice(line: str) -> None:
    """Say one line on standard error, whatever stands in it."""
    sys.stderr.write(f"twinhelix: {one_line(line)}\n")
    sys.stderr.flush()


def one_line(text: str) -> str:
    """Return text on one line, control characters as spaces."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join(plain.split())


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], left: int = 1) -> Group:
    """Return a titled table of words; the first ``left`` columns stand left, the others right.

    Parameters
    ----------
    title
        Heading over the table.
    columns
        Headings of the columns.
    rows
        One sequence of words or numbers a row, as many as there are columns.
    """
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for x, name in enumerate(columns):
        made.add_column(Text(name), justify="left" if x < left else "right", overflow="fold")
    for row in rows:
        made.add_row(*[cell if isinstance(cell, Text) else Text(one_line(str(cell))) for cell in row])
    return Group(Text(title, style="bold"), made)


def short(value: Any) -> str:
    """Return a number as people read it: whole ones whole, others with three digits that count; – where missing."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if value != value:
        return "–"
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.3g}"


def unit(name: str) -> str:
    """Return a unit for a table: nothing for a pure number."""
    return "" if name == "1" else name


def compile_if_needed() -> None:
    """Compile the rules where no run before has left them compiled, and say so, for it takes a while."""
    from abm import warm
    from abm.machine.cache import cache_is_kept

    if warm.is_needed():
        how_often = "once for this version" if cache_is_kept() else "for this time only, as the cache cannot be written"
        notice(f"compiling the rules of the model, {how_often}; it takes about half a minute …")
        warm.compile_rules()
