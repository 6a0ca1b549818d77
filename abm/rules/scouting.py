"""Brokers look at whom they might introduce (E9).

They are the pairs of cities and themes without a living partnership, of the programme and with room on both sides: all
of them where a programme has at most 50·m (`EXHAUSTIVE`), else a sample of m among those with room, with themes by E5.
A broker of a region looks at pairs with a city of it.
"""

from __future__ import annotations

from abm import draws
from abm.draws import NOBODY, child, draw
from abm.machine.bits import EMPTY, ONE, bit
from abm.machine.jit import Key, Settings, State, kernel
from abm.shared.pairs import may_form, meeting_theme, serves
from abm.state import append
from abm.state.entities import City
from abm.state.memory import Rows, Sized
from abm.state.neighbours import STRANGER, both, find, label_components
from abm.state.words import Strategy

LOOK = draws.process("broker.look")
EXHAUSTIVE = 50
LISTS = {"free_cities": Sized(lambda w: len(w.cities))}


@kernel
def consider(w: State, i: int, j: int, themes: Key) -> None:
    """Put two cities on the list of candidates, with the themes in which they might be introduced."""
    if themes != EMPTY:
        new = w.candidates[append.candidate(w, LOOK)]
        new.key = both(w.cities[i].key, w.cities[j].key)
        new.i = i
        new.j = j
        new.themes = themes


@kernel
def has_room(cities: Rows[City], i: int) -> bool:
    """Say whether a city that takes part can look after one more contact."""
    return (cities[i].standing > 0) & (cities[i].load < cities[i].capacity)


@kernel
def list_free(w: State, b: int) -> int:
    """List the members of the programme of broker ``b`` that have room, in ``free_cities``; return how many."""
    members, cities, free, n = w.members, w.cities, w.free_cities, 0
    first = w.programmes[w.brokers[b].programme].first_member
    for m in range(first, first + w.programmes[w.brokers[b].programme].n_members):
        free[n] = members[m].city
        n += (members[m].standing > 0) & has_room(cities, members[m].city)
    return n


@kernel
def look_at_all(w: State, p: Settings, b: int) -> None:
    """List every pair that broker ``b`` may introduce: the members of a programme stand in order of city."""
    cities, near, free, n = w.cities, w.neighbours, w.free_cities, list_free(w, b)
    across, region, themes = p.world.cross_bloc_only, w.brokers[b].region, bit(p.world.n_themes) - ONE
    for x in range(n):
        i = free[x]
        place, behind = w.neighbours_of[i].first, w.neighbours_of[i].first + w.neighbours_of[i].size
        for y in range(x + 1, n):
            j = free[y]
            if may_form(cities, across, i, j) and serves(cities, region, i, j):
                while place < behind and near[place].partner < j:
                    place += 1
                is_known = place < behind and near[place].partner == j
                consider(w, i, j, themes & ~near[place if is_known else STRANGER].living)


@kernel
def look_at_sample(w: State, p: Settings, seed: Key, t: int, b: int) -> None:
    """List m random pairs, each with a theme by E5, that broker ``b`` may introduce (fewer after 20·m looks)."""
    cities, free, n, looks = w.cities, w.free_cities, list_free(w, b), 0
    across, region, most = p.world.cross_bloc_only, w.brokers[b].region, w.brokers[b].sample
    while n > 1 and w.count.candidates < most and looks < 20 * most:
        luck = draw(seed, LOOK, t, w.brokers[b].key, NOBODY, looks)
        looks += 1
        x, y = draws.whole(luck, n), draws.whole(child(luck, 1), n)
        i, j = free[min(x, y)], free[max(x, y)]
        if i != j and may_form(cities, across, i, j) and serves(cities, region, i, j):
            theme = meeting_theme(cities, p.world.n_themes, i, j, child(luck, 2))
            consider(w, i, j, bit(theme) & ~w.neighbours[find(w, i, j)].living)


@kernel
def n_pairs(w: State, b: int) -> int:
    """Return how many pairs of cities there are in the programme of broker ``b``."""
    n = w.programmes[w.brokers[b].programme].n_members
    return n * (n - 1) // 2


@kernel
def sees_all(w: State, p: Settings, b: int) -> bool:
    """Say whether broker ``b`` looks at all pairs and themes, as they are few."""
    return n_pairs(w, b) * p.world.n_themes <= EXHAUSTIVE * w.brokers[b].sample


@kernel
def most_candidates(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most pairs of cities that one broker looks at."""
    most = 0
    for b in range(len(w.brokers)):
        most = max(most, n_pairs(w, b) if sees_all(w, p, b) else w.brokers[b].sample)
    return most


@kernel
def look(w: State, p: Settings, seed: Key, t: int, b: int) -> None:
    """List whom broker ``b`` might introduce this month, if it introduces anybody."""
    w.count.candidates = 0
    if w.brokers[b].introductions == 0:
        return
    if w.brokers[b].strategy == Strategy.BRIDGING and w.count.labelled != t:  # no tie moves while brokers work
        label_components(w)
        w.count.labelled = t
    if sees_all(w, p, b):
        look_at_all(w, p, b)
    else:
        look_at_sample(w, p, seed, t, b)
