"""Words of verdict, computed from intervals and pairs of runs; nothing here is written by hand for a study."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from experiments.figures.text import decimals, number
from experiments.intervals import LEVEL, PAIRED, by_draw, paired

VERDICTS = MORE, FEWER, UNCLEAR = "more", "fewer", "unclear"
LARGE = 100  # half width from which two digits of it count
MOSTLY = 0.75  # share of pairs from which a difference shows in most runs, not only on average


class Difference(NamedTuple):
    """A paired difference: what :func:`experiments.intervals.paired` says, and in how many pairs which has more.

    Of a study at draws of a posterior, ``draws`` is how many there are: the interval takes the pairs of a draw as one.
    """

    pairs: int
    dropped: int
    difference: float
    low: float
    high: float
    deviation: float
    p_greater: float
    variance_reduction: float
    n_more: int
    n_less: int
    draws: int = 0

    @property
    def alike(self) -> bool:
        """Whether both sides were the same in every pair."""
        return self.pairs > 0 and self.n_more == self.n_less == 0

    @property
    def verdict(self) -> str:
        """More, fewer, or not to be told from chance."""
        return verdict(self.low, self.high)

    def among(self, looked: int) -> str:
        """Return the verdict of an interval that holds for so many comparisons at once (Bonferroni; Dunn 1961)."""
        free, half = (self.draws or self.pairs) - 1, (self.high - self.low) / 2
        half *= float(stdtrit(free, 1 - (1 - LEVEL) / (2 * looked)) / stdtrit(free, 1 - (1 - LEVEL) / 2))
        return verdict(self.difference - half, self.difference + half)

    @property
    def on_average_only(self) -> bool:
        """Whether the interval excludes 0, yet more than a quarter of the pairs say otherwise."""
        share = self.p_greater if self.verdict == MORE else 1 - self.p_greater
        return self.verdict != UNCLEAR and share < MOSTLY

    @property
    def n_with(self) -> int:
        """Pairs that go the way of the difference."""
        return self.n_more if self.difference >= 0 else self.n_less

    @property
    def shown(self) -> dict[str, str]:
        """Difference, low and high as they are printed: as precise as the interval is narrow."""
        half = (self.high - self.low) / 2
        return {
            "difference": printed(self.difference, half, True),
            "low": printed(self.low, half),
            "high": printed(self.high, half),
        }


def printed(value: float, half_width: float, signed: bool = False) -> str:
    """Return a number as precise as its interval is narrow, a large one in round hundreds or thousands."""
    if math.isfinite(value) and math.isfinite(half_width) and half_width >= LARGE:
        value = round(value, 1 - math.floor(math.log10(half_width)))
    return number(value, decimals(half_width), signed)


def difference(a: np.ndarray, b: np.ndarray, draws: np.ndarray | None = None) -> Difference:
    """Return the paired difference of two arms run by run, shape (n_seeds,) each, as are the draws they ran at."""
    found = dict(zip(PAIRED, paired(a, b), strict=True))
    if draws is not None:
        there = ~np.isnan(a - b)
        of_draws = by_draw((a - b)[there], draws[there])
        found |= dict(zip(("difference", "low", "high", "draws"), of_draws[:4], strict=True))
    return Difference(**found, n_more=int(np.sum(a > b)), n_less=int(np.sum(a < b)))  # type: ignore[arg-type]


def verdict(low: float, high: float) -> str:
    """Return what an interval says of a difference: without an interval nothing, nor where it holds 0."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return UNCLEAR
    return MORE if low > 0 else FEWER if high < 0 else UNCLEAR
