"""Is every row right: read the whole ledger against the study, run a sample again, and save what can be saved."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from abm.machine.cache import code_digest
from experiments.design.points import MAGIC, Row, opened, sealed
from experiments.design.study import Study
from experiments.lab.executors import Work
from experiments.lab.folder import PROVENANCE, REPAIRED, finish_repair, owned
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.provenance import machine, write_provenance
from experiments.lab.runner import Chunk, Group, perform

FULL = 20  # findings that are told one by one


def verify(study: Study, folder: Path) -> list[str]:
    """Return what is wrong with the stored results of a study, a sentence each; nothing if all is right."""
    found: list[str] = []
    try:
        with Ledger(folder / FILE, write=False) as ledger, ledger.disk():
            trees = (f"the file: {line}" for (line,) in ledger.query("PRAGMA integrity_check") if line != "ok")
            for line in islice(chain(trees, findings(study, ledger, folder)), FULL):
                found.append(line)  # one by one: what was found before the file breaks off counts
    except OSError as error:
        found.append(f"the file: {error.strerror}")
    except (ValueError, TypeError) as error:
        found.append(f"the file: what is in it has no sense: {error}")
    return found


def findings(study: Study, ledger: Ledger, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the rows: damaged, of another study or seed, or not those of the provenance."""
    known = {point.id: study.shown(point.settings) for point in study.points()}
    stored = {point: json.loads(said) for point, said in ledger.query("SELECT point, settings FROM point")}
    for point in stored.keys() - known.keys():
        yield f"point {point} is not in the study"
    for point in stored.keys() & known.keys():
        if stored[point] != known[point]:
            yield f"point {point}: its settings are not those of the study"
    keys = "SELECT point, replicate, outcomes FROM run UNION ALL SELECT point, replicate, seed FROM failure"
    for point, replicate, value in ledger.db.execute(keys):
        seed = value if isinstance(value, int) else None
        if isinstance(value, bytes):
            row = opened(value)
            if row is None or row.outcomes is None or (row.point, row.replicate) != (point, replicate):
                yield f"run {point}, replicate {replicate}: its bytes are damaged"
                continue
            seed = row.seed
            if len(row.outcomes) != len(study.outcomes):
                yield f"run {point}, replicate {replicate}: {len(row.outcomes)} outcomes, not {len(study.outcomes)}"
        if point not in known or seed != study.seed_at(point, replicate):
            yield f"run {point}, replicate {replicate}: is not a run of this study"
    if (folder / PROVENANCE).exists():
        yield from against_provenance(ledger, folder)


def against_provenance(ledger: Ledger, folder: Path) -> Iterator[str]:
    """Yield where the ledger has less than the provenance speaks of, or as much with other bits."""
    try:
        said = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        runs, digest = said["runs"], said["table_digest"]
    except (OSError, ValueError, KeyError, TypeError):
        yield f"{PROVENANCE} cannot be read"
        return
    there = {"finished": ledger.count("run"), "failed": ledger.count("failure")}
    for word, n in there.items():
        if n < runs[word]:
            yield f"{n:,} {word} runs are left of {runs[word]:,} that {PROVENANCE} speaks of"
    if all(runs[word] == n for word, n in there.items()) and digest != ledger.digest():
        yield f"the table of results is not the one that {PROVENANCE} speaks of"


def rerun(study: Study, folder: Path, n: int, work: Work = perform) -> tuple[int, list[str]]:
    """Run a random sample of stored runs again; return how many, and those that gave other bits."""
    with Ledger(folder / FILE, write=False) as ledger:
        keys = ledger.query("SELECT point, replicate FROM run ORDER BY random() LIMIT ?", n)
        points = {point.id: point for point in study.points()}
        other = []
        for key in keys:
            (data,) = ledger.query("SELECT outcomes FROM run WHERE point = ? AND replicate = ?", *key)[0]
            seed = study.seed_at(*key)
            group = Group(key[0], study.scenario_at(points[key[0]].settings), (key[1],), (seed,))
            (row,) = work(Chunk((group,), study.outcomes, study.agents, code_digest())).rows
            if row.outcomes is None or sealed(row) != data:
                other.append(f"run {key[0]}, replicate {key[1]}: other bits than those stored")
        return len(keys), other


def repair(study: Study, folder: Path) -> int:
    """Write the ledger anew from every row that is intact; return how many there are.

    Rows are looked for under every key of the study, and where the tree of the file is broken by the bytes themselves:
    a sealed run can be told from anything else. What is dropped is run again by the next ``resume``.
    """
    with owned(folder):
        old, new = folder / FILE, folder / f".{FILE}.part"
        kept = {(row.point, row.replicate): row for row in (*by_key(old), *by_bytes(old))}
        points = {point.id: study.shown(point.settings) for point in study.points()}
        good = [r for r in kept.values() if r.point in points and r.seed == study.seed_at(r.point, r.replicate)]
        code, extended, failed = whole_tables(old)
        with Ledger(new) as ledger:
            ledger.register(points.items())
            ledger.begin(code, machine())
            for detail in extended:
                ledger.note("extended", **detail)
            good_keys = {(row.point, row.replicate) for row in good}
            ledger.commit(sorted(good, key=lambda row: (row.point, row.replicate)))
            ledger.commit(row for row in failed if row.point in points and (row.point, row.replicate) not in good_keys)
            ledger.note("repaired", kept=len(good))
            ledger.query("PRAGMA wal_checkpoint(TRUNCATE)")
            ledger.query("PRAGMA journal_mode = DELETE")
        os.replace(new, folder / REPAIRED)
        finish_repair(folder)
        with Ledger(old) as ledger:
            write_provenance(folder, study, ledger, {"repaired": len(good)})
        return len(good)


def by_key(path: Path) -> Iterator[Row]:
    """Yield the intact runs that the file itself still finds."""
    try:
        with Ledger(path, write=False) as ledger:
            for (data,) in ledger.db.execute("SELECT outcomes FROM run"):
                if isinstance(data, bytes) and (row := opened(data)):
                    yield row
    except (OSError, sqlite3.Error):
        return


def by_bytes(path: Path) -> Iterator[Row]:
    """Yield the intact runs in the bytes of the file and of what was not yet moved into it."""
    for part in (path, Path(f"{path}-wal")):
        data = part.read_bytes() if part.exists() else b""
        at = data.find(MAGIC)
        while at >= 0:
            if row := opened(data, at):
                yield row
            at = data.find(MAGIC, at + 1)


def whole_tables(path: Path) -> tuple[str, list[dict[str, Any]], list[Row]]:
    """Return what can still be read: the code that made the runs, extensions, failures."""
    code = code_digest()
    extended: list[dict[str, Any]] = []
    failed: list[Row] = []
    try:
        with Ledger(path, write=False) as ledger:
            failed = [Row(point, r, seed, None, error) for point, r, seed, error in ledger.failures()]
            extended = [ledger.extension()] if ledger.extension() else []
            code = ledger.query("SELECT code FROM environment ORDER BY number LIMIT 1")[0][0]
    except (OSError, sqlite3.Error, TypeError, ValueError, IndexError):
        pass
    return code, extended, failed
