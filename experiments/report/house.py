"""What only the sources can tell: which room holds what, and which rule writes which column."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import NamedTuple

import abm
from abm.state import entities, month, programmes, world
from abm.state.memory import Record, columns

PACKAGES = ("abm", "experiments", "calibration")
SOURCES = Path(abm.__file__).parent
WRITERS = ("rules", "shared", "state")  # rooms of which files write to tables in a month
RECORDS: dict[str, type] = {
    name: kind
    for home in (entities, programmes, month, world)
    for name, kind in vars(home).items()
    if isinstance(kind, type) and issubclass(kind, Record) and kind is not Record
}
TABLES = {  # what a world says of each of its tables
    line.target.id: line.annotation
    for line in ast.walk(ast.parse(inspect.getsource(world.World)))
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
}
SHOWN = (
    "City",
    "Organisation",
    "Practice",
    "Partnership",
    "Participant",
    "Link",
    "Event",
    "Broker",
    "Programme",
    "Member",
    "Policy",
)


def rooms() -> Iterator[tuple[str, str]]:
    """Yield the folders of the packages and the files at their roots, each with what it says of itself first."""
    for package in map(import_module, PACKAGES):
        for found in sorted(iter_modules(package.__path__), key=lambda found: (not found.ispkg, found.name)):
            if found.name != "__main__":
                name = f"{package.__name__}.{found.name}"
                yield name.replace(".", "/") + ("/" if found.ispkg else ".py"), first_line(import_module(name))


def first_line(module: ModuleType) -> str:
    """Return the first line of what a module says of itself."""
    return (inspect.getdoc(module) or "").partition("\n")[0]


class Place(NamedTuple):
    """What an expression stands for: a table or row of a class (``column`` is empty), or a column of it."""

    record: str
    column: str = ""


def writers() -> dict[Place, list[str]]:
    """Return every column that is written after a row was appended, with the files of the rules that write it."""
    found: dict[Place, set[str]] = {}
    for room in WRITERS:
        for path in sorted((SOURCES / room).rglob("*.py")):
            name = path.relative_to(SOURCES / room).with_suffix("").as_posix().removesuffix("/__init__")
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef):
                    for place in written(function):
                        found.setdefault(place, set()).add(name.partition("/")[0] if room == "rules" else name)
    return {
        Place(record, column): sorted(found[Place(record, column)])
        for record in SHOWN
        for column in columns(RECORDS[record])
        if Place(record, column) in found
    }


def written(function: ast.FunctionDef) -> Iterator[Place]:
    """Yield the columns that a function writes: by the types of its arguments, and what it names in its body."""
    known = {a.arg: of_annotation(a.annotation) for a in function.args.args}
    for node in statements(function.body):
        for target, value in pairs(node):
            if isinstance(target, ast.Name):
                known[target.id] = place_of(value, known) if value is not None else None
            elif (place := place_of(target, known)) and place.column:
                yield place


def statements(body: list[ast.stmt]) -> Iterator[ast.Assign | ast.AugAssign]:
    """Yield all assignments in a body, in the order of its lines."""
    found = [node for line in body for node in ast.walk(line) if isinstance(node, ast.Assign | ast.AugAssign)]
    yield from sorted(found, key=lambda node: node.lineno)


def pairs(node: ast.Assign | ast.AugAssign) -> list[tuple[ast.expr, ast.expr | None]]:
    """Return the targets of an assignment, each with its own value where both are told one by one."""
    if isinstance(node, ast.AugAssign):
        return [(node.target, None)]
    (target, *_), value = node.targets, node.value
    if not isinstance(target, ast.Tuple):
        return [(target, value)]
    each = value.elts if isinstance(value, ast.Tuple) else [None] * len(target.elts)
    return list(zip(target.elts, each, strict=True))


def of_annotation(annotation: ast.expr | None) -> Place | None:
    """Return what an argument is by its annotation: ``State``, ``Rows[City]`` or ``City``."""
    name = ast.unparse(annotation) if annotation else ""
    name = name.removeprefix("Rows[").removesuffix("]")
    return Place("World" if name == "State" else name) if name in RECORDS or name == "State" else None


def place_of(node: ast.expr | None, known: dict[str, Place | None]) -> Place | None:
    """Return what an expression stands for, or nothing if it is no table, row or column."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Subscript):
        return place_of(node.value, known)
    if not isinstance(node, ast.Attribute) or not (home := place_of(node.value, known)) or home.column:
        return None
    if home.record == "World":
        return of_annotation(TABLES.get(node.attr))
    return Place(home.record, node.attr) if node.attr in columns(RECORDS[home.record]) else None
