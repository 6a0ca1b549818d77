"""What varies between runs: a list of levels, or a range of numbers with its prior."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from abm.parameters import spelled

SCENARIO = "scenario"  # the factor that exchanges the whole scenario
EDGE = 2.0**-31  # half of the step between Sobol' points: no prior is asked for its quantile at 0 or 1


def worded(value: Any) -> Any:
    """Return a level as people and tables read it: a category is its word."""
    return spelled(value) if isinstance(value, IntEnum) else value


class Factor(NamedTuple):
    """What varies: a list of levels, or a range of numbers (``whole`` ones, or any).

    Levels have equal weights. A range is uniform unless ``quantile`` takes places in (0, 1) to values. Factors of one
    ``group`` move together in a design of blocks.
    """

    name: str
    levels: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    quantile: Callable[[float], float] | None = None
    group: str = ""

    @property
    def n_levels(self) -> int:
        """Number of values it can take, 0 if it takes any of its range."""
        return len(self.levels) or (int(self.high) - int(self.low) + 1 if self.whole else 0)

    def at(self, u: float) -> Any:
        """Return the value at ``u`` of [0, 1]: a level, or the quantile of the prior."""
        if n := self.n_levels:
            place = min(int(u * n), n - 1)
            return self.levels[place] if self.levels else int(self.low) + place
        if self.quantile:
            return float(self.quantile(min(max(u, EDGE), 1.0 - EDGE)))
        return self.low + u * (self.high - self.low)

    def place(self, value: Any) -> float:
        """Return the place in (0, 1) of a value, as :meth:`at` takes it; that of a level is the middle of its part."""
        if n := self.n_levels:
            at = self.levels.index(value) if self.levels else int(value) - int(self.low)
            return (at + 0.5) / n
        return (float(value) - self.low) / (self.high - self.low)

    @property
    def column(self) -> str:
        """Name of what it moves with: its group, or itself."""
        return self.group or self.name

    def spread(self, n: int) -> tuple[Any, ...]:
        """Return the levels, or ``n`` values evenly from end to end of the range."""
        if self.levels:
            return self.levels
        values = np.linspace(self.low, self.high, n).tolist()
        return tuple(dict.fromkeys(round(v) for v in values)) if self.whole else tuple(values)


def groups_of(factors: Sequence[Factor]) -> dict[str, list[str]]:
    """Return the groups that factors are in, with the names of their factors."""
    found: dict[str, list[str]] = {}
    for factor in factors:
        if factor.group:
            found.setdefault(factor.group, []).append(factor.name)
    return found
