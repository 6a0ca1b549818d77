"""Everything that reaches the disk or a script: whole folders, tables, strict JSON, and how a result was made.

Names of cities are data in all of it. JSON and Parquet hold them as they are; in a CSV a cell that a spreadsheet would
run as a formula is led by an apostrophe.
"""

from __future__ import annotations

import errno
import json
import math
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import tomli_w

if TYPE_CHECKING:
    from abm.input.scenario import Scenario

PACKAGES = ("twinhelix", "numpy", "numba", "llvmlite", "pandas", "scipy", "pyarrow", "matplotlib", "networkx", "mesa")
CITIES, ORGANISATIONS, TIES = "scenario_cities.csv", "scenario_organisations.csv", "scenario_ties.csv"
OWN = ".twinhelix-"  # what the name of everything begins with that is not finished yet
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield a folder to write into; what is in it comes to ``target`` at the end, safely on disk, or not at all.

    A new folder appears under its name at once and complete. In one that exists, files of the same names are replaced,
    each whole, and nothing else is touched. Raises ``OSError`` at the start where ``target`` cannot be written.
    """
    target = target.absolute()
    if target.exists() and not os.access(target, os.W_OK | os.X_OK):
        raise PermissionError(13, "the folder cannot be written", str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with told_as(target):
        room = Path(tempfile.mkdtemp(prefix=OWN, suffix=".part", dir=target.parent))
    try:
        yield room
        room.chmod(allowed(0o777))
        written = sorted(path for path in room.rglob("*") if path.is_file())
        for path in written:
            synced(path)
        if target.exists():
            for path in written:
                final = target / path.relative_to(room)
                final.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, final)
        else:
            synced(room)
            os.replace(room, target)
        for folder in {target, target.parent, *(target / path.relative_to(room).parent for path in written)}:
            synced(folder)
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Yield a path to write to; what is there comes to ``target`` at the end, safely on disk, or not at all."""
    with told_as(target):
        handle, name = tempfile.mkstemp(prefix=OWN, suffix=".part", dir=target.parent)
    os.close(handle)
    path = Path(name)
    try:
        yield path
        path.chmod(allowed(0o666))
        synced(path)
        os.replace(path, target)
        synced(target.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def told_as(target: Path) -> Iterator[None]:
    """Have an error tell of what is to be written, not of the unfinished one beside it, which nobody asked for."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(target)) from None


def allowed(mode: int) -> int:
    """Return a mode without what the user's umask takes away; temporary names are for their owner alone."""
    mask = os.umask(0o077)  # it cannot be read without being set; what is made meanwhile is private
    os.umask(mask)
    return mode & ~mask


def synced(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a crash of the machine."""
    if path.is_dir() and os.name != "posix":
        return  # Windows syncs no folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: NumPy numbers as numbers, categories as words, NaN and infinities as null."""
    from abm.parameters import spelled

    if isinstance(value, IntEnum):
        return spelled(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, pd.DataFrame):
        return plain(value.to_dict("records"))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return None if value is None or value is pd.NA else value if isinstance(value, str) else str(value)


def strict_json(value: Any) -> str:
    """Return strict JSON in ASCII, so that no terminal or code page can spoil it."""
    return json.dumps(plain(value), indent=2, allow_nan=False)


def write_json(path: Path, value: Any) -> None:
    """Write strict JSON with one line end at its end."""
    path.write_text(strict_json(value) + "\n", encoding="utf-8")


def write_table(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write a table twice: ``name.parquet`` exactly, ``name.csv`` for spreadsheets."""
    table.to_parquet(folder / f"{name}.parquet", index=False)
    inert_text(table).to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


def read_table(path: Path, *needs: str) -> pd.DataFrame:
    """Return a table as :func:`write_table` wrote it; ``OSError`` where it is missing, damaged or lacks a column."""
    if not path.is_file():
        raise OSError(errno.ENOENT, "there is no such table", str(path))
    try:
        table = pd.read_parquet(path)
    except ValueError:
        raise OSError(errno.EIO, "is damaged; the command that wrote it writes it anew", str(path)) from None
    if lost := next((name for name in needs if name not in table), None):
        raise OSError(errno.EIO, f"has no column {lost}; the command that wrote it writes it anew", str(path))
    return table


def inert_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose text a spreadsheet takes for text."""
    words = [column for column in table.columns if not pd.api.types.is_numeric_dtype(table[column])]
    return table.assign(**{column: table[column].map(inert) for column in words})


def inert(cell: Any) -> Any:
    """Return text that a spreadsheet takes for text; a city file that has it is read as it was."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip("'").startswith(FORMULA) else cell


def write_scenario(folder: Path, scenario: Scenario) -> None:
    """Write ``scenario.toml`` with everything resolved, and its tables: loading it gives the same scenario."""
    (folder / "scenario.toml").write_text(scenario_toml(scenario, CITIES), encoding="utf-8")
    for name, table in scenario_tables(scenario).items():
        inert_text(table).to_csv(folder / name, index=False, encoding="utf-8", lineterminator="\n")


def scenario_tables(scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Return the tables of a scenario by the names of their files: cities, and what else is given of the world."""
    from abm.state.words import THEMES, Kind, Stage

    ids, theme = np.array([city.city_id for city in scenario.cities]), dict(enumerate(THEMES))
    found = {CITIES: pd.DataFrame([plain(city._asdict()) for city in scenario.cities])}
    if scenario.organisations:
        table = pd.DataFrame(scenario.organisations)
        kinds = {int(kind): plain(kind) for kind in Kind}
        words = {"kind": table["kind"].map(kinds)} | {x: table[x].map(theme) for x in ("theme", "second_theme")}
        found[ORGANISATIONS] = table.assign(city=ids[table["city"]], **words).rename(columns={"city": "city_id"})
    if scenario.ties.n:
        table = pd.DataFrame(scenario.ties.columns())
        stages = {int(stage): plain(stage) for stage in Stage}
        found[TIES] = pd.DataFrame(
            {
                "source": ids[table["i"]],
                "target": ids[table["j"]],
                "theme": table["theme"].map(theme),
                "stage": table["stage"].map(stages),
            }
        )
    return found


def scenario_toml(scenario: Scenario, cities: str) -> str:
    """Return a scenario as TOML with every parameter in it; ``cities`` is the name of its city file."""
    from abm.input.programmes import KEYS

    sections: dict[str, dict[str, Any]] = {}
    for name, value in scenario.values.items():
        section, _, field = name.partition(".")
        sections.setdefault(section, {})[field] = value
    said = scenario.as_said()
    head = {key: said[key] for key in ("name", "title", "description", "source", "start", "months")}
    lists = {"events": said["calendar"]} | {key: said[key] for key in ("brokers", "shocks", "policies")}
    head |= {"programme": scenario.programme} if scenario.programme else {}
    listed = {key: said[key] for key in KEYS if key in said}
    given: dict[str, Any] = {"organisations": ORGANISATIONS} if scenario.organisations else {}
    ties = {"ties": {"file": TIES}} if scenario.ties.n else {}
    return toml(head | {"cities": cities} | given | ties | sections | lists | listed)


def toml(document: Mapping[str, Any]) -> str:
    """Return a document as TOML: categories as words, what is None left out."""
    return tomli_w.dumps(_sayable(document))


def _sayable(value: Any) -> Any:
    if isinstance(value, IntEnum):
        from abm.parameters import spelled

        return spelled(value)
    if hasattr(value, "_asdict"):
        return _sayable(value._asdict())
    if isinstance(value, Mapping):
        return {key: _sayable(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_sayable(item) for item in value]
    return value


def versions() -> dict[str, Any]:
    """Return what a result depends on beside its scenario and seeds: code, packages, Python, machine kind."""
    from abm.machine.cache import code_digest

    found: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return {
        "code": code_digest(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "packages": found,
    }
