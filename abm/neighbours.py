"""Who knows whom: each city's list of the cities that it has or had partnerships with, each actor's of its links.

A city's list is in order of row: each row tells which comes next, so that a new one is put in without moving another.
Row 0 stands behind the last of every list and tells what is true of strangers: nothing.
"""

from __future__ import annotations

import numpy as np

from abm.bits import EMPTY, WORD, bit, n_bits
from abm.draws import mix
from abm.jit import Key, State, Table, kernel
from abm.organisations import N_KINDS, organisation_at, place_of
from abm.tables import N_THEMES, NONE, Stage

STRANGER = 0


@kernel
def both(a: Key, b: Key) -> Key:
    """Return the key of two entities together, the same in either order."""
    return mix(a + b)


@kernel
def begin(w: State) -> None:
    """Let all cities be strangers."""
    w.first_neighbour[:] = STRANGER
    for i in range(len(w.cities)):
        for word in range(w.partners.shape[1]):
            w.partners[i, word] = EMPTY
    w.count.neighbours = STRANGER
    _append(w, len(w.cities), STRANGER)


@kernel
def _append(w: State, partner: int, following: int) -> int:
    """Append a neighbour without a partnership, followed in its list by another; return its row."""
    x = w.count.neighbours
    w.count.neighbours = x + 1
    new = w.neighbours[x]
    new.partner = partner
    new.following = following
    new.living = EMPTY
    new.memorandum = False
    for theme in range(N_THEMES):
        new.row[theme] = NONE
    return x


@kernel
def find(first_neighbour: np.ndarray, neighbours: Table, i: int, j: int) -> int:
    """Return the row of city ``j`` among the neighbours of city ``i``, or that of a stranger."""
    x = first_neighbour[i]
    while neighbours[x].partner < j:
        x = neighbours[x].following
    return x if neighbours[x].partner == j else STRANGER


@kernel
def _acquaint(w: State, i: int, j: int) -> int:
    """Return the row of city ``j`` among the neighbours of city ``i``, where it is put if they are strangers."""
    neighbours, before, x = w.neighbours, STRANGER, w.first_neighbour[i]
    while neighbours[x].partner < j:
        before, x = x, neighbours[x].following
    if neighbours[x].partner == j:
        return x
    new = _append(w, j, x)
    if before == STRANGER:
        w.first_neighbour[i] = new
    else:
        neighbours[before].following = new
    return new


@kernel
def note(w: State, r: int) -> None:
    """Let both cities of partnership ``r`` note that it has begun, reached a memorandum or ended."""
    row = w.partnerships[r]
    lives, one = row.ended < 0, bit(row.theme)
    for side in range(2):
        city, other = (row.i, row.j) if side == 0 else (row.j, row.i)
        near = w.neighbours[_acquaint(w, city, other)]
        w.cities[city].n_partners -= near.living != EMPTY
        near.living = near.living | one if lives else near.living & ~one
        near.row[row.theme] = r if lives else NONE
        near.memorandum = near.memorandum or row.ever >= Stage.MEMORANDUM
        w.cities[city].n_partners += near.living != EMPTY
        if near.living != EMPTY:
            w.partners[city, other // WORD] |= bit(other)
        else:
            w.partners[city, other // WORD] &= ~bit(other)


@kernel
def common_partners(w: State, i: int, j: int) -> int:
    """Return in how many cities both ``i`` and ``j`` have a living partnership."""
    n = 0
    for word in range(w.partners.shape[1]):
        n += n_bits(w.partners[i, word] & w.partners[j, word])
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
    links, n_cities = w.links, len(w.cities)
    for kind in range(N_KINDS):
        entry = w.by_theme[place_of(i, kind, theme)]
        while entry != 0:
            actor = n_cities + organisation_at(entry)
            for place in range(w.first_link[actor], w.first_link[actor + 1]):
                x = w.linked[place]
                other = links[x].a + links[x].b - actor - n_cities
                if other >= 0 and links[x].ended < 0 and links[x].theme == theme and w.organisations[other].city == j:
                    return True
            entry = w.next_by_theme[entry]
    return False
