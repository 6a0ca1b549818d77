"""The file of a ledger: opened to be written or read, whole transactions, and errors of the disk in one line."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from abm.parameters import ConfigError

SCHEMA = """
CREATE TABLE IF NOT EXISTS study (number INTEGER PRIMARY KEY, said TEXT NOT NULL, seal TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS point (point TEXT PRIMARY KEY, place INTEGER NOT NULL, settings TEXT NOT NULL,
    seal TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (point TEXT NOT NULL, replicate INTEGER NOT NULL, outcomes BLOB NOT NULL,
    PRIMARY KEY (point, replicate));
CREATE TABLE IF NOT EXISTS failure (point TEXT NOT NULL, replicate INTEGER NOT NULL, seed INTEGER NOT NULL,
    error TEXT NOT NULL, code TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (point, replicate)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (number INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL,
    detail TEXT NOT NULL, seal TEXT NOT NULL);
"""
FILE = "ledger.sqlite"
VERSION = 2
SYNCHRONOUS = "FULL"  # every commit waits for the disk
LOG_WAITS = "it was left in the middle and cannot be completed on a disk that cannot be written; copy the folder"
GONE = "was moved, removed or replaced while the study ran; runs that follow would be lost"


class OtherResults(ConfigError):
    """Stored results come from other code or another study, or do not repeat."""

    code = 5


class Store:
    """An SQLite file whose changes are whole."""

    def __init__(self, path: Path, write: bool = True) -> None:
        self.path = path
        with self.disk():
            # not ro: after a kill, a reader too must be able to roll back what was never committed
            self.connect("mode=rwc" if write else "mode=rw")
            try:
                self.prepare(write)
            except BaseException:
                self.db.close()
                raise
        self.files = [identity(path), identity(self.log)]

    @property
    def log(self) -> Path:
        """File with what is committed and not yet moved into the ledger's own."""
        return Path(f"{self.path}-wal")

    def connect(self, how: str) -> None:
        """Open the file."""
        self.db = sqlite3.connect(f"{self.path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)

    def prepare(self, write: bool) -> None:
        """Make the file ready to be written, or only to be read."""
        if write:
            self.check_version()
            (mode,) = self.db.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode != "wal":
                raise OSError(errno.ENOTSUP, "this file system cannot keep a ledger; take a local disk", str(self.path))
            self.db.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
            self.make_tables()
            return
        try:
            self.db.execute("PRAGMA query_only = ON")
            empty = not self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
                raise
            if self.log.exists() and self.log.stat().st_size:
                raise OSError(errno.EROFS, LOG_WAITS, str(self.path)) from None
            self.db.close()  # nobody may write here, so nobody does: the file is all there is
            self.connect("mode=ro&immutable=1")
            empty = not self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if empty:
            self.db.close()  # its writer was killed before the first word: there are no runs
            self.db = sqlite3.connect(":memory:", isolation_level=None)
            self.make_tables()
        self.check_version()

    def check_version(self) -> None:
        """Refuse a ledger of another version."""
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise OtherResults(
                f"{self.path}: a ledger of version {version}; this program keeps version {VERSION}: take another name"
            )

    def make_tables(self) -> None:
        """Make the tables where they are not there yet, all or none."""
        with self.transaction():
            for statement in SCHEMA.split(";"):
                self.db.execute(statement)
            self.db.execute(f"PRAGMA user_version = {VERSION}")

    def check_place(self) -> None:
        """Refuse to call safe what lies in a file that is no longer there."""
        if [identity(self.path), identity(self.log)] != self.files:
            raise OSError(errno.ENOENT, GONE, str(self.path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

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

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a small question."""
        with self.disk():
            return self.db.execute(sql, values).fetchall()


def identity(path: Path) -> tuple[int, int]:
    """Return which file lies at a path: device and number, zeros for none."""
    with suppress(OSError):
        found = os.stat(path)
        return found.st_dev, found.st_ino
    return 0, 0
