"""Save what can be saved of a damaged ledger: every intact row, with its code, into a new one; the old stays aside."""

from __future__ import annotations

import mmap
import os
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from experiments.design.points import MAGIC, Row, mark, opened
from experiments.design.study import Study
from experiments.files import OWN, synced
from experiments.lab.folder import REPAIRED, finish_repair, owned
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.provenance import write_provenance

BATCH = 10_000


def repair(study: Study, folder: Path) -> tuple[int, int]:
    """Write the ledger anew from every line that is intact; return how many runs it has, and how many were not its own.

    Runs are looked for under every key of the file, and where its tree is broken by the bytes themselves: a sealed run
    can be told from anything else. What is dropped is run again by the next ``resume``.
    """
    with owned(folder):
        old, new = folder / FILE, folder / f"{OWN}{FILE}"
        points = {point.id: point for point in study.points()}
        foreign: set[tuple[str, int]] = set()

        def own(rows: Iterable[Row]) -> Iterator[Row]:
            """Yield the rows that are runs of the study."""
            for row in rows:
                if row.point in points and row.seed == study.seed_at(row.point, row.replicate):
                    yield row
                else:
                    foreign.add((row.point, row.replicate))

        with Ledger(new) as ledger:
            ledger.begin(study.identity(), "")
            for point in points.values():
                ledger.register(point.id, point.place, study.noted(point.settings))
            for rows in batches(own(chain(by_key(old), by_bytes(old)))):
                ledger.commit(rows)
            failed = (Row(p, r, seed, None, error, code) for p, r, seed, error, code in intact(old, "failure"))
            ledger.commit(own(failed))
            ledger.query(
                "DELETE FROM failure WHERE EXISTS (SELECT 1 FROM run WHERE run.point = failure.point "
                "AND run.replicate = failure.replicate)"
            )
            kept = ledger.count("run")
            keep_events(ledger, intact(old, "event"))
            ledger.note("extended", replicates=study.asked_replicates, points=study.size)
            ledger.note("repaired", kept=kept, not_of_this_study=len(foreign))
            ledger.query("PRAGMA wal_checkpoint(TRUNCATE)")
            ledger.query("PRAGMA journal_mode = DELETE")
        synced(new)
        os.replace(new, folder / REPAIRED)
        synced(folder)
        finish_repair(folder)
        with Ledger(old) as ledger:
            write_provenance(folder, study, ledger, {"repaired": kept})
        return kept, len(foreign)


def batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield rows some thousands at a time, an empty batch at the end."""
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == BATCH:
            yield some
            some = []
    yield some


def keep_events(ledger: Ledger, events: Iterable[tuple[Any, ...]]) -> None:
    """Copy what happened to the study."""
    with ledger.transaction():
        for line in events:
            ledger.db.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)", (*line, mark(*line)))


def intact(path: Path, table: str) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of a table of texts that are as they were sealed, as far as the file finds them."""
    try:
        with Ledger(path, write=False) as ledger:
            yield from (values for values, whole in ledger.lines(table) if whole)
    except (OSError, ValueError):
        return


def by_key(path: Path) -> Iterator[Row]:
    """Yield the intact runs that the file itself still finds."""
    try:
        with Ledger(path, write=False) as ledger:
            for (data,) in ledger.db.execute("SELECT outcomes FROM run"):
                if isinstance(data, bytes) and (row := opened(data)):
                    yield row
    except (OSError, sqlite3.Error, ValueError):
        return


def by_bytes(path: Path) -> Iterator[Row]:
    """Yield the intact runs in the bytes of the file and of what was not yet moved into it."""
    for part in (path, Path(f"{path}-wal")):
        if not part.is_file() or not part.stat().st_size:
            continue
        with part.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            at = data.find(MAGIC)
            while at >= 0:
                if row := opened(data, at):
                    yield row
                at = data.find(MAGIC, at + 1)
