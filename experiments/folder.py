"""The folder of a study: where it lies, who owns it, what is written into it and how it can be made again."""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from abm.jit import code_digest
from abm.parameters import ConfigError, nearest, shown, spelled
from experiments.ledger import FILE, Ledger
from experiments.output import plain, toml_value, versions, whole_file, whole_folder, write_json, write_scenario
from experiments.study import SCENARIO, Kind, Study
from experiments.studyfile import check_name, read_study

SHIPPED = Path(__file__).parent / "studies"
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


def machine() -> dict[str, Any]:
    """Return what results and timings depend on: versions, code, processor."""
    return versions() | {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}


def write_study(folder: Path, study: Study, given: Path) -> None:
    """Write the study as given, and as resolved: a study file that needs nothing but this folder."""
    if given.parent.absolute() != folder.absolute():
        with whole_file(folder / f"given{given.suffix}") as path:
            path.write_bytes(given.read_bytes())
    for name, scenario in study.scenarios.items():
        with whole_folder(folder / "scenarios" / name) as room:
            write_scenario(room, scenario)
    if study.agents:
        with whole_file(folder / "agents.py") as path:
            path.write_text(study.agents, encoding="utf-8")
    if study.design.kind == Kind.CSV:
        with whole_file(folder / "points.csv") as path:
            lines = [",".join(factor.name for factor in study.factors)]
            lines += [",".join(str(plain(value)) for value in row) for row in study.listed]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with whole_file(folder / RESOLVED) as path:
        path.write_text(resolved(study), encoding="utf-8")


def resolved(study: Study) -> str:
    """Return a study as TOML with every default in it."""
    files = [f"scenarios/{name}/scenario.toml" for name in study.scenarios]
    head: dict[str, Any] = {
        "name": study.name,
        "title": study.title,
        "hypothesis": study.hypothesis,
        "scenario": files[0],
        "months": study.months,
        "outcomes": study.outcomes,
        "replicates": study.replicates,
        "seed": study.seed,
        "common_random_numbers": study.common_random_numbers,
    } | ({"agents": "agents.py"} if study.agents else {})
    lines = [f"{key} = {value_as_toml(value)}" for key, value in head.items()]
    lines += ["", "[vary]"]
    for f in study.factors:
        said = files if f.name == SCENARIO else f.levels if f.levels else {"low": f.low, "high": f.high}
        if f.name == SCENARIO or study.design.kind != Kind.CSV:
            lines.append(f"{value_as_toml(f.name)} = {value_as_toml(said)}")
    design = study.design._asdict() | ({"file": "points.csv"} if study.design.kind == Kind.CSV else {})
    tables: dict[str, Mapping[str, Any]] = {"design": design, "baseline": study.baseline}
    if study.precision:
        tables["precision"] = study.precision._asdict()
    for table, values in tables.items():
        lines += ["", f"[{table}]", *[f"{value_as_toml(k)} = {value_as_toml(v)}" for k, v in values.items()]]
    return "\n".join(lines) + "\n"


def value_as_toml(value: Any) -> str:
    """Return a value, list or table on one line of TOML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {value_as_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(value_as_toml, value)) + "]"
    return toml_value(spelled(value) if isinstance(value, IntEnum) else value)


def write_provenance(folder: Path, study: Study, ledger: Ledger, timings: Mapping[str, Any]) -> dict[str, Any]:
    """Write and return how the results came about: seeds, versions, machine, timings, counts, digest, command."""
    failed: dict[str, int] = {}
    for *_, error in ledger.failures():
        failed[error.partition(":")[0]] = failed.get(error.partition(":")[0], 0) + 1
    crn = study.common_random_numbers
    found = {
        "study": study.name,
        "hypothesis": study.hypothesis,
        "seeds": f"a hash of study seed {study.seed}, the replicate{'' if crn else ' and the point'}",
        "machine": machine(),
        "code": code_digest(),
        "timings": timings,
        "points": ledger.count("point"),
        "runs": {"finished": ledger.count("run"), "failed": sum(failed.values()), "errors": failed},
        "table_digest": ledger.digest(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": f"twinhelix sweep {RESOLVED}",
    }
    with whole_file(folder / PROVENANCE) as path:
        write_json(path, found)
    return found
