"""Columns of large tables: each text is read once, however many rows have it, and bad rows are told together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import Any

from abm.parameters import ConfigError, nearest, shown, spelled
from abm.state.words import NONE, THEMES, Stage, ThemeChoice

FIRST = 3  # of many rows that cannot be used, so many are told
Bad = list[tuple[int, str, str]]  # line, what it says, what would be legal


def refuse(file: str, bad: Bad, n: int, what: str) -> None:
    """Raise one line on rows that cannot be used: how many, and the first of them; nothing where there are none."""
    if bad:
        raise ConfigError(told(file, bad, n, what))


def told(file: str, bad: Bad, n: int, what: str) -> str:
    """Return one line on rows that are not used: how many of how many, and the first of them with their lines."""
    rows = sorted(bad)[:FIRST]
    first = "; ".join(f"line {line}: {said}" if line else said for line, said, _ in rows)
    many = f"{len(bad):,} of {n:,} {what}, the first: " if len(bad) > FIRST else ""
    return f"{file}: {many}{first}{rows[0][2]}"


def codes(cells: Sequence[Any], read: Callable[[str], int], lines: Sequence[int], name: str, bad: Bad) -> list[int]:
    """Return what ``read`` makes of every cell; rows in which it refuses one are added to ``bad``."""
    known: dict[Any, int] = {}
    refused: dict[Any, tuple[str, str]] = {}
    for cell in dict.fromkeys(cells):
        try:
            known[cell] = read(str(cell))
        except ValueError as error:
            known[cell], refused[cell] = NONE, (f"{name} = {shown(cell)}", str(error))
    if refused:
        bad += [(line, *refused[cell]) for cell, line in zip(cells, lines, strict=True) if cell in refused]
    return [known[cell] for cell in cells]


def word_of(kinds: Iterable[IntEnum], cell: str) -> int:
    """Return the category that a cell names in words or by its number; raise ``ValueError`` with what is legal."""
    text = cell.strip().lower().replace(" ", "-")
    for kind in kinds:
        if text in (spelled(kind), str(int(kind))):
            return int(kind)
    words = [spelled(kind) for kind in kinds]
    raise ValueError(f": must be one of {', '.join(words)}{nearest(text, words)}")


def theme_of(cell: str) -> int:
    """Return the theme that a cell names, by the word of a scenario or of a result; −1 for an empty cell."""
    if not cell.strip():
        return NONE
    if cell.strip() in THEMES:
        return THEMES.index(cell.strip())
    return word_of([theme for theme in ThemeChoice if theme >= 0], cell)


def stage_of(cell: str) -> int:
    """Return the stage that a cell names."""
    return word_of(Stage, cell)
