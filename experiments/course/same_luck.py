"""Assignment 2, the same luck: a difference with common random numbers, and the same without."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

from experiments.course.draws import OTHER_SEEDS, Student, choice, seeds
from experiments.course.remarks import Given, Remark, Slips, measured, reasoned
from experiments.intervals import LEVEL, t_interval

TASK, TITLE, FILE = 2, "The same luck", "2_same_luck.ipynb"
POINTS = 5
RUNS = 100
OUTCOME = "pilots_ever"
RATIO = (0.7, 1.3)
CAPACITIES, SCALES = range(6, 13), (0.5, 0.75, 1.25, 1.5, 2.0)
ANSWERS = {
    "difference": "pilots more than in the default, your seeds in both",
    "half_width": "half the width of its 95 % interval",
    "apart_difference": "the same with `other_seeds` in your programme",
    "apart_half_width": "half the width of the 95 % interval of that",
    "ratio": "how many times wider the second interval is",
}


class Mine(NamedTuple):
    """What a student has: a programme and two hundred seeds. With every draw it has clearly more pilots."""

    override: dict[str, Any]
    seeds: range
    other_seeds: range


def draw(student: Student) -> Mine:
    """Return what a student has in this assignment."""
    capacity, scale = choice(student, TASK, "capacity", CAPACITIES), choice(student, TASK, "scale", SCALES)
    both = seeds(student, TASK, 2 * RUNS)
    return Mine({"broker.capacity": capacity, "calendar.scale": scale}, both[:RUNS], both[RUNS:])


@lru_cache(maxsize=64)
def pilots(override: tuple[tuple[str, Any], ...], seeds: range) -> np.ndarray:
    """Return the pilots of each seed, shape (n,)."""
    from abm.runs import run_many

    found = run_many("iuc-asia", seeds=seeds, outcomes=[OUTCOME], override=dict(override), progress=False)
    return found[OUTCOME].to_numpy()


def right(base: np.ndarray, arm: np.ndarray, apart: np.ndarray) -> dict[str, float]:
    """Return the answers that runs give: of the default, of the programme with its seeds, and with other seeds."""
    difference, low, _ = t_interval(arm - base)
    n = len(base)
    error = math.sqrt((np.var(base, ddof=1) + np.var(apart, ddof=1)) / n)
    wide = float(stdtrit(2 * n - 2, 0.5 + LEVEL / 2)) * error
    paired = difference - low
    found = (difference, paired, float(np.mean(apart) - np.mean(base)), wide, wide / paired if paired else math.nan)
    return dict(zip(ANSWERS, found, strict=True))


def remarks(mine: Mine, given: Given, folder: Path) -> Iterator[Remark]:
    """Yield what is said of every answer."""
    override = tuple(mine.override.items())
    base, arm, apart = pilots((), mine.seeds), pilots(override, mine.seeds), pilots(override, mine.other_seeds)
    own = right(base, arm, apart)

    def others() -> np.ndarray:
        """Return what runs with other seeds give."""
        return pilots(override, OTHER_SEEDS) - pilots((), OTHER_SEEDS)

    def unpaired() -> np.ndarray:
        """Return a sample with the spread of differences of runs that share no luck."""
        return pilots(override, OTHER_SEEDS) - np.roll(pilots((), OTHER_SEEDS), 1)

    def slips(answer: str) -> Slips:
        """Return what else an answer would be, by where it came from."""
        one, few = (np.repeat(x[:1], 2) for x in (base, arm, apart)), (x[:10] for x in (base, arm, apart))
        ways = {"what comes of your first ten runs alone": right(*few), "what comes of one run": right(*one)}
        found = {way: answers[answer] for way, answers in ways.items()}
        if answer == "difference":
            found |= {"the difference of runs that share no luck": own["apart_difference"]}
            found |= {"the mean of your programme, not a difference": float(np.mean(arm))}
        if answer == "half_width":
            found |= {"the half width without pairs": own["apart_half_width"]}
        if answer == "apart_half_width":
            found |= {"the half width of pairs": own["half_width"]}
        return found

    yield measured(given, "difference", own["difference"], RUNS, others, lambda: slips("difference"))
    yield reasoned(given, "half_width", own["half_width"], slips=lambda: slips("half_width"))
    yield measured(
        given, "apart_difference", own["apart_difference"], RUNS, unpaired, lambda: slips("apart_difference")
    )
    yield reasoned(given, "apart_half_width", own["apart_half_width"], slips=lambda: slips("apart_half_width"))
    yield reasoned(given, "ratio", own["ratio"], RATIO)
