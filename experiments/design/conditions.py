"""What makes a run a success: conditions on its outcomes, such as ``pilots_ever@24 + sustained_ever >= 60``."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from abm.parameters import ConfigError, nearest, shown

RELATIONS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
WRITTEN = re.compile(r"\s*([^<>=]*?)\s*(>=|<=|>|<)\s*([^<>=\s]+)\s*")
HOW = 'written as "pilots_ever >= 60", "pilots_ever@24 > 5" or "pilots_ever + sustained_ever <= 80"'


class Condition(NamedTuple):
    """A condition: a sum of outcomes, a relation and a number."""

    outcomes: tuple[str, ...]
    relation: str
    number: float

    def __str__(self) -> str:
        return f"{self.name} {self.level}"

    @property
    def level(self) -> str:
        """What is enough, as it is written."""
        return f"{self.relation} {self.number:.12g}"

    @property
    def name(self) -> str:
        """The sum of outcomes as it is written."""
        return " + ".join(self.outcomes)

    @property
    def more(self) -> bool:
        """Whether more is better."""
        return self.relation.startswith(">")

    @property
    def strict(self) -> bool:
        """Whether the number itself is not enough."""
        return not self.relation.endswith("=")

    def value(self, table: Any) -> np.ndarray:
        """Return the sum of the outcomes in every row of a table, NaN where one is missing."""
        return np.sum([np.asarray(table[name], float) for name in self.outcomes], axis=0)

    def met(self, table: Any) -> np.ndarray:
        """Return 1 where the condition holds in a row, 0 where it does not, NaN where an outcome is missing."""
        value = self.value(table)
        return np.where(np.isnan(value), np.nan, RELATIONS[self.relation](value, self.number))


def condition(said: Any, recorded: Sequence[str]) -> Condition:
    """Return a condition on recorded outcomes, or refuse it by name."""
    found = WRITTEN.fullmatch(said) if isinstance(said, str) else None
    if not found:
        raise ConfigError(f"success = {shown(said)}: a condition is {HOW}")
    names, relation, number = found.groups()
    outcomes = tuple(name.strip() for name in names.split("+"))
    for name in outcomes:
        if name not in recorded:
            near = nearest(name, recorded)
            raise ConfigError(f"success = {shown(said)}: {shown(name)} is no outcome that the study records{near}")
    try:
        level = float(number)
    except ValueError:
        level = math.nan
    if not math.isfinite(level):
        raise ConfigError(f"success = {shown(said)}: {shown(number)} is no number; a condition is {HOW}")
    return Condition(outcomes, relation, level)


def conditions(said: Any, recorded: Sequence[str]) -> tuple[Condition, ...]:
    """Return the conditions of a list; all of them together are success."""
    if not isinstance(said, list | tuple):
        raise ConfigError(f"success = {shown(said)}: must be a list of conditions, each {HOW}")
    return tuple(condition(each, recorded) for each in said)


def successes(wanted: Sequence[Condition], table: Any) -> np.ndarray:
    """Return 1 where all conditions hold in a row, 0 where one does not, NaN where an outcome is missing."""
    return np.prod([each.met(table) for each in wanted], axis=0)
