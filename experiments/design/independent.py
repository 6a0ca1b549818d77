"""Independent points: each number of each is a draw of its own, keyed by the seed, its place and the factor's name.

Whoever knows a factor's name knows its draws, whatever else varies, and a design grows by any number of points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from abm.draws import NOBODY, draw, entity, process, uniform
from abm.machine.jit import Key, kernel

POINT = process("design.point")


def places(seed: int, names: Sequence[str], n: int, first: int = 0) -> np.ndarray:
    """Return points ``first``, ``first + 1``, … of the unit cube, strictly inside (0, 1), shape (n, n_names)."""
    return filled(np.uint64(seed), np.array([entity("factor", name) for name in names], np.uint64), first, n)


@kernel
def filled(seed: Key, keys: np.ndarray, first: int, n: int) -> np.ndarray:
    """Draw the numbers of points, shape (n, n_keys)."""
    u = np.empty((n, len(keys)))
    for x in range(n):
        for k in range(len(keys)):
            u[x, k] = uniform(draw(seed, POINT, 0, keys[k], NOBODY, first + x))
    return u
