"""What the programme spent so far: broker work, events, travel (measure 23)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from abm.jit import State, kernel
from abm.measures.declare import Measure
from abm.measures.stocks import ratio


class Columns(NamedTuple):
    """The columns of this family."""

    broker_units: Annotated[float, Measure("introductions offered and sessions held by brokers so far", "units", 23)]
    event_cost: Annotated[float, Measure("cost of all events so far", "cost units", 23)]
    travel_km: Annotated[float, Measure("distance travelled to all events so far, both ways", "km", 23)]
    pilots_per_cost: Annotated[
        float, Measure("pilots ever for a unit of broker work or event cost", "pilots a cost unit", 23)
    ]


@kernel
def record(w: State, t: int) -> None:
    """Fill the columns of this family, after those of the stocks."""
    brokers, events, s = w.brokers, w.events, w.series
    units, cost, travel = 0.0, 0.0, 0.0
    for b in range(len(brokers)):
        units += brokers.n_sessions[b] + brokers.n_offered[b]
    for e in range(w.count.events[0]):
        cost += events.cost[e]
        travel += events.travel[e]
    s.broker_units[t], s.event_cost[t], s.travel_km[t] = units, cost, travel
    s.pilots_per_cost[t] = ratio(s.pilots_ever[t], units + cost)
