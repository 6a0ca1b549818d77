"""Who stands between others (measure 22), on the ties of at least a memorandum.

Burt's (1992) constraint of a city is Σ_j (p_ij + Σ_q p_iq p_qj)² over its neighbours j, with p_ij = 1/degree of i: 1/n
in the middle of a star of n, high where the neighbours know each other. Gould & Fernandez (1989) count the pairs of
neighbours of a city that are not tied, each pair once, by blocs: coordinator (all three of one bloc), itinerant (the
two of one bloc, the broker of another), representative (the broker of the bloc of one of them), liaison (three blocs).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm.machine.jit import State, Table, kernel
from abm.measures.declare import Measure
from abm.measures.graph import Graph
from abm.measures.stocks import ratio
from abm.measures.triads import COORDINATOR, ITINERANT, LIAISON, REPRESENTATIVE
from abm.state.words import MAX_REGIONS


class Columns(NamedTuple):
    """The columns of this family."""

    mean_constraint: Annotated[float, Measure("mean of Burt's constraint over cities with a tie", "1", 22)]
    brokerage_coordinator: Annotated[
        float, Measure("untied pairs of neighbours of a city of the bloc, both of the bloc", "pairs a city", 22, True)
    ]
    brokerage_itinerant: Annotated[float, Measure("the same, both of one other bloc", "pairs a city", 22, True)]
    brokerage_representative: Annotated[
        float, Measure("the same, one of its bloc and one of another", "pairs a city", 22, True)
    ]
    brokerage_liaison: Annotated[float, Measure("the same, the three of three blocs", "pairs a city", 22, True)]
    brokered_share: Annotated[float, Measure("share of partnerships ever that a broker began", "1", 22)]
    pairings_within_cohort: Annotated[
        float, Measure("share of partnerships ever that the programme's pairing began within one cohort", "1", 22)
    ]


@kernel
def gould_fernandez(by_city: Table, region: np.ndarray, counts: np.ndarray) -> None:
    """Count all pairs of neighbours, tied or not, by role and the broker's bloc; shape (4, MAX_REGIONS)."""
    for i in range(len(by_city)):
        own, d, by_bloc = region[i], by_city[i].degree, by_city[i].by_bloc
        if d < 2:
            continue
        at_home, squares = by_bloc[own], 0
        for bloc in range(MAX_REGIONS):
            squares += by_bloc[bloc] * by_bloc[bloc]
        abroad, coordinated = d - at_home, at_home * (at_home - 1) // 2
        elsewhere = (squares - d) // 2 - coordinated  # Σ b(b − 1)/2 over the other blocs, of b neighbours each
        counts[COORDINATOR, own] += coordinated
        counts[ITINERANT, own] += elsewhere
        counts[REPRESENTATIVE, own] += at_home * abroad
        counts[LIAISON, own] += abroad * (abroad - 1) // 2 - elsewhere


@kernel
def record(w: State, t: int, g: Graph) -> None:
    """Fill the columns of this family from the census and the graph of the month."""
    s, every, tied = w.series, w.tally.every, w.tally.tied
    s[t].mean_constraint = ratio(g.constraint, float(g.n_tied))
    gould_fernandez(g.by_city, w.bloc, every)
    for bloc in range(MAX_REGIONS):
        n = float(w.tally.in_bloc[bloc])
        s[t].brokerage_coordinator[bloc] = ratio(float(every[COORDINATOR, bloc] - tied[COORDINATOR, bloc]), n)
        s[t].brokerage_itinerant[bloc] = ratio(float(every[ITINERANT, bloc] - tied[ITINERANT, bloc]), n)
        s[t].brokerage_representative[bloc] = ratio(float(every[REPRESENTATIVE, bloc] - tied[REPRESENTATIVE, bloc]), n)
        s[t].brokerage_liaison[bloc] = ratio(float(every[LIAISON, bloc] - tied[LIAISON, bloc]), n)
    s[t].brokered_share = ratio(float(w.tally.brokered), float(w.count.partnerships))
    s[t].pairings_within_cohort = ratio(float(w.tally.paired_in_cohort), float(w.tally.paired))
