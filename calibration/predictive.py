"""Does a posterior fit? What it predicts, run afresh, against what was seen: used in the fit, or held out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from calibration.diagnostics import Check

NEIGHBOURS = 50
POSSIBLE, JOINT, HELD_OUT, FEWEST_HELD_OUT = 0.05, 0.05, 0.80, 5
QUANTILES = {"low_95": 0.025, "low_90": 0.05, "high_90": 0.95, "high_95": 0.975}


def run_possible(runs: np.ndarray, others: np.ndarray, observed: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the mean distance to the 50 nearest runs, of a record and of other runs that are not among them.

    Parameters
    ----------
    runs, others, observed
        Features, shapes (n_runs, n), (n_others, n) and (n,); distances are in standard deviations over ``runs``.
    """
    scale = runs.std(axis=0)
    runs, others, observed = runs / scale, others / scale, observed / scale

    def remoteness(point: np.ndarray) -> float:
        """Return the mean distance of a point to its nearest runs."""
        distance = np.sqrt(((runs - point) ** 2).sum(axis=1))
        return float(np.partition(distance, NEIGHBOURS - 1)[:NEIGHBOURS].mean())

    return remoteness(observed), np.array([remoteness(point) for point in others])


def check_possible(remoteness: float, of_others: np.ndarray) -> Check:
    """Judge whether a record is a possible output of the model (G5): as near to its runs as runs are to each other."""
    p = p_above(remoteness, of_others)
    return Check("G5", p >= POSSIBLE, f"the record is a possible output of the model, p {p:.3f}")


def p_above(found: float, reference: np.ndarray) -> float:
    """Return the share of reference values at or above a found one, itself counted among them."""
    return float((1 + np.count_nonzero(reference >= found)) / (1 + len(reference)))


def run_predictive(predicted: np.ndarray, observed: np.ndarray, names: Sequence[str]) -> pd.DataFrame:
    """Return what a posterior predicts of each statistic, and where the record lies.

    Parameters
    ----------
    predicted
        Statistics of runs at draws of the posterior, shape (n_draws, n); NaN where a run has no value.

    Returns
    -------
    A row a statistic: statistic, observed, lacking (draws without a value), mean, low_95, low_90, high_90, high_95,
    p (two-sided, ties count half).
    """
    rows = []
    for name, values, seen in zip(names, predicted.T, observed, strict=True):
        found = values[np.isfinite(values)]
        if not len(found):
            rows.append({"statistic": name, "observed": seen, "lacking": len(values), "p": np.nan})
            continue
        below = np.mean(found < seen) + 0.5 * np.mean(found == seen)
        rows.append(
            {
                "statistic": name,
                "observed": float(seen),
                "lacking": len(values) - len(found),
                "mean": float(found.mean()),
                **dict(zip(QUANTILES, np.quantile(found, list(QUANTILES.values())).tolist(), strict=True)),
                "p": float(2 * min(below, 1 - below)),
            }
        )
    return pd.DataFrame(rows, columns=["statistic", "observed", "lacking", "mean", *QUANTILES, "p"])


def run_joint(predicted: np.ndarray, observed: np.ndarray) -> float:
    """Return the share of predictions as far from their middle as the record: p of its Mahalanobis distance.

    ``predicted`` and ``observed`` are features, which always have a number, shapes (n_draws, n) and (n,).
    """
    apart = predicted - predicted.mean(axis=0)
    inverse = np.linalg.pinv(np.atleast_2d(np.cov(apart, rowvar=False)))
    distance = np.einsum("ij,jk,ik->i", apart, inverse, apart)
    at = observed - predicted.mean(axis=0)
    return p_above(float(at @ inverse @ at), distance)


def check_fit(table: pd.DataFrame, joint_p: float) -> Check:
    """Judge the statistics used in the fit (G5): all in their 95 % intervals, and together not too far."""
    out = outside(table, "low_95", "high_95")
    if out or joint_p < JOINT:
        return Check("G5", False, f"joint p {joint_p:.2f}; outside 95 %: {', '.join(out) or 'none'}")
    return Check("G5", True, f"joint p {joint_p:.2f}; all {len(table)} statistics inside 95 %")


def check_hold_outs(table: pd.DataFrame) -> Check:
    """Judge the statistics held out (G6): four of five in their 90 % intervals; fewer than five decide nothing."""
    out, n = outside(table, "low_90", "high_90"), len(table)
    sentence = f"{n - len(out)} of {n} hold-outs inside 90 %" + (f"; missed: {', '.join(out)}" if out else "")
    if n - len(out) < HELD_OUT * n or not n:
        return Check("G6", False, sentence)
    few = n < FEWEST_HELD_OUT
    return Check("G6", None if few else True, sentence + f", where {FEWEST_HELD_OUT} decide" * few)


def outside(table: pd.DataFrame, low: str, high: str) -> list[str]:
    """Return the statistics whose record is not inside an interval; one that no run has is outside."""
    inside = (table["observed"] >= table[low]) & (table["observed"] <= table[high])
    return table.loc[~inside, "statistic"].tolist()


def missed(table: pd.DataFrame) -> list[str]:
    """Return the statistics that are missed: outside 95 % in the fit, outside 90 % if held out."""
    fit = table["role"] == "fit"
    return outside(table[fit], "low_95", "high_95") + outside(table[~fit], "low_90", "high_90")
