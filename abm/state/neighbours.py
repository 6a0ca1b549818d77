"""Who knows whom: each city's list of the cities that it has or had partnerships with.

A city's list is in order of row (:mod:`abm.state.blocks`). Place 0 is in no list and tells what is true of strangers:
nothing. Most pairs of a large world are strangers, and most of the others have no partner in common. That is seen at a
glance in bits: all that a city ever had partnerships with (``acquaintances``) and has now (``partners``), 256 each,
which cities further apart share.
"""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import mix
from abm.machine.bits import EMPTY, WORD, bit, n_bits
from abm.machine.jit import Key, State, kernel, wrapping_kernel
from abm.state import append
from abm.state.blocks import EMPTY_LIST, ROWS_AN_ENTRY, lengthen
from abm.state.memory import Sized
from abm.state.month import Bond, Neighbour
from abm.state.words import NONE, Stage

STRANGER = 0
WORDS = 4  # of bits; one in worlds that need no more
ACQUAINT = draws.process("contact.acquaint")
LISTS = {
    "bonds": Sized(lambda w: 2 + 2 * len(w.partnerships), Bond, used=lambda w: w.count.bonds),
    "neighbours": Sized(
        lambda w: ROWS_AN_ENTRY * (2 + 2 * len(w.partnerships)), Neighbour, used=lambda w: w.count.neighbours
    ),
}


@wrapping_kernel
def both(a: Key, b: Key) -> Key:
    """Return the key of two entities together, the same in either order."""
    return mix(a + b)


@kernel
def begin(w: State) -> None:
    """Let all cities be strangers."""
    for i in range(len(w.cities)):
        w.neighbours_of[i] = EMPTY_LIST[0]
        for word in range(w.partners.shape[1]):
            w.partners[i, word] = w.acquaintances[i, word] = EMPTY
    w.count.bonds, w.count.neighbours = 0, STRANGER + 1
    put(w, STRANGER, len(w.cities), append.bond(w, ACQUAINT))


@kernel
def put(w: State, place: int, partner: int, bond: int) -> None:
    """Let a place of the lists be that of a city with which nothing has been yet."""
    near = w.neighbours[place]
    near.partner = partner
    near.bond = bond
    near.living = EMPTY
    near.memorandum = False


@kernel
def has_bit(bits: np.ndarray, i: int, j: int) -> bool:
    """Say whether the bit of city ``j`` is set among those of city ``i``, by ``j`` or by one that shares it."""
    return bits[i, j // WORD & (bits.shape[1] - 1)] & bit(j) != EMPTY


@kernel
def set_bit(bits: np.ndarray, i: int, j: int) -> None:
    """Set the bit of city ``j`` among those of city ``i``."""
    bits[i, j // WORD & (bits.shape[1] - 1)] |= bit(j)


@kernel
def place_for(w: State, i: int, j: int) -> int:
    """Return where city ``j`` stands in the list of city ``i``, or would stand."""
    place, behind = w.neighbours_of[i].first, w.neighbours_of[i].first + w.neighbours_of[i].size
    while place < behind and w.neighbours[place].partner < j:
        place += 1
    return place


@kernel
def find(w: State, i: int, j: int) -> int:
    """Return where city ``j`` stands in the list of city ``i``, or the place of strangers."""
    if not has_bit(w.acquaintances, i, j):
        return STRANGER
    place = place_for(w, i, j)
    is_known = place < w.neighbours_of[i].first + w.neighbours_of[i].size and w.neighbours[place].partner == j
    return place if is_known else STRANGER


@kernel
def living_partnership(w: State, i: int, j: int, theme: int) -> int:
    """Return the living partnership of two cities in a theme, or −1."""
    near = w.neighbours[find(w, i, j)]
    return w.bonds[near.bond].row[theme] if near.living & bit(theme) != EMPTY else NONE


@kernel
def _acquaint(w: State, i: int, j: int) -> int:
    """Return where city ``j`` stands in the list of city ``i``, in which it is put if they are strangers.

    Without room for it they stay strangers.
    """
    place = find(w, i, j)
    if place != STRANGER:
        return place
    new = append.bond(w, ACQUAINT)
    if new == w.count.bonds:
        return STRANGER
    set_bit(w.acquaintances, i, j)
    block = w.neighbours_of[i]
    n_before = place_for(w, i, j) - block.first
    w.count.neighbours = lengthen(block, w.neighbours, w.count.neighbours)
    place = block.first + n_before
    for x in range(block.first + block.size - 1, place, -1):
        w.neighbours[x] = w.neighbours[x - 1]
    put(w, place, j, new)
    return place


@kernel
def note(w: State, r: int) -> None:
    """Let both cities of partnership ``r`` note that it has begun, reached a memorandum or ended."""
    row = w.partnerships[r]
    lives, one = row.ended < 0, bit(row.theme)
    for side in range(2):
        city, other = (row.i, row.j) if side == 0 else (row.j, row.i)
        place = _acquaint(w, city, other)
        if place == STRANGER:
            continue
        near = w.neighbours[place]
        w.cities[city].n_partners -= near.living != EMPTY
        near.living = near.living | one if lives else near.living & ~one
        near.memorandum = near.memorandum or row.ever >= Stage.MEMORANDUM
        w.bonds[near.bond].row[row.theme] = r if lives else NONE
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
    for place in range(w.neighbours_of[i].first, w.neighbours_of[i].first + w.neighbours_of[i].size):
        if w.neighbours[place].living != EMPTY:
            set_bit(w.partners, i, w.neighbours[place].partner)


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
    near, one, other, n = w.neighbours, w.neighbours_of[i], w.neighbours_of[j], 0
    y, behind = other.first, other.first + other.size
    for x in range(one.first, one.first + one.size):
        partner = near[x].partner
        if near[x].living != EMPTY and has_bit(w.partners, j, partner):
            while y < behind and near[y].partner < partner:
                y += 1
            n += y < behind and near[y].partner == partner and near[y].living != EMPTY
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
