"""Hold the model against evidence: for every target what was observed, what runs give, and whether that is a hit.

A scenario of IUC Asia is held against the record of that programme, a world of 10,000 cities or more against networks
of sister cities (:mod:`calibration.sister_cities`).

z = (observed − mean) / √(SD² + tolerance²), with mean and SD over seeds. Equal is a hit if |z| ≤ 1.96; a lower bound of
the record is a hit unless it lies that far above the model, an upper bound unless that far below. Parameters are fixed
here, so the intervals show chance alone, not what is unknown of the parameters.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.input.load import load
from abm.input.scenario import Scenario
from abm.parameters import ConfigError
from abm.runs import run_many
from calibration import sister_cities
from calibration.targets import TARGETS, Target

SEEDS = 500
BLOCS = {"Europe", "China"}
HIT = 1.96
SIGNS = {"equal": "", "at least": "≥ ", "at most": "≤ "}
SHOWN = ("target", "role", "record", "model", "SD", "80 %", "95 %", "z", "verdict")


def check(
    scenario: str | Path | Scenario = "iuc-asia", seeds: int | Sequence[int] | None = None, as_json: bool = False
) -> pd.DataFrame:
    """Print how near a scenario comes to the record or to sister cities, and return the table of :func:`compare`."""
    from experiments.files import strict_json

    ready = load(scenario)
    table = compare(ready, seeds)
    if as_json:
        sys.stdout.write(strict_json(table) + "\n")
    else:
        show(table, "Sister cities and the model" if sister_cities.concern(ready) else "The record and the model")
    return table


def compare(
    scenario: str | Path | Scenario = "iuc-asia",
    seeds: int | Sequence[int] | None = None,
    override: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Run a scenario until the end of the record, or a large world to its own end, and judge it.

    Parameters
    ----------
    seeds
        The seeds, or how many of them (1, 2, … n); left out 500, of a large world 3.

    Returns
    -------
    One row a target: see :func:`judge`.
    """
    ready = load(scenario, override)
    if sister_cities.concern(ready):
        found = sister_cities.outcomes(ready, sister_cities.SEEDS if seeds is None else seeds)
        return judge(found, sister_cities.expected_of(ready))
    return judge(outcomes(until_the_record_ends(ready), SEEDS if seeds is None else seeds))


def until_the_record_ends(scenario: Scenario) -> Scenario:
    """Return a scenario that runs through the last month of the record, or refuse one that the record is not about."""
    missing = BLOCS - {city.region for city in scenario.cities}
    if missing:
        raise ConfigError(
            f"{scenario.name}: has no cities of {' and '.join(sorted(missing))}; the record is that of IUC Asia, and "
            f"networks of sister cities are for worlds of {sister_cities.LEAST:,} cities or more"
        )
    return scenario.with_changes(months=1 + max(scenario.month_of(target.date) for target in TARGETS))


def outcomes(scenario: Scenario, seeds: int | Sequence[int], targets: Sequence[Target] = TARGETS) -> pd.DataFrame:
    """Run seeds and return a row a run and a column a target: its number in the run, NaN where a run has none."""
    asked = {t.name: f"{t.outcome}@{1 + scenario.month_of(t.date)}" for t in targets}
    runs = run_many(scenario, seeds=seeds, outcomes=list(asked.values()))
    return pd.DataFrame({name: runs[outcome] for name, outcome in asked.items()})


def judge(found: pd.DataFrame, targets: Sequence[Target] = TARGETS) -> pd.DataFrame:
    """Compare outcomes of runs with the record.

    Returns
    -------
    One row a target: target, role, observed, unit, date, bound, tolerance, runs (with a value), mean, sd, low_80,
    high_80, low_95, high_95 (quantiles over runs), z, verdict (hit, MISS, or not comparable), source, sentence.
    """
    rows = []
    for target in targets:
        values = found[target.name].dropna().to_numpy() if target.name in found else np.array([])
        mean, sd = (values.mean(), values.std(ddof=1)) if len(values) > 1 else (math.nan, math.nan)
        low_95, low_80, high_80, high_95 = (
            np.quantile(values, [0.025, 0.1, 0.9, 0.975]) if len(values) else np.full(4, math.nan)
        )
        z = distance(target.value - mean, math.hypot(sd, target.tolerance))
        rows.append(
            {
                "target": target.name,
                "role": target.role,
                "observed": target.value,
                "unit": target.unit,
                "date": target.date,
                "bound": target.bound,
                "tolerance": target.tolerance,
                "runs": len(values),
                "mean": mean,
                "sd": sd,
                "low_80": low_80,
                "high_80": high_80,
                "low_95": low_95,
                "high_95": high_95,
                "z": z,
                "verdict": verdict(z, target.bound),
                "source": target.source,
                "sentence": target.sentence,
            }
        )
    return pd.DataFrame(rows)


def distance(difference: float, spread: float) -> float:
    """Return a difference in units of a spread; where nothing may vary, 0 or infinitely far."""
    return difference / spread if spread != 0 else math.copysign(math.inf, difference) if difference else 0.0


def beyond(z: float | np.ndarray, bound: str) -> Any:
    """Return how far the record lies from what the model may be, in standard deviations: 0 within a bound."""
    if bound == "at least":
        return np.maximum(z, 0.0)
    return np.maximum(np.negative(z), 0.0) if bound == "at most" else np.abs(z)


def verdict(z: float, bound: str) -> str:
    """Return hit or MISS; not comparable where there is no z."""
    if math.isnan(z):
        return "not comparable"
    return "hit" if beyond(z, bound) <= HIT else "MISS"


def show(found: pd.DataFrame, title: str) -> None:
    """Print the comparison for a reader, misses as plainly as hits."""
    from rich.text import Text

    from experiments.terminal import console, short, table, unit

    out = console()
    rows = [
        (
            t["target"],
            t["role"],
            f"{SIGNS[t['bound']]}{short(t['observed'])} {unit(t['unit'])}",
            short(t["mean"]),
            short(t["sd"]),
            between(t["low_80"], t["high_80"]),
            between(t["low_95"], t["high_95"]),
            "–" if math.isnan(t["z"]) else f"{t['z']:+.2f}",
            Text(t["verdict"], style="bold red" if t["verdict"] == "MISS" else ""),
        )
        for t in found.to_dict("records")
    ]
    out.print(table(title, SHOWN, rows, left=2))
    out.print(summary(found))


def between(low: float, high: float) -> str:
    """Return an interval for a table."""
    return "–" if math.isnan(low) else f"{low:.3g} … {high:.3g}"


def summary(found: pd.DataFrame) -> str:
    """Return one sentence a role on how many targets are met."""
    parts = []
    for role, part in found.groupby("role", sort=False):
        judged = part[part["verdict"] != "not comparable"]
        missed = judged.loc[judged["verdict"] == "MISS", "target"]
        parts.append(
            f"{role}: {len(judged) - len(missed)} of {len(judged)} met"
            + (f", missed: {', '.join(missed)}" if len(missed) else "")
            + (f"; {len(part) - len(judged)} without a value" if len(judged) < len(part) else "")
            + "."
        )
    return "\n".join(parts)
