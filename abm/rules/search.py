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

from abm import draws
from abm.draws import NOBODY, child, draw, uniform
from abm.machine.bits import EMPTY
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import constant, par
from abm.shared.pairs import distance, may_form
from abm.state import append
from abm.state.entities import City
from abm.state.memory import Rows, Sized
from abm.state.words import NONE, Origin

SEARCH = draws.process("search.partner")
PROPOSALS = 2000
DISTANCES = "sister-city distances"
LISTS = {"open_cities": Sized(lambda w: len(w.cities))}


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
def list_open(w: State, p: Settings, i: int) -> tuple[int, float]:
    """List the engaged cities that ``i`` may find, in ``open_cities``; return how many, and their engagement in all."""
    cities, n, total = w.cities, 0, 0.0
    for j in range(len(cities)):
        if j != i and cities[j].standing > 0 and may_form(cities, p.world.cross_bloc_only, i, j):
            if cities[j].engagement > 0.0:
                w.open_cities[n] = j
                n += 1
            total += cities[j].engagement
    return n, total


@kernel
def highest_acceptance(w: State, p: Settings, i: int, n: int) -> float:
    """Return the highest acceptance among ``n`` open cities, or 1 where proposals are fewer than these."""
    highest = 1.0 if n > PROPOSALS else 0.0
    for x in range(min(n, PROPOSALS)):
        highest = max(highest, acceptance(w.cities, p, i, w.open_cities[x]))
    return highest


@kernel
def by_weight(w: State, p: Settings, i: int, luck: Key) -> int:
    """Return a city found by engagement and distance, or −1."""
    cities, open_to = w.cities, w.open_cities
    n, total = list_open(w, p, i)
    if total <= 0.0:
        return NONE
    highest = highest_acceptance(w, p, i, n)
    for attempt in range(PROPOSALS):
        u = uniform(child(luck, 2 * attempt + 1))
        if u < highest:  # else whoever is proposed is not kept
            left, x = uniform(child(luck, 2 * attempt)) * total - cities[open_to[0]].engagement, 0
            while left >= 0.0 and x < n - 1:
                x += 1
                left -= cities[open_to[x]].engagement
            if u < acceptance(cities, p, i, open_to[x]):
                return open_to[x]
    return NONE


@kernel
def a_partner(w: State, i: int, luck: Key) -> int:
    """Return one of the living partner cities of ``i``, each equally likely, or −1."""
    if w.cities[i].n_partners == 0:
        return NONE
    left = draws.whole(luck, w.cities[i].n_partners)
    x = w.first_neighbour[i]
    while w.neighbours[x].living == EMPTY or left > 0:
        left -= w.neighbours[x].living != EMPTY
        x = w.neighbours[x].following
    return w.neighbours[x].partner


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
