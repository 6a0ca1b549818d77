"""How a measure is declared: its number in the model's description, a sentence, a unit, by region or by theme."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np

from abm.state.words import MAX_REGIONS, N_THEMES


class Measure(NamedTuple):
    """One recorded column."""

    sentence: str
    unit: str
    number: int
    by_region: bool = False
    by_theme: bool = False


def measures_of(columns: type) -> dict[str, Measure]:
    """Return the measures that a family declares, by column name."""
    return {name: get_args(hint)[1] for name, hint in get_type_hints(columns, include_extras=True).items()}


def layout(*families: type) -> np.dtype:
    """Return the record layout of one month of the series: ``month`` and a number for every measure."""
    fields: list[Any] = [("month", "i8")]
    for columns in families:
        for name, measure in measures_of(columns).items():
            length = MAX_REGIONS if measure.by_region else N_THEMES if measure.by_theme else 0
            fields.append((name, "f8", (length,)) if length else (name, "f8"))
    return np.dtype(fields, align=True)
