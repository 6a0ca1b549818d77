"""A finished run is safe: killed, refused by the disk or damaged at any moment, nothing is lost, doubled or wrong."""

import random
import shutil
import sqlite3
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from experiments.design.points import MAGIC, Row, opened, sealed
from experiments.files import OWN
from experiments.lab import repair as mending
from experiments.lab import verify as checks
from experiments.lab.conduct import Watch
from experiments.lab.folder import find, owned
from experiments.lab.ledger import FILE, Ledger, OtherResults
from experiments.lab.runner import Done
from experiments.lab.store import SYNCHRONOUS
from tests.experiments.laboratory import carry, cheap, expected, n_stored, stored, table_digest, write_study

WRITES = ("INSERT", "COMMIT", "BEGIN", "CREATE", "PRAGMA")

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


@pytest.fixture
def file(tmp_path):
    return write_study(tmp_path)


@pytest.fixture(autouse=True)
def batches_are_small(monkeypatch):
    """Save whatever arrives at once, so that a small study has many transactions."""
    monkeypatch.setattr("experiments.lab.conduct.SAVE_S", 0.0)


class Watched(sqlite3.Connection):
    """A connection that calls ``Watched.before`` before, and ``Watched.after`` after, everything that may write."""

    before = after = staticmethod(lambda sql: None)

    def execute(self, sql, *values):
        if not sql.strip().startswith(WRITES):
            return super().execute(sql, *values)
        Watched.before(sql)
        found = super().execute(sql, *values)
        Watched.after(sql)
        return found


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Watched))
    yield Watched
    Watched.before = Watched.after = staticmethod(lambda sql: None)


def images(file: Path, room: Path, watched) -> list[tuple[Path, set]]:
    """Run the study; return the files as kill −9 would leave them at every statement, and the runs then said safe."""
    found, safe = [], set()
    folder = room / "out" / "trial"

    def copy(sql):
        image = room / "images" / str(len(found)) / "trial"
        image.mkdir(parents=True)
        for path in folder.glob("ledger.sqlite*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, image)
        found.append((image, set(safe)))

    watched.before = watched.after = staticmethod(copy)
    tell = Watch(lambda *_: None, lambda rows: safe.update((r.point, r.replicate) for r in rows), lambda: None)
    carry(file, room / "out", chunk=4, watch=tell)
    watched.before = watched.after = staticmethod(lambda sql: None)
    return found


def lost_or_wrong(file: Path, taken: list[tuple[Path, set]], every: int = 1) -> list[str]:
    """Return what is wrong after resuming from the images."""
    study, _, _ = find(str(file), file.parent / "none")
    right, wrong = expected(study), []
    for x, (image, safe) in enumerate(taken[::every]):
        there = stored(image) if n_stored(image) else {}
        if safe - there.keys():
            wrong.append(f"image {x}: {len(safe - there.keys())} runs that were said to be safe are lost")
        if any(right.get(key) != value for key, value in there.items()):
            wrong.append(f"image {x}: wrong rows")
        carry(file, image.parent)
        if stored(image) != right:
            wrong.append(f"image {x}: the resumed table is another one")
    return wrong


def test_killed_at_any_statement_nothing_is_lost_doubled_or_wrong(file, tmp_path, watched):
    taken = images(file, tmp_path, watched)
    assert len(taken) > 150 and len({len(safe) for _, safe in taken}) >= 15
    assert not lost_or_wrong(file, taken, every=3)


def test_the_test_of_kills_sees_runs_told_too_early(file, tmp_path, watched, monkeypatch):
    waiting = []

    def lazily(self, rows, commit=Ledger.commit):
        """Keep a batch back until the next one comes."""
        waiting.append(list(rows))
        if len(waiting) > 1:
            commit(self, waiting.pop(0))

    with monkeypatch.context() as bug:
        bug.setattr(Ledger, "commit", lazily)
        taken = images(file, tmp_path, watched)
    assert any("lost" in line for line in lost_or_wrong(file, taken, every=20))


def test_the_test_of_kills_sees_a_batch_written_in_parts(file, tmp_path, watched, monkeypatch):
    def halves(self, rows, commit=Ledger.commit):
        """Store rows with outcomes still to come."""
        rows = [row._replace(code=self.code) for row in rows]
        commit(self, [row._replace(outcomes=np.zeros_like(row.outcomes)) for row in rows])
        for row in rows:
            self.db.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?)", (row.point, row.replicate, sealed(row)))

    with monkeypatch.context() as bug:
        bug.setattr(Ledger, "commit", halves)
        taken = images(file, tmp_path, watched)
    with pytest.raises((AssertionError, OtherResults)):
        assert not lost_or_wrong(file, taken, every=10)


@pytest.mark.parametrize("words", ["database or disk is full", "disk I/O error"])
def test_a_disk_that_refuses_any_write_costs_nothing_that_was_safe(file, tmp_path, watched, words):
    calls, right = [], expected(find(str(file), tmp_path / "none")[0])
    watched.before = staticmethod(calls.append)
    carry(file, tmp_path / "count", chunk=4)
    assert len(calls) > 80
    for at in range(0, len(calls), 5):
        left = [at]

        def refuse(sql, left=left):
            left[0] -= 1
            if left[0] < 0:
                raise sqlite3.OperationalError(words)

        outputs, safe = tmp_path / f"{words[-4:]}-{at}", set()
        tell = Watch(lambda *_: None, lambda rows, s=safe: s.update((r.point, r.replicate) for r in rows), lambda: None)
        watched.before = staticmethod(refuse)
        with pytest.raises(OSError, match=words):
            carry(file, outputs, chunk=4, watch=tell)
        watched.before = staticmethod(lambda sql: None)
        assert safe <= (stored(outputs / "trial").keys() if n_stored(outputs / "trial") else set()), f"write {at}"
        carry(file, outputs)
        assert stored(outputs / "trial") == right, f"write {at}"


def test_every_bit_of_an_outcome_survives(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.lab.store.SYNCHRONOUS", SYNCHRONOUS)
    bits = np.array([0x7FF8000000000001, 0xFFF8000000000000, 0x8000000000000000, 1, 0x7FF0000000000000], "<u8")
    row = Row("00ff" * 4, 3, 2**63 - 1, bits.view("<f8"))
    with Ledger(tmp_path / FILE) as ledger:
        ledger.commit([row])
        (found,) = ledger.rows()
    assert found.outcomes.tobytes() == bits.tobytes() and found[:3] == row[:3]
    with Ledger(tmp_path / FILE) as ledger:  # it is synchronised in full, whatever SQLite was built with
        assert ledger.query("PRAGMA synchronous") == [(2,)] and ledger.query("PRAGMA journal_mode") == [("wal",)]


def test_a_seal_breaks_with_any_bit():
    data = bytearray(sealed(Row("00ff" * 4, 3, 9, np.array([1.0, np.nan]))))
    assert opened(bytes(data)) is not None
    for bit in range(8 * len(data)):
        data[bit // 8] ^= 1 << bit % 8
        assert opened(bytes(data)) is None, f"bit {bit}"
        data[bit // 8] ^= 1 << bit % 8


def test_runs_that_do_not_repeat_are_found(file, tmp_path):
    carry(file, tmp_path / "out")
    with Ledger(tmp_path / "out" / "trial" / FILE) as ledger:
        row = next(ledger.rows())
        ledger.commit([row])  # the same again is no error
        with pytest.raises(OtherResults, match="does not repeat"):
            ledger.commit([row._replace(outcomes=row.outcomes + 1e-12)])
        assert next(ledger.rows()).outcomes.tobytes() == row.outcomes.tobytes()


def test_failures_are_rows_and_the_others_go_on(file, tmp_path):
    def failing(chunk):
        rows = cheap(chunk).rows
        return Done([r._replace(outcomes=None, error="ValueError: no") if r.replicate == 7 else r for r in rows], 0.1)

    made = carry(file, tmp_path / "out", failing)
    assert made["runs"] == {"finished": 54, "failed": 6, "errors": {"ValueError": 6}}
    assert carry(file, tmp_path / "out")["timings"]["runs"] == 0, "a failure is not tried again by itself"


def test_results_of_other_code_are_refused_unless_accepted(file, tmp_path, monkeypatch):
    carry(file, tmp_path / "out")
    monkeypatch.setattr("experiments.lab.conduct.code_digest", lambda: "another")
    with pytest.raises(OtherResults, match="come from other code"):
        carry(file, tmp_path / "out")
    assert carry(file, tmp_path / "out", accept=True)["runs"]["finished"] == 60
    monkeypatch.undo()
    assert carry(file, tmp_path / "out")["runs"]["finished"] == 60, "a session without results counts as a result"


def test_results_of_another_study_are_refused(file, tmp_path):
    carry(file, tmp_path / "out")
    write_study(tmp_path, months=13)
    with pytest.raises(OtherResults, match="months is 12 there, 13 here"):
        carry(file, tmp_path / "out")


def spoil(path: Path, rng: random.Random) -> None:
    """Turn one bit of a file, or cut its end off."""
    data = bytearray(path.read_bytes())
    if rng.random() < 0.15:
        del data[rng.randrange(len(data)) :]
    else:
        at = rng.randrange(8 * len(data))
        data[at // 8] ^= 1 << at % 8
    path.write_bytes(bytes(data))


def survey(file: Path, outputs: Path, whole: dict, check=checks.verify) -> tuple[bool, bool, int]:
    """Return whether a damaged ledger still tells the whole table, whether ``check`` is content, what repair keeps."""
    study, _, folder = find(str(file), outputs, damaged=True)
    try:
        same = stored(folder) == whole
    except (OSError, sqlite3.Error):
        same = False
    content = not check(study, folder)
    return same, content, mending.repair(study, folder)[0]


def test_damage_is_seen_and_repair_drops_only_what_is_damaged(file, tmp_path):
    carry(file, tmp_path / "out")
    folder = tmp_path / "out" / "trial"
    whole, digest, rng = stored(folder), table_digest(folder), random.Random(1)
    seen = 0
    for x in range(100):
        outputs = tmp_path / f"spoilt-{x}"
        shutil.copytree(folder, outputs / "trial")
        path = outputs / "trial" / FILE
        before = path.read_bytes()
        spoil(path, rng)
        after = path.read_bytes()
        intact = sum(sealed(opened(before, at)) in after for at in starts(before))
        same, content, kept = survey(file, outputs, whole)
        assert same or not content, f"damage {x} changed the table and verify did not see it"
        assert kept >= intact, f"damage {x}: {intact} runs are intact in the file, repair kept {kept}"
        assert set(stored(outputs / "trial").items()) <= set(whole.items()), f"damage {x}: a wrong row was kept"
        assert not checks.verify(find(str(file), outputs)[0], outputs / "trial"), f"damage {x}: still damaged"
        if x % 5 == 0:
            carry(file, outputs)
            assert table_digest(outputs / "trial") == digest
        seen += not content
    assert seen >= 20


def starts(data: bytes) -> list[int]:
    """Return where the sealed runs begin in a file."""
    return [at for at in range(len(data)) if data.startswith(MAGIC, at) and opened(data, at)]


def test_the_test_of_damage_sees_a_careless_verify(file, tmp_path):
    carry(file, tmp_path / "out")
    folder = tmp_path / "out" / "trial"
    data, whole = bytearray((folder / FILE).read_bytes()), stored(folder)
    data[starts(bytes(data))[5] + 40] ^= 1  # an outcome
    (folder / FILE).write_bytes(bytes(data))

    def careless(study, folder):
        with Ledger(folder / FILE, write=False) as ledger:
            return [line for (line,) in ledger.query("PRAGMA quick_check") if line != "ok"]

    same, content, _ = survey(file, tmp_path / "out", whole, careless)
    assert content and not same, "a check of the file's trees alone does not see a changed outcome"


def test_a_repair_that_is_interrupted_is_finished_by_the_next_owner(file, tmp_path, monkeypatch):
    carry(file, tmp_path / "out")
    study, _, folder = find(str(file), tmp_path / "out")
    whole = stored(folder)
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data[:5000] + bytes(3000) + data[8000:])

    def killed(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as power, pytest.raises(KeyboardInterrupt):
        power.setattr(mending, "finish_repair", killed)
        mending.repair(study, folder)
    (folder / f"{FILE}-wal").write_bytes(b"a log of the damaged ledger")
    with owned(folder):
        assert 0 < n_stored(folder) <= 60 and stored(folder).items() <= whole.items()
    carry(file, tmp_path / "out")
    assert stored(folder) == whole


def test_what_a_killed_writer_left_is_cleared(file, tmp_path):
    folder = tmp_path / "out" / "trial"
    for room in (folder, folder / "tables", folder / "scenarios"):
        (room / f"{OWN}x.part").mkdir(parents=True)
        (room / f"{OWN}y.part").write_text("half", encoding="utf-8")
    carry(file, tmp_path / "out")
    assert not list(folder.rglob("*.part*"))


def is_refused(folder: Path) -> bool:
    """Say whether a second owner is refused."""
    try:
        with owned(folder):
            return False
    except OSError as error:
        assert "is being run" in error.strerror
        return True


def test_a_folder_has_one_owner(tmp_path, monkeypatch):
    with owned(tmp_path):
        assert is_refused(tmp_path)
        with monkeypatch.context() as bug:
            bug.setattr("filelock.FileLock.acquire", lambda *_, **__: None)
            assert not is_refused(tmp_path), "the test does not see a lock that holds nothing"
        assert is_refused(tmp_path)
    assert not is_refused(tmp_path)
