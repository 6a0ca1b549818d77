"""What of the unknowns is learnt together, and which statistic says it: directions of the posterior, and a profile."""

from __future__ import annotations

import numpy as np
import pandas as pd

from calibration import posterior as regression
from calibration.inference.runs import Runs
from calibration.inference.study import Asked
from calibration.learnt import run_summary
from calibration.posterior import Sample
from calibration.statistics import features

TIED = 0.2  # correlations that are told


def ridges(sample: Sample, names: list[str]) -> pd.DataFrame:
    """Return the eigenvectors of the posterior's covariance on the prior's scale, the best known direction first.

    Returns
    -------
    A row a direction: variance (1: the prior's), and a column an unknown with its part in it; the largest is positive.
    """
    variances, vectors = np.linalg.eigh(covariance(sample))
    largest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[largest, np.arange(len(names))])
    return pd.DataFrame({"variance": variances, **dict(zip(names, vectors, strict=True))})


def covariance(sample: Sample) -> np.ndarray:
    """Return the covariance of the unknowns on the normal scale."""
    apart = sample.z - sample.mean
    return np.asarray((sample.weight * apart.T) @ apart)


def correlations(sample: Sample, names: list[str]) -> pd.DataFrame:
    """Return the pairs of unknowns that are tied, the strongest first: one, other, correlation."""
    c, sd = covariance(sample), sample.sd
    pairs = [(names[i], names[j], c[i, j] / (sd[i] * sd[j])) for i in range(len(sd)) for j in range(i)]
    found = pd.DataFrame(pairs, columns=["one", "other", "correlation"])
    found = found[found["correlation"].abs() >= TIED]
    return found.sort_values("correlation", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def profile(asked: Asked, runs: Runs, observed: np.ndarray) -> pd.DataFrame:
    """Return what each statistic says of each unknown: the posterior by all, without each, and by each alone.

    Returns
    -------
    A row a set of statistics and unknown: statistics (all, without, alone), statistic, unknown, mean, learnt.
    """
    sets = [("all", "", asked.fit)]
    if len(asked.fit) > 1:
        sets += [("without", name, tuple(x for x in asked.fit if x != name)) for name in asked.fit]
    sets += [("alone", name, (name,)) for name in asked.fit]
    z, table = runs.z[runs.n_tests :], runs.table[runs.n_tests :]
    found = []
    for kind, name, used in sets:
        learnt = regression.fit(z, features(table, used), used).posterior(features(observed, used))
        summary = run_summary(learnt, asked.unknowns)[["unknown", "mean", "learnt"]]
        found.append(summary.assign(statistics=kind, statistic=name))
    return pd.concat(found, ignore_index=True)[["statistics", "statistic", "unknown", "mean", "learnt"]]
