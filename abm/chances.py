"""From log-odds and hazards to probabilities."""

from __future__ import annotations

import math

import numpy as np

from abm.machine.jit import Key, kernel

STEPS = 4  # places of the table below for one standard deviation
SAFE = 1.0 + 1e-12  # more than rounding can take from an upper bound
_BELOW = [0.5 + 0.5 * math.erf((x / STEPS - 0.01) / math.sqrt(2.0)) for x in range(1, 9 * STEPS)]
_LUCK = np.array([0] + [min(int(2**52 * below) << 12, 2**64 - 1) for below in _BELOW], np.uint64)


@kernel
def logistic(u: float) -> float:
    """Return σ(u) = 1/(1 + e^−u), the probability of log-odds ``u``."""
    return 1.0 / (1.0 + math.exp(-u))


@kernel
def probability(hazard: float) -> float:
    """Return 1 − e^−Λ, the probability that something of monthly hazard Λ happens within the month."""
    return 1.0 - math.exp(-hazard)


@kernel
def happens(u: float, hazard: float) -> bool:
    """Say whether a uniform number is below 1 − e^−Λ.

    A no is quick where u ≥ Λ ≥ 1 − e^−Λ, a yes where u < 1 − (1 + Λ/8)^−8 ≤ 1 − e^−Λ.
    """
    if u >= hazard:
        return False
    square = (1.0 + 0.125 * hazard) * (1.0 + 0.125 * hazard)
    fourth = square * square
    return u < 1.0 - SAFE / (fourth * fourth) or u < probability(hazard)


@kernel
def surely_below(luck: Key, x: float) -> bool:
    """Say whether the normal number of a luck need not be worked out to know that it is below ``x``."""
    return luck < _LUCK[int(min(max(STEPS * x, 0.0), len(_LUCK) - 1.0))]
