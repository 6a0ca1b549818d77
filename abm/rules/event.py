"""Cities come to events and meet (E7).

A city wants to come with probability 1 − exp(−a ψ (½ + n_θ) e^{−β_c·cost}); its cost is the distance in 10,000 km in
person and 0 online. If more want to come than there are seats, the seats go by that weight without replacement (an
exponential race). Each pair of those present meets with probability c̄/(A − 1). To a hybrid event a city comes in
person if a draw exceeds its cost. Online, a first meeting counts with probability ε_on and an interaction weighs κ_on
(Zajdela et al. 2025). The host is a member drawn by engagement, of the bloc whose turn it is: events that stand in a
month of the year alternate between blocs from year to year, all of them together, the others from month to month. Only
a member or associate attends.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from abm import draws
from abm.chances import happens
from abm.draws import child, exponential, uniform, waits
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import constant, lever, par
from abm.shared.pairs import distance, may_form
from abm.state import append
from abm.state.entities import City
from abm.state.memory import Rows, Sized
from abm.state.month import Attendee
from abm.state.neighbours import both
from abm.state.words import NONE, EventType, Mode, Origin, Standing

VENUE, ATTEND, MEET, PARTNERSHIP = (
    draws.process("event." + what) for what in ("venue", "attend", "meet", "partnership")
)
COST_KM = 10_000.0
FEWEST_MEMBERS = 4
SURE = 1e9
LOWEST = np.uint64(0)  # no draw is below it
LISTS = {"seated": Sized(lambda w: len(w.attendees))}

MEETINGS = "Zajdela et al. 2025"


class Params:
    """Section ``[event]``."""

    # fmt: off
    contacts_per_attendee = lever(3.0, "other cities that an attendee meets on average (c̄)",
                                  "meetings", (0, 1000), (1, 5), "assumed; no data")
    cost_sensitivity = par(1.0, "how much travel deters, per 10,000 km (β_c)",
                           "1", (0, 20), (0, 3), "assumed; sign of Catalini et al. 2020")
    online_first = par(0.5, "probability that a first meeting online counts (ε_on)", "1", (0, 1), (0.3, 1), MEETINGS)
    online_weight = par(0.5, "weight of an interaction online (κ_on)", "meetings", (0, 1), (0.3, 1), MEETINGS)
    seat_cost = constant(0.5, "cost of a seat in person", "cost units", (0, 1000))
    online_seat_cost = constant(0.1, "cost of a seat online", "cost units", (0, 1000))


@kernel
def attraction(cities: Rows[City], n_themes: int, appeal: float, theme: int, i: int) -> float:
    """Return a ψ (½ + n), what attracts city ``i`` if it costs nothing; without a theme n is the mean need."""
    if theme >= 0:
        need = cities[i].need[theme]
    else:
        need = 0.0
        for other in range(n_themes):
            need += cities[i].need[other]
        need /= n_themes
    return appeal * cities[i].engagement * (0.5 + need)


@kernel
def choose_venue(w: State, seed: Key, e: int) -> int:
    """Return the host: a member of the bloc whose turn it is, drawn by engagement; −1 with too few members."""
    members, cities, event = w.members, w.cities, w.events[e]
    first = w.programmes[event.programme].first_member
    last = first + w.programmes[event.programme].n_members
    n_members, n_blocs = 0, 0
    for m in range(first, last):
        if members[m].standing == Standing.MEMBER:
            n_members += 1
            n_blocs = max(n_blocs, cities[members[m].city].region + 1)
    if n_members < FEWEST_MEMBERS:
        return NONE
    if event.venue != NONE:
        return event.venue
    best, host, now = math.inf, NONE, draws.moment(seed, VENUE, 0)
    for skipped in range(n_blocs):
        bloc = (event.turn + skipped) % n_blocs
        for m in range(first, last):
            i = members[m].city
            if members[m].standing == Standing.MEMBER and cities[i].region == bloc:
                wait = waits(draws.at(now, event.key, cities[i].key, 0), cities[i].engagement, best)
                if wait < best:
                    best, host = wait, i
        if host != NONE:
            return host
    return NONE


@kernel
def sink(rows: Rows[Attendee], heap: np.ndarray, top: int) -> None:
    """Let the place at ``top`` of a heap of places sink below those with longer waits; the longest comes to the top."""
    place = heap[top]
    x = 2 * top + 1
    while x < len(heap):
        x += int(x + 1 < len(heap) and rows[heap[x + 1]].wait > rows[heap[x]].wait)
        if rows[heap[x]].wait <= rows[place].wait:
            break
        heap[top] = heap[x]
        top, x = x, 2 * x + 1
    heap[top] = place


@kernel
def race(rows: Rows[Attendee], n: int, heap: np.ndarray) -> None:
    """List those of ``n`` attendees first who get the seats, a place of ``heap`` each: the shortest waiting times."""
    seats = len(heap)
    for x in range(seats):
        rows[x].wait = exponential(child(rows[x].luck, 2)) / rows[x].weight
        heap[x] = x
    for top in range(seats // 2 - 1, -1, -1):
        sink(rows, heap, top)
    for x in range(seats, n):
        last = heap[0]
        rows[x].wait = waits(child(rows[x].luck, 2), rows[x].weight, rows[last].wait)
        if rows[x].wait < rows[last].wait:
            rows[last] = rows[x]
            sink(rows, heap, 0)


@kernel
def gather(w: State, p: Settings, seed: Key, e: int) -> None:
    """Fill the attendees of event ``e``: who wants to come, and who gets a seat."""
    cities, members, rows, event = w.cities, w.members, w.attendees, w.events[e]
    host, mode, now = event.venue, event.mode, draws.moment(seed, ATTEND, 0)
    first = w.programmes[event.programme].first_member
    for m in range(first, first + w.programmes[event.programme].n_members):
        i = members[m].city
        if members[m].standing == Standing.OUTSIDE:
            continue
        luck = draws.at(now, event.key, cities[i].key, 0)
        is_sure = event.hosted and i == host
        weight = SURE if is_sure else attraction(cities, p.world.n_themes, event.appeal, event.theme, i)
        if uniform(luck) >= weight:  # it would stay at home even if to come cost nothing (see `happens`)
            continue
        km = 0.0 if mode == Mode.ONLINE else distance(cities, i, host)
        cost = km * cities[host].travel / COST_KM
        in_person = mode == Mode.IN_PERSON or (mode == Mode.HYBRID and uniform(child(luck, 1)) > cost)
        if in_person and not is_sure:
            weight *= math.exp(-p.event.cost_sensitivity * cost)
        if happens(uniform(luck), weight):
            x = append.attendee(w, ATTEND)
            rows[x].city = i
            rows[x].in_person = in_person
            rows[x].distance = km
            rows[x].weight = weight
            rows[x].luck = luck
    if w.count.attendees > event.seats:
        race(rows, w.count.attendees, w.seated[: event.seats])
        w.count.attendees = event.seats


@kernel
def most_attendees(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most cities that want to come to an event: all members of the largest programme."""
    most = 0
    for x in range(len(w.programmes)):
        most = max(most, w.programmes[x].n_members)
    return most


@partial(kernel, inline=True)
def record(w: State, p: Settings, e: int, here: Attendee, there: Attendee, luck: Key) -> None:
    """Write down one meeting of two attendees; the city of lower drawn priority has the initiative."""
    cities, event, i, j = w.cities, w.events[e], here.city, there.city
    if there.priority < here.priority:
        i, j = j, i
    x = append.encounter(w, MEET, luck, i, j, event.theme, Origin.EVENT, e)
    rows, in_person = w.encounters, here.in_person and there.in_person
    rows[x].may_form = may_form(cities, p.world.cross_bloc_only, i, j)
    rows[x].curated = event.curated and in_person
    if not in_person:
        rows[x].weight = p.event.online_weight
        rows[x].counts = p.event.online_first
    event.n_meetings += 1


@kernel
def mingle(w: State, p: Settings, seed: Key, t: int, e: int) -> None:
    """Write down who met whom at event ``e``, and what the event cost."""
    cities, rows, event, n = w.cities, w.attendees, w.events[e], w.count.attendees
    event.n_cities = n
    mingling = 1.0 if event.mode == Mode.ONLINE else cities[event.venue].mingling
    now, key = draws.moment(seed, MEET, 0), event.key
    chance = min(1.0, p.event.contacts_per_attendee * mingling / (n - 1)) if n > 1 else 0.0
    for x in range(n):
        here = rows[x]
        own = cities[here.city].key
        here.priority = draws.at(now, key, own, 1)
        event.cost += p.event.seat_cost if here.in_person else p.event.online_seat_cost
        if here.in_person:
            event.travel += 2.0 * here.distance
        for y in range(x):
            luck = draws.at(now, key, both(own, cities[rows[y].city].key), 0)
            if uniform(luck) < chance:
                record(w, p, e, here, rows[y], luck)


@kernel
def meet_bilaterally(w: State, p: Settings, seed: Key, t: int, e: int) -> None:
    """Hold an online session of one living partnership of the programme, the one that draws the highest number."""
    rows, its, key = w.partnerships, w.programmes[w.events[e].programme], w.events[e].key
    highest, chosen, now = LOWEST, NONE, draws.moment(seed, PARTNERSHIP, t)
    for r in w.of_programme[its.first_partnership : its.first_partnership + its.n_partnerships]:
        luck = draws.at(now, key, rows[r].key, 0)
        if luck > highest:
            highest, chosen = luck, r
    if chosen != NONE:
        rows[chosen].met += p.event.online_weight
        w.events[e].n_cities = 2
        w.events[e].n_meetings = 1
        w.events[e].cost += 2.0 * p.event.online_seat_cost


@kernel
def hold(w: State, p: Settings, seed: Key, t: int, e: int) -> bool:
    """Hold event ``e``: host, attendees, meetings; say whether it took place with attendees to bring together."""
    w.count.attendees = 0
    if w.events[e].mode == Mode.CANCELLED:
        return False
    if w.events[e].type == EventType.BILATERAL:
        meet_bilaterally(w, p, seed, t, e)
        return False
    host = choose_venue(w, seed, e)
    if host == NONE:
        w.events[e].mode = Mode.CANCELLED
        return False
    w.events[e].venue = host
    gather(w, p, seed, e)
    mingle(w, p, seed, t, e)
    return True
