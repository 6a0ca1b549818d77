"""Which cities the programme has carried to a plan and a pilot, and how long a pilot takes (measures 8, 9, 11, 14).

The time to pilot is the cumulative incidence of Aalen & Johansen (1978), with dissolution as the competing end and
living partnerships censored: I(d) = Σ_{u ≤ d} S(u−1)·pilots_u/n_u, S(u) = S(u−1)·(1 − ended_u/n_u), where n_u
partnerships were watched for at least u months and ended_u of them left towards a pilot or dissolution in month u.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm.machine.jit import State, kernel
from abm.measures.census import ALL, DISSOLVED, LONGEST_WAIT, PILOT
from abm.measures.declare import Measure
from abm.measures.stocks import ratio
from abm.state.entities import City
from abm.state.memory import Rows, Sized
from abm.state.neighbours import find
from abm.state.words import MAX_REGIONS, Stage, Standing

LISTS = {
    "full_members": Sized(lambda w: len(w.cities)),
    "in_pilot_with": Sized(lambda w: 2 + 2 * len(w.partnerships), np.bool_),
}


class Columns(NamedTuple):
    """The columns of this family."""

    plan_coverage: Annotated[float, Measure("share of members that ever had an action plan", "1", 8)]
    cities_with_plan: Annotated[float, Measure("members that ever had an action plan", "cities", 8)]
    pilot_coverage: Annotated[float, Measure("share of a bloc's members that were ever in a pilot", "1", 9, True)]
    cities_in_pilot: Annotated[float, Measure("members of a bloc that were ever in a pilot", "cities", 9, True)]
    pilot_pairs_ever: Annotated[float, Measure("pairs of cities that were ever in a pilot together", "pairs", 9)]
    full_helix_share: Annotated[float, Measure("share of pilots ever that began with university and firm", "1", 11)]
    university_pilot_share: Annotated[float, Measure("share of pilots ever that began with a university", "1", 11)]
    firm_pilot_share: Annotated[float, Measure("share of pilots ever that began with a firm", "1", 11)]
    pilot_incidence_12: Annotated[
        float, Measure("probability of a pilot within 12 months, that of the contact being the first", "1", 14)
    ]
    pilot_incidence_24: Annotated[
        float, Measure("probability of a pilot within 24 months, that of the contact being the first", "1", 14)
    ]
    pilot_incidence_36: Annotated[
        float, Measure("probability of a pilot within 36 months, that of the contact being the first", "1", 14)
    ]
    first_pilot_month: Annotated[
        float,
        Measure("month of the first pilot, counted from 0; while there is none, the month to come", "month", 14),
    ]


@kernel
def begin(w: State) -> None:
    """Start a run with no two cities ever in a pilot together."""
    w.in_pilot_with[:] = False


@kernel
def is_member(cities: Rows[City], i: int) -> bool:
    """Say whether a city is a member that takes part; one of weight 0 counts nowhere."""
    return cities[i].standing == Standing.MEMBER and cities[i].weight > 0.0


@kernel
def incidence(wait: np.ndarray, waiting: np.ndarray, t: int, n: int, incidences: np.ndarray) -> None:
    """Fill the cumulative incidence of a pilot by months since the contact, shape (LONGEST_WAIT + 1,).

    NaN where none of the ``n`` partnerships was watched for so long.
    """
    staying, reached, oldest = 1.0, 0.0, min(t + 1, LONGEST_WAIT)
    for d in range(1, oldest + 1):
        n_ended = wait[PILOT, d] + wait[DISSOLVED, d]
        if n_ended > 0:
            reached += staying * wait[PILOT, d] / n
            staying *= (n - n_ended) / n
        elif n == 0 and staying > 0.0:
            reached = np.nan
        n -= n_ended + waiting[t + 1 - d]
        incidences[d] = reached
    for d in range(oldest + 1, LONGEST_WAIT + 1):
        incidences[d] = reached if staying == 0.0 else np.nan


@kernel
def list_members(w: State) -> np.ndarray:
    """Return the cities that are members."""
    cities, members, n = w.cities, w.full_members, 0
    for i in range(len(cities)):
        members[n] = i
        n += is_member(cities, i)
    return members[:n]


@kernel
def record(w: State, t: int, members: np.ndarray) -> None:
    """Fill the columns of this family from the census of the month."""
    s, by_city, tally, planned = w.series, w.city_tally, w.tally, 0
    in_pilot, in_bloc = s[t].cities_in_pilot, tally.members
    in_pilot[:] = 0.0
    in_bloc[ALL] = len(members)
    for i in members:
        in_bloc[w.bloc[i]] += 1
        in_pilot[w.bloc[i]] += by_city[i].reach >= Stage.PILOT
        planned += by_city[i].reach >= Stage.ACTION_PLAN
    s[t].plan_coverage = ratio(float(planned), float(len(members)))
    s[t].cities_with_plan = planned
    for bloc in range(MAX_REGIONS):
        s[t].pilot_coverage[bloc] = ratio(in_pilot[bloc], float(in_bloc[bloc]))
    for r in w.piloted[tally.first_new_pilot : tally.piloted]:
        bond = w.neighbours[find(w, w.partnerships[r].i, w.partnerships[r].j)].bond
        tally.pilot_pairs += not w.in_pilot_with[bond]
        w.in_pilot_with[bond] = True
    s[t].pilot_pairs_ever = tally.pilot_pairs
    s[t].full_helix_share = ratio(float(tally.full), float(tally.piloted))
    s[t].university_pilot_share = ratio(float(tally.with_university), float(tally.piloted))
    s[t].firm_pilot_share = ratio(float(tally.with_firm), float(tally.piloted))
    s[t].first_pilot_month = min(tally.first_pilot, t + 1)
    incidences = tally.incidence
    incidence(tally.wait, w.waiting, t, w.count.partnerships - tally.stood, incidences)
    s[t].pilot_incidence_12 = incidences[12]
    s[t].pilot_incidence_24 = incidences[24]
    s[t].pilot_incidence_36 = incidences[36]
