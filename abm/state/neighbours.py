"""Who knows whom: each city's list of the cities that it has or had partnerships with, each actor's of its links.

A city's list is in order of row: each row tells which comes next, so that a new one is put in without moving another.
Row 0 stands behind the last of every list and tells what is true of strangers: nothing. Most pairs of a large world are
strangers, and most of the others have no partner in common. That is seen at a glance in bits: all that a city ever had
partnerships with (``acquaintances``) and has now (``partners``), 256 each, which cities further apart share.
"""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import mix
from abm.machine.bits import EMPTY, WORD, bit, n_bits
from abm.machine.jit import Key, State, kernel, wrapping_kernel
from abm.state import append
from abm.state.memory import Sized
from abm.state.month import Neighbour
from abm.state.words import NONE, Stage

STRANGER = 0
WORDS = 4  # of bits; one in worlds that need no more
ACQUAINT = draws.process("contact.acquaint")
LISTS = {
    "neighbours": Sized(lambda w: 2 + 2 * len(w.partnerships), Neighbour),
    "next_link": Sized(lambda w: 1 + 2 * len(w.links)),
}


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
            w.partners[i, word] = w.acquaintances[i, word] = EMPTY
    w.first_link[:] = 0
    w.neighbours[append.neighbour(w, ACQUAINT)].partner = len(w.cities)


@kernel
def has_bit(bits: np.ndarray, i: int, j: int) -> bool:
    """Say whether the bit of city ``j`` is set among those of city ``i``, by ``j`` or by one that shares it."""
    return bits[i, j // WORD & (bits.shape[1] - 1)] & bit(j) != EMPTY


@kernel
def set_bit(bits: np.ndarray, i: int, j: int) -> None:
    """Set the bit of city ``j`` among those of city ``i``."""
    bits[i, j // WORD & (bits.shape[1] - 1)] |= bit(j)


@kernel
def find(w: State, i: int, j: int) -> int:
    """Return the row of city ``j`` among the neighbours of city ``i``, or that of a stranger."""
    if not has_bit(w.acquaintances, i, j):
        return STRANGER
    neighbours, x = w.neighbours, w.first_neighbour[i]
    while neighbours[x].partner < j:
        x = neighbours[x].following
    return x if neighbours[x].partner == j else STRANGER


@kernel
def _acquaint(w: State, i: int, j: int) -> int:
    """Return the row of city ``j`` among the neighbours of city ``i``, where it is put if they are strangers.

    Without room for it they stay strangers.
    """
    neighbours, before, x = w.neighbours, STRANGER, w.first_neighbour[i]
    while neighbours[x].partner < j:
        before, x = x, neighbours[x].following
    if neighbours[x].partner == j:
        return x
    new = append.neighbour(w, ACQUAINT)
    if new == w.count.neighbours:
        return STRANGER
    set_bit(w.acquaintances, i, j)
    neighbours[new].partner = j
    neighbours[new].following = x
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
        x = _acquaint(w, city, other)
        if x == STRANGER:
            continue
        near = w.neighbours[x]
        w.cities[city].n_partners -= near.living != EMPTY
        near.living = near.living | one if lives else near.living & ~one
        near.row[row.theme] = r if lives else NONE
        near.memorandum = near.memorandum or row.ever >= Stage.MEMORANDUM
        w.cities[city].n_partners += near.living != EMPTY
        if near.living != EMPTY:
            set_bit(w.partners, city, other)
        else:
            look_round(w, city)


@kernel
def look_round(w: State, i: int) -> None:
    """Set the bits of the living partners of city ``i`` anew."""
    for word in range(w.partners.shape[1]):
        w.partners[i, word] = EMPTY
    x = w.first_neighbour[i]
    while x != STRANGER:
        if w.neighbours[x].living != EMPTY:
            set_bit(w.partners, i, w.neighbours[x].partner)
        x = w.neighbours[x].following


@kernel
def common_partners(w: State, i: int, j: int) -> int:
    """Return in how many cities both ``i`` and ``j`` have a living partnership."""
    n, n_words = 0, w.partners.shape[1]
    for word in range(n_words):
        n += n_bits(w.partners[i, word] & w.partners[j, word])
    return n if n == 0 or len(w.cities) <= WORD * n_words else common_in_lists(w, i, j)


@kernel
def common_in_lists(w: State, i: int, j: int) -> int:
    """Return the same from the two lists: city ``i``'s is gone through, and ``j``'s as far as they may share a city."""
    near, x, y, n = w.neighbours, w.first_neighbour[i], w.first_neighbour[j], 0
    while x != STRANGER:
        partner = near[x].partner
        if near[x].living != EMPTY and has_bit(w.partners, j, partner):
            while near[y].partner < partner:
                y = near[y].following
            n += (near[y].partner == partner) & (near[y].living != EMPTY)
        x = near[x].following
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
    label = w.labels[: len(w.cities)]
    for i in range(len(label)):
        label[i] = i
    for x in range(w.count.live):
        r = w.live[x]
        a, b = root(label, w.partnerships[r].i), root(label, w.partnerships[r].j)
        label[max(a, b)] = min(a, b)
    for i in range(len(label)):
        w.cities[i].component = root(label, i)


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
