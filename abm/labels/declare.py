"""How a label is declared."""

from __future__ import annotations

from typing import NamedTuple


class Label(NamedTuple):
    """What a reader is shown for a name of the program, in two languages; short enough for an axis."""

    english: str
    chinese: str
