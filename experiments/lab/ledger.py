"""The ledger: one SQLite file a study, in which a finished run is safe.

Every run is one row, sealed with a checksum, under its point and replicate. A transaction is a batch; WAL with full
synchronisation, so that what was committed survives a crash of the program, the machine and the disk's cache. Nothing
says that a run is under way: to do is the design minus the rows. A row is never changed; the same run with other bytes
is an error, for it means that runs do not repeat.
"""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from abm.parameters import ConfigError
from experiments.design.points import Row, opened, sealed

SCHEMA = """
CREATE TABLE IF NOT EXISTS point (point TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (point TEXT NOT NULL, replicate INTEGER NOT NULL, outcomes BLOB NOT NULL,
    environment INTEGER NOT NULL, PRIMARY KEY (point, replicate));
CREATE TABLE IF NOT EXISTS failure (point TEXT NOT NULL, replicate INTEGER NOT NULL, seed INTEGER NOT NULL,
    error TEXT NOT NULL, environment INTEGER NOT NULL, PRIMARY KEY (point, replicate)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (number INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL,
    detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS environment (number INTEGER PRIMARY KEY, code TEXT NOT NULL, facts TEXT NOT NULL);
"""
OTHERS = """
SELECT DISTINCT code FROM environment WHERE code <> ? AND number IN
    (SELECT environment FROM run UNION SELECT environment FROM failure)
"""
FILE = "ledger.sqlite"
VERSION = 1
SYNCHRONOUS = "FULL"  # every commit waits for the disk


class OtherResults(ConfigError):
    """Stored results come from other code or another configuration, or do not repeat."""

    code = 5


class Ledger:
    """The rows of a study; :meth:`commit` makes some of them safe."""

    def __init__(self, path: Path, write: bool = True) -> None:
        self.path = path
        self.environment = 0
        with self.disk():
            # not ro: after a kill, a reader too must be able to roll back what was never committed
            mode = "rwc" if write else "rw"
            self.db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
            try:
                self.prepare(write)
            except BaseException:
                self.db.close()
                raise

    def prepare(self, write: bool) -> None:
        """Make the file ready to be written, or only to be read."""
        if write:
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
            self.make_tables()
            return
        self.db.execute("PRAGMA query_only = ON")
        if not self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            self.db.close()  # its writer was killed before the first word: there are no runs
            self.db = sqlite3.connect(":memory:", isolation_level=None)
            self.make_tables()

    def make_tables(self) -> None:
        """Make the tables where they are not there yet, all or none."""
        with self.transaction():
            for statement in SCHEMA.split(";"):
                self.db.execute(statement)
            self.db.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def disk(self) -> Iterator[None]:
        """Say what the disk, or a damaged file, did as an ``OSError`` that names the file."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise OSError(errno.EIO, f"{error}; what was committed is kept", str(self.path)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write everything inside, or nothing of it."""
        with self.disk():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    def register(self, points: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Note the settings of the points of a study."""
        rows = ((point, json.dumps(settings, sort_keys=True)) for point, settings in points)
        with self.transaction():
            self.db.executemany("INSERT OR IGNORE INTO point VALUES (?, ?)", rows)

    def begin(self, code: str, facts: Mapping[str, Any], accept: bool = False) -> None:
        """Note the machine and code of a session; refuse results of other code unless they are accepted."""
        others = [row[0] for row in self.query(OTHERS, code)]
        if others and not accept:
            raise OtherResults(
                f"{self.path}: the results in it come from other code ({', '.join(others)}; this is {code}); "
                "take another name, or add to them all the same with --accept-other-code"
            )
        with self.transaction():
            found = self.db.execute("INSERT INTO environment (code, facts) VALUES (?, ?)", (code, json.dumps(facts)))
            self.environment = int(found.lastrowid or 0)

    def note(self, what: str, **detail: Any) -> None:
        """Note something that happened to the study as a whole."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self.transaction():
            self.db.execute("INSERT INTO event (at, what, detail) VALUES (?, ?, ?)", (at, what, json.dumps(detail)))

    def commit(self, rows: Iterable[Row]) -> None:
        """Make a batch of runs safe, or none of it; a run that is there already must be the same to the bit."""
        with self.transaction():
            for row in rows:
                key = (row.point, row.replicate)
                if row.outcomes is None:
                    self.db.execute(
                        "INSERT OR IGNORE INTO failure VALUES (?, ?, ?, ?, ?)",
                        (*key, row.seed, row.error, self.environment),
                    )
                    continue
                data = sealed(row)
                new = self.db.execute("INSERT OR IGNORE INTO run VALUES (?, ?, ?, ?)", (*key, data, self.environment))
                if not new.rowcount:
                    self.check_same(key, data)

    def check_same(self, key: tuple[str, int], data: bytes) -> None:
        """Refuse other bytes than those that are stored for a run."""
        (stored,) = self.db.execute("SELECT outcomes FROM run WHERE point = ? AND replicate = ?", key).fetchone()
        if stored != data:
            raise OtherResults(f"{self.path}: run {key[0]}, replicate {key[1]}, does not repeat: stored are other bits")

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a small question."""
        with self.disk():
            return self.db.execute(sql, values).fetchall()

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.query(f"SELECT count(*) FROM {table}")[0][0])

    def done(self, point: str, first: int, last: int) -> set[int]:
        """Return the replicates from ``first`` to ``last`` of a point that ended, well or not."""
        between = "SELECT replicate FROM {} WHERE point = ? AND replicate BETWEEN ? AND ?"
        return {r for table in ("run", "failure") for (r,) in self.query(between.format(table), point, first, last)}

    def rows(self) -> Iterator[Row]:
        """Yield all runs in order of point and replicate; bytes that are not as they were sealed are an ``OSError``."""
        with self.disk():
            for point, replicate, data in self.db.execute(
                "SELECT point, replicate, outcomes FROM run ORDER BY point, replicate"
            ):
                row = opened(data) if isinstance(data, bytes) else None
                if row is None or (row.point, row.replicate) != (point, replicate):
                    raise OSError(errno.EIO, f"run {point}, replicate {replicate}, is damaged", str(self.path))
                yield row

    def failures(self) -> list[tuple[str, int, int, str]]:
        """Return point, replicate, seed and error of every run that failed."""
        return self.query("SELECT point, replicate, seed, error FROM failure ORDER BY point, replicate")

    def extension(self) -> dict[str, int]:
        """Return the replicates and points to which the study was extended."""
        found: dict[str, int] = {}
        for (detail,) in self.query("SELECT detail FROM event WHERE what = 'extended'"):
            for key, value in json.loads(detail).items():
                found[key] = max(found.get(key, 0), value)
        return found

    def digest(self) -> str:
        """Return a hash of the table of results: equal for equal bits, whoever ran them, when and in which order."""
        total = hashlib.sha256()
        for row in self.rows():
            total.update(sealed(row))
        for point, replicate, seed, _ in self.failures():
            total.update(f"failed {point} {replicate} {seed}\n".encode())
        return total.hexdigest()
