"""The folder that a command leaves its tables and figures in: what an earlier output of ours left there is replaced.

Nothing else ever is: neither what somebody keeps in a folder, nor a file that the scenario was read from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from abm.parameters import ConfigError
from experiments.files import whole_folder, write_json

VERSIONS = "versions.json"
OURS = {"code", "packages"}  # what every file of versions says
LARGEST = 1024 * 1024


@contextmanager
def output_folder(target: Path, command: str, read: Iterable[Path] = ()) -> Iterator[Path]:
    """Yield a folder to write an output into, which comes to ``target`` at the end, or not at all.

    Parameters
    ----------
    target
        A new or empty folder, or one with an earlier output of the same command.
    command
        The verb that writes.
    read
        Files that the scenarios were read from.

    Raises
    ------
    ConfigError
        At the start if ``target`` holds anything else, at the end if a file of somebody else has a name of ours.
    """
    before = earlier(target, command, read) if target.is_dir() else {}
    with whole_folder(target) as room:
        yield room
        names = {path.relative_to(room).as_posix() for path in room.rglob("*") if path.is_file()}
        left = before.get("files", names)
        for name in sorted(names - set(left)):
            if (target / name).exists():
                raise ConfigError(f"{target}: {name} is no file of the earlier output; name another folder")
        made = json.loads((room / VERSIONS).read_text(encoding="utf-8"))
        write_json(room / VERSIONS, made | {"command": command, "files": sorted(names | set(left))})


def earlier(target: Path, command: str, read: Iterable[Path]) -> dict[str, Any]:
    """Return what the earlier output in a folder says of itself, or refuse a folder that is not ours to write into."""
    for path in read:
        if target.absolute() in path.absolute().parents or target.resolve() in path.resolve().parents:
            raise ConfigError(f"{target}: {path.name} is there, which the scenario is read from; name another folder")
    if all(path.name.startswith(".") for path in target.iterdir()):
        return {}
    if not (said := said_in(target / VERSIONS)):
        raise ConfigError(f"{target}: holds files, and no earlier output ({VERSIONS}); name a new or empty folder")
    if said.get("command", command) != command:
        raise ConfigError(f"{target}: holds the output of {said['command']}, not of {command}; name another folder")
    return said


def said_in(path: Path) -> dict[str, Any]:
    """Return what a file of versions says, nothing if it is none of ours."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return {}
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    files = said.get("files", []) if isinstance(said, dict) and set(said) >= OURS else None
    return said if isinstance(files, list) and all(isinstance(name, str) for name in files) else {}
