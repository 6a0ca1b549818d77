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
from abm.outcomes import outcomes_of
from abm.parameters import ConfigError, shown
from calibration.diagnostics import LEVELS, POSTERIOR, run_sbc
from calibration.histories import histories
from calibration.inference.evidence import compared, learn, recorded
from calibration.inference.methods import REGRESSION
from calibration.inference.runs import Runs, fresh, measured, predicted, tests_of
from calibration.inference.study import Asked
from calibration.observation import observe
from calibration.printed import cities_of
from calibration.priors import Unknown, from_prior, listings, rows, values
from calibration.record import record
from calibration.statistics import features, statistics
from experiments.design.posterior import JSON, check_draws, verdict

FEWEST = 4  # draws of a stored posterior: every second one is run, and has a spread
ROUNDED = 1e-9  # of a prior's width: an end of it is reached but for rounding
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
    check_tests(n, len(runs.z))
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


def check_tests(n: int, runs: int) -> None:
    """Refuse to recover more programmes than so many runs leave to test on."""
    if not 1 <= n <= tests_of(runs):
        raise ConfigError(f"--recover {n:,}: of {runs:,} runs {tests_of(runs):,} are there to test on")


def predict(asked: Asked, posterior: Path, outcomes: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run the draws of a stored posterior afresh; return what they predict of the record, and of outcomes.

    Returns
    -------
    A row a statistic, as :func:`calibration.predictive.run_predictive` has it; and a row an outcome: outcome, mean,
    sd, q05, q25, median, q75, q95 over draws, luck included.
    """
    outcomes = list(outcomes_of(asked.scenario, outcomes))  # each once; refused before anything runs
    theta = drawn(asked, posterior)[::2]
    table = compared(predicted(asked, theta), recorded(asked), (*asked.fit, *asked.hold_outs))
    table.insert(1, "role", ["fit"] * len(asked.fit) + ["hold-out"] * len(asked.hold_outs))
    p = rows(asked.scenario, asked.unknowns, theta)
    numbers = measured(asked, p, fresh(asked, "outcomes", len(p)), outcomes)
    levels = np.quantile(numbers, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    columns = dict(zip(("q05", "q25", "median", "q75", "q95"), levels, strict=True))
    moments = {"mean": numbers.mean(axis=0), "sd": numbers.std(axis=0, ddof=1)}
    return table, pd.DataFrame({"outcome": outcomes, **moments, **columns})


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
    if (about := posterior.with_name(JSON)).is_file():
        check_draws(posterior, verdict(about))
    header, lines = read_table(posterior)
    again = f"`twinhelix calibrate --check {asked.name}` writes it anew"
    names = [unknown.name for unknown in asked.unknowns]
    if missing := [name for name in names if name not in header]:
        raise ConfigError(f"{posterior.name}: has no column {missing[0]}; {again}")
    if len(lines) < FEWEST:
        raise ConfigError(f"{posterior.name}: has {len(lines)} draws, at least {FEWEST} are needed; {again}")
    cells = [[found[header.index(name)] for name in names] for found in lines.values()]
    for line, row in zip(lines, cells, strict=True):
        for unknown, cell in zip(asked.unknowns, row, strict=True):
            if not possible(unknown, cell):
                legal = f"a{' whole' * unknown.whole} number from {unknown.low:g} to {unknown.high:g}"
                raise ConfigError(f"{posterior.name}:{line}: {unknown.name} = {shown(cell)}: must be {legal}; {again}")
    return np.array(cells, float)


def possible(unknown: Unknown, cell: str) -> bool:
    """Say whether a cell is a value that a posterior can have: a number between the ends of the prior."""
    try:
        value = float(cell)
    except ValueError:
        return False
    slack = ROUNDED * (unknown.high - unknown.low)
    return unknown.low - slack <= value <= unknown.high + slack and not (unknown.whole and value % 1)
