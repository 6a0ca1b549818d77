"""Who is linked with whom: each actor's list of its links, ended ones too (:mod:`abm.state.blocks`)."""

from __future__ import annotations

from abm.machine.jit import State, kernel
from abm.state.blocks import EMPTY_LIST, ROWS_AN_ENTRY, lengthen
from abm.state.memory import Sized
from abm.state.month import Linked

LISTS = {"linked": Sized(lambda w: ROWS_AN_ENTRY * 2 * len(w.links), Linked, used=lambda w: w.count.entries)}


@kernel
def begin(w: State) -> None:
    """Let no actor be linked."""
    for actor in range(len(w.links_of)):
        w.links_of[actor] = EMPTY_LIST[0]
    w.count.linked, w.count.entries = 0, 0


@kernel
def list_links(w: State) -> None:
    """Put this month's links into the lists of both their actors; those that live stand first, and ended ones stay."""
    for x in range(w.count.linked, w.count.links):
        _list_link(w, w.links[x].a, w.links[x].b, x)
        _list_link(w, w.links[x].b, w.links[x].a, x)
    w.count.linked = w.count.links


@kernel
def _list_link(w: State, actor: int, other: int, x: int) -> None:
    """Put link ``x`` with another actor into an actor's list."""
    block = w.links_of[actor]
    w.count.entries = lengthen(block, w.linked, w.count.entries)
    place = block.first + block.size - 1
    if w.links[x].ended < 0:
        w.linked[place] = w.linked[block.first + block.living]
        place = block.first + block.living
        block.living += 1
    w.linked[place].other = other
    w.linked[place].link = x


@kernel
def unlist_link(w: State, x: int) -> None:
    """Put link ``x``, which has ended, behind those that live in the lists of both its actors."""
    if x < w.count.linked:
        _put_behind(w, w.links[x].a, w.links[x].b, x)
        _put_behind(w, w.links[x].b, w.links[x].a, x)


@kernel
def _put_behind(w: State, actor: int, other: int, x: int) -> None:
    """Let link ``x`` change places with the last that lives in an actor's list."""
    block = w.links_of[actor]
    place = block.first
    while w.linked[place].link != x:
        place += 1
    block.living -= 1
    w.linked[place] = w.linked[block.first + block.living]
    w.linked[block.first + block.living].other = other
    w.linked[block.first + block.living].link = x


@kernel
def ever_linked(w: State, actor: int, other: int) -> bool:
    """Say whether two actors were ever linked."""
    block = w.links_of[actor]
    for x in range(block.first, block.first + block.size):
        if w.linked[x].other == other:
            return True
    return False
