"""What a student is given: numbers that follow from the names of the course and the student, and from nothing else.

Nothing is stored, so a teacher who knows both names knows the draw. Every student has a block of seeds too, so that a
number cannot be copied.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

Option = TypeVar("Option")
BLOCK = 1000  # seeds of a student in a task, at most
BLOCKS = 10**9
FIRST_SEED = 10**6
OTHER_SEEDS = range(10**15, 10**15 + 400)  # of nobody: what an answer is held against that is not of its own seeds


class Student(NamedTuple):
    """Who draws: the name of the course, and of the student as the teacher knows it."""

    course: str
    name: str


def number(student: Student, task: int, what: str) -> int:
    """Return 64 bits of blake2b(course, student, task, what); capitals and blanks around a name do not count."""
    names = [unicodedata.normalize("NFC", name).strip().casefold() for name in student]
    text = json.dumps([*names, task, what])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def choice(student: Student, task: int, what: str, options: Sequence[Option]) -> Option:
    """Return one of some options, each as likely as any."""
    return options[number(student, task, what) % len(options)]


def seeds(student: Student, task: int, n: int, what: str = "seeds") -> range:
    """Return the ``n`` seeds, at most 1,000, that are a student's own in a task."""
    first = FIRST_SEED + number(student, task, what) % BLOCKS * BLOCK
    return range(first, first + n)
