"""Assignment 1, one history is no result: replicates, their spread, an interval, and how many are enough."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from experiments.course.draws import OTHER_SEEDS, Student, choice, seeds
from experiments.course.remarks import Given, Remark, Slips, exact, measured, reasoned
from experiments.intervals import replicates_needed, t_interval

TASK, TITLE, FILE = 1, "One history is no result", "1_one_history.ipynb"
POINTS = 5
RUNS = 100
HALF_WIDTH = 1.0
NEEDED = (0.5, 2.0)  # how many runs are needed is itself known only roughly
OUTCOMES = ("pilots_ever", "memoranda_ever", "action_plans_ever", "adoptions_ever")
CAPACITIES = range(6, 13)
ANSWERS = {
    "single": "the outcome of your first seed",
    "mean": "its mean over your hundred seeds",
    "deviation": "its standard deviation over them",
    "half_width": "half the width of the 95 % interval of the mean",
    "runs_needed": "how many runs would make that half width 1",
}


class Mine(NamedTuple):
    """What a student has: an outcome, a setting and a hundred seeds. With every draw a hundred runs are too few."""

    outcome: str
    override: dict[str, Any]
    seeds: range


def draw(student: Student) -> Mine:
    """Return what a student has in this assignment."""
    outcome = choice(student, TASK, "outcome", OUTCOMES)
    capacity = choice(student, TASK, "capacity", CAPACITIES)
    return Mine(outcome, {"broker.capacity": capacity}, seeds(student, TASK, RUNS))


@lru_cache(maxsize=64)
def runs(outcome: str, capacity: float, seeds: range) -> np.ndarray:
    """Return the outcome of each seed, shape (n,)."""
    from abm.runs import run_many

    changes = {"broker.capacity": capacity}
    return run_many("iuc-asia", seeds=seeds, outcomes=[outcome], override=changes, progress=False)[outcome].to_numpy()


def right(sample: np.ndarray) -> dict[str, float]:
    """Return the answers that runs give."""
    mean, low, _ = t_interval(sample)
    deviation = float(np.std(sample, ddof=1))
    needed = replicates_needed(deviation, HALF_WIDTH) if deviation > 0 else 2
    found = (float(sample[0]), mean, deviation, mean - low, float(needed))
    return dict(zip(ANSWERS, found, strict=True))


def remarks(mine: Mine, given: Given, folder: Path) -> Iterator[Remark]:
    """Yield what is said of every answer."""
    capacity = mine.override["broker.capacity"]
    sample = runs(mine.outcome, capacity, mine.seeds)
    own = right(sample)

    def slips() -> dict[str, Slips]:
        """Return what else each answer would be, by where it came from."""
        usual, counted = (4, mine.seeds), (capacity, range(1, RUNS + 1))
        ways = {"your first ten runs alone": sample[:10], "one run": np.repeat(sample[0], 2)}
        ways["the default, not your setting"] = runs(mine.outcome, *usual)
        ways["seeds 1 to 100, not yours"] = runs(mine.outcome, *counted)
        return {answer: {f"what comes of {way}": right(found)[answer] for way, found in ways.items()} for answer in own}

    def others() -> np.ndarray:
        """Return what runs with other seeds give."""
        return runs(mine.outcome, capacity, OTHER_SEEDS)

    yield exact(given, "single", own["single"], others=others, slips=lambda: slips()["single"])
    yield measured(given, "mean", own["mean"], RUNS, others, lambda: slips()["mean"])
    yield reasoned(given, "deviation", own["deviation"], slips=lambda: slips()["deviation"])
    error = {"the standard error, not the half width": own["deviation"] / RUNS**0.5}
    yield reasoned(given, "half_width", own["half_width"], slips=lambda: {**slips()["half_width"], **error})
    yield reasoned(given, "runs_needed", own["runs_needed"], NEEDED)
