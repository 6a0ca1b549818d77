"""Cities look for partners themselves (E6).

City i makes Poisson(λ_s ψ_i) searches a month. A share λ_t follows partners of partners (triadic closure; where
contacts arise only between blocs one step further, which closes four-cycles); a walk that ends at home or nowhere, and
one to a city of the same country but for a share λ_d, finds nobody, and the search is lost. The others find city j,
among those with which a contact may form (E0), with weight ψ_j·exp(β_G e^{−D/500 km}), times 0.2 in the same country:
proposed ∝ ψ_j, accepted relative to the largest weight.
Distance: refit of sister-city links, ln(observed/expected) ≈ 3.6 e^{−D/500 km} − 0.5; 4 % of twinnings are domestic.
"""

from __future__ import annotations

import math

import numpy as np

from abm import draws
from abm.draws import NOBODY, child, draw, uniform
from abm.machine.bits import EMPTY
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import constant, par
from abm.shared.pairs import distance, may_form
from abm.state import append
from abm.state.entities import City
from abm.state.memory import Rows, Sized
from abm.state.words import MAX_REGIONS, NONE, Origin

SEARCH = draws.process("search.partner")
PROPOSALS = 2000
DISTANCES = "sister-city distances"
FEW = 64  # cities: to look at so many takes as long as the proposals that a search takes
LISTS = {"engaged": Sized(lambda w: MAX_REGIONS * len(w.cities), np.float64)}


class Params:
    """Section ``[search]``."""

    # fmt: off
    rate = par(0.02, "searches of a city of average engagement (λ_s)", "per month", (0, 5), (0, 0.1))
    triadic_share = par(0.3, "share of searches that follow partners of partners (λ_t)", "1", (0, 1), (0, 1))
    proximity = par(3.6, "log odds of the nearest cities over far ones (β_G)", "1", (0, 20), (2, 5), DISTANCES)
    proximity_km = constant(500.0, "distance over which proximity fades", "km", (1, 20_000), source=DISTANCES)
    domestic_walks = constant(1.0, "chance that a walk ends with a city of one's own country, if it comes to one",
                              "1", (0, 1), source="no effect until confirmed")
    domestic_factor = constant(0.2, "odds factor of a partner in the same country",
                               "1", (0, 10), source="sister-city networks")


@kernel
def n_searches(cities: Rows[City], rate: float, seed: Key, t: int, i: int) -> int:
    """Return how often city ``i`` searches this month if it takes part: room is made before anybody enters."""
    luck = draw(seed, SEARCH, t, cities[i].key, NOBODY, 0)
    return draws.poisson(luck, min(rate * cities[i].engagement, 500.0))


@kernel
def most_encounters(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most meetings that searches bring in month ``t``: all cities take part, and every search finds one."""
    n = 0
    for i in range(len(w.cities)):
        n += n_searches(w.cities, p.search.rate, seed, t, i)
    return n


@kernel
def acceptance(cities: Rows[City], p: Settings, i: int, j: int) -> float:
    """Return with which probability a proposed partner is kept: its weight relative to the largest possible."""
    near = math.exp(-distance(cities, i, j) / p.search.proximity_km)
    weight = math.exp(p.search.proximity * (near - 1.0))
    if cities[i].country == cities[j].country:
        weight *= p.search.domestic_factor
    return weight / max(1.0, p.search.domestic_factor)


@kernel
def may_find(cities: Rows[City], cross_bloc_only: bool, i: int, j: int) -> bool:
    """Say whether city ``i`` may find city ``j``: another one that takes part, with which a contact may form."""
    return j != i and cities[j].standing > 0 and may_form(cities, cross_bloc_only, i, j)


@kernel
def sum_up(w: State, p: Settings) -> None:
    """Sum up, row after row, the engagement of the cities that take part, in ``engaged``.

    Where contacts arise only between blocs there are such sums for each bloc, without its own cities.
    """
    cities, n, across, last_bloc = w.cities, len(w.cities), p.world.cross_bloc_only, 0
    for j in range(n if across else 0):
        last_bloc = max(last_bloc, cities[j].region)
    for bloc in range(last_bloc + 1):
        total = 0.0
        for j in range(n):
            if cities[j].standing > 0 and not (across and cities[j].region == bloc):
                total += cities[j].engagement
            w.engaged[bloc * n + j] = total


@kernel
def highest_acceptance(w: State, p: Settings, i: int) -> float:
    """Return the highest acceptance among all whom city ``i`` may find, or 1 where to look at all takes too long."""
    n = len(w.cities)
    highest = 1.0 if n > FEW else 0.0
    for j in range(n if n <= FEW else 0):
        if may_find(w.cities, p.world.cross_bloc_only, i, j):
            highest = max(highest, acceptance(w.cities, p, i, j))
    return highest


@kernel
def first_above(sums: np.ndarray, x: float) -> int:
    """Return the first row whose sum is above ``x``; sums never fall from row to row. The last if none is."""
    low, high = 0, len(sums) - 1
    while low < high:
        middle = (low + high) // 2
        if sums[middle] > x:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def by_weight(w: State, p: Settings, i: int, luck: Key) -> int:
    """Return a city found by engagement and distance, or −1; what ``engaged`` has of city ``i`` itself is skipped."""
    cities, n, across = w.cities, len(w.cities), p.world.cross_bloc_only
    first = n * cities[i].region if across else 0
    sums = w.engaged[first : first + n]
    before, own = sums[i - 1] if i > 0 else 0.0, 0.0 if across else cities[i].engagement
    total = sums[n - 1] - own
    if total <= 0.0:
        return NONE
    highest = highest_acceptance(w, p, i)
    for attempt in range(PROPOSALS):
        u = uniform(child(luck, 2 * attempt + 1))
        if u < highest:  # else whoever is proposed is not kept
            x = uniform(child(luck, 2 * attempt)) * total
            j = first_above(sums, x if x < before else x + own)
            if may_find(cities, across, i, j) and u < acceptance(cities, p, i, j):
                return j
    return NONE


@kernel
def a_partner(w: State, i: int, luck: Key) -> int:
    """Return one of the living partner cities of ``i``, each equally likely, or −1."""
    if w.cities[i].n_partners == 0:
        return NONE
    left, place = draws.whole(luck, w.cities[i].n_partners), w.neighbours_of[i].first
    while w.neighbours[place].living == EMPTY or left > 0:
        left -= w.neighbours[place].living != EMPTY
        place += 1
    return w.neighbours[place].partner


@kernel
def by_partners(w: State, p: Settings, i: int, luck: Key) -> int:
    """Return a city found by a walk along living ties, or −1 where the walk ends at home or nowhere."""
    found = a_partner(w, i, child(luck, 0))
    if found >= 0:
        found = a_partner(w, found, child(luck, 1))
    if found >= 0 and not may_form(w.cities, p.world.cross_bloc_only, i, found):
        found = a_partner(w, found, child(luck, 2))
    if found == i or (found >= 0 and not may_form(w.cities, p.world.cross_bloc_only, i, found)):
        return NONE
    at_home = found >= 0 and w.cities[i].country == w.cities[found].country
    return NONE if at_home and uniform(child(luck, 3)) >= p.search.domestic_walks else found


@kernel
def look(w: State, p: Settings, seed: Key, t: int) -> None:
    """Write down the meetings that come of this month's searches."""
    cities = w.cities
    sum_up(w, p)
    for i in range(len(cities)):
        if cities[i].standing == 0:
            continue
        for n in range(n_searches(cities, p.search.rate, seed, t, i)):
            luck = draw(seed, SEARCH, t, cities[i].key, NOBODY, 1 + n)
            if uniform(child(luck, 0)) < p.search.triadic_share:
                j = by_partners(w, p, i, child(luck, 1))
            else:
                j = by_weight(w, p, i, child(luck, 1))
            if j >= 0 and cities[j].standing > 0:
                append.encounter(w, SEARCH, luck, i, j, NONE, Origin.SEARCH, NONE)
