"""What is recorded each month: columns that watch the state and never change it.

A measure module declares its columns as a ``NamedTuple`` of ``Annotated[type, Measure(...)]`` and fills them in its
``record``, row ``t`` of ``w.series``. Columns by region have one number for each bloc of the world. What several
families need is looked up once: the census of all partnerships and the graph of the ties.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from abm.machine.jit import Settings, State, kernel
from abm.machine.records import by_name
from abm.measures import (
    brokerage,
    census,
    clusters,
    cost,
    coverage,
    equity,
    graph,
    knowledge,
    network,
    projects,
    stocks,
)
from abm.measures.declare import Measure, layout, measures_of

FAMILIES: tuple[Any, ...] = (stocks, coverage, clusters, projects, knowledge, equity, network, brokerage, cost)
MEASURES: dict[str, Measure] = {name: m for family in FAMILIES for name, m in measures_of(family.Columns).items()}

LAYOUT = layout(*(family.Columns for family in FAMILIES))


def allocate(months: int) -> Any:
    """Return an empty series of ``months`` rows."""
    return by_name(np.zeros(months, LAYOUT), "Series")


@kernel
def begin(w: State) -> None:
    """Start a run with nothing measured."""
    census.begin(w)
    coverage.begin(w)
    projects.begin(w)


@kernel
def record(w: State, p: Settings, t: int) -> None:
    """Fill row ``t`` of the series."""
    w.series[t].month = t
    memoranda, pilots = census.take(w)
    ties = graph.build(w, memoranda, t)
    members = coverage.list_members(w)
    stocks.record(w, t)
    coverage.record(w, t, members)
    clusters.record(w, t)
    projects.record(w, t, pilots)
    knowledge.record(w, p, t)
    equity.record(w, p, t, members)
    network.record(w, t, ties)
    brokerage.record(w, t, ties)
    cost.record(w, t)
