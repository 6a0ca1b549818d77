"""Scenarios side by side under common random numbers: the runs, the paired differences, the figure.

Every scenario runs the same seeds for the same months; the first one named is what the others are compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from abm.input.load import load
from abm.input.scenario import Scenario
from abm.parameters import ConfigError, shown
from abm.runs import run_many
from experiments.analysis import effects
from experiments.design.posterior import CSV, JSON, Posterior
from experiments.files import versions, write_json, write_scenario, write_table
from experiments.intervals import LEVEL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCENARIO = "scenario"
OUTCOMES = ("contacts_ever", "action_plans_ever", "pilots_ever", "sustained_ever", "adoptions_ever", "policy_cost")


class Comparison(NamedTuple):
    """What was run and what came out.

    Attributes
    ----------
    scenarios, months, seeds
        The scenarios by name, the first the baseline; how long and how often each ran, at each draw of a posterior.
    results
        One row a run: scenario, draw (of a posterior), seed, outcomes.
    means, differences
        As :func:`experiments.analysis.effects.means` and :func:`experiments.analysis.effects.differences` return them.
    """

    scenarios: dict[str, Scenario]
    months: int
    seeds: int
    results: pd.DataFrame
    means: pd.DataFrame
    differences: pd.DataFrame
    posterior: Posterior | None = None

    @property
    def baseline(self) -> str:
        """Name of the scenario that the others are compared with."""
        return next(iter(self.scenarios))

    @property
    def pairs(self) -> str:
        """How many pairs of runs there are, in words."""
        draws = f"{len(self.posterior.rows):,} draws × " if self.posterior else ""
        return f"{draws}{self.seeds} pairs of runs of {self.months} months"


def compare(
    names: Sequence[str | Path | Scenario],
    seeds: int = 200,
    months: int | None = None,
    outcomes: Sequence[str] = OUTCOMES,
    override: Mapping[str, Any] | None = None,
    progress: bool = True,
    posterior: Posterior | None = None,
) -> Comparison:
    """Run scenarios with the same seeds and compare each with the first.

    Parameters
    ----------
    names
        At least two scenarios: shipped names, files, or loaded ones.
    months
        How long all of them run; as long as the shortest if left out.
    override
        Parameters that are changed in every one of them.
    posterior
        Draws at each of which all of them run, with ``seeds`` seeds each; what ``override`` sets, and what scenarios
        have otherwise, stays so.
    """
    loaded = [load(name, override) for name in names]
    if len(loaded) < 2:
        raise ConfigError("compare needs at least two scenarios, the first as the baseline")
    shortest = min(scenario.months for scenario in loaded) if months is None else months
    scenarios: dict[str, Scenario] = {}
    for scenario in loaded:
        if scenario.name in scenarios:
            raise ConfigError(f"two of the scenarios have the name {shown(scenario.name)}")
        scenarios[scenario.name] = scenario.with_changes(months=shortest)
    posterior = posterior and posterior.beside(scenarios.values(), override or ())
    draws = posterior and posterior.table()
    parts = []
    for name, scenario in scenarios.items():
        runs = run_many(scenario, seeds=seeds, outcomes=list(outcomes), progress=progress, draws=draws)
        parts.append(pd.DataFrame({SCENARIO: name}, runs.index).join(runs))
    results = pd.concat(parts, ignore_index=True)
    return Comparison(
        scenarios,
        shortest,
        seeds,
        results,
        effects.means(results, [SCENARIO]),
        effects.differences(results, [SCENARIO], {SCENARIO: next(iter(scenarios))}),
        posterior,
    )


def figure(found: Comparison) -> Figure:
    """Return the forest plot of the differences, with what it found as its heading."""
    from abm.labels.fonts import literal
    from experiments.figures import paired_differences, signed
    from experiments.figures.headlines import of_differences
    from experiments.figures.text import percent

    baseline = literal(found.scenarios[found.baseline].title, found.baseline)
    table = found.differences.rename(columns={SCENARIO: "contrast"}).assign(group=f"Against {baseline}")
    head = f"{of_differences(table)}\n{found.pairs}; intervals: {percent(LEVEL)}"
    return signed(paired_differences(table, head), f"compare · seeds 1 to {found.seeds:,}")


def write(found: Comparison, room: Path) -> None:
    """Write tables, figure, scenarios and versions into a folder."""
    from experiments.figures import save

    for name in ("results", "means", "differences"):
        write_table(room, name, getattr(found, name))
    save(figure(found), room / "differences.png")
    for number, scenario in enumerate(found.scenarios.values(), 1):
        (room / f"scenario-{number}").mkdir()
        write_scenario(room / f"scenario-{number}", scenario)
    design = {
        "scenarios": list(found.scenarios),
        "months": found.months,
        "seeds": f"1 to {found.results['seed'].max()}",
    }
    if found.posterior:
        found.posterior.write(room / CSV, room / JSON)
        design["posterior"] = found.posterior.told()
    write_json(room / "versions.json", versions() | {"design": design})
