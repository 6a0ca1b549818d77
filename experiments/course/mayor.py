"""Assignment 5, advise a mayor: a study of one's own, a claim, where it would turn, and a page in honest words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from abm.parameters import ConfigError
from experiments.course.draws import OTHER_SEEDS, Student, choice, seeds
from experiments.course.remarks import HALF, RIGHT, WRONG, Given, Remark, measured, no_number, reasoned, told
from experiments.intervals import t_interval

TASK, TITLE, FILE = 5, "Advise a mayor", "5_mayor.ipynb"
POINTS = 9
STUDY = "advice.toml"
MOST_RUNS, FEWEST_RUNS, LEVELS = 3000, 30, 3
MONTHS = 48
MOST_WORDS = 130
STOPPED = re.compile(r"\b(causes?|caused|will|proven?|proves|optimal|optimum|certainly|guarantees?)\b", re.IGNORECASE)
WISHES = ("pilots_ever", "sustained_ever")
CAPACITIES, SCALES = (8, 10, 12), (1.5, 2.0)
MIGHT_TURN = ("ladder.gap_effect", "cooperation.broker_closing", "city.engagement_spread")
OTHERS = ("ladder.pilot_rate", "ladder.helix_effect", "contact.brokered_bonus", "contact.complementarity")
BROKER, EVENTS = "broker", "events"
ANSWERS = {
    "point_a": "id of the point with the programme `broker` at the assumed values",
    "point_b": "id of the point with the programme `events` there",
    "difference": "what the first has more of the wish than the second, mean of pairs of runs",
    "half_width": "half the width of its 95 % interval",
    "better_in": "in how many of the nine worlds `broker` is clearly better (the interval lies above 0)",
    "worse_in": "in how many it is clearly worse (below 0)",
    "open_in": "in how many it cannot be told from chance",
    "advice": f"a page for the mayor, at most {MOST_WORDS} words, with the difference in it",
}


class Mine(NamedTuple):
    """What a student has: a wish, two programmes, two uncertainties with three levels, a seed of the study.

    With every draw the broker is clearly better at the assumed values; where it is not, the study has to tell.
    """

    wish: str
    programmes: dict[str, dict[str, float]]
    uncertain: dict[str, list[float]]
    seed: int


def draw(student: Student) -> Mine:
    """Return what a student has in this assignment."""
    names = (choice(student, TASK, "first", MIGHT_TURN), choice(student, TASK, "second", OTHERS))
    programmes = {
        BROKER: {"broker.capacity": choice(student, TASK, "capacity", CAPACITIES), "calendar.scale": 1.0},
        EVENTS: {"broker.capacity": 4, "calendar.scale": choice(student, TASK, "scale", SCALES)},
    }
    wish = choice(student, TASK, "wish", WISHES)
    return Mine(wish, programmes, {name: levels(name) for name in names}, seeds(student, TASK, 1)[0])


def levels(name: str) -> list[float]:
    """Return the low end of a parameter's prior, its assumed value and the high end."""
    from abm.input.load import load
    from abm.input.scenario import PARAMETERS

    prior = PARAMETERS[name].par.prior
    assert prior is not None, name
    return [prior.low, float(load("iuc-asia").values[name]), prior.high]


def read(mine: Mine, file: Path) -> Any:
    """Return the study of a student, or refuse with one line one that is not what was asked for."""
    from abm.input.load import load
    from experiments.design.files import read_study
    from experiments.design.points import world_id

    study = read_study(file)
    if study.agents or study.posterior or study.design.kind != "factorial":
        raise ConfigError("must be a plain factorial: every programme in every world, no code, no posterior")
    base = load("iuc-asia").with_changes({}, MONTHS)
    meant = {name: base.with_changes(changes) for name, changes in mine.programmes.items()}
    if set(study.scenarios) != set(meant):
        raise ConfigError(f"[programmes] must be {BROKER} and {EVENTS}, and is {', '.join(study.scenarios)}")
    for name, scenario in meant.items():
        if world_id(study.scenarios[name], ()) != world_id(scenario, ()):
            raise ConfigError(f"programmes.{name}: must be iuc-asia for {MONTHS} months with {mine.programmes[name]}")
    varied = {factor.name: sorted(factor.levels) for factor in study.factors if factor.name in mine.uncertain}
    if varied != mine.uncertain or len(study.factors) != 1 + len(varied):
        said = ", ".join(f"{name} = {values}" for name, values in mine.uncertain.items())
        raise ConfigError(f"[vary] must be {said} and nothing else")
    if mine.wish not in study.outcomes:
        raise ConfigError(f"outcomes must have {mine.wish}")
    if study.seed != mine.seed or not study.common_random_numbers or study.counted_seeds:
        raise ConfigError(f"seed must be {mine.seed}, the same luck at every point")
    runs = len(study.points()) * study.replicates
    if study.replicates < FEWEST_RUNS or runs > MOST_RUNS:
        raise ConfigError(f"replicates = {study.replicates}: at least {FEWEST_RUNS}, and at most {MOST_RUNS:,} runs")
    return study


class Found(NamedTuple):
    """What a study gives: for each world the ids of its two points and the differences, shape (n_worlds, n_runs)."""

    points: list[tuple[str, str]]
    differences: np.ndarray
    assumed: int


def found(wish: str, study: Any) -> Found:
    """Run a student's study again and return what it gives."""
    from abm.runs import run_many
    from experiments.factor import SCENARIO

    worlds: dict[tuple[Any, ...], dict[str, tuple[str, np.ndarray]]] = {}
    for point in study.points():
        named = study.named(point.settings)
        programme = named.pop(SCENARIO)
        seeds = [study.seed_at(point.id, replicate) for replicate in range(1, study.replicates + 1)]
        runs = run_many(study.scenario_at(point.settings), seeds=seeds, outcomes=[wish], progress=False)
        worlds.setdefault(tuple(named.items()), {})[programme] = (point.id, runs[wish].to_numpy())
    base = next(iter(study.scenarios.values())).values
    assumed = [all(base[name] == value for name, value in world) for world in worlds].index(True)
    pairs = [(arms[BROKER], arms[EVENTS]) for arms in worlds.values()]
    return Found([(a[0], b[0]) for a, b in pairs], np.array([a[1] - b[1] for a, b in pairs]), assumed)


def counts(differences: np.ndarray) -> tuple[int, int, int]:
    """Return in how many worlds the first programme is clearly better, clearly worse, neither."""
    ends = [t_interval(world)[1:] for world in differences]
    better, worse = sum(low > 0 for low, _ in ends), sum(high < 0 for _, high in ends)
    return better, worse, len(ends) - better - worse


def remarks(mine: Mine, given: Given, folder: Path) -> Iterator[Remark]:
    """Yield what is said of the study and of every answer."""
    try:
        study = read(mine, folder / STUDY)
        own = found(mine.wish, study)
    except (ConfigError, OSError) as error:
        yield Remark("study", WRONG, str(error))
        yield from (Remark(answer, WRONG, "cannot be checked without the study") for answer in list(ANSWERS)[:-1])
    else:
        yield Remark("study", RIGHT, f"complete: {len(study.points())} points × {study.replicates} runs")
        for x, answer in enumerate(("point_a", "point_b")):
            right = given.text(answer) == own.points[own.assumed][x]
            there = answer in given.answers
            words = "right" if right else "not that point of your study" if there else "not answered yet"
            yield Remark(answer, RIGHT if right else WRONG, words)
        sample = own.differences[own.assumed]
        mean, low, _ = t_interval(sample)
        n, others = len(sample), partial(elsewhere, mine.wish, study)
        yield measured(given, "difference", mean, n, others, lambda: {"the sign turned": -mean})
        yield reasoned(given, "half_width", mean - low)
        yield from flips(given, counts(own.differences))
    yield told(given, "advice", MOST_WORDS)
    yield honest(given)


def elsewhere(wish: str, study: Any) -> np.ndarray:
    """Return the differences at the assumed values with seeds of nobody."""
    from abm.runs import run_many

    arms = [study.scenarios[name] for name in (BROKER, EVENTS)]
    a, b = (run_many(arm, seeds=OTHER_SEEDS, outcomes=[wish], progress=False)[wish].to_numpy() for arm in arms)
    return a - b


def flips(given: Given, right: tuple[int, int, int]) -> Iterator[Remark]:
    """Yield what is said of the numbers of worlds; on another machine one world may fall on the other side."""
    for answer, own in zip(("better_in", "worse_in", "open_in"), right, strict=True):
        x = given.number(answer)
        if x is None:
            yield no_number(given, answer)
        elif abs(x - own) <= (0 if given.same else 1):
            yield Remark(answer, RIGHT, "right")
        else:
            yield Remark(answer, WRONG, "another number of worlds comes of your study")


def honest(given: Given) -> Remark:
    """Judge the words of the page: none that claims more than a model can, and the number in it."""
    page = given.text("advice")
    if not page:
        return Remark("words", WRONG, "there is no page yet")
    if bad := sorted({word.lower() for word in STOPPED.findall(page)}):
        return Remark("words", WRONG, f"claims more than a model can: {', '.join(bad)}")
    x = given.number("difference")
    if x is None or not {f"{x:.0f}", f"{x:.1f}"} & set(re.findall(r"\d+(?:\.\d+)?", page.replace("−", "-"))):
        return Remark("words", HALF, "the difference is not in it, rounded to a whole number or one digit")
    return Remark("words", RIGHT, "none that claims more than a model can, and the difference is in it")
