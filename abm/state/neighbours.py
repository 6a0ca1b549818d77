"""Who knows whom: each city's list of the cities that it has or had partnerships with, each actor's of its links.

A city's list is in order of row: each row tells which comes next, so that a new one is put in without moving another.
Row 0 stands behind the last of every list and tells what is true of strangers: nothing.
"""

from __future__ import annotations

import numpy as np

from abm.draws import mix
from abm.machine.bits import EMPTY, WORD, bit, n_bits
from abm.machine.jit import Key, State, Table, kernel, wrapping_kernel
from abm.shared.organisations import N_KINDS, organisation_at, place_of
from abm.state.tables import N_THEMES, NONE, Stage

STRANGER = 0


@wrapping_kernel
def both(a: Key, b: Key) -> Key:
    """Return the key of two entities together, the same in either order."""
    return mix(a + b)


@kernel
def begin(w: State) -> None:
    """Let all cities be strangers, and no actor be linked."""
    w.first_neighbour[:] = STRANGER
    for i in range(len(w.cities)):
        for word in range(w.partners.shape[1]):
            w.partners[i, word] = EMPTY
    w.first_link[:] = 0
    w.count.linked = 0
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
def list_links(w: State) -> None:
    """Put this month's links into the lists of both their actors, before older ones; ended ones stay.

    Link ``x`` has entry 1 + 2·x in the list of its first actor and 2 + 2·x in that of its second; ``first_link`` holds
    the first entry of each list, ``next_link`` for each entry the following one; 0 stands behind the last.
    """
    rows, first, following = w.links, w.first_link, w.next_link
    for x in range(w.count.linked, w.count.links):
        following[1 + 2 * x] = first[rows[x].a]
        first[rows[x].a] = 1 + 2 * x
        following[2 + 2 * x] = first[rows[x].b]
        first[rows[x].b] = 2 + 2 * x
    w.count.linked = w.count.links


@kernel
def link_at(entry: int) -> int:
    """Return the link of an entry in an actor's list."""
    return (entry - 1) // 2


@kernel
def ever_linked(w: State, actor: int, other: int) -> bool:
    """Say whether two actors were ever linked."""
    entry = w.first_link[actor]
    while entry != 0:
        x = link_at(entry)
        if w.links[x].a + w.links[x].b - actor == other:
            return True
        entry = w.next_link[entry]
    return False


@kernel
def organisations_linked(w: State, i: int, j: int, theme: int) -> bool:
    """Say whether an organisation of city ``i`` has a living link with one of city ``j`` in the theme.

    Organisations link only in themes in which they work.
    """
    for kind in range(N_KINDS):
        entry = w.by_theme[place_of(i, kind, theme)]
        while entry != 0:
            if is_linked_with(w, organisation_at(entry), j, theme):
                return True
            entry = w.next_by_theme[entry]
    return False


@kernel
def is_linked_with(w: State, o: int, j: int, theme: int) -> bool:
    """Say whether organisation ``o`` has a living link with one of city ``j`` in the theme."""
    links, n_cities = w.links, len(w.cities)
    entry = w.first_link[n_cities + o]
    while entry != 0:
        x = link_at(entry)
        other = links[x].a + links[x].b - 2 * n_cities - o
        if other >= 0 and links[x].ended < 0 and links[x].theme == theme and w.organisations[other].city == j:
            return True
        entry = w.next_link[entry]
    return False
