"""How the calibrated defaults were found: a search over six parameters, written down so that it can be run again.

``python -m calibration.retune`` takes a minute or two and prints the tables of ``RECORD.md``; it changes
nothing. A Latin hypercube over the priors, then one over a box a quarter as wide about the best point; every point runs
the same seeds, so that points differ by their parameters and not by luck. A quadratic surface is fitted to the mean of
every fit target, and the point is taken, to two digits, that minimises

    Σ_targets beyond(z)² + 0.1 Σ_parameters ((value − prototype)/SD of its prior)².

The second sum only breaks ties: some parameters trade off, others are not felt by the record at all, and without it the
search would wander along these ridges. Hold-outs are not looked at until the end.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from abm.input.load import load
from abm.input.scenario import PARAMETERS, Scenario
from abm.runs import run_many
from calibration.check import beyond, compare, outcomes, until_the_record_ends
from calibration.targets import TARGETS
from experiments.report.odd import markdown

# Values of the prototype, which had no leadership change, distance, slots or organisations that decide.
PROTOTYPE = {
    "city.capacity": 12.0,
    "contact.baseline": -1.2,
    "event.contacts_per_attendee": 3.0,
    "ladder.pilot_rate": 0.02,
    "helix.university_rate": 0.4,
    "helix.firm_rate": 0.3,
}
ARMS: dict[str, dict[str, float]] = {
    "as it was": {},
    "no broker": {"broker.capacity": 0},
    "no events": {"calendar.scale": 0},
    "twice the events": {"calendar.scale": 2},
}
FITTED = [target for target in TARGETS if target.role == "fit"]
POINTS, SEEDS, FRESH_SEEDS, ARM_SEEDS = (60, 30), range(1, 101), range(1001, 1501), range(1001, 1201)
NARROW, TIE_BREAK = 0.25, 0.1


def main() -> None:
    """Search; print what was found, what every target was and becomes, the arms, and what moves what."""
    scenario = until_the_record_ends(load("iuc-asia"))
    found, slopes = search(scenario)
    sets = {
        "prototype": PROTOTYPE,
        "found": found,
        "default": {name: float(scenario.values[name]) for name in PROTOTYPE},
    }
    for table in (pd.DataFrame(sets), judged(scenario, sets), arms(scenario, sets), slopes):
        sys.stdout.write(rounded(table) + "\n\n")


class Box(NamedTuple):
    """A box of parameter values on the scale of the search: its middle and half its width, shape (n_parameters,)."""

    middle: np.ndarray
    half: np.ndarray

    def narrowed(self, best: np.ndarray) -> Box:
        """Return a smaller box about a point, inside this one."""
        half = NARROW * self.half
        return Box(np.clip(best, self.middle - self.half + half, self.middle + self.half - half), half)


def search(scenario: Scenario) -> tuple[dict[str, float], pd.DataFrame]:
    """Return the best values, and how many z every target moves there with one prior SD of a parameter."""
    low, high = np.array([ends(name) for name in PROTOTYPE]).T
    box, deviation, spread = Box((low + high) / 2, (high - low) / 2), (high - low) / math.sqrt(12), spreads(scenario)
    for n in POINTS:
        surface = fitted_surface(scenario, box, n)
        start = np.clip((to_point(PROTOTYPE) - box.middle) / box.half, -1, 1)
        x = minimize(criterion, start, (surface, spread, box, deviation), bounds=[(-1, 1)] * len(start)).x
        best, last = box.middle + box.half * x, box
        box = box.narrowed(best)
    slopes = surface[1 : 1 + len(low)].T * (deviation / last.half) / spread[:, None]
    found = {name: float(f"{value:.2g}") for name, value in to_values(best).items()}
    return found, pd.DataFrame(slopes, [target.name for target in FITTED], list(PROTOTYPE))


def fitted_surface(scenario: Scenario, box: Box, n: int) -> np.ndarray:
    """Return coefficients of :func:`terms` for the mean of every fit target, from n points of the box."""
    x = 2 * latin_hypercube(n, len(box.half)) - 1
    means = [target_means(scenario, to_values(box.middle + box.half * point)) for point in x]
    return np.asarray(np.linalg.lstsq(terms(x), np.array(means), rcond=None)[0])


def criterion(x: np.ndarray, surface: np.ndarray, spread: np.ndarray, box: Box, deviation: np.ndarray) -> float:
    """Return what is minimised, at the point ``x`` of a box, −1…1 a side."""
    z = (np.array([target.value for target in FITTED]) - (terms(x[None]) @ surface)[0]) / spread
    apart = (box.middle + box.half * x - to_point(PROTOTYPE)) / deviation
    misfit = sum(beyond(z[k], target.bound) ** 2 for k, target in enumerate(FITTED))
    return float(misfit + TIE_BREAK * (apart**2).sum())


def ends(name: str) -> tuple[float, float]:
    """Return the ends of a parameter's prior, on the scale of the search: ratios where it is positive."""
    prior = PARAMETERS[name].par.prior
    assert prior is not None, f"{name} has no prior to search in"
    return (math.log(prior.low), math.log(prior.high)) if prior.low > 0 else (prior.low, prior.high)


def to_point(values: Mapping[str, float]) -> np.ndarray:
    """Return values on the scale of the search."""
    return np.array([math.log(value) if value > 0 else value for value in values.values()])


def to_values(point: np.ndarray) -> dict[str, float]:
    """Return a point of the search as parameters by full name."""
    positive = {name: value > 0 for name, value in PROTOTYPE.items()}
    return {name: math.exp(x) if positive[name] else x for name, x in zip(PROTOTYPE, point.tolist(), strict=True)}


def latin_hypercube(n: int, k: int) -> np.ndarray:
    """Return n points in [0, 1]^k, one in each of n layers of every axis; always the same."""
    rng = np.random.default_rng([n, k])
    return np.column_stack([(rng.permutation(n) + rng.random(n)) / n for _ in range(k)])


def terms(x: np.ndarray) -> np.ndarray:
    """Return 1, x_i and all x_i x_j of points, shape (n, 1 + k + k(k+1)/2)."""
    first, second = np.triu_indices(x.shape[1])
    return np.column_stack([np.ones(len(x)), x, x[:, first] * x[:, second]])


def spreads(scenario: Scenario) -> np.ndarray:
    """Return √(SD² + tolerance²) of every fit target with the prototype's values.

    They stay fixed in the search, so that nothing is gained by a model that varies more.
    """
    sd = outcomes(scenario.with_changes(PROTOTYPE), SEEDS, FITTED).std().to_numpy()
    return np.hypot(sd, [target.tolerance for target in FITTED])


def target_means(scenario: Scenario, values: Mapping[str, float]) -> pd.Series:
    """Return the mean of every fit target over seeds."""
    return outcomes(scenario.with_changes(values), SEEDS, FITTED).mean()


def judged(scenario: Scenario, sets: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Return mean and z of every target for several sets of values, by seeds that the search did not use."""
    tables = {name: compare(scenario, FRESH_SEEDS, values) for name, values in sets.items()}
    first = next(iter(tables.values()))
    columns = {"record": first["observed"]}
    for name, table in tables.items():
        columns |= {name: table["mean"], f"z, {name}": table["z"]}
    return pd.DataFrame(columns).set_index(first["target"] + " (" + first["role"] + ")")[first["runs"].to_numpy() > 0]


def arms(scenario: Scenario, sets: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Return mean contacts and pilots ever with and without broker and events."""
    wanted = ["contacts_ever", "pilots_ever"]
    rows: dict[str, dict[str, float]] = {}
    for arm, change in ARMS.items():
        for name, values in sets.items():
            table = run_many(scenario, seeds=ARM_SEEDS, override={**values, **change}, outcomes=wanted, progress=False)
            for what in wanted:
                rows.setdefault(f"{what}, {arm}", {})[name] = float(table[what].mean())
    return pd.DataFrame(rows).T


def rounded(table: pd.DataFrame) -> str:
    """Return a table of numbers as Markdown, with three digits that count."""
    rows = [(name, *(f"{x:.3g}" for x in row)) for name, row in zip(table.index, table.to_numpy(), strict=True)]
    return markdown(("", *table.columns), rows)


if __name__ == "__main__":
    main()
