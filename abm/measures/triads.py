"""What one triangle of cities changes in the counts of clustering, constraint and brokerage."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from abm.jit import kernel

COORDINATOR, ITINERANT, REPRESENTATIVE, LIAISON = range(4)


class Triads(NamedTuple):
    """Sums over triangles."""

    closed: Any  # (n_cities,) tied pairs among the neighbours of a city
    weights: Any  # (m,) Σ 1/degree over the cities that both ends of a tie are tied to
    roles: Any  # (4, MAX_REGIONS) tied pairs among the neighbours of the cities of a bloc, by role


@kernel
def role(own: int, one: int, other: int) -> int:
    """Return the role of a city between two others, by their blocs (Gould & Fernandez 1989)."""
    if one == other:
        return COORDINATOR if one == own else ITINERANT
    return REPRESENTATIVE if own in (one, other) else LIAISON


@kernel
def close(
    triads: Triads,
    e: int,
    pairs: np.ndarray,
    q: int,
    degree: np.ndarray,
    region: np.ndarray,
) -> None:
    """Note that city ``q`` is tied to both ends of tie ``e``."""
    triads.closed[q] += 1
    triads.weights[e] += 1.0 / degree[q]
    triads.roles[role(region[q], region[pairs[e, 0]], region[pairs[e, 1]]), region[q]] += 1
