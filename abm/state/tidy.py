"""In a large world, partnerships and links change rows once a year: what has ended stands first, what lives by city.

Partnerships and links are appended as they begin, now here, now there, and lists move behind all others as they grow.
But most partnerships are of cities that stand near each other in their table, those of one programme. So a month that
goes through the living ones by row would jump from city to city, and wait for memory at each; in order of city, what it
needs next is at hand. In smaller worlds everything is at hand, and nothing moves.
"""

from __future__ import annotations

import numpy as np

from abm.machine.jit import State, Table, kernel
from abm.state.blocks import room
from abm.state.entities import Link, Partnership
from abm.state.memory import Sized
from abm.state.month import Linked, Neighbour
from abm.state.neighbours import STRANGER
from abm.state.words import N_THEMES
from abm.state.world import World

LARGE = 5_000  # cities
EVERY = 12  # months


def is_large(w: World) -> bool:
    """Say whether a world has so many cities that rows change."""
    return len(w.cities) > LARGE


def as_long_as(table: str, holds: type) -> Sized:
    """Return a list as long as a table in a large world, and without an entry in others."""
    return Sized(lambda w: len(getattr(w, table)) if is_large(w) else 0, holds, used=lambda w: 0)


LISTS = {
    "n_before": Sized(lambda w: len(w.links_of) + 2 if is_large(w) else 0),
    "in_order": Sized(lambda w: max(len(w.partnerships), len(w.links)) if is_large(w) else 0, used=lambda w: 0),
    "moved_to": Sized(lambda w: max(len(w.partnerships), len(w.links)) if is_large(w) else 0, used=lambda w: 0),
    "partnerships_before": as_long_as("partnerships", Partnership),
    "links_before": as_long_as("links", Link),
    "neighbours_before": as_long_as("neighbours", Neighbour),
    "linked_before": as_long_as("linked", Linked),
}


@kernel
def tidy(w: State, t: int) -> None:
    """Once a year, put what a large world has in order."""
    if len(w.cities) > LARGE and t % EVERY == 0:
        put_in_order(w)


@kernel
def put_in_order(w: State) -> None:
    """Put partnerships and links in order, and lay the lists of neighbours and links one behind the other."""
    move_partnerships(w)
    move_links(w)
    w.count.neighbours = lay_out(w.neighbours_of, w.neighbours, w.neighbours_before, w.count.neighbours, STRANGER + 1)
    w.count.entries = lay_out(w.links_of, w.linked, w.linked_before, w.count.entries, 0)


@kernel
def sort(first: np.ndarray, ended: np.ndarray, past: int, n: int, n_before: np.ndarray, in_order: np.ndarray) -> int:
    """List rows ``past`` to ``n``: the ended ones, then those that live by first city or actor (counting sort).

    Return how many have ended in all.
    """
    n_before[:] = 0
    for r in range(past, n):
        n_before[first[r] + 2 if ended[r] < 0 else 1] += 1
    n_ended = n_before[1]
    for i in range(len(n_before) - 1):
        n_before[i + 1] += n_before[i]
    for r in range(past, n):
        turn = first[r] + 1 if ended[r] < 0 else 0
        in_order[n_before[turn]] = r
        n_before[turn] += 1
    return past + n_ended


@kernel
def change_rows(rows: Table, past: int, n: int, in_order: np.ndarray, before: Table, moved_to: np.ndarray) -> None:
    """Move rows ``past`` to ``n`` in order, and note where each has gone."""
    for x in range(n - past):
        before[x] = rows[in_order[x]]
        moved_to[in_order[x] - past] = past + x
    for x in range(n - past):
        rows[past + x] = before[x]


@kernel
def now_at(moved_to: np.ndarray, past: int, r: int) -> int:
    """Return where row ``r`` has gone; −1, for none, and those before ``past`` stay."""
    return r if r < past else moved_to[r - past]


@kernel
def move_partnerships(w: State) -> None:
    """Put the partnerships in order; whatever names one by its row names the new one.

    At the start of a month all stand where they were counted last, and those that live are those that are watched.
    """
    rows, past, n, moved_to = w.partnerships, w.count.past_partnerships, w.count.partnerships, w.moved_to
    w.count.past_partnerships = sort(rows.i, rows.ended, past, n, w.n_before, w.in_order)
    change_rows(rows, past, n, w.in_order, w.partnerships_before, moved_to)
    for r in range(past, n):
        w.counted[r] = rows[r].stage
    for x in range(w.count.live):
        w.live[x] = w.count.past_partnerships + x
    for x in range(w.tally.watched):
        w.watched[x] = w.count.past_partnerships + x
    for x in range(w.count.bonds):
        row = w.bonds[x].row
        for theme in range(N_THEMES):
            row[theme] = now_at(moved_to, past, row[theme])
    for x in range(w.count.past_links, w.count.links):
        w.links[x].partnership = now_at(moved_to, past, w.links[x].partnership)
    for x in range(w.tally.piloted):
        w.piloted[x] = now_at(moved_to, past, w.piloted[x])
    for x in range(w.count.participants):
        w.participants[x].partnership = now_at(moved_to, past, w.participants[x].partnership)


@kernel
def move_links(w: State) -> None:
    """Put the links in order; the lists of both their actors name the new rows."""
    links, past, n = w.links, w.count.past_links, w.count.links
    w.count.past_links = sort(links.a, links.ended, past, n, w.n_before, w.in_order)
    change_rows(links, past, n, w.in_order, w.links_before, w.moved_to)
    for x in range(w.count.living_links):
        w.living_links[x] = w.count.past_links + x
    for x in range(w.count.entries):
        w.linked[x].link = now_at(w.moved_to, past, w.linked[x].link)


@kernel
def lay_out(blocks: Table, table: Table, before: Table, used: int, place: int) -> int:
    """Lay lists one behind the other, from a place on; return how many rows of their table are used then."""
    for x in range(place, used):
        before[x] = table[x]
    for a in range(len(blocks)):
        block = blocks[a]
        for x in range(block.size):
            table[place + x] = before[block.first + x]
        block.first = place
        place += room(block.size)
    return place
