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
def exp(x: float, exact: bool) -> float:
    """Return e^x, or, at a tenth of the work, (1 − x/8)^−8, which is a little more (7 % at ±1)."""
    if exact:
        return math.exp(x)
    root = 1.0 - 0.125 * x
    fourth = (root * root) * (root * root)
    return SAFE / (fourth * fourth) if root > 0.0 else math.inf


@kernel
def log(x: float, exact: bool) -> float:
    """Return ln x, or, at a tenth of the work, 4(x^¼ − 1), which is a little more (0.06 at ½ and 2)."""
    return math.log(x) if exact else 4.0 * SAFE * math.sqrt(math.sqrt(x)) - 4.0


@kernel
def happens(u: float, hazard: float) -> bool:
    """Say whether a uniform number is below 1 − e^−Λ, with a quick first no, as 1 − e^−Λ ≤ Λ, and a quick yes."""
    return u < hazard and (u < 1.0 - exp(-hazard, False) or u < probability(hazard))


@kernel
def surely_below(luck: Key, x: float) -> bool:
    """Say whether the normal number of a luck need not be worked out to know that it is below ``x``."""
    return luck < _LUCK[int(min(max(STEPS * x, 0.0), len(_LUCK) - 1.0))]
