"""What a broker and what events add, under three beliefs: prior, posterior, defaults; how much of it is luck.

Each draw of a belief is run with some seeds as it is, without the broker and without events, the same seeds in all
three. Of one difference the variance is that between draws, which parameters make, and that within, which is luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from abm.setup.build import parameters
from calibration.inference.runs import Runs, fresh, measured
from calibration.inference.study import Asked
from calibration.posterior import Sample
from calibration.priors import rows, values

OUTCOMES = ("contacts_ever", "pilots_ever", "sustained_ever")
LEVERS: Mapping[str, tuple[str, float]] = {"broker": ("broker.capacity", 0.0), "events": ("calendar.scale", 0.0)}
DRAWS, SEEDS = 300, 12
PRIOR, POSTERIOR, DEFAULTS = "prior", "posterior", "defaults"


def headline(asked: Asked, runs: Runs, sample: Sample) -> pd.DataFrame:
    """Return what each lever adds to each outcome under each belief; see :func:`told` for the columns."""
    n = n_draws(len(runs.z))
    beliefs = {
        DEFAULTS: np.repeat(parameters(asked.scenario), n),
        PRIOR: rows(asked.scenario, asked.unknowns, values(asked.unknowns, runs.z[:n])),
        POSTERIOR: rows(asked.scenario, asked.unknowns, values(asked.unknowns, sample.draws(n, asked.study.seed))),
    }
    found = []
    for belief, p in beliefs.items():
        levels = arms(asked, np.repeat(p, SEEDS))
        for lever in LEVERS:
            for k, outcome in enumerate(OUTCOMES):
                with_it, without = (levels[arm][:, k].reshape(n, SEEDS) for arm in ("", lever))
                keys = {"belief": belief, "lever": lever, "outcome": outcome}
                found.append(keys | told(with_it, without, belief == DEFAULTS))
    return pd.DataFrame(found)


def n_draws(runs: int) -> int:
    """Return how many draws of a belief are run, fewer for a quick look."""
    return min(DRAWS, max(4, runs // 80))


def arms(asked: Asked, p: Any) -> dict[str, np.ndarray]:
    """Return the outcomes of runs as they are, under "", and without each lever, with the same seeds."""
    seeds = fresh(asked, "headline", len(p))
    found = {"": measured(asked, p, seeds, OUTCOMES)}
    for lever, (name, value) in LEVERS.items():
        section, _, field = name.partition(".")
        changed = p.copy()
        changed[section][field] = value
        found[lever] = measured(asked, changed, seeds, OUTCOMES)
    return found


def told(with_it: np.ndarray, without: np.ndarray, one_point: bool) -> dict[str, float]:
    """Return what paired runs say of a difference, each of shape (n_draws, n_seeds); ``one_point``: all draws are one.

    Returns
    -------
    level (with the lever), mean (of the difference), low_90 and high_90 (of its mean over seeds, between draws, shrunk
    by the noise of so few seeds), one_05 and one_95 (of one pair of runs), relative, relative_05 and relative_95 (to
    the level without it, median and between draws), by_parameters and by_luck (shares of the variance of one
    difference), positive (share of pairs above 0).
    """
    apart = with_it - without
    by_draw, n = apart.mean(axis=1), apart.shape[1]
    luck = float(apart.var(axis=1, ddof=1).mean())
    between = 0.0 if one_point else max(0.0, float(by_draw.var(ddof=1)) - luck / n)
    mean, spread = float(apart.mean()), float(by_draw.std(ddof=1))
    shrunk = mean + (by_draw - mean) * (np.sqrt(between) / spread if spread else 0.0)
    base = without.mean(axis=1)
    relative = np.divide(by_draw, base, out=np.full(len(base), np.nan), where=base > 0)
    if one_point:
        relative = np.array([mean / base.mean() if base.mean() else np.nan])
    total = between + luck
    quantiles = {
        ("low_90", "high_90"): np.quantile(shrunk, [0.05, 0.95]),
        ("one_05", "one_95"): np.quantile(apart, [0.05, 0.95]),
        ("relative", "relative_05", "relative_95"): np.quantile(finite(relative), [0.5, 0.05, 0.95]),
    }
    said = {name: float(x) for names, xs in quantiles.items() for name, x in zip(names, xs, strict=True)}
    return {
        "level": float(with_it.mean()),
        "mean": mean,
        **said,
        "by_parameters": between / total if total else np.nan,
        "by_luck": luck / total if total else np.nan,
        "positive": float((apart > 0).mean()),
        "draws": len(apart),
        "seeds": n,
    }


def finite(numbers: np.ndarray) -> np.ndarray:
    """Return the numbers that are there, or one that is none."""
    found = numbers[np.isfinite(numbers)]
    return found if len(found) else np.array([np.nan])
