"""House rules that a machine can see: no trace of one computer, short functions, documented and annotated."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("abm", "experiments", "calibration")
LONGEST = 60

ABSOLUTE = re.compile(r"(?:^|[^\w.<])(?:/(?:root|home|tmp|work|opt|Users|private|mnt)/\w|[A-Z]:\\\\?Users)")
REGISTRY = re.compile(r"index[-_]url|find[-_]links|pypi\.org|pythonhosted\.org|registry\.npmjs|anaconda\.org")
LOCK_FILE = re.compile(r"(?:^|/)(?:uv\.lock|pylock[^/]*\.toml|poetry\.lock|package-lock\.json)$")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def tracked_files() -> list[Path]:
    """Return what git keeps, or skip the test outside a checkout."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.decode().split("\0") if name and (ROOT / name).is_file()]


def tracked_lines() -> Iterator[tuple[str, str]]:
    """Yield (file:line, text) for every line of every tracked text file."""
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def functions() -> Iterator[tuple[str, Function]]:
    """Yield (file:line name, node) for every function of the three packages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, Function):
                    yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def code_lines(function: Function) -> int:
    """Count the lines from ``def`` to the end, the docstring left out."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    docstring = function.body[0]
    return lines - (docstring.end_lineno - docstring.lineno + 1)


def lacks_annotation(function: Function) -> bool:
    """Say whether an argument or the result of a function has no type."""
    spec = function.args
    named = [a for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs) if a.arg not in ("self", "cls")]
    starred = [a for a in (spec.vararg, spec.kwarg) if a is not None]
    return function.returns is None or any(a.annotation is None for a in named + starred)


def listed(sentence: str, places: list[str]) -> str:
    """Return a sentence with the places it speaks of, one a line."""
    return "\n  ".join([sentence, *places])


def public() -> Iterator[tuple[str, Function]]:
    """Yield the functions whose names bear no leading underscore."""
    return ((place, node) for place, node in functions() if not node.name.startswith("_"))


def test_no_absolute_path():
    found = [place for place, line in tracked_lines() if ABSOLUTE.search(line)]
    assert not found, listed("absolute paths of some machine:", found)


def test_no_registry_address():
    found = [place for place, line in tracked_lines() if REGISTRY.search(line)]
    assert not found, listed("addresses of package registries:", found)


def test_no_lock_file():
    found = [path.name for path in tracked_files() if LOCK_FILE.search(path.as_posix())]
    assert not found, f"lock files are tracked: {found}; constraints.txt holds the pins"


def test_constraints_are_pins_and_nothing_else():
    pin = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+(?: ; [^/@]+)?")
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    odd = [line for line in lines if not pin.fullmatch(line)]
    assert lines and not odd, f"constraints.txt holds more than name==version: {odd}"


def test_functions_fit_a_screen():
    month = "order"  # a step more is a line more
    long = [f"{place}: {n}" for place, node in functions() if (n := code_lines(node)) > LONGEST and node.name != month]
    assert not long, listed(f"functions of more than {LONGEST} lines:", long)


def test_public_functions_are_documented():
    bare = [place for place, node in public() if ast.get_docstring(node) is None]
    assert not bare, listed("public functions without a docstring:", bare)


def test_public_functions_are_annotated():
    bare = [place for place, node in public() if lacks_annotation(node)]
    assert not bare, listed("public functions with an argument or result of no type:", bare)
