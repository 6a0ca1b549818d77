"""The marks of a course: every folder that was handed in, a row each, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from abm.parameters import ConfigError
from experiments.course.folder import SETTINGS, checked, checked_again, saved, student_of
from experiments.course.remarks import HALF, WRONG
from experiments.course.tasks import TASKS, Marks

WORDS = {3: "story", 4: "surprise", 5: "advice"}  # answers that a teacher reads
COLUMNS = ["student", "folder", *(f"points_{task}" for task in TASKS), "points", "of", "remarks"]


def marks(folder: Path, name: str | None = None, seen: Callable[[Path], None] = lambda _: None) -> pd.DataFrame:
    """Return a row for every folder below ``folder`` that has a ``course.toml``.

    Parameters
    ----------
    name
        Name of the course; what the folders say, if they agree, where it is left out.
    seen
        Is told of every folder before it is marked.

    Returns
    -------
    One row a student: ``student``, ``folder``, points of each assignment, points, of how many, remarks on what is not
    right, and the words that a teacher reads (``story``, ``surprise``, ``advice``).
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder")
    found = sorted(path.parent for path in folder.rglob(SETTINGS))
    if not found:
        raise ConfigError(f"{folder}: no {SETTINGS} in it or below; put the folders of the students there")
    course = checked(name, "--name") if name else agreed(found)
    rows, before = [], dict[str, str]()
    for each in found:
        seen(each)
        row = row_of(each, course) | {"folder": each.relative_to(folder).as_posix()}
        key = str(row["student"]).casefold()
        if key and key in before:
            row["remarks"] = f"the student of {before[key]} too; {row['remarks']}".rstrip("; ")
        before.setdefault(key, row["folder"])
        rows.append(row)
    return pd.DataFrame(rows, columns=[*COLUMNS, *WORDS.values()])


def agreed(folders: list[Path]) -> str:
    """Return the name of the course that all folders say, or refuse."""
    names = {}
    for each in folders:
        try:
            names[student_of(each).course] = each
        except ConfigError:  # said in its row
            continue
    if len(names) != 1:
        said = " and ".join(sorted(names)[:3]) or "none that can be read"
        raise ConfigError(f"the folders name {said} as their course; --name says which it is")
    return next(iter(names))


def row_of(folder: Path, course: str) -> dict[str, Any]:
    """Return the marks of one folder; one that cannot be marked says why and has no points."""
    try:
        student, found = checked_again(folder, course)
        kept = saved(folder)
    except ConfigError as error:
        return {"student": said_in(folder), "points": 0.0, "remarks": str(error)}
    row: dict[str, Any] = {"student": student.name}
    row |= {f"points_{task}": mark.points for task, mark in found.items()}
    row |= {"points": sum(m.points for m in found.values()), "of": sum(m.of for m in found.values())}
    row["remarks"] = "; ".join(part for task, mark in found.items() if (part := remarks(task, mark)))
    said = {task: kept.get(task, {}).get("answers", {}).get(answer) for task, answer in WORDS.items()}
    return row | {WORDS[task]: words for task, words in said.items() if isinstance(words, str)}


def said_in(folder: Path) -> str:
    """Return the student that a folder names, empty if that cannot be read."""
    try:
        return student_of(folder).name
    except ConfigError:
        return ""


def remarks(task: int, marks: Marks) -> str:
    """Return what is not right in an assignment, in a line."""
    wrong = [remark for remark in marks.remarks if remark.points in (HALF, WRONG)]
    return f"{task}: " + ", ".join(f"{r.answer} ({r.words})" for r in wrong) if wrong else ""
