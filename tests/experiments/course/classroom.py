"""Students, solutions and folders of a course, for its tests."""

import runpy
from pathlib import Path

from experiments.course.draws import Student
from experiments.course.tasks import TASKS, marked

SHELF = Path(__file__).parents[3] / "notebooks" / "course"
SOLVE = {task: runpy.run_path(str(next((SHELF / "solutions").glob(f"{task}_*.py"))))["solve"] for task in TASKS}
STUDENTS = [Student("Cities 2027", f"student {k}") for k in range(20)]


def solved(task, student, folder, **how):
    """Return what a student has, and the right answers."""
    mine = TASKS[task].draw(student)
    return mine, SOLVE[task](mine, folder, **how)


def assert_passed(task, student, answers, folder, same=True):
    """Assert that answers have all points."""
    found = marked(task, student, answers, folder, same)
    assert found.passed, f"{student.name}\n{found}"
