"""What else a calibration can be asked: whether programmes are recovered, what a posterior predicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom

from abm.input.scenario import Scenario
from abm.input.tables import read_table
from abm.parameters import ConfigError
from calibration.diagnostics import LEVELS, POSTERIOR, run_sbc
from calibration.histories import histories
from calibration.inference.evidence import compared, learn, recorded
from calibration.inference.methods import REGRESSION
from calibration.inference.runs import Runs, fresh, measured, predicted
from calibration.inference.study import Asked
from calibration.observation import observe
from calibration.printed import cities_of
from calibration.priors import from_prior, listings, rows, values
from calibration.record import record
from calibration.statistics import features, statistics

SURE = 0.99  # that all shares of a right posterior lie within their bounds together


class Recovered(NamedTuple):
    """How often intervals covered what programmes were simulated with, and what that says."""

    table: pd.DataFrame
    sentence: str
    all_inside: bool


def recover(asked: Asked, runs: Runs, n: int, method: str = REGRESSION) -> Recovered:
    """Take simulated programmes for the record, one by one, and count how often intervals cover their unknowns.

    Returns
    -------
    A table of a row an unknown and level: unknown, level, covered, of, low and high (binomial bounds, 99 % for all
    together), inside; a sentence; whether all are inside.
    """
    if not 1 <= n <= runs.n_tests:
        raise ConfigError(f"--recover {n:,}: of {len(runs.z):,} runs {runs.n_tests:,} are there to test on")
    estimator, s = learn(asked, runs, method), features(runs.table[:n], asked.fit)
    ranks = run_sbc(estimator.posteriors(s), runs.z[:n], asked.study.seed)[POSTERIOR]
    tail = (1 - SURE) / 2 / (len(LEVELS) * len(asked.unknowns))
    found = []
    for unknown, below in zip(asked.unknowns, ranks.below.T, strict=True):
        for level in LEVELS:
            covered = int(np.count_nonzero(np.abs(below - 0.5) <= level / 2))
            low, high = binom.ppf([tail, 1 - tail], n, level).astype(int).tolist()
            found.append((unknown.name, level, covered, n, low, high, low <= covered <= high))
    table = pd.DataFrame(found, columns=["unknown", "level", "covered", "of", "low", "high", "inside"])
    out = table[~table["inside"]]
    wrong = "".join(f"; {row.unknown}: {row.level:.0%} covers {row.covered} of {row.of}" for row in out.itertuples())
    sentence = f"{n} simulated programmes: {len(table) - len(out)} of {len(table)} counts within binomial bounds{wrong}"
    return Recovered(table, sentence, out.empty)


def predict(asked: Asked, posterior: Path, outcomes: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run the draws of a stored posterior afresh; return what they predict of the record, and of outcomes.

    Returns
    -------
    A row a statistic, as :func:`calibration.predictive.run_predictive` has it; and a row an outcome: outcome, mean,
    sd, q05, q25, median, q75, q95 over draws, luck included.
    """
    theta = drawn(asked, posterior)[::2]
    table = compared(predicted(asked, theta), recorded(asked), (*asked.fit, *asked.hold_outs))
    table.insert(1, "role", ["fit"] * len(asked.fit) + ["hold-out"] * len(asked.hold_outs))
    p = rows(asked.scenario, asked.unknowns, theta)
    numbers = measured(asked, p, fresh(asked, "outcomes", len(p)), outcomes)
    levels = np.quantile(numbers, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    columns = dict(zip(("q05", "q25", "median", "q75", "q95"), levels, strict=True))
    moments = {"mean": numbers.mean(axis=0), "sd": numbers.std(axis=0, ddof=1)}
    return table, pd.DataFrame({"outcome": list(outcomes), **moments, **columns})


def listed(asked: Asked, scenario: Scenario, n: int) -> pd.DataFrame:
    """Set lists printed of ``n`` runs of a scenario as it is beside the record, both read by the one operator.

    What is unknown of the list is drawn from its priors, so that the intervals hold it, and luck, and no parameter.

    Returns
    -------
    A row a statistic, as :func:`calibration.predictive.run_predictive` has it, with its role.
    """
    cities, seeds = cities_of(scenario), fresh(asked, "check", n)
    hows = listings(asked.of_list, values(asked.of_list, from_prior(asked.of_list, asked.study.seed, n)))
    runs = zip(histories(scenario, seeds), hows, seeds, strict=True)
    seen = np.array([statistics(observe(one, cities, how, seed), cities) for one, how, seed in runs])
    table = compared(seen, statistics(record(scenario, asked.record), cities), (*asked.fit, *asked.hold_outs))
    table.insert(1, "role", ["fit"] * len(asked.fit) + ["hold-out"] * len(asked.hold_outs))
    return table


def drawn(asked: Asked, posterior: Path) -> np.ndarray:
    """Return the draws of a stored posterior in units, or refuse a file that is none, shape (n_draws, n_unknowns)."""
    if not posterior.is_file():
        raise ConfigError(f"{posterior}: there is no posterior yet; `twinhelix calibrate` makes one")
    header, lines = read_table(posterior)
    names = [unknown.name for unknown in asked.unknowns]
    if missing := [name for name in names if name not in header]:
        raise ConfigError(
            f"{posterior.name}: has no column {missing[0]}; `twinhelix calibrate {asked.name}` writes it anew"
        )
    places = [header.index(name) for name in names]
    try:
        return np.array([[float(cells[x]) for x in places] for cells in lines.values()])
    except ValueError as error:
        raise ConfigError(f"{posterior.name}: {error}; `twinhelix calibrate {asked.name}` writes it anew") from None
