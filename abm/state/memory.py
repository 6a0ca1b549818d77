"""How a table is declared and kept in memory: columns with a sentence and a unit, rows, and lists sized by tables.

``table.column[row]`` reads alike in a compiled rule, in NumPy and behind a Mesa agent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self, TypeVar, get_args, get_type_hints

import numpy as np

from abm.machine.records import by_name

if TYPE_CHECKING:
    from abm.state.world import World

R = TypeVar("R")


class Col(NamedTuple):
    """A column: what it holds, in which unit, its length where a row holds several numbers, and where it starts.

    Every row has the value ``start`` when it is appended, and in every run when it begins; policies leave a column
    there that they do not set. Where a ``quiet`` column stays at its start throughout, the digest of a run leaves it
    out: a new kind of policy moves no history of a world without it.
    """

    sentence: str
    unit: str = "1"
    length: int | tuple[int, ...] = 0
    start: float = 0
    quiet: bool = False


class Ints(np.ndarray):
    """A column of several whole numbers a row."""


class Floats(np.ndarray):
    """A column of several numbers a row."""


class Record:
    """One row of a table, as it is declared; ``Rows[City]`` is a table of such rows, with columns of the same names."""

    if TYPE_CHECKING:

        def __len__(self) -> int: ...
        def __getitem__(self, rows: Any) -> Self: ...
        def __setitem__(self, rows: Any, value: Any) -> None: ...


Rows = Annotated[R, "a table of such rows"]
# Whole numbers of a large table that stay small: rows of tables, months, words and themes.
Int32 = Annotated[int, "i4"]
Int16 = Annotated[int, "i2"]
Int8 = Annotated[int, "i1"]
Ints32 = Annotated[Ints, "i4"]
Ints16 = Annotated[Ints, "i2"]
Ints8 = Annotated[Ints, "i1"]
Bits8 = Annotated[np.uint64, "u1"]  # of a set of at most eight
_PLAIN: dict[Any, str] = {float: "f8", Floats: "f8", int: "i8", Ints: "i8", bool: "b1", np.uint64: "u8"}


def layout(declared: type) -> np.dtype:
    """Return the record layout of a table: the widest columns first, so that nothing is left free between them."""
    fields: list[Any] = []
    for name, hint in get_type_hints(declared, include_extras=True).items():
        kind, *kept, col = get_args(hint)
        fields.append((name, kept[0] if kept else _PLAIN[kind], col.length or ()))
    return np.dtype(sorted(fields, key=lambda field: -np.dtype(field[1]).itemsize), align=True)


def columns(declared: type) -> dict[str, Col]:
    """Return the columns of a table with their sentences and units."""
    return {name: get_args(hint)[-1] for name, hint in get_type_hints(declared, include_extras=True).items()}


def vacant(declared: type, n: int) -> Any:
    """Return a table with room for ``n`` rows, of which each has every column at its start when it is appended."""
    return by_name(np.zeros(n, layout(declared)), declared.__name__)


def allocate(declared: type, n: int) -> Any:
    """Return a table of ``n`` rows with every column at its start."""
    table = vacant(declared, n)
    for name, column in columns(declared).items():
        if column.start != 0:  # memory that is never written to costs nothing
            table[name] = column.start
    return table


class Sized(NamedTuple):
    """A list that is as long as the tables of a world ask for: its length, what it holds, and how much of it a row.

    ``used`` says how much of it a longer one takes over, if not all.
    """

    length: Callable[[World], int]
    holds: Any = np.int32  # numbers of a type, or rows as one of the classes above declares them
    width: tuple[int, ...] = ()
    used: Callable[[World], int] | None = None

    def empty(self) -> Any:
        """Return the list without an entry."""
        return allocate(self.holds, 0) if issubclass(self.holds, Record) else np.zeros((0, *self.width), self.holds)


def grown(table: Any, n: int, used: int | None = None) -> Any:
    """Return a copy of a table with ``n`` rows in all, behind those in ``used`` (by default all) empty ones."""
    larger = np.zeros((n, *table.shape[1:]), table.dtype).view(type(table))
    larger[: len(table[:used])] = table[:used]  # memory that was never written to is not copied: there it would cost
    return larger
