"""The ledger: one SQLite file a study, in which a finished run is safe.

Every run is one row, sealed with a checksum, under its point and replicate; lines of text are sealed alike, those that
say which study it is among them. A transaction is a batch; WAL with full synchronisation, so that what was committed
survives a crash of the program, the machine and the disk's cache. Nothing says that a run is under way: to do is the
design minus the rows. A row is never changed; the same run with other outcomes is an error, for it means that runs do
not repeat.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.design.points import CODE_AT, Row, mark, opened, sealed, told
from experiments.lab.store import FILE as FILE
from experiments.lab.store import OtherResults as OtherResults
from experiments.lab.store import Store

TEXTS = {  # lines of text, each with its seal
    "study": "number, said",
    "point": "point, place, settings",
    "failure": "point, replicate, seed, error, code",
    "event": "number, at, what, detail",
}
NAMELESS = "which study it is, is not said in it"
CODES = f"SELECT DISTINCT substr(outcomes, {CODE_AT}, 16) FROM run UNION SELECT DISTINCT code FROM failure"


class Ledger(Store):
    """The rows of a study; :meth:`commit` makes some of them safe."""

    def __init__(self, path: Path, write: bool = True) -> None:
        super().__init__(path, write)
        self.code = ""  # which makes the runs of this session
        self.waiting: list[tuple[str, int, str, str]] = []  # points that come with the next batch

    def begin(self, identity: Mapping[str, str], code: str, accept: bool = False) -> None:
        """Say which study this is and which code goes on; refuse another study, and other code unless accepted."""
        self.check(identity)
        others = sorted(self.codes() - {code})
        if others and not accept:
            raise OtherResults(
                f"{self.path}: the results in it come from other code ({', '.join(others)}; this is {code}); "
                "take another name, or add to them all the same with --accept-other-code"
            )
        self.code, said = code, json.dumps(identity)
        with self.transaction():
            self.db.execute("INSERT OR IGNORE INTO study VALUES (1, ?, ?)", (said, mark(1, said)))

    def check(self, identity: Mapping[str, str]) -> None:
        """Refuse results of another study, and name the difference."""
        known = {key: value for _, said in self.texts("study") for key, value in json.loads(said).items()}
        if not known and self.count("run"):
            raise OSError(errno.EIO, f"{NAMELESS}; `twinhelix repair` keeps what is intact", str(self.path))
        for key in (*identity, *known) if known else ():
            if known.get(key) != identity.get(key):
                said = f"{clipped(key)} is {clipped(known.get(key))} there, {clipped(identity.get(key))} here"
                raise OtherResults(
                    f"{self.path}: holds another study: {said}; take another name (`extend` adds to a study)"
                )

    def codes(self) -> set[str]:
        """Return which code made the results."""
        return {c.rstrip(b"\0").decode("utf-8", "replace") if isinstance(c, bytes) else c for (c,) in self.query(CODES)}

    def lines(self, table: str) -> Iterator[tuple[tuple[Any, ...], bool]]:
        """Yield the lines of a table of texts, and whether they are as they were sealed."""
        with self.disk():
            for *values, seal in self.db.execute(f"SELECT {TEXTS[table]}, seal FROM {table} ORDER BY 1, 2"):
                yield tuple(values), seal == mark(*values)

    def texts(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Yield the lines of a table of texts; one that is not as it was sealed is an ``OSError``."""
        for values, whole in self.lines(table):
            if not whole:
                said = f"{table} {values[0]} is damaged; `twinhelix repair` keeps what is intact"
                raise OSError(errno.EIO, said, str(self.path))
            yield values

    def note(self, what: str, **detail: Any) -> None:
        """Note something that happened to the study as a whole."""
        at, said = datetime.now(UTC).isoformat(timespec="seconds"), json.dumps(detail)
        with self.transaction():
            number = self.db.execute("SELECT coalesce(max(number), 0) + 1 FROM event").fetchone()[0]
            self.db.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?)", (number, at, what, said, mark(number, at, what, said))
            )

    def register(self, point: str, place: int, settings: Mapping[str, Any]) -> None:
        """Note the settings of a point, together with the next batch of runs."""
        line = (point, place, json.dumps(settings, sort_keys=True))
        self.waiting.append((*line, mark(*line)))

    def commit(self, rows: Iterable[Row]) -> None:
        """Make a batch of runs safe, or none of it; a run that is there already must be the same to the bit."""
        points, self.waiting = self.waiting, []
        with self.transaction():
            self.db.executemany("INSERT OR IGNORE INTO point VALUES (?, ?, ?, ?)", points)
            for row in rows:
                made = row._replace(code=row.code or self.code)
                if made.outcomes is None:
                    line = (made.point, made.replicate, made.seed, made.error, made.code)
                    self.db.execute("INSERT OR IGNORE INTO failure VALUES (?, ?, ?, ?, ?, ?)", (*line, mark(*line)))
                    continue
                data = sealed(made)
                new = self.db.execute("INSERT OR IGNORE INTO run VALUES (?, ?, ?)", (made.point, made.replicate, data))
                if not new.rowcount:
                    self.check_same(made, data)
        self.check_place()

    def check_same(self, row: Row, data: bytes) -> None:
        """Refuse other outcomes than those that are stored for a run."""
        key = (row.point, row.replicate)
        (stored,) = self.db.execute("SELECT outcomes FROM run WHERE point = ? AND replicate = ?", key).fetchone()
        if told(stored) != told(data):
            raise OtherResults(f"{self.path}: run {key[0]}, replicate {key[1]}, does not repeat: stored are other bits")

    def forgive(self) -> None:
        """Forget the runs that failed, so that they are tried again."""
        n = self.count("failure")
        if n:
            self.note("failures tried again", runs=n, errors=self.errors())
            with self.transaction():
                self.db.execute("DELETE FROM failure")

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.query(f"SELECT count(*) FROM {table}")[0][0])

    def errors(self) -> dict[str, int]:
        """Return how often runs failed by which kind of error."""
        kind = "substr(error, 1, instr(error || ':', ':') - 1)"
        return dict(self.query(f"SELECT {kind}, count(*) FROM failure GROUP BY 1 ORDER BY 2 DESC"))

    def done(self, point: str, first: int, last: int) -> set[int]:
        """Return the replicates from ``first`` to ``last`` of a point that ended, well or not."""
        between = "SELECT replicate FROM {} WHERE point = ? AND replicate BETWEEN ? AND ?"
        return {r for table in ("run", "failure") for (r,) in self.query(between.format(table), point, first, last)}

    def sealed_rows(self, *points: str) -> Iterator[tuple[Row, bytes]]:
        """Yield runs and their bytes by point and replicate, all or of some points; damage is an ``OSError``."""
        some = f"WHERE point IN ({', '.join('?' * len(points))})" if points else ""
        with self.disk():
            for point, replicate, data in self.db.execute(
                f"SELECT point, replicate, outcomes FROM run {some} ORDER BY point, replicate", points
            ):
                row = opened(data) if isinstance(data, bytes) else None
                if row is None or (row.point, row.replicate) != (point, replicate):
                    raise OSError(errno.EIO, f"run {point}, replicate {replicate}, is damaged", str(self.path))
                yield row, data

    def rows(self, *points: str) -> Iterator[Row]:
        """Yield runs in order of point and replicate, all or of some points."""
        return (row for row, _ in self.sealed_rows(*points))

    def failures(self) -> list[tuple[str, int, int, str]]:
        """Return point, replicate, seed and error of every run that failed."""
        return [(point, replicate, seed, error) for point, replicate, seed, error, _ in self.texts("failure")]

    def extension(self) -> dict[str, int]:
        """Return the replicates to which the study was extended, and the most points with which it was run."""
        found: dict[str, int] = {}
        for _, _, what, detail in self.texts("event"):
            said = json.loads(detail) if what in ("opened", "extended") else {}
            for key in said.keys() & {"replicates", "points"}:
                found[key] = max(found.get(key, 0), said[key])
        return found

    def digest(self) -> str:
        """Return a hash of the table of results: equal for equal bits, whoever ran them, when and in which order."""
        total = hashlib.sha256()
        for _, data in self.sealed_rows():
            total.update(told(data))
        return with_failures(total, self.failures())


def with_failures(total: Any, failures: Iterable[tuple[str, int, int, str]]) -> str:
    """Return the digest of a table whose finished runs are in it already."""
    for point, replicate, seed, _ in failures:
        total.update(f"failed {point} {replicate} {seed}\n".encode())
    return total.hexdigest()


def clipped(text: str | None) -> str:
    """Return what a study says of itself, shortened."""
    text = text or "nothing"
    return text if len(text) <= 60 else f"{text[:57]}…"
