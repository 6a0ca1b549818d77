"""The folder of a study: where it lies, who owns it, and what a killed owner left in it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from abm.parameters import ConfigError, nearest, shown
from experiments.design.files import check_name, read_study
from experiments.design.study import Study
from experiments.lab.ledger import FILE, Ledger

SHIPPED = Path(__file__).parents[1] / "studies"
RESOLVED, LOCK, PROVENANCE = "study.toml", "ledger.lock", "provenance.json"
REPAIRED = "ledger.repaired"


def shipped() -> dict[str, Path]:
    """Return the studies that come with the package, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def find(study: str, outputs: Path, quick: bool = False, damaged: bool = False) -> tuple[Study, Path, Path]:
    """Return a study, its file and its folder, by the name of its file, of a shipped study or of its folder.

    Replicates and points that were added by ``extend`` are in it, if the ledger can be read; that it cannot is an error
    unless ``damaged`` allows for it.
    """
    if study.endswith((".toml", ".py")):
        file = Path(study)
    else:
        check_name(study, "study")
        file = outputs / study / RESOLVED
        if not file.is_file() or quick:
            known = [*shipped(), *(p.parent.name for p in outputs.glob(f"*/{RESOLVED}"))]
            if study not in shipped():
                raise ConfigError(f"unknown study {shown(study)}{nearest(study, known)}; a file ends in .toml or .py")
            file = shipped()[study]
    read = read_study(file, quick)
    folder = inside(outputs, read.name)
    if (folder / FILE).exists():
        try:
            with Ledger(folder / FILE, write=False) as ledger:
                read = read.extended(**ledger.extension())
        except (OSError, ValueError, TypeError):
            if not damaged:
                raise
    return read, file, folder


def begun(outputs: Path) -> list[str]:
    """Return the names of the studies that were begun."""
    return sorted(path.parent.name for path in outputs.glob(f"*/{FILE}"))


def find_begun(study: str, outputs: Path, damaged: bool = False) -> tuple[Study, Path, Path]:
    """Return a study that was begun, its file and its folder; ``damaged``: even if its ledger cannot be read."""
    found = find(study, outputs, damaged=damaged)
    if not (found[2] / FILE).exists() and not (found[2] / REPAIRED).exists():
        raise ConfigError(f"study {found[0].name} was not begun in {outputs}; `twinhelix sweep {study}` begins it")
    return found


def inside(outputs: Path, name: str) -> Path:
    """Return the folder of a study, or refuse one that leads elsewhere by a link."""
    folder = outputs / check_name(name)
    for path in (folder, *(folder / file for file in (FILE, LOCK, RESOLVED, PROVENANCE))):
        if path.is_symlink():
            raise ConfigError(f"{path}: is a link; a study is written into a folder of its own only")
    return folder


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Own a study's folder; the lock is the system's and ends with the process, however that ends."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise OSError(errno.EBUSY, f"the study is being run {owner(folder)}", str(folder)) from None
    try:
        for left in list(folder.rglob("*.part*")):  # of a process that was killed while it wrote
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        finish_repair(folder)
        yield
    finally:
        lock.release()


def finish_repair(folder: Path) -> None:
    """Put a repaired ledger in its place; a log of the damaged one must be gone before, or it would be applied."""
    if (folder / REPAIRED).exists():
        for suffix in ("-wal", "-shm"):
            Path(f"{folder / FILE}{suffix}").unlink(missing_ok=True)
        os.replace(folder / REPAIRED, folder / FILE)


def owner(folder: Path) -> str:
    """Return who has the study: host, process and since when."""
    try:
        with Ledger(folder / FILE, write=False) as ledger:
            at, detail = ledger.query("SELECT at, detail FROM event WHERE what = 'opened' ORDER BY number DESC")[0]
    except (OSError, IndexError):
        return "by a process that has just begun"
    said = json.loads(detail)
    return f"on host {said['host']} by process {said['pid']} since {at}"


def whoami() -> dict[str, Any]:
    """Return host and process, as the owner is known."""
    return {"host": socket.gethostname(), "pid": os.getpid()}
