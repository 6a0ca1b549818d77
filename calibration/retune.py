"""How the calibrated defaults were found: a search over six parameters, written down so that it can be run again.

``python -m calibration.retune`` takes some minutes of one core and prints the tables of ``RECORD.md``; it changes
nothing. A Latin hypercube over the ranges, then one over a box a quarter as wide about the best point; every point runs
the same seeds, so that points differ by their parameters and not by luck. A quadratic surface is fitted to the mean of
every outcome, and the point is taken, to two digits, that minimises

    Σ_fit beyond(z)² + Σ_guide ((mean − guide)/spread)² + 0.3 Σ_parameters ((value − old)/SD of its range)².

The last sum only breaks ties: there are fewer numbers than parameters, and without it the search would wander along the
ridges. Hold-outs are not looked at until the end.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.scenario import Scenario, load
from calibration.cases import histories
from calibration.check import beyond, compare, outcomes, until_the_record_ends
from calibration.targets import TARGETS


class Free(NamedTuple):
    """A parameter of the search: its value before, and where it may go. Ranges above 0 are searched by ratio."""

    old: float
    low: float
    high: float


# Old values come from a smaller prototype, without organisations of limited capacity. The rates at which these join
# may fall below it: as long as they are asked every month, no rate of 0.1 or more comes near the record.
FREE = {
    "city.capacity": Free(12, 6, 20),
    "contact.baseline": Free(-1.2, -2, -0.4),
    "event.contacts_per_attendee": Free(3, 1, 5),
    "ladder.pilot_rate": Free(0.02, 0.01, 0.04),
    "helix.university_rate": Free(0.4, 0.02, 0.5),
    "helix.firm_rate": Free(0.3, 0.02, 0.5),
}


class Guide(NamedTuple):
    """What other implementations of the model gave in an arm: how far the search may stray where evidence is silent."""

    arm: Mapping[str, Any]
    contacts: float
    pilots: float = math.nan


GUIDES = {
    "as it was": Guide({}, 210, 31),
    "no broker": Guide({"broker.capacity": 0}, 180, 19),
    "no events": Guide({"calendar.scale": 0}, 140),
    "twice the events": Guide({"calendar.scale": 2}, 250),
}
SPREAD = {"contacts": 20.0, "pilots": 5.0}
TIE_BREAK = 0.3

FITTED = [target for target in TARGETS if target.role == "fit"]
POINTS, SEEDS, ARM_SEEDS, FRESH_SEEDS = (60, 30), range(1, 101), range(1, 31), range(1001, 1501)
NARROW = 0.25
TRIED = 50_000


def main() -> None:
    """Search, and print old and new values, what each target was and becomes, and what moves what."""
    scenario = until_the_record_ends(load("iuc-asia"))
    new, slopes = search(scenario)
    for table in (pd.DataFrame({"old": to_values(old_point()), "new": new}), before_and_after(scenario, new), slopes):
        sys.stdout.write(markdown(table) + "\n\n")


def search(scenario: Scenario) -> tuple[dict[str, float], pd.DataFrame]:
    """Return the new values, and how many spreads every outcome moves there with one SD of a parameter's range."""
    low, high = (
        np.array([scaled(free, end) for free, end in zip(FREE.values(), ends, strict=True)])
        for ends in zip(*[free[1:] for free in FREE.values()], strict=True)
    )
    spread, deviation = spreads(scenario), (high - low) / math.sqrt(12)
    best, width = (low + high) / 2, 1.0
    for n in POINTS:
        half = width * (high - low) / 2
        middle = np.clip(best, low + half, high - half)
        x = 2 * latin_hypercube(n, len(FREE)) - 1
        means = pd.DataFrame([point_means(scenario, to_values(middle + half * point)) for point in x])
        surface = np.linalg.lstsq(terms(x), means.to_numpy(float), rcond=None)[0]
        tried = 2 * latin_hypercube(TRIED, len(FREE)) - 1
        strayed = (((middle + half * tried - old_point()) / deviation) ** 2).sum(axis=1)
        criterion = misfit(pd.DataFrame(terms(tried) @ surface, columns=means.columns), spread) + TIE_BREAK * strayed
        best, width = middle + half * tried[np.argmin(criterion)], NARROW
    slope = surface[1 : 1 + len(FREE)] * (deviation / half)[:, None] / np.array([spread[str(name)] for name in means])
    return (
        {name: float(f"{value:.2g}") for name, value in to_values(best).items()},
        pd.DataFrame(slope.T, means.columns, list(FREE)),
    )


def scaled(free: Free, value: float) -> float:
    """Return a value on the scale on which it is searched."""
    return math.log(value) if free.low > 0 else value


def old_point() -> np.ndarray:
    """Return the old values on their scales."""
    return np.array([scaled(free, free.old) for free in FREE.values()])


def to_values(point: np.ndarray) -> dict[str, float]:
    """Return a point as parameters by full name."""
    return {name: math.exp(x) if FREE[name].low > 0 else x for name, x in zip(FREE, point.tolist(), strict=True)}


def latin_hypercube(n: int, k: int) -> np.ndarray:
    """Return n points in [0, 1]^k, one in each of n layers of every axis; always the same."""
    rng = np.random.default_rng([n, k])
    return np.column_stack([(rng.permutation(n) + rng.random(n)) / n for _ in range(k)])


def terms(x: np.ndarray) -> np.ndarray:
    """Return 1, x_i and all x_i x_j of points, shape (n, 1 + k + k(k+1)/2)."""
    first, second = np.triu_indices(x.shape[1])
    return np.column_stack([np.ones(len(x)), x, x[:, first] * x[:, second]])


def spreads(scenario: Scenario) -> dict[str, float]:
    """Return √(SD² + tolerance²) of every fitted target with the old values, and the spreads of the guide.

    They stay fixed in the search, so that nothing is gained by a model that varies more.
    """
    runs = histories(scenario.with_changes(to_values(old_point())), SEEDS)
    sd = outcomes(scenario, runs, FITTED).std()
    fitted = {target.name: math.hypot(sd[target.name], target.tolerance) for target in FITTED}
    return fitted | {f"{what}, {name}": spread for name in GUIDES for what, spread in SPREAD.items()}


def point_means(scenario: Scenario, values: Mapping[str, float]) -> dict[str, float]:
    """Return the mean of every fitted target for some values, and of contacts and pilots in every arm of the guide."""
    changed = scenario.with_changes(values)
    runs = list(histories(changed, SEEDS))
    found = {str(name): float(mean) for name, mean in outcomes(scenario, runs, FITTED).mean().items()}
    for name, guide in GUIDES.items():
        arm = list(histories(changed.with_changes(guide.arm), ARM_SEEDS)) if guide.arm else runs
        for what in SPREAD:
            found[f"{what}, {name}"] = float(np.mean([run.measure(f"{what}_ever", -1) for run in arm]))
    return found


def misfit(means: pd.DataFrame, spread: Mapping[str, float]) -> np.ndarray:
    """Return the first two sums of the criterion for every row of means."""
    total = np.zeros(len(means))
    for target in FITTED:
        z = (target.value - means[target.name].to_numpy()) / spread[target.name]
        total += beyond(z, target.bound) ** 2
    for name, guide in GUIDES.items():
        for what in SPREAD:
            if not math.isnan(expected := getattr(guide, what)):
                column = f"{what}, {name}"
                total += ((means[column].to_numpy() - expected) / spread[column]) ** 2
    return total


def before_and_after(scenario: Scenario, new: Mapping[str, float]) -> pd.DataFrame:
    """Return every target and the guide with old and new values; targets by seeds that the search did not use."""
    rows: dict[str, dict[str, Any]] = {}
    for label, values in (("old", to_values(old_point())), ("new", new)):
        for t in compare(scenario, FRESH_SEEDS, values).to_dict("records"):
            if t["runs"]:
                rows.setdefault(f"{t['target']} ({t['role']})", {"record": t["observed"]}).update(
                    {label: t["mean"], f"{label} z": t["z"]}
                )
        means = point_means(scenario, values)
        for name, guide in GUIDES.items():
            for what in SPREAD:
                row = rows.setdefault(f"{what}, {name} (guide)", {"record": getattr(guide, what)})
                row[label] = means[f"{what}, {name}"]
    return pd.DataFrame.from_dict(rows, orient="index")


def markdown(table: pd.DataFrame) -> str:
    """Return a table as Markdown, numbers with three digits that count."""
    lines = [["", *table.columns], ["---"] * (1 + len(table.columns))]
    lines += [
        [str(name), *("" if math.isnan(x) else f"{x:.3g}" for x in row)]
        for name, row in zip(table.index, table.to_numpy(float), strict=True)
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    main()
