"""Programmes × worlds: every scenario of a study in every world, with seeds that the scenarios of a world share.

A world is a setting of everything that varies but the scenario. No two worlds share a seed, so that what holds in many
of them does not hang on the luck of a few seeds; programmes of one world share all the luck they can.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np


class Crossed(NamedTuple):
    """Worlds as blocks of points, one a programme; in a study of one scenario each has one point.

    ``rows`` are the settings of the worlds, ``programmes`` the levels of the scenario, the factor at ``place``.
    """

    rows: Sequence[tuple[Any, ...]]
    programmes: tuple[str, ...]
    place: int

    @property
    def n_points(self) -> int:
        """Points of a world, one a programme."""
        return max(1, len(self.programmes))

    @property
    def own(self) -> np.ndarray:
        """Places of the points that are run: all of them."""
        return np.arange(len(self.rows) * self.n_points)

    def settings(self, block: int, point: int) -> tuple[Any, ...]:
        """Return the values of the factors at a point."""
        row = tuple(self.rows[block])
        programme = self.programmes[point : point + 1]
        return (*row[: self.place], *programme, *row[self.place :])
