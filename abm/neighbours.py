"""Who knows whom: neighbour lists over the append-only tables, rebuilt at the start of a month.

A list in compressed rows is the whole index: 1 µs for 31 cities, about a millisecond for 300,000 ties.
"""

from __future__ import annotations

import numpy as np

from abm.draws import mix
from abm.jit import Key, State, Table, kernel
from abm.tables import N_THEMES, NONE, Stage


@kernel
def both(a: Key, b: Key) -> Key:
    """Return the key of two entities together, the same in either order."""
    return mix(a + b)


@kernel
def _sort_ties(w: State, n_cities: int) -> None:
    """Fill ``ties`` so that each city's episodes stand together, sorted by the other city (two stable passes).

    As every episode stands twice, a list of (city, other) read in order of city is one of (other, city) for the second.
    """
    rows, first, ties, n = w.partnerships, w.first_tie, w.ties, w.count.partnerships
    if first[n_cities] == 2 * n:
        return  # no episode has begun since
    by_city, others, start = w.work_rows[: 2 * n], w.work_rows[2 * n : 4 * n], w.work_rows[4 * n :]
    for city in range(len(first)):
        first[city] = 0
    for r in range(n):
        first[rows[r].i] += 1
        first[rows[r].j] += 1
    for city in range(n_cities):
        first[city + 1] += first[city]
        start[city] = first[city]
    for r in range(n - 1, -1, -1):  # from behind, so that every city's end becomes its beginning
        i, j = rows[r].i, rows[r].j
        start[i] -= 1
        by_city[start[i]], others[start[i]] = r, j
        start[j] -= 1
        by_city[start[j]], others[start[j]] = r, i
    for city in range(n_cities):
        first[city] = start[city]
    for x in range(2 * n):
        city = others[x]
        ties[start[city]] = by_city[x]
        start[city] += 1


@kernel
def build(w: State) -> None:
    """Rebuild each city's list of partner cities, past and present, in order of row, and count living ones.

    Nobody can guess whether the next episode is with the same city, or lives: the loop is free of branches.
    """
    rows, neighbours, ties, first = w.partnerships, w.neighbours, w.ties, w.first_tie
    n_cities, x = len(w.cities), -1
    _sort_ties(w, n_cities)
    for city in range(n_cities):
        w.first_neighbour[city] = x + 1
        last, n_partners = NONE, 0
        for place in range(first[city], first[city + 1]):
            r = ties[place]
            row = rows[r]
            other, lives = row.i + row.j - city, row.ended < 0
            is_next = other != last
            x += is_next
            last = other
            near = neighbours[x]
            before = 0 if is_next else near.n_living
            near.partner = other
            near.n_living = before + lives
            near.memorandum = (near.memorandum and not is_next) or row.ever >= Stage.MEMORANDUM
            n_partners += before + lives == 1 and lives
            for theme in range(N_THEMES):
                near.row[theme] = NONE if is_next else near.row[theme]
            near.row[row.theme] = r if lives else near.row[row.theme]
        w.cities[city].n_partners = n_partners
    w.first_neighbour[n_cities] = x + 1


@kernel
def find(first_neighbour: np.ndarray, neighbours: Table, i: int, j: int) -> int:
    """Return the place of city ``j`` in the list of city ``i``, or −1 (binary search)."""
    low, high = first_neighbour[i], first_neighbour[i + 1]
    while low < high:
        middle = (low + high) // 2
        if neighbours[middle].partner < j:
            low = middle + 1
        else:
            high = middle
    if low < first_neighbour[i + 1] and neighbours[low].partner == j:
        return low
    return NONE


@kernel
def common_partners(first_neighbour: np.ndarray, neighbours: Table, i: int, j: int) -> int:
    """Return in how many cities both ``i`` and ``j`` have a living partnership (merge of two sorted lists)."""
    x, y = first_neighbour[i], first_neighbour[j]
    n = 0
    while x < first_neighbour[i + 1] and y < first_neighbour[j + 1]:
        if neighbours[x].partner < neighbours[y].partner:
            x += 1
        elif neighbours[x].partner > neighbours[y].partner:
            y += 1
        else:
            if neighbours[x].n_living > 0 and neighbours[y].n_living > 0:
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
    for x in range(w.count.live):
        r = w.live[x]
        a, b = root(label, w.partnerships[r].i), root(label, w.partnerships[r].j)
        label[max(a, b)] = min(a, b)
    for i in range(len(label)):
        label[i] = root(label, i)


@kernel
def build_links(w: State) -> None:
    """Rebuild each actor's list of links, ended ones too, in order of age."""
    rows, first, linked = w.links, w.first_link, w.linked
    n = w.count.links
    w.count.linked = n
    for actor in range(len(first)):
        first[actor] = 0
    for x in range(n):
        first[rows[x].a] += 1
        first[rows[x].b] += 1
    for actor in range(len(first) - 1):
        first[actor + 1] += first[actor]
    for x in range(n - 1, -1, -1):  # from behind, so that every actor's end becomes its beginning
        for actor in (rows[x].a, rows[x].b):
            first[actor] -= 1
            linked[first[actor]] = x


@kernel
def ever_linked(w: State, actor: int, other: int) -> bool:
    """Say whether two actors were ever linked."""
    for place in range(w.first_link[actor], w.first_link[actor + 1]):
        x = w.linked[place]
        if w.links[x].a + w.links[x].b - actor == other:
            return True
    return False


@kernel
def organisations_linked(w: State, i: int, j: int, theme: int) -> bool:
    """Say whether an organisation of city ``i`` has a living link with one of city ``j`` in the theme."""
    n_cities = len(w.cities)
    for o in range(w.cities[i].first_organisation, w.cities[i].first_organisation + w.cities[i].n_organisations):
        actor = n_cities + o
        for place in range(w.first_link[actor], w.first_link[actor + 1]):
            x = w.linked[place]
            other = w.links[x].a + w.links[x].b - actor - n_cities
            if other >= 0 and w.links[x].ended < 0 and w.links[x].theme == theme and w.organisations[other].city == j:
                return True
    return False
