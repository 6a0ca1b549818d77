"""The folder of a student: whose it is (``course.toml``), the answers (``answers.json``), and a study of one's own.

What is read here was written by others: nothing in it is run, and what cannot be read is one line.
"""

from __future__ import annotations

import json
import platform
import shutil
from importlib import metadata
from pathlib import Path
from typing import Any

from abm.parameters import ConfigError, shown
from experiments.course.draws import Student
from experiments.course.tasks import TASKS, Marks, known, marked

SETTINGS, ANSWERS, README = "course.toml", "answers.json", "README.md"
SHELF = "notebooks/course"
LARGEST, LONGEST_NAME = 256 * 1024, 100
HEAD = """# Fill in your name or number as your teacher knows it; all that you are given follows from it.
"""


def sources() -> dict[str, Path]:
    """Return the files of the assignments: in the checkout, or among the files of the installation."""
    names = [README, *(task.FILE for task in TASKS.values())]
    here = Path(__file__).parents[2] / SHELF
    if here.is_dir():
        return {name: here / name for name in names}
    found = {f.name: Path(str(f.locate())) for f in metadata.files("twinhelix") or () if f.parent.name == "course"}
    if missing := [name for name in names if name not in found]:
        raise ConfigError(f"{missing[0]} is not among the files of this installation")
    return {name: found[name] for name in names}


def new(folder: Path, name: str) -> list[str]:
    """Write the folder of a course, to be given to students, and return the names of its files."""
    from experiments.files import toml, whole_folder

    checked(name, "--name")
    if folder.is_dir() and any(folder.iterdir()):
        raise ConfigError(f"{folder}: holds files; name a new or empty folder")
    found = sources()
    with whole_folder(folder) as room:
        for file, source in found.items():
            shutil.copyfile(source, room / file)
        (room / SETTINGS).write_text(HEAD + toml({"name": name, "student": ""}), encoding="utf-8")
    return [SETTINGS, *found]


def checked(name: Any, what: str) -> str:
    """Return the name of a course or student, or refuse what is none."""
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise ConfigError(f"{what} = {shown(name)}: must be 1 to {LONGEST_NAME} printable characters")
    return name.strip()


def student_of(folder: Path) -> Student:
    """Return whose folder it is."""
    from abm.input.files import read_toml

    file = folder / SETTINGS
    if not file.is_file():
        raise ConfigError(f"{file}: there is no such file; `twinhelix course new` writes one")
    source = read_toml(file, needs="a course has a name and a student")
    with source.located():
        if odd := next((key for key in source.document if key not in ("name", "student")), None):
            raise ConfigError(f"unknown key {shown(odd)}; there are name and student")
        names = [checked(source.document.get(key), key) for key in ("name", "student")]
    return Student(*names)


def here() -> dict[str, str]:
    """Return what bits depend on: the code, and the kind of machine."""
    from abm.machine.cache import code_digest

    return {"code": code_digest(), "machine": platform.machine()}


def saved(folder: Path) -> dict[int, dict[str, Any]]:
    """Return what a folder keeps of each assignment: ``answers``, and what they were ``made`` with."""
    file = folder / ANSWERS
    if not file.exists():
        return {}
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError
        said = {int(task): dict(kept) for task, kept in json.loads(file.read_text(encoding="utf-8")).items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise ConfigError(f"{file}: cannot be read; run the last cell of each assignment again") from None
    return {task: kept for task, kept in said.items() if task in TASKS}


def save(folder: Path, task: int, answers: dict[str, Any]) -> None:
    """Keep the answers to an assignment."""
    from experiments.files import whole_file, write_json

    kept = saved(folder) | {task: {"answers": known(task, answers), "made": here()}}
    with whole_file(folder / ANSWERS) as path:
        write_json(path, kept)


def mine(task: int, folder: Path | str = ".") -> Any:
    """Return what you are given in an assignment; ``course.toml`` in the folder says who you are."""
    from experiments.course.tasks import assignment

    return assignment(task).draw(student_of(Path(folder)))


def check(task: int, answers: dict[str, Any], folder: Path | str = ".") -> Marks:
    """Keep your answers to an assignment in the folder, and return what is said of them."""
    folder = Path(folder)
    found = marked(task, student_of(folder), answers, folder)
    save(folder, task, answers)
    return found


def checked_again(folder: Path, name: str | None = None) -> tuple[Student, dict[int, Marks]]:
    """Return whose folder it is and what is said of the answers in it; ``name`` is the course, if not the folder's."""
    student = student_of(folder)
    student = student._replace(course=name or student.course)
    kept, now = saved(folder), here()
    marks = {}
    for task in TASKS:
        said = kept.get(task, {})
        try:
            marks[task] = marked(task, student, said.get("answers", {}), folder, said.get("made", now) == now)
        except ConfigError as error:
            raise ConfigError(f"{folder / ANSWERS}: assignment {task}: {error}") from None
    return student, marks
