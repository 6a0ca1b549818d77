"""Is a posterior right? Each question is a pair: ``run_…`` makes the numbers, ``check_…`` judges them.

All work on arrays. A check says which line of the gate it decides, whether it is met (None: these numbers cannot decide
it), and why, in a sentence. A test must be able to fail: posteriors that are wrong on purpose go through it as well.
The prior in place of a posterior passes all of this; :mod:`calibration.learnt` notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import ndtri

from calibration.posterior import Sample

LEVELS = {0.50: 0.05, 0.80: 0.04, 0.90: 0.03, 0.95: 0.02}  # coverage, and how far it may be off
ENOUGH, MEAN_RANK, KS = 1000, 0.025, 0.01
TARP_AREA, HPD_OFF = 0.02, 0.03


class Check(NamedTuple):
    """The verdict on one line of the gate: its name, whether it is met (None: not decided), and a sentence."""

    gate: str
    met: bool | None
    sentence: str


class Ranks(NamedTuple):
    """What posteriors said of unknowns that are known, test by test.

    Attributes
    ----------
    below
        Weight of the draws below the truth, shape (n_tests, n_unknowns): uniform if the posterior is right.
    nearer
        Weight of the draws nearer than the truth to a point of the prior, shape (n_tests,): uniform too.
    """

    below: np.ndarray
    nearer: np.ndarray


Canary = Callable[[Sample, np.ndarray], Sample]


def _as_it_is(sample: Sample, truth: np.ndarray) -> Sample:
    return sample


def _narrow(sample: Sample, truth: np.ndarray) -> Sample:
    return sample._replace(z=sample.mean + 0.7 * (sample.z - sample.mean))


def _shifted(sample: Sample, truth: np.ndarray) -> Sample:
    return sample._replace(z=sample.z + 0.3)


def _leaked(sample: Sample, truth: np.ndarray) -> Sample:
    return sample._replace(z=sample.z + 0.5 * (truth - sample.mean))


def _prior(sample: Sample, truth: np.ndarray) -> Sample:
    n, k = sample.z.shape
    places = np.random.default_rng(1).permuted(np.tile(np.arange(n), (k, 1)), axis=1).T
    return Sample(ndtri((places + 0.5) / n), np.full(n, 1 / n))


POSTERIOR = "posterior"
CANARIES: Mapping[str, Canary] = {"too narrow": _narrow, "shifted": _shifted, "has seen the answer": _leaked}
VARIANTS: Mapping[str, Canary] = {POSTERIOR: _as_it_is, **CANARIES, "prior": _prior}


def run_sbc(samples: Iterable[Sample], truth: np.ndarray, seed: int = 1) -> dict[str, Ranks]:
    """Rank true unknowns in their posteriors (Talts et al. 2018; Lemos et al. 2023), and in each canary's.

    Parameters
    ----------
    samples
        The posterior of each test, in order; they may be made one by one.
    truth
        The unknowns that each test was simulated with, on the normal scale, shape (n_tests, n_unknowns).

    Returns
    -------
    The tests of the posterior, of posteriors that are wrong on purpose, and of the prior in place of a posterior.
    """
    points = np.random.default_rng(seed).standard_normal(truth.shape)
    found: dict[str, list[tuple[np.ndarray, float]]] = {name: [] for name in VARIANTS}
    for sample, at, point in zip(samples, truth, points, strict=True):
        for name, change in VARIANTS.items():
            changed = change(sample, at)
            distance = ((changed.z - point) ** 2).sum(axis=1)
            nearer = float(changed.weight[distance < ((at - point) ** 2).sum()].sum())
            found[name].append((changed.below(at), nearer))
    return {name: Ranks(*map(np.array, zip(*rows, strict=True))) for name, rows in found.items()}


def coverage(ranks: Ranks, names: Sequence[str]) -> pd.DataFrame:
    """Return a row an unknown: coverage of central intervals (50% … 95%), mean_rank, ks_p, and what is wrong."""
    rows = []
    for name, rank in zip(names, ranks.below.T, strict=True):
        covered = {level: float(np.mean(np.abs(rank - 0.5) <= level / 2)) for level in LEVELS}
        wrong = [f"{x:.0%} covers {covered[x]:.3f}" for x, off in LEVELS.items() if abs(covered[x] - x) > off]
        mean, p = float(rank.mean()), float(stats.kstest(rank, "uniform").pvalue)
        wrong += [f"mean rank {mean:.3f}"] if abs(mean - 0.5) > MEAN_RANK else []
        wrong += [f"KS p {p:.2g}"] if p * len(names) < KS else []
        by_level = {f"{level:.0%}": share for level, share in covered.items()}
        rows.append({"unknown": name, **by_level, "mean_rank": mean, "ks_p": p, "wrong": ", ".join(wrong)})
    return pd.DataFrame(rows)


def check_sbc(ranks: Ranks, names: Sequence[str]) -> Check:
    """Judge simulation-based calibration (G2): coverage, mean rank and Kolmogorov–Smirnov, unknown by unknown."""
    table, n = coverage(ranks, names), len(ranks.below)
    wrong = [f"{row['unknown']} ({row['wrong']})" for row in table.to_dict("records") if row["wrong"]]
    found = f"{len(wrong)} of {len(names)} unknowns are off: {'; '.join(wrong)}" if wrong else "all unknowns are right"
    return Check("G2", not wrong if n >= ENOUGH else None, f"{found}, in {n} tests{too_few(n)}")


def too_few(n: int) -> str:
    """Return what is said of fewer tests than decide."""
    return f", where {ENOUGH} decide" if n < ENOUGH else ""


def check_tarp(ranks: Ranks) -> Check:
    """Judge joint coverage (G3): mean distance of the curve of expected coverage from the diagonal."""
    ordered, n = np.sort(ranks.nearer), len(ranks.nearer)
    area = float(np.abs(ordered - (np.arange(n) + 0.5) / n).mean())
    sentence = f"area between TARP curve and diagonal {area:.3f} in {n} tests{too_few(n)}"
    return Check("G3", area <= TARP_AREA if n >= ENOUGH else None, sentence)


def check_hpd(denser: np.ndarray) -> Check:
    """Judge joint coverage of each of several estimators (G3): of the regions of highest density, at four levels.

    ``denser``, shape (n_estimators, n_tests), is the share of an estimator's draws that it holds for likelier than the
    truth: uniform if its joint posterior is right.
    """
    n, wrong, off = denser.shape[1], [], 0.0
    for number, shares in enumerate(denser, 1):
        for level in LEVELS:
            covered = float(np.mean(shares < level))
            off = max(off, abs(covered - level))
            wrong += [f"flow {number}: {level:.0%} covers {covered:.3f}"] if abs(covered - level) > HPD_OFF else []
    found = "; ".join(wrong) or f"joint coverage of {len(denser)} flows is off by at most {off:.3f}"
    return Check("G3", not wrong if n >= ENOUGH else None, f"{found}, in {n} tests{too_few(n)}")


def check_canaries(ranks: Mapping[str, Ranks], names: Sequence[str]) -> Check:
    """Say whether the tests would have noticed (G9): each posterior that is wrong on purpose must turn G2 red."""
    verdicts = {name: check_sbc(ranks[name], names).met for name in CANARIES}
    if None in verdicts.values():
        return Check("G9", None, f"too few tests to notice anything{too_few(0)}")
    unnoticed = [name for name, met in verdicts.items() if met]
    if unnoticed:
        return Check("G9", False, f"the tests do not notice a posterior that is {' or '.join(unnoticed)}")
    return Check("G9", True, f"the tests notice a posterior that is {', '.join(CANARIES)}")
