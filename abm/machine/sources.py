"""What of the sources decides a run: the code that the engine reaches, without what only a reader sees.

Two equal digests ran the same rules. Compiled kernels and stored results both go by it: a docstring, a comment, a
figure, a table of results or the reading of files costs no compiling and refuses no stored study. A measure belongs to
it, since it fills recorded columns: numbers of one name are never mixed with those of an earlier version.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ENGINE = "abm.engine"
UNREAD = {"ctx", "annotation", "returns", "type_comment", "type_params"}  # fields of functions that change no run


def digest(root: Path) -> str:
    """Return a short hash of what the engine and all that it imports mean, in the checkout at ``root``."""
    found = hashlib.blake2b(digest_size=8)
    for name, tree in sorted(reached(root, ENGINE).items()):
        found.update("\0".join((name, *meaning(tree))).encode())
    return found.hexdigest()


def reached(root: Path, start: str) -> dict[str, ast.Module]:
    """Return the syntax trees of a module and of all that it imports from its own package, directly or by a detour."""
    package, found, ahead = start.partition(".")[0], {}, [start]
    while ahead:
        name = ahead.pop()
        path = root.joinpath(*name.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name in found or name == package or not file.is_file():
            continue
        found[name] = tree = ast.parse(file.read_bytes())
        tree.body = [statement for statement in tree.body if not is_for_readers(statement)]
        ahead += [name.rpartition(".")[0], *imported(tree)]
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that a module may import when it runs, and names in them that may be modules too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_for_readers(node: Any) -> bool:
    """Say whether a statement changes no run: a docstring, or what only a checker of types reads."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def meaning(node: Any) -> Iterator[str]:
    """Yield the syntax of a node, part by part, without what only a reader sees; alike in all versions of Python."""
    if isinstance(node, list):
        yield "["
        for item in node:
            if not is_for_readers(item):
                yield from meaning(item)
        yield "]"
    elif isinstance(node, ast.Constant):
        yield repr(node.value)
    elif isinstance(node, ast.AST):
        yield type(node).__name__
        unread = UNREAD if not isinstance(node, ast.AnnAssign) else {"ctx"}
        for field in node._fields:
            value = getattr(node, field, None)
            if field not in unread and value is not None and value != []:
                yield field
                yield from meaning(value)
    else:
        yield str(node)
