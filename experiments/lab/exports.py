"""What was exported, from which table and with which bytes, so that damage and age of a file can be told."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from abm.parameters import shown
from experiments.files import whole_file, write_json

EXPORT = "export.json"
OURS = re.compile(r"(?:runs|tables/[a-z]+)\.(?:parquet|csv)")  # names that an export writes


def write_export(folder: Path, digest: str, names: Sequence[str], left_out: Sequence[str]) -> None:
    """Note the files of an export and the table they were made from; those of an earlier one that went out go."""
    for name in set(noted(folder)["files"]) - set(names):
        (folder / name).unlink(missing_ok=True)
    said = {
        "table_digest": digest,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "left_out": left_out,
        "files": {name: digest_of(folder / name) for name in names},
    }
    with whole_file(folder / EXPORT) as path:
        write_json(path, said)


def compared(folder: Path, digest: str) -> Iterator[tuple[str, bool]]:
    """Yield what is wrong with exported files, and whether it is damage; older than the ledger is none."""
    if not (folder / EXPORT).exists():
        return
    said = noted(folder)
    if not said["files"]:
        yield f"{EXPORT} cannot be read", True
    for name, before in said["files"].items():
        if not (folder / name).is_file():
            yield f"{shown(name)} is missing", False
        elif digest_of(folder / name) != before:
            yield f"{shown(name)} is not as it was exported", True
    if said["files"] and said["table_digest"] != digest:
        yield f"the exported tables, of {said['written']}, are of another state of the ledger", False


def noted(folder: Path) -> dict[str, Any]:
    """Return what was noted of the last export; no files where that cannot be read."""
    try:
        said = json.loads((folder / EXPORT).read_text(encoding="utf-8"))
        return {
            "files": {name: str(value) for name, value in said["files"].items() if OURS.fullmatch(name)},
            "table_digest": str(said["table_digest"]),
            "written": shown(said["written"]),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"files": {}}


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
