"""From runs and record to a posterior and all that is asked of it: the nine lines of the gate, a table for each matter.

The first runs are kept to test on; the posterior is learnt from the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.input.scenario import PARAMETERS
from calibration.diagnostics import (
    POSTERIOR,
    Check,
    Ranks,
    check_canaries,
    check_hpd,
    check_sbc,
    check_tarp,
    coverage,
    run_sbc,
)
from calibration.gate import Gate, check_runs, gate
from calibration.inference.flows import Flows
from calibration.inference.methods import REGRESSION, Estimator, learnt, other_than
from calibration.inference.runs import Runs, predicted
from calibration.inference.study import Asked
from calibration.learnt import check_agreement, check_edges, check_learnt, run_agreement, run_summary
from calibration.posterior import Sample
from calibration.predictive import check_fit, check_hold_outs, check_possible, run_joint, run_possible, run_predictive
from calibration.printed import cities_of
from calibration.priors import Unknown, values
from calibration.record import record
from calibration.statistics import NAMES, check_record, features, statistics

DRAWS, PREDICTED, COMPARED = 4000, 2000, 500
EDGES = (0.05, 0.95)


class Evidence(NamedTuple):
    """What was found.

    Attributes
    ----------
    sample
        The posterior at the record.
    observed
        Statistics of the record, by name.
    gate
        The nine lines.
    tables
        By name: summary, gate, predictive, coverage, canaries, ranks, tarp, recovery.
    """

    sample: Sample
    observed: Mapping[str, float]
    gate: Gate
    tables: dict[str, pd.DataFrame]


def recorded(asked: Asked) -> np.ndarray:
    """Return the statistics of the record, or refuse a record in which one that is used is missing or cannot be."""
    found = statistics(record(asked.scenario, asked.record), cities_of(asked.scenario))
    check_record(found, (*asked.fit, *asked.hold_outs))
    return found


def learn(asked: Asked, runs: Runs, method: str = REGRESSION) -> Estimator:
    """Return an estimator that has learnt from the runs that are not kept to test on."""
    z, s = runs.z[runs.n_tests :], features(runs.table[runs.n_tests :], asked.fit)
    return learnt(method, z, s, asked.fit, asked.study.seed)


def gathered(asked: Asked, runs: Runs, method: str = REGRESSION) -> Evidence:
    """Return the posterior at the record and what each line of the gate finds."""
    observed = recorded(asked)
    at, s = features(observed, asked.fit), features(runs.table, asked.fit)
    estimator, n, names = learn(asked, runs, method), runs.n_tests, [x.name for x in asked.unknowns]
    sample = estimator.posterior(at)
    recovery, summary = Recovery(asked, runs.z[:n]), run_summary(sample, asked.unknowns)
    ranks = run_sbc(recovery.kept(estimator.posteriors(s[:n])), runs.z[:n], asked.study.seed)
    seen = predicted(asked, values(asked.unknowns, sample.draws(n_draws(len(runs.z)), asked.study.seed)))
    fitted, held_out = compared(seen, observed, asked.fit), compared(seen, observed, asked.hold_outs)
    checks = [
        check_runs(runs.asked, s, runs.seeds[n:], runs.seeds[:n]),
        check_sbc(ranks[POSTERIOR], names),
        check_tarp(ranks[POSTERIOR]),
        *([check_hpd(estimator.denser(s[:n], runs.z[:n]))] if isinstance(estimator, Flows) else []),
        agreement(sample, second(asked, runs, method, at), asked),
        check_possible(*run_possible(s[n:], s[: min(n, COMPARED)], at)),
        check_fit(fitted, run_joint(features(seen, asked.fit), at)),
        check_hold_outs(held_out),
        check_edges(summary),
        check_learnt(summary, called_calibrated()),
        check_canaries(ranks, names),
    ]
    tables = {
        "summary": with_prior(summary, asked.unknowns),
        "predictive": pd.concat([fitted.assign(role="fit"), held_out.assign(role="hold-out")], ignore_index=True),
        "coverage": coverage(ranks[POSTERIOR], names),
        "canaries": canaries(ranks, names),
        "ranks": pd.DataFrame(ranks[POSTERIOR].below, columns=names),
        "tarp": tarp(ranks[POSTERIOR]),
        "recovery": recovery.table(),
    }
    found = gate(checks)
    return Evidence(sample, dict(zip(NAMES, observed.tolist(), strict=True)), found, {"gate": lines(found), **tables})


def compared(seen: np.ndarray, observed: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Return what is predicted of some statistics, and where the record lies."""
    places = [NAMES.index(name) for name in names]
    return run_predictive(seen[:, places], observed[places], names)


def n_draws(runs: int) -> int:
    """Return how many draws of the posterior are run to see what it predicts, fewer for a quick look."""
    return min(PREDICTED, max(20, runs // 8))


def second(asked: Asked, runs: Runs, method: str, at: np.ndarray) -> Sample | None:
    """Return the posterior of the other method at the features of the record, if it is installed."""
    other = other_than(method)
    return learn(asked, runs, other).posterior(at) if other else None


def agreement(sample: Sample, other: Sample | None, asked: Asked) -> Check:
    """Judge a second estimator's posterior of the model's unknowns (G4); without one nothing is decided."""
    if other is None:
        return Check("G4", None, "there is no second estimator: install the extra `calibration`")
    k = len(asked.of_model)
    return check_agreement(run_agreement(sample, other)[:k], [x.name for x in asked.of_model])


def called_calibrated() -> list[str]:
    """Return the parameters whose default is called calibrated where it is declared."""
    return [name for name, declared in PARAMETERS.items() if declared.par.source == "calibrated"]


class Recovery:
    """What the posterior of each test says of the unknowns that it was simulated with."""

    def __init__(self, asked: Asked, truth: np.ndarray) -> None:
        self.unknowns, self.truth = asked.unknowns, truth
        self.said: list[tuple[np.ndarray, ...]] = []

    def kept(self, samples: Iterator[Sample]) -> Iterator[Sample]:
        """Yield posteriors as they come, and keep what they say."""
        for sample in samples:
            theta = values(self.unknowns, sample.z)
            low, high = values(self.unknowns, sample.quantiles(EDGES))
            self.said.append((sample.weight @ theta, low, high))
            yield sample

    def table(self) -> pd.DataFrame:
        """Return a row a test and unknown: test, unknown, truth, mean, q05, q95, in units."""
        truth = values(self.unknowns, self.truth)
        mean, low, high = np.moveaxis(np.array(self.said), 1, 0)
        columns = {"truth": truth, "mean": mean, "q05": low, "q95": high}
        n, k = truth.shape
        keys = {"test": np.repeat(np.arange(n), k), "unknown": [x.name for x in self.unknowns] * n}
        return pd.DataFrame({**keys, **{name: table.ravel() for name, table in columns.items()}})


def with_prior(summary: pd.DataFrame, unknowns: Sequence[Unknown]) -> pd.DataFrame:
    """Return a summary with mean and standard deviation of the uniform prior beside those of the posterior."""
    width = (summary["high"] - summary["low"]).to_numpy()
    whole = np.array([unknown.whole for unknown in unknowns])
    variance = np.where(whole, (width + 1) ** 2 - 1, width**2) / 12
    prior = pd.DataFrame({"prior_mean": (summary["low"] + summary["high"]) / 2, "prior_sd": np.sqrt(variance)})
    return pd.concat([summary.iloc[:, :3], prior, summary.iloc[:, 3:]], axis=1)


def canaries(ranks: Mapping[str, Ranks], names: Sequence[str]) -> pd.DataFrame:
    """Return a row a posterior, the right one and those wrong on purpose: how many unknowns are off, and the worst."""
    rows = []
    for name, found in ranks.items():
        table = coverage(found, names)
        off = int((table["wrong"] != "").sum())
        rows.append(
            {
                "posterior": name,
                "unknowns_off": off,
                "low_90": table["90%"].min(),
                "high_90": table["90%"].max(),
                "ks_p": table["ks_p"].min(),
                "red": off > 0,
            }
        )
    return pd.DataFrame(rows)


def tarp(ranks: Ranks) -> pd.DataFrame:
    """Return the curve of expected coverage: credibility, and the share of tests within it."""
    n = len(ranks.nearer)
    return pd.DataFrame({"credibility": np.sort(ranks.nearer), "coverage": (np.arange(n) + 0.5) / n})


def lines(found: Gate) -> pd.DataFrame:
    """Return the gate as a table: line, met (yes, NO, not decided), sentence."""
    word = {True: "yes", False: "NO", None: "not decided"}
    return pd.DataFrame([(c.gate, word[c.met], c.sentence) for c in found.checks], columns=["line", "met", "sentence"])
