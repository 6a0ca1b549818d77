"""What is wrong with a rule that asks for a table, column or parameter that there is not, in one line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from abm.machine.records import NAMES
from abm.parameters import nearest

ROOT = Path(__file__).parents[2]
ABSENT = re.compile(r"'([\w.]+)' object has no attribute '(\w+)'")  # what Python says
UNKNOWN = re.compile(r"Unknown attribute '(\w+)'")  # what the compiler says
PLACE = re.compile(r'File "([^"]+)", line (\d+)')


def misspelt(error: BaseException) -> str | None:
    """Return the line for a misspelt name in a rule: where, of what, the nearest name; nothing for other errors."""
    if isinstance(error, AttributeError) and (found := ABSENT.search(str(error))) and found[1] in NAMES:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{_owner(found[1])} {found[2]}{nearest(found[2], NAMES[found[1]])}"
        return _line(frame.filename, frame.lineno, what)
    if isinstance(error, KeyError) and isinstance(error.args[0], str):
        return _of_a_record(error)
    if type(error).__name__ == "TypingError" and (found := UNKNOWN.search(str(error))):
        place = PLACE.search(str(error), found.end())
        known = {name for names in NAMES.values() for name in names}
        return _line(place[1], place[2], _unknown(found[1], known)) if place else None
    return None


def _line(file: str, number: object, what: str) -> str:
    path = Path(file)
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}, line {number}: {what}"


def _owner(name: str) -> str:
    """Return the beginning of the sentence: who has no such what."""
    if name == "World":
        return "the world has no table"
    head, _, section = name.partition(".")
    if head != "Settings":
        return f"{name} has no column"
    return f"[{section}] has no parameter" if section else "there is no section"


def _unknown(name: str, known: Iterable[str]) -> str:
    return f"nothing here is named {name}{nearest(name, known)}; plain Python tells more, in seconds: --engine plain"


def _of_a_record(error: KeyError) -> str | None:
    """Return the line for what numba tells as a bare name: its frames know the fields of the row and the line."""
    fields: Any = ()
    place: Any = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        here = frame.f_locals
        place = getattr(here.get("self"), "loc", None) or place
        fields = getattr(here.get("record"), "fields", None) or fields
    return _line(place.filename, place.line, _unknown(error.args[0], fields)) if place and fields else None
