"""What the programme spent so far: broker work, events, travel, policies (measure 23)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from abm.machine.jit import State, kernel
from abm.measures.declare import Measure
from abm.measures.stocks import ratio


class Columns(NamedTuple):
    """The columns of this family."""

    broker_units: Annotated[float, Measure("introductions offered and sessions held by brokers so far", "units", 23)]
    event_cost: Annotated[float, Measure("cost of all events so far", "cost units", 23)]
    travel_km: Annotated[float, Measure("distance travelled to all events so far, both ways", "km", 23)]
    policy_cost: Annotated[float, Measure("cost of all policies so far", "cost units", 23)]
    pilots_per_cost: Annotated[
        float, Measure("pilots ever for a unit of broker work, event or policy cost", "pilots a cost unit", 23)
    ]


@kernel
def record(w: State, t: int) -> None:
    """Fill the columns of this family, after those of the stocks."""
    brokers, events, policies, s = w.brokers, w.events, w.policies, w.series
    units, spent = 0.0, 0.0
    cost, travel = (s[t - 1].event_cost, s[t - 1].travel_km) if t > 0 else (0.0, 0.0)
    for b in range(len(brokers)):
        units += brokers[b].n_sessions + brokers[b].n_offered
    for e in range(w.count.first_event, w.count.events):
        cost += events[e].cost
        travel += events[e].travel
    for x in range(len(policies)):
        spent += policies[x].cost * max(0, min(t + 1, policies[x].end) - policies[x].start)
    s[t].broker_units, s[t].event_cost, s[t].travel_km, s[t].policy_cost = units, cost, travel, spent
    s[t].pilots_per_cost = ratio(s[t].pilots_ever, units + cost + spent)
