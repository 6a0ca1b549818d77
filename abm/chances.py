"""From log-odds and hazards to probabilities."""

from __future__ import annotations

import math

from abm.jit import kernel


@kernel
def logistic(u: float) -> float:
    """Return σ(u) = 1/(1 + e^−u), the probability of log-odds ``u``."""
    return 1.0 / (1.0 + math.exp(-u))


@kernel
def probability(hazard: float) -> float:
    """Return 1 − e^−Λ, the probability that something of monthly hazard Λ happens within the month."""
    return 1.0 - math.exp(-hazard)
