"""Tables whose rows and columns are read by name: ``rows[r].trust`` is a number, ``rows.trust`` a column.

NumPy has this as ``recarray``, at six times the time for each look: where kernels are plain Python, that was the time
of a run. Here each table has a class of its own with one property a column, so that Python refuses a misspelt name.
"""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np

NAMES: dict[str, tuple[str, ...]] = {}  # the columns of every kind of table, for who must say what is misspelt


def by_name(array: np.ndarray, name: str) -> Any:
    """Return a structured array as the table ``name``, the same memory; its rows and columns are attributes."""
    table, row = _classes(name, array.dtype)
    return array.view(row, table)


@cache
def _classes(name: str, plain: np.dtype) -> tuple[type, np.dtype]:
    """Return the class of a table and the layout of its rows, which has theirs; a section of settings is a row too."""
    fields: Any = plain.fields
    NAMES[name] = columns = tuple(fields)
    layout: Any = {
        "names": columns,
        "formats": [_classes(f"{name}.{c}", fields[c][0])[1] if fields[c][0].names else fields[c][0] for c in columns],
        "offsets": [fields[c][1] for c in columns],
        "itemsize": plain.itemsize,
    }
    again = {"__slots__": (), **_copies(name, plain)}
    table = type(name, (np.ndarray,), {**again, **{c: property(_column(c)) for c in columns}})
    row = type(name, (np.void,), {**again, **{c: property(_getter(c, fields[c][0]), _setter(c)) for c in columns}})
    return table, np.dtype((row, np.dtype(layout, align=plain.isalignedstruct)))


def _copies(name: str, plain: np.dtype) -> dict[str, Any]:
    """Return how a table or a row is copied, also to another process: its class is made anew from its name there.

    The copy of a row is one of a table of its own, that can be written; NumPy would copy the numbers only.
    """

    def reduce(rows: Any) -> tuple[Any, ...]:
        """Return what makes it again."""
        return _made_again, (np.array(rows, plain, ndmin=1, subok=False), name, np.ndim(rows) == 0)

    def deepcopy(rows: Any, memo: Any) -> Any:
        """Return a copy in memory of its own."""
        make, arguments = reduce(rows)
        return make(*arguments)

    return {"__reduce__": reduce, "__deepcopy__": deepcopy}


def _made_again(array: np.ndarray, name: str, is_row: bool) -> Any:
    table = by_name(array, name)
    return table[0] if is_row else table


def _column(name: str) -> Any:
    def column(table: np.ndarray) -> np.ndarray:
        """Return a column, the same memory."""
        return table[name].view(np.ndarray)

    return column


def _getter(name: str, kind: np.dtype) -> Any:
    """Return what reads a number of a row; a whole one as Python's, which no sum or product overflows."""
    if kind.kind != "i" or kind.itemsize == 8:
        return itemgetter(name)

    def whole(row: np.void) -> int:
        """Return the number."""
        return int(row[name])

    return whole


def _setter(name: str) -> Any:
    def write(row: np.void, value: Any) -> None:
        """Change a number of the table."""
        row[name] = value

    return write
