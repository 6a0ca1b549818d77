"""The five assignments, by number; each is a module that draws, names its answers and judges them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from abm.parameters import ConfigError, nearest, shown
from experiments.course import decision, mayor, one_history, same_luck, together
from experiments.course.draws import Student
from experiments.course.remarks import WRONG, Given, Remark


class Assignment(Protocol):
    """What the module of an assignment has."""

    TASK: int
    TITLE: str
    FILE: str
    POINTS: int
    ANSWERS: dict[str, str]

    def draw(self, student: Student) -> Any:
        """Return what a student has."""

    def remarks(self, mine: Any, given: Given, folder: Path) -> Iterator[Remark]:
        """Yield what is said of every answer."""


TASKS: dict[int, Assignment] = {task.TASK: task for task in (one_history, same_luck, together, decision, mayor)}

NOTHING = Remark("answers", WRONG, "there are none yet")


class Marks(NamedTuple):
    """What is said of the answers to one assignment."""

    task: int
    remarks: tuple[Remark, ...]

    @property
    def points(self) -> float:
        """Points that were earned."""
        return sum(remark.points or 0.0 for remark in self.remarks)

    @property
    def of(self) -> int:
        """Points that there are."""
        return TASKS[self.task].POINTS

    @property
    def passed(self) -> bool:
        """Whether everything that a machine can check is right."""
        return self.points == self.of

    def __repr__(self) -> str:
        lines = [f"{self.task} {TASKS[self.task].TITLE}: {self.points:g} of {self.of} points"]
        for remark in self.remarks:
            sign = {None: " ", 0.0: "✗", 1.0: "✓"}.get(remark.points, "½")
            lines.append(f"  {sign} {remark.answer}: {remark.words}")
        return "\n".join(lines)


def assignment(task: Any) -> Assignment:
    """Return an assignment by its number."""
    if task not in TASKS:
        raise ConfigError(f"task = {shown(task)}: must be one of {', '.join(map(str, TASKS))}")
    return TASKS[task]


def known(task: int, answers: Any) -> dict[str, Any]:
    """Return the answers that were given, plain; refuse a name that is none of the assignment's."""
    from experiments.files import plain

    names = assignment(task).ANSWERS
    if not isinstance(answers, dict):
        raise ConfigError(f"answers = {shown(answers)}: must be a dictionary of {', '.join(names)}")
    for name in answers:
        if name not in names:
            raise ConfigError(f"answers: unknown answer {shown(name)}{nearest(str(name), names)}")
    return {name: plain(value) for name, value in answers.items() if value is not ... and value is not None}


def marked(task: int, student: Student, answers: Any, folder: Path, same: bool = True) -> Marks:
    """Return what is said of the answers of a student; ``same``: made by this code on this kind of machine."""
    module = assignment(task)
    given = Given(known(task, answers), same)
    if not given.answers:
        return Marks(task, (NOTHING,))
    return Marks(task, tuple(module.remarks(module.draw(student), given, folder)))
