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
    rows = {c: property(itemgetter(c), _setter(c)) for c in columns}
    row = type(name, (np.void,), {"__slots__": (), "__reduce__": _row_copied(name, plain), **rows})
    tables = {c: property(_column(c)) for c in columns}
    table = type(name, (np.ndarray,), {"__slots__": (), "__reduce__": _table_copied(name, plain), **tables})
    return table, np.dtype((row, np.dtype(layout, align=plain.isalignedstruct)))


def _table_copied(name: str, plain: np.dtype) -> Any:
    def reduce(table: np.ndarray) -> tuple[Any, ...]:
        """Tell pickle how to make the table anew."""
        return by_name, (table.view(plain, np.ndarray), name)

    return reduce


def _row_copied(name: str, plain: np.dtype) -> Any:
    def reduce(row: np.void) -> tuple[Any, ...]:
        """Tell pickle how to make the row anew, so that it can be written."""
        return _row, (np.array([row], row.dtype).view(plain, np.ndarray), name)

    return reduce


def _row(array: np.ndarray, name: str) -> Any:
    """Return the only row of a table."""
    return by_name(array, name)[0]


def _column(name: str) -> Any:
    def column(table: np.ndarray) -> np.ndarray:
        """Return a column, the same memory."""
        return table[name].view(np.ndarray)

    return column


def _setter(name: str) -> Any:
    def write(row: np.void, value: Any) -> None:
        """Change a number of the table."""
        row[name] = value

    return write
