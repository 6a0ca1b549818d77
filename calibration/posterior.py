"""What a record says of the unknowns: regression ABC, amortised, in NumPy.

Runs are drawn once from the prior. Mean and spread of every unknown, on the normal scale z, are regressed on the
features s of the list: ridge regressions with all terms to degree 2, of z and of ln(residual² + 0.001). The posterior
at a record s_o are the residuals of the runs nearest to it, rescaled:

    z_i* = m(s_o) + [z_i − m(s_i)] σ(s_o)/σ(s_i),   weight 1 − (d_i/d_max)²

with d the distance of standardised features (Beaumont, Zhang & Balding 2002; heteroscedastic: Blum & François 2010).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from abm.parameters import ConfigError

NEAREST = 3000
RIDGE = 1.0
TINY = np.finfo(float).tiny
FLOOR = 0.001  # of squared residuals, so that none of them has an infinite logarithm


class Sample(NamedTuple):
    """Weighted draws of the unknowns on the normal scale, shapes (n, n_unknowns) and (n,); weights sum to 1."""

    z: np.ndarray
    weight: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Mean of every unknown, shape (n_unknowns,)."""
        return self.weight @ self.z

    @property
    def sd(self) -> np.ndarray:
        """Standard deviation of every unknown, shape (n_unknowns,)."""
        return np.sqrt(self.weight @ (self.z - self.mean) ** 2)

    def below(self, z: np.ndarray) -> np.ndarray:
        """Return the weight of the draws below a point, unknown by unknown: its rank in 0…1; ties count half."""
        return self.weight @ (self.z < z) + 0.5 * (self.weight @ (self.z == z))

    def quantiles(self, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of every unknown, shape (n_levels, n_unknowns)."""
        found = np.empty((len(levels), self.z.shape[1]))
        for k in range(self.z.shape[1]):
            order = np.argsort(self.z[:, k], kind="stable")
            up_to = np.cumsum(self.weight[order]) - 0.5 * self.weight[order]
            found[:, k] = np.interp(levels, up_to, self.z[order, k])
        return found

    def draws(self, n: int, seed: int) -> np.ndarray:
        """Return ``n`` draws of equal weight, by systematic resampling in an order of their own, shape (n, …)."""
        rng = np.random.default_rng(seed)
        ends = np.cumsum(self.weight)
        chosen = np.searchsorted(ends / ends[-1], (np.arange(n) + rng.random()) / n)
        return self.z[rng.permutation(chosen)]


class Regression(NamedTuple):
    """A fitted regression ABC: any record's posterior, without a further run.

    Attributes
    ----------
    z, features
        Unknowns on the normal scale and standardised features of the runs, shapes (n_runs, n_unknowns), (n_runs, n).
    center, scale
        By which features are standardised, shape (n,).
    mean, log_variance
        Coefficients of :func:`terms`, shape (n_terms, n_unknowns).
    """

    z: np.ndarray
    features: np.ndarray
    center: np.ndarray
    scale: np.ndarray
    mean: np.ndarray
    log_variance: np.ndarray

    def posterior(self, features: np.ndarray, nearest: int = NEAREST) -> Sample:
        """Return the posterior at the features of a record, shape (n,), from the runs nearest to it."""
        at = (features - self.center) / self.scale
        distance = ((self.features - at) ** 2).sum(axis=1)
        nearest = min(nearest, len(distance))
        close = np.argpartition(distance, nearest - 1)[:nearest]
        near, here = terms(self.features[close]), terms(at[None])
        spread = np.exp(0.5 * ((here - near) @ self.log_variance))
        z = here @ self.mean + (self.z[close] - near @ self.mean) * spread
        weight = 1 - distance[close] / max(distance[close].max(), TINY)
        if not weight.any():  # all are as far away
            weight = np.ones(len(close))
        return Sample(z, weight / weight.sum())

    def posteriors(self, features: np.ndarray) -> Iterator[Sample]:
        """Yield the posterior at each of some records, shape (n_records, n)."""
        return (self.posterior(record) for record in features)


def fit(z: np.ndarray, features: np.ndarray, names: Sequence[str] | None = None) -> Regression:
    """Fit the regressions to runs of the prior.

    Parameters
    ----------
    z, features
        Unknowns on the normal scale, shape (n_runs, n_unknowns), and features of the lists, shape (n_runs, n).
    names
        Of the features, for refusals.

    Raises
    ------
    ConfigError
        One line on a feature that never varies or has no number, or on runs that are too few.
    """
    center, scale = scales(features, feature_names(features, names))
    s = (features - center) / scale
    x = terms(s)
    if len(x) <= x.shape[1]:
        raise ConfigError(f"runs = {len(x)}: must be more than {x.shape[1]}, the terms of the regression")
    mean = ridge(x, z)
    return Regression(z, s, center, scale, mean, ridge(x, np.log((z - x @ mean) ** 2 + FLOOR)))


def feature_names(features: np.ndarray, names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of features as given, or their numbers."""
    return tuple(names or [f"feature {k}" for k in range(features.shape[1])])


def scales(features: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each feature; refuse one without a number, and one that never varies."""
    center, scale = features.mean(axis=0), features.std(axis=0)
    for name, middle, width in zip(names, center, scale, strict=True):
        if not np.isfinite(middle):
            raise ConfigError(
                f"{name}: some runs have no number; give them one, as calibration.statistics.features does"
            )
        if width <= 1e-12 * max(1.0, abs(middle)):
            raise ConfigError(
                f"{name} = {middle:g} in all runs: a statistic that never varies tells nothing; leave it out"
            )
    return center, scale


def terms(s: np.ndarray) -> np.ndarray:
    """Return 1, s_i and all s_i s_j of points, shape (n, 1 + k + k(k+1)/2)."""
    first, second = np.triu_indices(s.shape[1])
    return np.column_stack([np.ones(len(s)), s, s[:, first] * s[:, second]])


def ridge(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the coefficients that minimise |y − xβ|² + RIDGE |β|², that of the constant, x_0 = 1, left free."""
    middle = x.mean(axis=0)
    apart = x[:, 1:] - middle[1:]
    slopes = np.linalg.solve(apart.T @ apart + RIDGE * np.eye(apart.shape[1]), apart.T @ (y - y.mean(axis=0)))
    return np.vstack([y.mean(axis=0) - middle[1:] @ slopes, slopes])


def crps(sample: Sample, z: np.ndarray) -> np.ndarray:
    """Return the continuous ranked probability score of a sample at the true point, shape (n_unknowns,).

    E|Z − z| − ½ E|Z − Z'| (Gneiting & Raftery 2007); less is better.
    """
    found = sample.weight @ np.abs(sample.z - z)
    for k in range(sample.z.shape[1]):
        order = np.argsort(sample.z[:, k])
        value, weight = sample.z[order, k], sample.weight[order]
        below = np.cumsum(weight) - 0.5 * weight
        found[k] -= (weight * value * (2 * below - 1)).sum()
    return found
