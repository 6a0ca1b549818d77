"""Claims: what a report says of a study. An arm is some points of it, a claim the difference of two in an outcome.

An arm that leaves factors open is the mean over all their settings, seed by seed. Every number is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.factor import worded
from experiments.intervals import by_draw, ratios, t_interval
from experiments.report.page.evidence import Evidence
from experiments.report.page.verdicts import MORE, UNCLEAR, Difference, difference

DIFFERENCE, SHARE = "difference", "share"  # how a claim is said
Text = Mapping[str, str]  # by language
Two = tuple["Arm", "Arm"]


class Arm(NamedTuple):
    """Some points of a study, with a name in every language (empty: by its settings)."""

    at: Mapping[str, Any]
    name: Text
    points: tuple[str, ...]

    @property
    def single(self) -> bool:
        """Whether it is one point, so that a run of it can be looked at."""
        return len(self.points) == 1


class Claim(NamedTuple):
    """What is said, and what was found.

    Attributes
    ----------
    key, template, outcome
        C1, C2 …; how it is said; of which outcome.
    a, b
        What is compared.
    found
        The paired difference a − b.
    texts
        In words, by language: ``what`` is counted, ``who`` brings it, ``that`` a share hangs on, ``take`` by verdict.
    expects
        The verdict that was expected, empty where none was.
    rest, left, share
        Of a share: the arms without what it hangs on, their difference, and the share with low and high.
    """

    key: str
    template: str
    outcome: str
    a: Arm
    b: Arm
    found: Difference
    texts: Mapping[str, Any] = {}
    expects: str = ""
    rest: tuple[Arm, Arm] | None = None
    left: Difference | None = None
    share: tuple[float, float, float] | None = None

    @property
    def verdict(self) -> str:
        """More, fewer or unclear; of a share, whether there is one."""
        if self.share:
            return MORE if self.share[1] > 0 else UNCLEAR
        return self.found.verdict


class Claims(NamedTuple):
    """The claims of a study, their file (empty: its largest effects), what it is not, and the arms of its figure."""

    claims: tuple[Claim, ...]
    source: str
    limits: Text
    figure: tuple[Arm, ...] = ()


def arm_at(found: Evidence, at: Mapping[str, Any], name: Text | None = None) -> Arm:
    """Return the arm of all points that have some settings."""
    names = [factor.name for factor in found.study.factors]
    wanted = [(names.index(key), value) for key, value in at.items()]
    points = [p.id for p in found.study.points() if all(worded(p.settings[x]) == value for x, value in wanted)]
    return Arm(at, name or {}, tuple(points))


def claim_of(found: Evidence, key: str, outcome: str, sides: Two, rest: Two | None = None, **said: Any) -> Claim:
    """Return a claim with its numbers; with a ``rest`` it is the share of the difference that is not in that of it."""
    claim = Claim(key, DIFFERENCE, outcome, *sides, between(found, *sides, outcome), **said)
    if rest is None:
        return claim
    left, share = between(found, *rest, outcome), share_of(found, outcome, sides, rest)
    return claim._replace(template=SHARE, rest=rest, left=left, share=share)


def between(found: Evidence, a: Arm, b: Arm, outcome: str) -> Difference:
    """Return the paired difference of two arms."""
    first, second = aligned(found, outcome, a, b)
    return difference(first, second, found.draws)


def share_of(found: Evidence, outcome: str, full: Two, rest: Two) -> tuple[float, float, float]:
    """Return which share of one paired difference is not in another, with its interval: 1 − Σ d₂ / Σ d₁."""
    a, b, c, d = aligned(found, outcome, *full, *rest)
    pairs = pd.DataFrame({"rest": c - d, "full": a - b}).dropna()
    if found.draws is not None:  # a draw counts once
        pairs = pairs.groupby(found.draws[pairs.index]).mean()
    ratio, low, high, _ = ratios(pairs["rest"].to_numpy(), pairs["full"].to_numpy())
    return float(1 - ratio), float(1 - high), float(1 - low)


def mean_of(found: Evidence, arm: Arm, outcome: str) -> tuple[float, float, float, int]:
    """Return mean, low and high of an outcome of an arm, and of how many runs."""
    (values,) = aligned(found, outcome, arm)
    there = ~np.isnan(values)
    draws = found.draws
    mean, low, high, *_ = t_interval(values[there]) if draws is None else by_draw(values[there], draws[there])
    return mean, low, high, int(there.sum())


def aligned(found: Evidence, outcome: str, *arms: Arm) -> list[np.ndarray]:
    """Return an outcome of arms seed by seed, shape (n_seeds,) each: the mean over their points, missing if one is."""
    table = found.runs
    every, series = np.unique(table["replicate"]), []
    for arm in arms:
        runs = table[table["point"].isin(arm.points)].groupby("replicate")[outcome]
        series.append(runs.mean().where(runs.count() == len(arm.points)).reindex(every).to_numpy(float))
    return series
