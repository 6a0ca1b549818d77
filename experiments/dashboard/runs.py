"""The runs of an arm: outcomes month by month and the highest stage of every pair of cities, seed after seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from abm.input.scenario import Scenario
from abm.outcomes import outcomes_of
from abm.runs import CHUNK, recorded_pairs
from experiments.dashboard.offered import OUTCOMES


class Abandoned(Exception):
    """Nobody waits for these runs any more."""


class Runs(NamedTuple):
    """Runs of seeds 1, 2, … n.

    Attributes
    ----------
    series
        Outcomes in the order of :data:`OUTCOMES`, shape (n_seeds, n_outcomes, months).
    highest
        Highest stage ever by pair of cities, bytes of shape (n_seeds, n_cities, n_cities).
    """

    series: np.ndarray
    highest: np.ndarray

    @property
    def n(self) -> int:
        """How many runs there are."""
        return len(self.series)

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return int(self.series.nbytes + self.highest.nbytes)

    def first(self, n: int) -> Runs:
        """Return the first n of them."""
        return Runs(self.series[:n], self.highest[:n])


def more(scenario: Scenario, had: Runs | None, n: int, stopped: Callable[[], bool]) -> Runs:
    """Return n runs of a scenario, those that there were and the rest; between chunks it may be stopped.

    Raises
    ------
    Abandoned
        If it was stopped.
    """
    columns = [outcome.column for outcome in outcomes_of(scenario, OUTCOMES).values()]
    parts = [had] if had else []
    for x in range(had.n if had else 0, n, CHUNK):
        if stopped():
            raise Abandoned
        series, highest = recorded_pairs(scenario, range(1 + x, 1 + min(x + CHUNK, n)))
        parts.append(Runs(np.stack([column.of(series).astype(float) for column in columns], axis=1), highest))
    return Runs(np.concatenate([part.series for part in parts]), np.concatenate([part.highest for part in parts]))
