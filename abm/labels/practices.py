"""Names of practices: subjects of the programmes' own documents for the first of each theme, numbers beyond.

They are examples that make a history readable: which city holds a practice, and what it is worth, is drawn.
"""

from __future__ import annotations

from functools import cache

from abm.input.load import DATA
from abm.input.tables import read_table
from abm.state.words import THEMES


@cache
def subjects() -> dict[str, tuple[str, ...]]:
    """Return the subjects of every theme, in the order of its practices, as ``practice_names.csv`` lists them."""
    header, rows = read_table(DATA / "practice_names.csv")
    theme, name = header.index("theme"), header.index("name")
    return {each: tuple(cells[name] for cells in rows.values() if cells[theme] == each) for each in THEMES}


def practice_name(theme: int, ordinal: int) -> str:
    """Return what a practice is called: ``horticultural expo``, or ``governance 8`` where the documents name no more.

    Parameters
    ----------
    theme
        Index into :data:`abm.state.words.THEMES`.
    ordinal
        Number of the practice within its theme, from 0.
    """
    named = subjects()[THEMES[theme]]
    return named[ordinal] if ordinal < len(named) else f"{THEMES[theme]} {ordinal + 1}"
