"""A scenario at draws of a posterior: what its runs give on average, between which ends, and how much is luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from abm.input.scenario import Scenario
from abm.labels.stages import STAGES
from abm.outcomes import outcomes_of
from abm.runs import run_many
from experiments.analysis import effects
from experiments.design.posterior import Posterior

SCENARIO = "scenario"
BAND = (0.05, 0.95)  # quantiles of single runs


class Banded(NamedTuple):
    """Runs of a scenario at draws of a posterior.

    Attributes
    ----------
    scenario, posterior, seeds
        What was run, at which draws, and how many seeds each draw had.
    runs
        A row a run: draw, seed, every measure at the end, and stages of partnerships at every month before.
    bands
        A row an outcome and month: outcome, month, runs, missing, mean with low and high of its interval, draws,
        by_parameters, expected_low, expected_high, run_low and run_high (the middle 90 % of single runs).
    """

    scenario: Scenario
    posterior: Posterior
    seeds: int
    runs: pd.DataFrame
    bands: pd.DataFrame

    @property
    def at_end(self) -> pd.DataFrame:
        """The bands of the last month."""
        return self.bands[self.bands["month"] == self.scenario.months]


def banded(scenario: Scenario, posterior: Posterior, seeds: int, said: Sequence[str] = ()) -> Banded:
    """Run a scenario at every draw with ``seeds`` seeds each; parameters that are ``said`` stay as they are."""
    posterior = posterior.beside([scenario], said)
    ends = list(outcomes_of(scenario, None))
    courses = {f"{rung.ever}@{month}": (rung.ever, month) for rung in STAGES for month in range(1, scenario.months)}
    runs = run_many(scenario, seeds=seeds, outcomes=[*ends, *courses], draws=posterior.table())
    found = effects.means(runs.assign(**{SCENARIO: scenario.name}), [SCENARIO], [*ends, *courses])
    inner = runs[[*ends, *courses]].quantile(list(BAND)).T
    found[["run_low", "run_high"]] = inner.to_numpy()
    named = pd.DataFrame([courses.get(name, (name, scenario.months)) for name in found["outcome"]])
    found = found.drop(columns=SCENARIO).assign(outcome=named[0])
    found.insert(1, "month", named[1])
    return Banded(scenario, posterior, seeds, runs, found)
