"""Who knows whom: neighbour lists over the append-only tables, rebuilt at the start of a month.

A list in compressed rows is the whole index: 1 µs for 31 cities, about a millisecond for 300,000 ties.
"""

from __future__ import annotations

import numpy as np

from abm.draws import mix
from abm.jit import Key, State, Table, kernel
from abm.tables import N_THEMES, NONE


@kernel
def both(a: Key, b: Key) -> Key:
    """Return the key of two entities together, the same in either order."""
    return mix(a + b)


@kernel
def by_priority(priority: np.ndarray, n: int) -> np.ndarray:
    """Return the first ``n`` rows in order of drawn priority, lowest first; shape (n,)."""
    keys = np.empty(n, np.uint64)
    for row in range(n):
        keys[row] = priority[row]
    return np.argsort(keys)


@kernel
def _sort_ties(w: State, n_cities: int) -> None:
    """Fill ``ties`` so that each city's episodes stand together, sorted by the other city (two stable passes)."""
    rows, first = w.partnerships, w.first_tie
    n = w.count.partnerships[0]
    first[:] = 0
    for r in range(n):
        first[rows.i[r] + 1] += 1
        first[rows.j[r] + 1] += 1
    for city in range(n_cities):
        first[city + 1] += first[city]
    start = first[:n_cities].copy()
    unsorted = np.empty(2 * n, np.int64)
    for r in range(n):
        for city in (rows.i[r], rows.j[r]):
            unsorted[start[city]] = r
            start[city] += 1
    start[:] = first[:n_cities]
    for other in range(n_cities):
        for x in range(first[other], first[other + 1]):
            r = unsorted[x]
            city = rows.i[r] + rows.j[r] - other
            w.ties[start[city]] = r
            start[city] += 1


@kernel
def build(w: State) -> None:
    """Rebuild each city's list of partner cities, past and present, in order of row, and count living ones."""
    rows, near = w.partnerships, w.neighbours
    n_cities = len(w.cities)
    _sort_ties(w, n_cities)
    x = 0
    for city in range(n_cities):
        w.first_neighbour[city] = x
        w.cities.n_partners[city] = 0
        for place in range(w.first_tie[city], w.first_tie[city + 1]):
            r = w.ties[place]
            other = rows.i[r] + rows.j[r] - city
            if x == w.first_neighbour[city] or near.partner[x - 1] != other:
                near.partner[x] = other
                near.n_living[x] = 0
                near.memorandum[x] = False
                for theme in range(N_THEMES):
                    near.row[x, theme] = NONE
                x += 1
            if rows.ever[r] >= 2:
                near.memorandum[x - 1] = True
            if rows.ended[r] < 0:
                if near.n_living[x - 1] == 0:
                    w.cities.n_partners[city] += 1
                near.n_living[x - 1] += 1
                near.row[x - 1, rows.theme[r]] = r
    w.first_neighbour[n_cities] = x


@kernel
def find(first_neighbour: np.ndarray, neighbours: Table, i: int, j: int) -> int:
    """Return the place of city ``j`` in the list of city ``i``, or −1 (binary search)."""
    low, high = first_neighbour[i], first_neighbour[i + 1]
    while low < high:
        middle = (low + high) // 2
        if neighbours.partner[middle] < j:
            low = middle + 1
        else:
            high = middle
    if low < first_neighbour[i + 1] and neighbours.partner[low] == j:
        return low
    return NONE


@kernel
def common_partners(first_neighbour: np.ndarray, neighbours: Table, i: int, j: int) -> int:
    """Return in how many cities both ``i`` and ``j`` have a living partnership (merge of two sorted lists)."""
    x, y = first_neighbour[i], first_neighbour[j]
    n = 0
    while x < first_neighbour[i + 1] and y < first_neighbour[j + 1]:
        if neighbours.partner[x] < neighbours.partner[y]:
            x += 1
        elif neighbours.partner[x] > neighbours.partner[y]:
            y += 1
        else:
            if neighbours.n_living[x] > 0 and neighbours.n_living[y] > 0:
                n += 1
            x += 1
            y += 1
    return n


@kernel
def root(component: np.ndarray, i: int) -> int:
    """Return the lowest city known to hang together with city ``i`` (path halving)."""
    while component[i] != i:
        component[i] = component[component[i]]
        i = component[i]
    return i


@kernel
def label_components(w: State) -> None:
    """Give cities that hang together by living ties the same label: the lowest row among them."""
    label = w.cities.component
    for i in range(len(label)):
        label[i] = i
    for x in range(w.count.live[0]):
        r = w.live[x]
        a, b = root(label, w.partnerships.i[r]), root(label, w.partnerships.j[r])
        label[max(a, b)] = min(a, b)
    for i in range(len(label)):
        label[i] = root(label, i)


@kernel
def build_links(w: State) -> None:
    """Rebuild each actor's list of links, ended ones too, in order of age."""
    first = w.first_link
    n = w.count.links[0]
    w.count.linked[0] = n
    first[:] = 0
    for x in range(n):
        first[w.links.a[x] + 1] += 1
        first[w.links.b[x] + 1] += 1
    for actor in range(len(first) - 1):
        first[actor + 1] += first[actor]
    start = first.copy()
    for x in range(n):
        for actor in (w.links.a[x], w.links.b[x]):
            w.linked[start[actor]] = x
            start[actor] += 1


@kernel
def ever_linked(w: State, actor: int, other: int) -> bool:
    """Say whether two actors were ever linked."""
    for place in range(w.first_link[actor], w.first_link[actor + 1]):
        x = w.linked[place]
        if w.links.a[x] + w.links.b[x] - actor == other:
            return True
    return False


@kernel
def organisations_linked(w: State, i: int, j: int, theme: int) -> bool:
    """Say whether an organisation of city ``i`` has a living link with one of city ``j`` in the theme."""
    n_cities = len(w.cities)
    for o in range(w.cities.first_organisation[i], w.cities.first_organisation[i] + w.cities.n_organisations[i]):
        actor = n_cities + o
        for place in range(w.first_link[actor], w.first_link[actor + 1]):
            x = w.linked[place]
            other = w.links.a[x] + w.links.b[x] - actor - n_cities
            if other >= 0 and w.links.ended[x] < 0 and w.links.theme[x] == theme and w.organisations.city[other] == j:
                return True
    return False
