"""Which cities the programme has carried to a plan and a pilot, and how long a pilot takes (measures 8, 9, 11, 14).

The time to pilot is the cumulative incidence of Aalen and Johansen (1978), with dissolution as the competing end and
living partnerships censored: I(d) = Σ_{u ≤ d} S(u−1)·pilots_u/n_u, S(u) = S(u−1)·(1 − ended_u/n_u), where n_u
partnerships were watched for at least u months and ended_u of them left towards a pilot or dissolution in month u.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm.jit import State, Table, kernel
from abm.measures.census import DISSOLVED, LONGEST_WAIT, PILOT, WAITING, Census, distinct
from abm.measures.declare import Measure
from abm.measures.stocks import ratio
from abm.tables import MAX_REGIONS, Stage, Standing


class Columns(NamedTuple):
    """The columns of this family."""

    plan_coverage: Annotated[float, Measure("share of members that ever had an action plan", "1", 8)]
    cities_with_plan: Annotated[float, Measure("members that ever had an action plan", "cities", 8)]
    pilot_coverage: Annotated[float, Measure("share of a bloc's members that were ever in a pilot", "1", 9, True)]
    cities_in_pilot: Annotated[float, Measure("members of a bloc that were ever in a pilot", "cities", 9, True)]
    pilot_pairs_ever: Annotated[float, Measure("pairs of cities that were ever in a pilot together", "pairs", 9)]
    full_helix_share: Annotated[float, Measure("share of pilots ever that began with university and firm", "1", 11)]
    pilot_incidence_12: Annotated[float, Measure("probability of a pilot within 12 months of the contact", "1", 14)]
    pilot_incidence_24: Annotated[float, Measure("probability of a pilot within 24 months of the contact", "1", 14)]
    pilot_incidence_36: Annotated[float, Measure("probability of a pilot within 36 months of the contact", "1", 14)]


@kernel
def is_member(cities: Table, i: int) -> bool:
    """Say whether a city is a member that takes part; one of weight 0 counts nowhere."""
    return cities[i].standing == Standing.MEMBER and cities[i].weight > 0.0


@kernel
def incidence(wait: np.ndarray, n: int) -> np.ndarray:
    """Return the cumulative incidence of a pilot by months since the contact, shape (LONGEST_WAIT + 1,).

    NaN where none of the ``n`` partnerships was watched for so long.
    """
    incidences, staying, reached = np.zeros(LONGEST_WAIT + 1), 1.0, 0.0
    for d in range(1, LONGEST_WAIT + 1):
        n_ended = wait[PILOT, d] + wait[DISSOLVED, d]
        if n > 0:
            reached += staying * wait[PILOT, d] / n
            staying *= (n - n_ended) / n
        elif staying > 0.0:
            reached = np.nan
        n -= n_ended + wait[WAITING, d]
        incidences[d] = reached
    return incidences


@kernel
def record(
    w: State,
    t: int,
    seen: Census,
) -> None:
    """Fill the columns of this family from the census of the month."""
    rows, cities, s, pilots = w.partnerships, w.cities, w.series, seen.pilots
    members, in_pilot, n_members, planned = np.zeros(MAX_REGIONS), np.zeros(MAX_REGIONS), 0.0, 0.0
    for i in range(len(cities)):
        if is_member(cities, i):
            n_members += 1.0
            members[cities[i].region] += 1.0
            planned += 1.0 if seen.reach[i] >= Stage.ACTION_PLAN else 0.0
            in_pilot[cities[i].region] += 1.0 if seen.reach[i] >= Stage.PILOT else 0.0
    s[t].plan_coverage = ratio(planned, n_members)
    s[t].cities_with_plan = planned
    for bloc in range(MAX_REGIONS):
        s[t].pilot_coverage[bloc] = ratio(in_pilot[bloc], members[bloc])
        s[t].cities_in_pilot[bloc] = in_pilot[bloc]
    s[t].pilot_pairs_ever = len(distinct(rows, pilots, len(cities)))
    full = 0.0
    for r in pilots:
        full += 1.0 if rows[r].helix_at_pilot >= 1.0 else 0.0
    s[t].full_helix_share = ratio(full, float(len(pilots)))
    incidences = incidence(seen.wait, w.count.partnerships)
    s[t].pilot_incidence_12 = incidences[12]
    s[t].pilot_incidence_24 = incidences[24]
    s[t].pilot_incidence_36 = incidences[36]
