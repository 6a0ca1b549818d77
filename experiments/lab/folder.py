"""The folder of a study: where it lies, who owns it, and what a killed owner left in it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from abm.parameters import ConfigError, nearest, shown
from experiments.design.files import check_name, read_study
from experiments.design.posterior import CSV, JSON, Posterior
from experiments.design.study import Study
from experiments.files import OWN, synced
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.store import OtherResults

SHIPPED = Path(__file__).parents[1] / "studies"
RESOLVED, LOCK, PROVENANCE = "study.toml", "ledger.lock", "provenance.json"
CLAIMS = ".claims.toml"  # ends the name of what a report says of a study, beside it
REPAIRED, DAMAGED = "ledger.repaired", "ledger.damaged"
TABLES, SCENARIOS = "tables", "scenarios"


def shipped() -> dict[str, Path]:
    """Return the studies that come with the package, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml")) if "." not in path.stem}


def find(
    study: str,
    outputs: Path,
    quick: bool = False,
    damaged: bool = False,
    allow_code: bool = False,
    posterior: Posterior | None = None,
) -> tuple[Study, Path, Path]:
    """Return a study, its file and its folder, by the name of its file, of a shipped study or of its folder.

    Replicates and points that were added by ``extend`` are in it, if the ledger can be read; that it cannot is an error
    unless ``damaged`` allows for it. A folder that was renamed or copied is the study of its own name. A ``posterior``
    is given to a study when it begins; one that was begun has its draws in its folder.

    Raises
    ------
    OtherResults
        If the folder holds the results of another study.
    """
    if posterior and study not in shipped() and (outputs / study / RESOLVED).is_file():
        raise ConfigError(f"--posterior: {shown(study)} was begun, and what it runs at is in its folder; give a file")
    file, name = file_of(study, outputs, quick or posterior is not None)
    read = read_study(file, quick, allow_code, posterior, outputs)
    read = read._replace(name=name or read.name)
    folder = inside(outputs, read.name)
    if (folder / FILE).exists():
        try:
            with Ledger(folder / FILE, write=False) as ledger:
                ledger.check(read.identity())
                read = read.extended(**ledger.extension())
        except OtherResults:
            raise
        except (OSError, ValueError, TypeError):
            if not damaged:
                raise
            read = as_long_as(read, folder)
    return read, file, folder


def file_of(study: str, outputs: Path, quick: bool) -> tuple[Path, str]:
    """Return the file that describes a study, and the name of the folder if that was meant."""
    file = Path(study)
    if file.name == RESOLVED and file.resolve().parent.parent == outputs.resolve():
        study = file.resolve().parent.name
    elif file.suffix in (".toml", ".py"):
        return file, ""
    check_name(study, "study")
    file = outputs / study / RESOLVED
    if file.is_file() and not quick:
        return file, study
    if study not in shipped():
        known = [*shipped(), *(p.parent.name for p in outputs.glob(f"*/{RESOLVED}"))]
        raise ConfigError(f"unknown study {shown(study)}{nearest(study, known)}; a file ends in .toml or .py")
    return shipped()[study], ""


def as_long_as(study: Study, folder: Path) -> Study:
    """Return a study as far extended as its folder says, where the ledger can no longer say it."""
    try:
        other = read_study(folder / RESOLVED, outputs=folder.parent)
    except ConfigError:
        return study
    if other.identity() != study.identity():
        return study
    return study.extended(other.asked_replicates, other.size)


def begun(outputs: Path) -> list[str]:
    """Return the names of the studies that were begun."""
    if not outputs.is_dir():
        raise ConfigError(f"{outputs}: there is no such folder; `twinhelix sweep` begins a study")
    return sorted(path.parent.name for path in outputs.glob(f"*/{FILE}"))


def find_begun(study: str, outputs: Path, damaged: bool = False) -> tuple[Study, Path, Path]:
    """Return a study that was begun, its file and its folder; ``damaged``: even if its ledger cannot be read.

    A script is not run for it: what it said stands in the folder.
    """
    if study.endswith(".py") and (outputs / Path(study).stem / RESOLVED).is_file():
        study = Path(study).stem
    found = find(study, outputs, damaged=damaged)
    if not (found[2] / FILE).exists() and not (found[2] / REPAIRED).exists():
        name = found[0].name
        akin = [other for other in begun(outputs) if other.startswith(f"{name}-")] if outputs.is_dir() else []
        but = f", but {' and '.join(akin)} {'were' if len(akin) > 1 else 'was'}" if akin else ""
        raise ConfigError(f"study {name} was not begun in {outputs}{but}; `twinhelix sweep {study}` begins it")
    return found


def inside(outputs: Path, name: str) -> Path:
    """Return the folder of a study, or refuse one that leads elsewhere by a link, or has no file where one belongs."""
    folder = outputs / check_name(name)
    files = [folder / file for file in (FILE, LOCK, RESOLVED, PROVENANCE, CSV, JSON)]
    for path in (folder, folder / TABLES, folder / SCENARIOS, *files):
        if path.is_symlink():
            raise ConfigError(f"{path}: is a link; a study is written into a folder of its own only")
        if path.exists() and path.is_file() != (path in files):
            raise ConfigError(f"{path}: must be a {'file' if path in files else 'folder'}")
    return folder


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Own a study's folder; the lock is the system's and ends with the process, however that ends."""
    if not folder.exists():
        folder.mkdir(parents=True)
        synced(folder.parent)
    lock = FileLock(folder / LOCK)
    try:
        with warnings.catch_warnings(action="ignore"):  # where the system has no locks, a file has to do
            lock.acquire(timeout=0)
    except Timeout:
        raise OSError(errno.EBUSY, f"the study is being run {owner(folder)}", str(folder)) from None
    except OSError as error:
        raise OSError(error.errno, f"cannot be locked: {error.strerror}", str(folder / LOCK)) from None
    try:
        clear(folder)
        finish_repair(folder)
        yield
    finally:
        lock.release()


def clear(folder: Path) -> None:
    """Remove what a process left that was killed while it wrote: names of our own, where we write, and nothing else."""
    for left in [path for room in (folder, folder / TABLES, folder / SCENARIOS) for path in room.glob(f"{OWN}*")]:
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def finish_repair(folder: Path) -> None:
    """Put a repaired ledger in its place, and the damaged one with its log aside; nothing of that one is lost."""
    if not (folder / REPAIRED).exists():
        return
    number = 1
    while (folder / f"{DAMAGED}-{number}").exists():
        number += 1
    Path(f"{folder / FILE}-shm").unlink(missing_ok=True)
    for suffix in ("-wal", ""):  # the log first: without it the file would be taken for whole
        if (old := Path(f"{folder / FILE}{suffix}")).exists():
            os.replace(old, folder / f"{DAMAGED}-{number}{suffix}")
    os.replace(folder / REPAIRED, folder / FILE)
    synced(folder)


def owner(folder: Path) -> str:
    """Return who has the study: host, process and since when."""
    try:
        with Ledger(folder / FILE, write=False) as ledger:
            at, detail = ledger.query("SELECT at, detail FROM event WHERE what = 'opened' ORDER BY number DESC")[0]
        said = json.loads(detail)
        return f"on host {said['host']} by process {said['pid']} since {at}"
    except (OSError, ValueError, IndexError, KeyError):
        return "by a process that has just begun"


def whoami() -> dict[str, Any]:
    """Return host and process, as the owner is known."""
    return {"host": socket.gethostname(), "pid": os.getpid()}
