"""What one triangle of cities changes in the counts of clustering, constraint and brokerage."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from abm.machine.jit import kernel

COORDINATOR, ITINERANT, REPRESENTATIVE, LIAISON = range(4)


class Triads(NamedTuple):
    """Sums over triangles."""

    closed: Any  # (n_cities,) tied pairs among the neighbours of a city
    roles: Any  # (4, MAX_REGIONS) tied pairs among the neighbours of the cities of a bloc, by role


@kernel
def role(own: int, one: int, other: int) -> int:
    """Return the role of a city between two others, by their blocs (Gould & Fernandez 1989)."""
    if one == other:
        return COORDINATOR if one == own else ITINERANT
    return REPRESENTATIVE if own in (one, other) else LIAISON


@kernel
def close(triads: Triads, a: int, b: int, q: int, degree: np.ndarray, region: np.ndarray) -> float:
    """Note that city ``q`` is tied to both ends of the tie of ``a`` and ``b``; return 1/degree of it."""
    triads.closed[q] += 1
    triads.roles[role(region[q], region[a], region[b]), region[q]] += 1
    return 1.0 / degree[q]


@kernel
def tightened(weight: float, a: int, b: int) -> float:
    """Return what triangles add to the constraint of the two ends of a tie, of degrees ``a`` and ``b``.

    ``weight`` is Σ 1/degree over the cities that both ends are tied to.
    """
    return (2.0 + weight) * weight * (1.0 / (a * a) + 1.0 / (b * b))
