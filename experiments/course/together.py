"""Assignment 3, who brought them together: a twin run without one part, and what is owed to that part."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from experiments.course.draws import OTHER_SEEDS, Student, choice, seeds
from experiments.course.remarks import Given, Remark, Slips, exact, measured, reasoned, told
from experiments.intervals import t_interval

TASK, TITLE, FILE = 3, "Who brought them together?", "3_together.ipynb"
POINTS = 7
HISTORIES = 20
OTHERS = 20
ORIGINS = {"broker": "broker", "events": "event", "pairing": "programme"}  # what a part's own introductions are called
KEYS = ["city_a", "city_b", "theme"]
MOST_WORDS = 60
ANSWERS = {
    "introduced": "partnerships that the part itself began, each pair of cities and theme once",
    "owed": "partnerships that the twin lacks",
    "shared": "partnerships that both histories have",
    "pilots_owed": "pilots that the twin lacks",
    "deepened": "of these, pilots of partnerships that the twin has too",
    "dependence": "share of pilots owed, mean of your twenty seeds",
    "half_width": "half the width of its 95 % interval",
    "story": "how one pair of cities came together, and what the twin had instead: two sentences",
}


class Mine(NamedTuple):
    """What a student has: a part to leave out, and twenty seeds, the first of which is looked at closely."""

    without: str
    seeds: range


def draw(student: Student) -> Mine:
    """Return what a student has in this assignment."""
    return Mine(choice(student, TASK, "without", list(ORIGINS)), seeds(student, TASK, HISTORIES))


@lru_cache(maxsize=512)
def counted(without: str, seed: int) -> dict[str, float]:
    """Return the counts of one history and its twin."""
    from abm.attribution import attribute

    found = attribute("iuc-asia", seed, without=without)
    begun = found.base.partnerships.drop_duplicates(KEYS)
    summary, new = found.summary, set(found.partnerships[KEYS].itertuples(index=False, name=None))
    return {
        "introduced": int((begun["origin"] == ORIGINS[without]).sum()),
        "owed": len(new),
        "shared": len(begun) - len(new),
        "pilots_owed": int(summary["only_with"]["pilots"]),
        "deepened": sum(key not in new for key in found.pilots[KEYS].itertuples(index=False, name=None)),
        "dependence": float(summary["dependence"]["pilots"]),
        "twin": float(summary["without"]["partnerships"]),
        "net": float(summary["with"]["partnerships"] - summary["without"]["partnerships"]),
    }


def every(without: str, answer: str) -> np.ndarray:
    """Return one count of histories that are nobody's."""
    return np.array([counted(without, seed)[answer] for seed in OTHER_SEEDS[:OTHERS]])


def dependences(without: str, seeds: range) -> np.ndarray:
    """Return the share of pilots that is owed, history by history, those without a pilot left out."""
    found = np.array([counted(without, seed)["dependence"] for seed in seeds])
    return found[~np.isnan(found)]


def remarks(mine: Mine, given: Given, folder: Path) -> Iterator[Remark]:
    """Yield what is said of every answer."""
    own, sample = counted(mine.without, mine.seeds[0]), dependences(mine.without, mine.seeds)
    mean, low, _ = t_interval(sample)
    slips: dict[str, Slips] = {
        "owed": {
            "how many more there are, not those that the twin lacks": own["net"],
            "what it introduced, not what is owed to it": own["introduced"],
        },
        "introduced": {"what is owed to it, not what it introduced": own["owed"]},
        "shared": {"all that the twin has, its own included": own["twin"]},
        "deepened": {"the other ones, of partnerships that the twin lacks": own["pilots_owed"] - own["deepened"]},
    }
    for answer in ("introduced", "owed", "shared", "pilots_owed", "deepened"):
        others = partial(every, mine.without, answer)
        yield exact(given, answer, own[answer], others=others, slips=partial(dict, slips.get(answer, {})))
    one = {"the share of one history": own["dependence"]}
    yield measured(
        given, "dependence", mean, HISTORIES, lambda: dependences(mine.without, OTHER_SEEDS[:OTHERS]), lambda: one
    )
    yield reasoned(given, "half_width", mean - low)
    yield told(given, "story", MOST_WORDS)
