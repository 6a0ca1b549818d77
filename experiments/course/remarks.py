"""What is said of an answer, and the points for it, in three layers.

*Exact*: a student's own seeds give one number. *Window*: another number is held against what seeds of nobody give,
|x − x̄| < z s √(1/n + 1/m) with z for 99.9 %; it has all points only where the answer was made on another kind of
machine or by other code, as bits repeat on one kind alone. *Reasoned*: a half width, a ratio or a number of runs,
which only the right method brings near, is accepted within a factor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

LEVEL = 0.999
EXACT = 1e-6
LARGEST = 1e12
HALF_WIDTH = (0.7, 1.4)
RIGHT, HALF, WRONG = 1.0, 0.5, 0.0
Slips = Mapping[str, float]


class Remark(NamedTuple):
    """What is said of one answer; ``points`` is None for words that a teacher reads."""

    answer: str
    points: float | None
    words: str


class Given(NamedTuple):
    """Answers, and whether they were made by the same code on the same kind of machine as they are checked on."""

    answers: Mapping[str, Any]
    same: bool = True

    def number(self, answer: str) -> float | None:
        """Return an answer if it is a number."""
        value = self.answers.get(answer)
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < LARGEST:
            return None
        return float(value)

    def text(self, answer: str) -> str:
        """Return an answer if it is words."""
        value = self.answers.get(answer)
        return value.strip() if isinstance(value, str) else ""


def no_number(given: Given, answer: str) -> Remark:
    """Return what is said where there is no number to check."""
    there = answer in given.answers
    return Remark(answer, WRONG, "must be a number" if there else "not answered yet")


def slipped(x: float, slips: Slips) -> str:
    """Return which known slip a wrong number comes from, empty if none."""
    return next((f"that is {words}" for words, value in slips.items() if is_near(x, value)), "")


def is_near(x: float, right: float) -> bool:
    """Say whether two numbers are the same but for rounding of the last bits."""
    return abs(x - right) <= EXACT * max(1.0, abs(right))


def measured(
    given: Given,
    answer: str,
    right: float,
    n: int,
    others: Callable[[], np.ndarray],
    slips: Callable[[], Slips] = dict,
    near: float = HALF,
) -> Remark:
    """Judge a mean of ``n`` runs (or differences) by one's own seeds, else by the window around those of ``others``.

    ``near`` are the points for what lies in the window and was made by the same code on the same kind of machine.
    """
    x = given.number(answer)
    if x is None:
        return no_number(given, answer)
    if is_near(x, right):
        return Remark(answer, RIGHT, "right")
    sample = others()
    apart = abs(x - float(np.mean(sample)))
    window = float(ndtri(0.5 + LEVEL / 2)) * float(np.std(sample, ddof=1)) * math.sqrt(1 / n + 1 / len(sample))
    slip = slipped(x, slips())
    if apart >= window:
        words = f"{len(sample)} other seeds give something {apart:.3g} away; luck explains {window:.3g} at most"
        return Remark(answer, WRONG, slip or words)
    if given.same:
        words = "near what other seeds give, yet not what yours give: which seeds and settings did you run?"
        return Remark(answer, near, slip or words)
    return Remark(answer, RIGHT, "near what other seeds give; yours give another number on this machine")


exact = partial(measured, n=1, near=WRONG)  # a number of one history: near is not good enough


def reasoned(
    given: Given,
    answer: str,
    right: float,
    within: tuple[float, float] = HALF_WIDTH,
    slips: Callable[[], Slips] = dict,
) -> Remark:
    """Judge a number that only the right method brings near: ``within`` are the factors that are accepted."""
    x = given.number(answer)
    if x is None:
        return no_number(given, answer)
    low, high = (factor * right for factor in within)
    if low <= x <= high:
        return Remark(answer, RIGHT, "right" if is_near(x, right) else "right, near enough")
    words = "must be more than 0" if x <= 0 else f"{how_often(x, right)} times too {size(x, right)}"
    return Remark(answer, WRONG, slipped(x, slips()) or words)


def how_often(x: float, right: float) -> str:
    """Return by what factor a number is wrong, as people say it: 1.6, 3.1, 890."""
    factor = max(x / right, right / x)
    return f"{factor:.1f}" if factor < 10 else f"{factor:,.0f}"


def size(x: float, right: float) -> str:
    """Return in which direction a number is wrong."""
    return "large" if x > right else "small"


def told(given: Given, answer: str, most_words: int) -> Remark:
    """Return what is said of words that a teacher reads: whether they are there, and not too many."""
    n = len(given.text(answer).split())
    if n == 0:
        return Remark(answer, None, "not written yet")
    return Remark(answer, None, f"{n} words, at most {most_words} were asked for" if n > most_words else "written")
