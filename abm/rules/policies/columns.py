"""The columns that policies set: back to their start, then a line for each target."""

from __future__ import annotations

from numba import literal_unroll

from abm.machine.jit import Key, State, kernel
from abm.state.entities import City
from abm.state.memory import Rows
from abm.state.programmes import Policy
from abm.state.words import N_THEMES, NONE, Target

OF_A_CITY = (
    *(target.name.removeprefix("CITIES_").lower() for target in Target if target.name.startswith("CITIES_")),
    "network",  # set together with imitation
)


@kernel
def reset(w: State) -> None:
    """Let every column that a policy can set change nothing."""
    for i in range(len(w.cities)):
        for name in literal_unroll(OF_A_CITY):
            w.cities[i][name] = w.cities_given[i][name]
    for b in range(len(w.brokers)):
        w.brokers[b].effort = w.brokers_given[b].effort
    for x in range(len(w.programmes)):
        w.programmes[x].calendar = w.programmes_given[x].calendar


@kernel
def put_city(cities: Rows[City], i: int, target: Key, value: float, theme: int, network: int) -> None:
    """Let a policy set one column of city ``i``: switches are turned on, factors multiply."""
    if target == Target.CITIES_EVIDENCE_BASE:
        cities[i].evidence_base = True
    elif target == Target.CITIES_KPI:
        cities[i].kpi = True
    elif target == Target.CITIES_TWIN:
        cities[i].twin = True
    elif target == Target.CITIES_DOCUMENTING:
        for other in range(N_THEMES):
            cities[i].documenting[other] *= value if theme in (NONE, other) else 1.0
    elif target == Target.CITIES_TRYING:
        for other in range(N_THEMES):
            cities[i].trying[other] *= value if theme in (NONE, other) else 1.0
    elif target == Target.CITIES_EXAMPLE:
        cities[i].example *= value
    elif target == Target.CITIES_IMITATION:
        cities[i].imitation = value
        cities[i].network = network
    elif target == Target.CITIES_UNIVERSITY_JOINING:
        cities[i].university_joining *= value
    elif target == Target.CITIES_FIRST_GAP:
        cities[i].first_gap *= value
    elif target == Target.CITIES_TRAVEL:
        cities[i].travel *= value
    elif target == Target.CITIES_MINGLING:
        cities[i].mingling *= value


@kernel
def is_of(policy: Policy, programme: int) -> bool:
    """Say whether a policy is one of a programme, or of the whole world."""
    return policy.programme == NONE or policy.programme == programme


@kernel
def put(w: State, x: int, target: Key, value: float) -> None:
    """Let policy ``x`` set one column in all the rows that it concerns, of cities in those that take part."""
    policies = w.policies
    if target == Target.BROKERS_EFFORT:
        for b in range(len(w.brokers)):
            if policies[x].broker == b or (policies[x].broker == NONE and is_of(policies[x], w.brokers[b].programme)):
                w.brokers[b].effort *= value
    elif target == Target.PROGRAMMES_CALENDAR:
        for programme in range(len(w.programmes)):
            if is_of(policies[x], programme):
                w.programmes[programme].calendar *= value
    else:
        for i in range(len(w.cities)):
            if w.covered[x, i] > 0 and w.cities[i].standing > 0:
                put_city(w.cities, i, target, value, policies[x].theme, policies[x].network)
