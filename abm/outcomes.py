"""An outcome, from its name to its number: a measure, one region or theme of it if it has several, and a month.

``pilots_ever`` is the state at the end of a run, ``pilots_ever@24`` that after 24 months, ``gini_ties.Europe@24`` that
of one bloc. Whoever asks for outcomes has them read by :func:`outcomes_of`, checked against the scenario, and taken out
of recorded series by :func:`taken`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.input.scenario import Scenario
from abm.measures import MEASURES
from abm.parameters import ConfigError, nearest, shown
from abm.setup.names import names
from abm.state.words import THEMES

MONTHS = re.compile(r"[0-9]{1,9}")


class Column(NamedTuple):
    """One column of a result: a measure, and which of its numbers if it has one for each region or theme."""

    measure: str
    place: int | None = None

    def of(self, recorded: np.ndarray) -> np.ndarray:
        """Return the numbers of recorded series, of their shape."""
        values = recorded[self.measure]
        return values if self.place is None else values[..., self.place]


class Outcome(NamedTuple):
    """A column in one month, 0 being the first."""

    column: Column
    month: int


def columns(regions: Sequence[str]) -> dict[str, Column]:
    """Return every column of a result by its name: ``pilots``, ``gini_ties.Europe``, ``adoption_by_theme.mobility``."""
    found: dict[str, Column] = {}
    for name, measure in MEASURES.items():
        parts = regions if measure.by_region else THEMES if measure.by_theme else ()
        found |= {f"{name}.{part}": Column(name, place) for place, part in enumerate(parts)}
        if not parts:
            found[name] = Column(name)
    return found


def outcomes_of(scenario: Scenario, wanted: Iterable[str] | None = None) -> dict[str, Outcome]:
    """Return the wanted outcomes by the names they are asked for; every column at the end if none is named.

    Raises
    ------
    ConfigError
        One line that says which outcome the scenario does not have, and the nearest that it has.
    """
    known = columns(names(scenario).blocs)
    return {outcome: _outcome(outcome, known, scenario.months) for outcome in (known if wanted is None else wanted)}


def _outcome(outcome: str, known: dict[str, Column], months: int) -> Outcome:
    name, at, month = (outcome, "", "") if outcome in known or "@" not in outcome else outcome.rpartition("@")
    if name not in known:
        raise ConfigError(f"unknown outcome {shown(outcome)}{nearest(name, known)}")
    if at and not (MONTHS.fullmatch(month) and 1 <= int(month) <= months):
        raise ConfigError(f"outcome {shown(outcome)}: the month must be a whole number from 1 to {months}")
    return Outcome(known[name], (int(month) if at else months) - 1)


def taken(recorded: np.ndarray, wanted: Sequence[Outcome]) -> np.ndarray:
    """Return outcomes of recorded series, shape (n_seeds, months), as an array of shape (n_seeds, n_outcomes)."""
    found = np.empty((len(recorded), len(wanted)))
    for x, (column, month) in enumerate(wanted):
        found[:, x] = column.of(recorded[:, month])
    return found


def tidy_series(recorded: np.ndarray, regions: Sequence[str]) -> pd.DataFrame:
    """Return the series of one run as a table: the month, and every column by its name."""
    data = {name: column.of(recorded) for name, column in columns(regions).items()}
    return pd.DataFrame({"month": recorded["month"], **data})
