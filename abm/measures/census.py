"""One look at all partnerships at the end of the month, from which the measures are computed."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm.bits import EMPTY
from abm.draws import mix
from abm.jit import State, Table, kernel
from abm.tables import MAX_REGIONS, N_THEMES, Col, Origin, Stage

LONGEST_WAIT = 36
PILOT, DISSOLVED, WAITING = range(3)
ALL = MAX_REGIONS


class Tally(NamedTuple):
    """What is counted in the whole world (one row)."""

    stage: Annotated[int, Col("partnerships by stage", "partnerships", 6)]
    highest: Annotated[int, Col("partnerships by the highest stage reached", "partnerships", 6)]
    theme: Annotated[int, Col("living partnerships by theme", "partnerships", N_THEMES)]
    wait: Annotated[int, Col("by PILOT, DISSOLVED or WAITING and by months", "partnerships", (3, LONGEST_WAIT + 2))]
    incidence: Annotated[float, Col("cumulative incidence of a pilot by months", "1", LONGEST_WAIT + 1)]
    ended: Annotated[int, Col("partnerships that ended this month", "partnerships")]
    brokered: Annotated[int, Col("partnerships that a broker began", "partnerships")]
    trust: Annotated[float, Col("sum over living partnerships")]
    gap: Annotated[float, Col("sum over living partnerships")]
    members: Annotated[int, Col("members that take part, by bloc and, in the last place, of all", "cities", ALL + 1)]
    in_bloc: Annotated[int, Col("cities of the graph of ties, by bloc", "cities", MAX_REGIONS)]
    tied: Annotated[int, Col("tied pairs among a city's neighbours, by role and its bloc", "pairs", (4, MAX_REGIONS))]
    every: Annotated[int, Col("all pairs of a city's neighbours, by role and its bloc", "pairs", (4, MAX_REGIONS))]


class CityTally(NamedTuple):
    """What is counted for each city, or, in the last column, for each distance."""

    ties: Annotated[int, Col("living partnerships", "partnerships")]
    reach: Annotated[int, Col("highest stage that it ever reached (Stage)")]
    piloted: Annotated[np.uint64, Col("themes in which it ever had a pilot, a bit each")]
    projects: Annotated[int, Col("their number: clusters of projects that it ever was in", "clusters")]
    degree: Annotated[int, Col("neighbours in the graph of ties", "cities")]
    by_bloc: Annotated[int, Col("the same by bloc", "cities", MAX_REGIONS)]
    closed: Annotated[int, Col("tied pairs among its neighbours", "pairs")]
    near: Annotated[np.uint64, Col("its neighbours, a bit each, in a world of at most 64 cities")]
    horizon: Annotated[np.uint64, Col("the cities within some distance, a bit each")]
    wider: Annotated[np.uint64, Col("the cities within a step more, a bit each")]
    at_distance: Annotated[int, Col("ordered pairs of cities whose shortest path is as long as the row", "pairs")]


@kernel
def clear(w: State) -> None:
    """Set all counts to zero."""
    tally, by_city = w.tally, w.city_tally
    tally.stage[:], tally.highest[:], tally.theme[:], tally.wait[:] = 0, 0, 0, 0
    tally.ended, tally.brokered, tally.trust, tally.gap = 0, 0, 0.0, 0.0
    tally.members[:], tally.in_bloc[:], tally.tied[:], tally.every[:] = 0, 0, 0, 0
    for i in range(len(by_city)):
        row = by_city[i]
        row.ties, row.reach, row.piloted, row.degree, row.closed = 0, 0, EMPTY, 0, 0
        row.near, row.at_distance = EMPTY, 0
        for bloc in range(MAX_REGIONS):
            row.by_bloc[bloc] = 0


@kernel
def take(w: State, t: int) -> tuple[np.ndarray, np.ndarray]:
    """Count all partnerships; return the rows that ever reached a pilot, and those at a memorandum or beyond now.

    ``wait`` counts the months to a pilot, to dissolution without one, or until now, the month of the contact and the
    last one included; longer times stand in the last column. The loop is free of branches: nobody can guess stages, and
    a wrong guess of the processor costs more than all the sums of a row.
    """
    rows, n, tally, by_city = w.partnerships, w.count.partnerships, w.tally, w.city_tally
    pilots, memoranda, n_pilots, n_memoranda = w.work_rows[:n], w.work_rows[n : 2 * n], 0, 0
    n_ended, n_brokered, trust, gap = 0, 0, 0.0, 0.0
    clear(w)
    for r in range(n):
        row = rows[r]
        one, other, now, ever, ended = by_city[row.i], by_city[row.j], row.stage, row.ever, row.ended
        lives, piloted, has_ended = now > 0, ever >= Stage.PILOT, ended >= 0
        tally.stage[now] += 1
        tally.highest[ever] += 1
        tally.theme[row.theme] += lives
        one.ties += lives
        other.ties += lives
        one.reach = max(one.reach, ever)
        other.reach = max(other.reach, ever)
        pilots[n_pilots] = r
        n_pilots += piloted
        memoranda[n_memoranda] = r
        n_memoranda += now >= Stage.MEMORANDUM
        trust += row.trust if lives else 0.0
        gap += row.gap if lives else 0.0
        n_ended += ended == t
        n_brokered += row.origin == Origin.BROKER
        last = row.reached[4] if piloted else ended if has_ended else t
        how = PILOT if piloted else DISSOLVED if has_ended else WAITING
        tally.wait[how, min(last - row.begun, LONGEST_WAIT) + 1] += 1
    tally.ended, tally.brokered, tally.trust, tally.gap = n_ended, n_brokered, trust, gap
    return pilots[:n_pilots], memoranda[:n_memoranda]


@kernel
def distinct(rows: Table, chosen: np.ndarray, n_cities: int) -> np.ndarray:
    """Return the pairs of cities among the chosen partnerships, each once; shape (m, 2) (hashing, linear probing)."""
    room = 16
    while room < 2 * len(chosen):
        room *= 2
    known, pairs, m = np.zeros(room, np.int64), np.empty((len(chosen), 2), np.int64), 0
    for r in chosen:
        code = rows[r].i * n_cities + rows[r].j + 1
        x = np.int64(mix(np.uint64(code)) & np.uint64(room - 1))
        while known[x] != 0 and known[x] != code:
            x = (x + 1) & (room - 1)
        if known[x] == 0:
            known[x] = code
            pairs[m, 0] = rows[r].i
            pairs[m, 1] = rows[r].j
            m += 1
    return pairs[:m]
