"""What is recorded each month: columns that watch the state and never change it.

A measure module declares its columns as a ``NamedTuple`` of ``Annotated[type, Measure(...)]`` and fills them in
``record(w, p, t)``, row ``t`` of ``w.series``. Columns by region have one number for each bloc of the world.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from abm.jit import kernel
from abm.measures import knowledge, stocks
from abm.measures.declare import Measure, layout, measures_of

FAMILIES: tuple[Any, ...] = (stocks, knowledge)
MEASURES: dict[str, Measure] = {name: m for family in FAMILIES for name, m in measures_of(family.Columns).items()}

LAYOUT = layout(*(family.Columns for family in FAMILIES))


def allocate(months: int) -> Any:
    """Return an empty series of ``months`` rows."""
    return np.zeros(months, LAYOUT).view(np.recarray)


@kernel
def record(w, p, t):
    """Fill row ``t`` of the series."""
    w.series.month[t] = t
    stocks.record(w, p, t)
    knowledge.record(w, p, t)
