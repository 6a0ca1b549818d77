"""The command itself, killed, interrupted, out of disk and run twice: what it said to be safe is safe."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from experiments.lab.folder import find, owned
from experiments.lab.runner import perform
from experiments.terminal import compile_if_needed
from tests.experiments.laboratory import (
    carry,
    command,
    ended,
    expected,
    n_stored,
    stored,
    table_digest,
    until,
    write_study,
)

posix = pytest.mark.skipif(os.name != "posix", reason="signals and process groups of POSIX")
LONG = {"replicates": 20_000}  # more than any test waits for
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink")


@pytest.fixture(autouse=True)
def rules_are_compiled():
    compile_if_needed()


def begun(tmp_path, planted="", **study):
    """Start the command on a study and wait until some runs are safe."""
    process = command("sweep", write_study(tmp_path, **study), "--outputs", tmp_path / "out", planted=planted)
    until(lambda: n_stored(tmp_path / "out" / "trial") > 0)
    return process


def leftovers(folder: Path) -> list[str]:
    """Return what should not be there when nobody runs the study."""
    return [p.name for p in folder.parent.rglob("*") if p.name.endswith((".part", "-journal", ".repaired"))]


def alive(group: int) -> bool:
    """Say whether a process of a group lives."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def rows(folder: Path) -> dict:
    """Return the stored runs, none before the study begins."""
    return stored(folder) if n_stored(folder) else {}


def random_kills(tmp_path: Path, n: int, seed: int = 1, planted: str = "") -> None:
    """Kill the group of the command ``n`` times at random moments; what was safe stays, and the table is the same.

    A third of the kills fall into the start, the others into the runs. A study that is finished too soon begins anew.
    """
    file, rng = write_study(tmp_path, replicates=3_000), random.Random(seed)
    carry(file, tmp_path / "whole", perform)
    right = table_digest(tmp_path / "whole" / "trial")
    kills, turn, safe = 0, 0, {}
    while kills < n:
        outputs = tmp_path / f"out-{turn}"
        folder = outputs / "trial"
        process = command("sweep", file, "--outputs", outputs, planted=planted)
        before = len(safe)
        if kills % 3:
            until(lambda f=folder, p=process, k=before: n_stored(f) > k or p.poll() is not None)
        time.sleep(rng.uniform(0, 0.3 if kills % 3 else 2.0))
        seen = rows(folder)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        code, _, err = ended(process)
        assert code in (0, -signal.SIGKILL), err
        now = rows(folder)
        assert safe.items() <= now.items() and seen.items() <= now.items(), f"kill {kills} lost or changed runs"
        kills, safe = kills + (code != 0), now
        if code == 0:
            assert table_digest(folder) == right, "another table"
            turn, safe = turn + 1, {}
    code, _, err = ended(command("sweep", file, "--outputs", outputs, planted=planted), 300)
    assert code == 0, err
    assert n_stored(folder) == 18_000 and table_digest(folder) == right, "another table"


@posix
@pytest.mark.compiled("kills fall into the time of a compiled study")
def test_four_random_kills_of_the_process_group(tmp_path):
    random_kills(tmp_path, 4)


@posix
@pytest.mark.compiled("kills fall into the time of a compiled study")
def test_random_kills_show_seeds_that_a_process_draws(tmp_path):
    with pytest.raises(AssertionError, match="another table"):
        random_kills(tmp_path, 2, planted="other_luck")


@posix
@pytest.mark.slow
@pytest.mark.compiled("kills fall into the time of a compiled study")
def test_a_hundred_random_kills_of_the_process_group(tmp_path):
    random_kills(tmp_path, 100, seed=2)


def signalled(tmp_path, name, code, planted=""):
    """Check that a signal ends the command in time, in order, and with a word on what is safe."""
    process = begun(tmp_path, planted, **LONG)
    asked = time.monotonic()
    process.send_signal(getattr(signal, name))
    got, _, said = ended(process)
    assert got == code and time.monotonic() - asked < 5, "not ended in order"
    folder = tmp_path / "out" / "trial"
    assert f"stopped by {name}: {n_stored(folder):,} finished runs are safe in" in said
    assert "`twinhelix resume trial` goes on" in said and said.count("\n") == 1
    assert not alive(process.pid), "a process of the group is left"
    assert not leftovers(folder)


@posix
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_ends_it_in_order(tmp_path, name, code):
    signalled(tmp_path, name, code)
    with pytest.raises(AssertionError, match="not ended in order"):
        signalled(tmp_path / "planted", name, code, planted="hasty")


def test_a_second_owner_is_refused_at_once_and_told_who_is_there(tmp_path):
    first = begun(tmp_path, **LONG)
    try:
        # the command itself takes a moment to start; the refusal is measured from inside
        begin = time.monotonic()
        with pytest.raises(OSError, match="is being run") as refused:
            carry(tmp_path / "trial.toml", tmp_path / "out")
        assert time.monotonic() - begin < 2
        for word in (f"on host {socket.gethostname()}", f"by process {first.pid}", "since 20"):
            assert word in refused.value.strerror
        code, _, said = ended(command("sweep", tmp_path / "trial.toml", "--outputs", tmp_path / "out"))
        assert code == 4 and said.count("\n") == 1 and f"process {first.pid}" in said
    finally:
        first.kill()
        first.communicate()
    carry(write_study(tmp_path, replicates=1), tmp_path / "other")  # and another study is free


@posix
def test_the_lock_dies_with_its_process(tmp_path):
    process = begun(tmp_path, **LONG)
    process.kill()
    process.communicate()
    with owned(tmp_path / "out" / "trial"):
        assert n_stored(tmp_path / "out" / "trial") > 0


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MB, where one may mount."""
    room = tmp_path / "disk"
    room.mkdir()
    mount = shutil.which("mount")
    if not mount or os.name != "posix" or os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(room)], capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    yield room
    subprocess.run(["umount", str(room)], check=True, capture_output=True)


def filled(file, small_disk, planted=""):
    """Check that a full disk is told in one line, and that what was stored is kept and completed."""
    code, _, said = ended(command("sweep", file, "--outputs", small_disk, planted=planted), 120)
    folder = small_disk / "trial"
    assert code == 4 and said.count("\n") == 1 and "Traceback" not in said, "not told"
    assert "full" in said or "No space" in said
    there = stored(folder)
    assert len(there) > 100, "the store cannot be read, or hardly anything was kept"  # a commit is a beat of work
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True, capture_output=True)
    assert ended(command("resume", "trial", "--outputs", small_disk), 120)[0] == 0
    whole = stored(folder)
    assert len(whole) == 18_000 and there.items() <= whole.items()
    assert ended(command("verify", "trial", "--rerun", "20", "--outputs", small_disk))[0] == 0


@pytest.mark.compiled("thousands of runs")
def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path, small_disk):
    filled(write_study(tmp_path, replicates=3_000), small_disk)


def test_a_full_disk_shows_who_does_not_tell(tmp_path, small_disk):
    with pytest.raises(AssertionError, match="not told"):
        filled(write_study(tmp_path, replicates=3_000), small_disk, planted="untold")


def traced(file: Path, outputs: Path, fault: str, planted: str = "") -> subprocess.CompletedProcess:
    """Run the command with a fault at one system call on the files of the study."""
    folder = outputs / "trial"
    folder.mkdir(parents=True)
    names = ("", "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.sqlite-journal")
    paths = [part for name in names for part in ("-P", str(folder / name).rstrip("/"))]
    return subprocess.run(
        ["strace", "-f", "-qq", "-o", str(outputs / "log"), *paths, "-e", f"trace={','.join(CALLS)}", "-e", fault]
        + [sys.executable, "-m", *(["tests.experiments.planted", planted] if planted else ["tests.experiments.child"])]
        + ["sweep", str(file), "--chunk", "4", "--workers", "1"]
        + ["--outputs", str(outputs)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )


def calls_made(outputs: Path) -> list[tuple[str, int]]:
    """Return every system call of a trace with its number among those of its name."""
    seen: dict[str, int] = {}
    found = []
    for line in (outputs / "log").read_text(encoding="utf-8").splitlines():
        name = line.split()[1].partition("(")[0]
        if name in CALLS:
            seen[name] = seen.get(name, 0) + 1
            found.append((name, seen[name]))
    return found


def strace_works(tmp_path: Path) -> bool:
    """Say whether system calls can be traced here."""
    return bool(shutil.which("strace")) and not subprocess.run(["strace", "-o", str(tmp_path / "x"), "true"]).returncode


def at_system_calls(tmp_path: Path, fault: str, every: int, first: int = 0, planted: str = "") -> int:
    """Check what is left by a fault at system calls of a study of 60 runs; return how many were tried."""
    if not strace_works(tmp_path):
        pytest.skip("needs strace")
    file = write_study(tmp_path)
    right = expected(find(str(file), tmp_path / "none")[0])
    whole = traced(file, tmp_path / "count", "status=all", planted)
    assert whole.returncode == 0, whole.stderr
    calls = calls_made(tmp_path / "count")
    assert len(calls) > 100
    tried = calls[first::every]
    for name, number in tried:
        outputs = tmp_path / f"{name}-{number}"
        done = traced(file, outputs, f"inject={name}:{fault}:when={number}", planted)
        told = {tuple(line.split()[1:]) for line in done.stdout.splitlines() if line.startswith("safe")}
        there = rows(outputs / "trial")
        where = f"{name} {number}: exit {done.returncode}, {done.stderr}"
        assert {(p, int(r)) for p, r in told} <= there.keys(), f"{where}: lost"
        assert there.items() <= right.items(), f"{where}: wrong"
        assert done.returncode in (-9, 137, 4, 0) and "Traceback" not in done.stderr, where
        carry(file, outputs)
        assert stored(outputs / "trial") == right, where
        shutil.rmtree(outputs)
    return len(tried)


@posix
@pytest.mark.parametrize("fault", ["signal=KILL", "error=ENOSPC", "error=EIO"])
def test_a_fault_at_some_system_calls(tmp_path, fault):
    assert at_system_calls(tmp_path, fault, every=73) >= 2


@posix
def test_a_fault_shows_a_run_that_is_stored_in_two_steps(tmp_path):
    laid_out = 70  # calls until the store is
    with pytest.raises((AssertionError, OSError), match=r"wrong|is damaged"):
        at_system_calls(tmp_path, "signal=KILL", every=10, first=laid_out, planted="in_two_steps")


@posix
@pytest.mark.slow
@pytest.mark.parametrize("fault", ["signal=KILL", "error=ENOSPC", "error=EIO"])
def test_a_fault_at_every_system_call(tmp_path, fault):
    assert at_system_calls(tmp_path, fault, every=1) > 100
