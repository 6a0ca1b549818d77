"""How a difference comes about: one pair of cities in one run of either arm, and how often it is so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.engine import simulate
from abm.input.scenario import Scenario
from abm.result import Result
from abm.runs import run
from abm.state.words import Stage
from experiments.report.page.claims import Arm, Claim
from experiments.report.page.evidence import Evidence

STEPS = {  # word of a step -> column of its month
    "step_contact": "begun",
    "step_memorandum": "memorandum_month",
    "step_action_plan": "action_plan_month",
    "step_pilot": "pilot_month",
    "step_sustained": "sustained_month",
    "step_ended": "ended",
}
WHO = ["city_a", "city_b", "theme"]
MOST_BYTES = 50_000_000  # of the stages of all pairs in some runs
MOST_RUNS = 100  # that are run again of either arm: they tell how often a pair comes to a pilot to a tenth


class Story(NamedTuple):
    """One partnership with two arms: its cities, months of its steps in either, and pilots that the first has alone.

    ``often`` is in how many of the first ``runs`` seeds the two cities come to a pilot, in any theme, with either arm.
    """

    first: Arm
    second: Arm
    cities: tuple[str, str]
    seed: int
    a: dict[str, int]
    b: dict[str, int]
    only: int
    all: int
    often: tuple[int, int]
    runs: int


def story(found: Evidence, claims: tuple[Claim, ...]) -> Story | None:
    """Return a partnership that came to a pilot with one arm of the first claim, the one that has more, alone.

    The run is the first replicate. None where it cannot be run by the code that made the study, where an arm is several
    points, or where no pilot differs.
    """
    claim = next((claim for claim in claims if claim.a.single and claim.b.single), None)
    if claim is None or found.study.agents or not found.own_code:
        return None
    seed = found.study.seed_at("", 1)
    arms = (claim.a, claim.b) if claim.found.difference >= 0 else (claim.b, claim.a)
    a, b = (history(found, arm, seed) for arm in arms)
    first, second = pilots(a), pilots(b)
    only = [key for key in first if key not in second]
    if not only:
        return None
    theirs = best_by_pair(b)
    chosen = min(only, key=lambda key: (key not in theirs, first[key]["sustained_month"] is pd.NA, key))
    n = min(found.study.replicates, MOST_RUNS)
    seeds = [found.study.seed_at("", replicate) for replicate in range(1, n + 1)]
    names = dict(zip(a.cities["city_id"], a.cities["name"], strict=True)) if "city_id" in a.cities else {}
    return Story(
        *arms,
        (names.get(chosen[0], chosen[0]), names.get(chosen[1], chosen[1])),
        seed,
        months(first[chosen]),
        months(theirs.get(chosen, {})),
        len(only),
        len(first),
        (pilots_of(found, arms[0], chosen[:2], seeds), pilots_of(found, arms[1], chosen[:2], seeds)),
        len(seeds),
    )


def history(found: Evidence, arm: Arm, seed: int) -> Result:
    """Return one run of an arm of a single point."""
    return run(scenario_of(found, arm), seed=seed)


def scenario_of(found: Evidence, arm: Arm) -> Scenario:
    """Return the scenario of an arm of a single point."""
    settings = next(point.settings for point in found.study.points() if point.id == arm.points[0])
    return found.study.scenario_at(settings)


def pilots_of(found: Evidence, arm: Arm, pair: tuple[str, str], seeds: Sequence[int]) -> int:
    """Return in how many seeds two cities come to a pilot with an arm."""
    scenario = scenario_of(found, arm)
    rows = [city.city_id for city in scenario.cities]
    i, j, n = rows.index(pair[0]), rows.index(pair[1]), len(rows)
    at_once, came = max(1, MOST_BYTES // n**2), 0
    for x in range(0, len(seeds), at_once):
        some = seeds[x : x + at_once]
        highest = np.zeros((len(some), n, n), np.int8)
        simulate(scenario, some, highest=highest)
        came += int((highest[:, i, j] >= Stage.PILOT).sum())
    return came


def pilots(result: Result) -> dict[Any, dict[str, Any]]:
    """Return the partnerships that came to a pilot, by cities and theme."""
    return {key: row for key, row in best_by_pair(result).items() if row["highest_stage"] >= Stage.PILOT}


def best_by_pair(result: Result) -> dict[Any, dict[str, Any]]:
    """Return of each two cities and theme the partnership that came farthest."""
    rows: list[Any] = result.partnerships.sort_values("highest_stage", kind="stable").to_dict("records")
    return {tuple(row[name] for name in WHO): row for row in rows}


def months(row: dict[str, Any]) -> dict[str, int]:
    """Return the month of every step that a partnership took."""
    return {step: int(row[column]) for step, column in STEPS.items() if column in row and not pd.isna(row[column])}
