"""Intervals for means, ratios and paired differences of runs, on arrays; what study and analysis have in common."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri, stdtrit

LEVEL = 0.95


def t_interval(values: np.ndarray, level: float = LEVEL) -> tuple[float, float, float]:
    """Return mean, low and high of Student's interval for a mean; NaN where the number of values does not give it.

    x̄ ± t(n − 1) · s / √n. One value has a mean and no interval; values that never vary have an interval of width 0.
    """
    n = len(values)
    if n == 0:
        return math.nan, math.nan, math.nan
    mean = float(np.mean(values))
    if n == 1:
        return mean, math.nan, math.nan
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * float(np.std(values, ddof=1)) / math.sqrt(n)
    return mean, mean - half, mean + half


def ratios(numerators: np.ndarray, denominator: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, ...]:
    """Return ratios of means with low, high and standard error, each of shape (…,).

    R = x̄ / ȳ; by the delta method its error is that of the mean of (x_j − R y_j) / ȳ, and the interval is Student's.

    Parameters
    ----------
    numerators, denominator
        Shapes (…, n) and (n,): the j-th of each was seen together. A denominator of mean 0 gives NaN.
    """
    n, below = denominator.shape[-1], float(np.mean(denominator))
    if n < 2 or below == 0.0:
        nothing = np.full(numerators.shape[:-1], np.nan)
        return nothing, nothing, nothing, nothing
    ratio = np.mean(numerators, axis=-1) / below
    error = np.std(numerators - ratio[..., None] * denominator, axis=-1, ddof=1) / (abs(below) * math.sqrt(n))
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
    return ratio, ratio - half, ratio + half, error


def share_interval(shares: np.ndarray, replicates: int, level: float = LEVEL) -> tuple[float, float, float]:
    """Return the mean of shares of successes with low and high, within 0 and 1 and of some width even at 0 or 1.

    Wilson's score interval (Wilson 1927) for as many runs as the shares are worth: p (1 − p) over the squared error of
    their mean, which counts what replicates of one share have in common, and no fewer than shares or more than runs.

    Parameters
    ----------
    shares
        Share of successes of each of n points, shape (n,), of so many replicates.
    """
    n = len(shares)
    if n < 2:
        return float(np.mean(shares)) if n else math.nan, math.nan, math.nan
    p, error = float(np.mean(shares)), float(np.var(shares, ddof=1)) / n
    worth = min(max(p * (1 - p) / error, n), n * replicates) if error > 0 else n
    z = float(ndtri(0.5 + level / 2))
    middle = (p + z**2 / (2 * worth)) / (1 + z**2 / worth)
    half = z * math.sqrt(p * (1 - p) / worth + z**2 / (4 * worth**2)) / (1 + z**2 / worth)
    return p, max(0.0, middle - half), min(1.0, middle + half)


PAIRED = ("pairs", "dropped", "difference", "low", "high", "deviation", "p_greater", "variance_reduction")


def paired(a: np.ndarray, b: np.ndarray, level: float = LEVEL) -> tuple[float, ...]:
    """Return :data:`PAIRED` for two arms run by run, shape (n_seeds,) each, NaN where an outcome is missing."""
    there = ~(np.isnan(a) | np.isnan(b))
    a, b = a[there], b[there]
    n, difference = len(a), a - b
    deviation = float(np.std(difference, ddof=1)) if n > 1 else math.nan
    apart = float(np.var(a, ddof=1) + np.var(b, ddof=1)) if n > 1 else math.nan
    p_greater = float(np.mean((difference > 0) + 0.5 * (difference == 0))) if n else math.nan
    saved = 1 - deviation**2 / apart if apart > 0 else math.nan
    return n, len(there) - n, *t_interval(difference, level), deviation, p_greater, saved


def by_draw(values: np.ndarray, draw: np.ndarray, level: float = LEVEL) -> tuple[float, ...]:
    """Return :data:`OF_DRAWS` of runs at draws of a posterior, shapes (n_runs,), none missing.

    A draw counts once, with the mean of its runs; Student's interval is that of these means, so that it holds what
    draws and luck do to the mean together. Variance components are those of a one-way layout (Searle, Casella &
    McCulloch 1992): of draws σ² = max(0, (M_between − M_within)/n₀), of luck M_within. The middle 90 % of what draws
    expect are the quantiles of their means, drawn together until their variance is σ². With one run a draw luck cannot
    be told from draws, and these are NaN.
    """
    _, at = np.unique(draw, return_inverse=True)
    n, total = np.bincount(at), len(values)
    means = np.bincount(at, values) / np.maximum(n, 1)
    mean, low, high = t_interval(means, level)
    k = len(n)
    if k < 2 or k == total:
        return mean, low, high, k, math.nan, math.nan, math.nan
    within = float(((values - means[at]) ** 2).sum()) / (total - k)
    between = float((n * (means - values.mean()) ** 2).sum()) / (k - 1)
    of_draws = max(0.0, (between - within) / ((total - float((n**2).sum()) / total) / (k - 1)))
    share = of_draws / (of_draws + within) if of_draws + within > 0 else math.nan
    spread = float(np.var(means, ddof=1))
    expected = mean + (means - mean) * math.sqrt(min(1.0, of_draws / spread) if spread > 0 else 0.0)
    return mean, low, high, k, share, *map(float, np.quantile(expected, [0.05, 0.95]))


OF_DRAWS = ("mean", "low", "high", "draws", "by_parameters", "expected_low", "expected_high")


def replicates_needed(deviation: float, half_width: float, level: float = LEVEL) -> int:
    """Return the least number of runs (or pairs) whose interval is no wider than ± ``half_width``.

    The smallest n ≥ 2 with t(n − 1) · s / √n ≤ h, for a standard deviation s that is taken as known.
    """
    if not (math.isfinite(deviation) and deviation >= 0 and half_width > 0):
        raise ValueError(f"replicates_needed: no number of runs for deviation {deviation} and half width {half_width}")
    wide = 0.5 + level / 2
    n = max(2, math.ceil((float(ndtri(wide)) * deviation / half_width) ** 2))
    while float(stdtrit(n - 1, wide)) * deviation / math.sqrt(n) > half_width:
        n += 1
    return n
