"""A hash of what happened in a run: equal for equal histories, whoever ran them and whatever was measured.

The tables of the history count, not the series that watch it: a new measure leaves every digest as it was.
"""

from __future__ import annotations

import hashlib

import numpy as np

from abm.state.entities import City, Link, Organisation, Participant, Partnership, Practice
from abm.state.memory import columns
from abm.state.month import Lesson
from abm.state.practices import ladder
from abm.state.programmes import Broker, Event
from abm.state.world import World

TABLES = (
    "lessons",
    "cities",
    "organisations",
    "practices",
    "ladder",
    "partnerships",
    "participants",
    "links",
    "events",
)
HISTORY = (*TABLES, "brokers")
GROWING = (
    "partnerships",
    "participants",
    "links",
    "events",
    "practices",
    "lessons",
)  # tables that have rows not yet in use

DECLARED = {
    "lessons": Lesson,
    "cities": City,
    "organisations": Organisation,
    "practices": Practice,
    "partnerships": Partnership,
    "participants": Participant,
    "links": Link,
    "events": Event,
    "brokers": Broker,
}

# Columns that tell nothing where they stay at their start throughout.
QUIET: dict[tuple[str, str], float] = {
    (table, name): col.start
    for table, declared in DECLARED.items()
    for name, col in columns(declared).items()
    if col.quiet
}


def in_use(w: World, name: str) -> np.ndarray:
    """Return the rows of a table that are in use."""
    table = np.asarray(getattr(w, name))
    return table[: int(getattr(w.count, name))] if name in GROWING else table


def wide(values: np.ndarray) -> np.ndarray:
    """Return whole numbers as 64 bits, in however many a table keeps them; all else as it is."""
    return values.astype(np.int64) if values.dtype.kind == "i" else values


def digest(w: World) -> str:
    """Return a hash of the tables of the history, column by column in rows in use, so that padding is of no account."""
    total = hashlib.sha256()
    for name in HISTORY:
        table = in_use(w, name) if name in DECLARED else ladder(w)
        for column in columns(DECLARED[name]) if name in DECLARED else (None,):
            values = wide(np.ascontiguousarray(table[column] if column else table))
            start = QUIET.get((name, str(column)))
            if start is not None and np.all(values == start):
                continue
            total.update(
                f"{name}.{column}{values.shape}".encode() + values.astype(values.dtype.newbyteorder("<")).tobytes()
            )
    return total.hexdigest()
