"""What is counted of all partnerships, month by month, from which the measures are computed.

A partnership is counted anew only when it begins, climbs or ends; what has ended is not looked at again.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from abm.draws import mix
from abm.machine.bits import bit, n_bits
from abm.machine.jit import State, Table, kernel
from abm.machine.rows import overwrite
from abm.state.entities import Partnership
from abm.state.memberships import membership, of_one_cohort
from abm.state.memory import Col, Floats, Ints, Record, Rows, Sized, allocate
from abm.state.words import MAX_REGIONS, N_THEMES, NONE, Origin, Stage

LONGEST_WAIT = 36
PILOT, DISSOLVED = range(2)
ALL = MAX_REGIONS
NEVER = 10**9  # a month after all others
LISTS = {
    "watched": Sized(lambda w: len(w.partnerships), used=lambda w: w.tally.watched),
    "counted": Sized(lambda w: len(w.partnerships), np.int8, used=lambda w: w.tally.partnerships),
    "piloted": Sized(lambda w: len(w.partnerships), used=lambda w: w.tally.piloted),
    "memoranda": Sized(lambda w: len(w.partnerships), used=lambda w: 0),
    "pilots": Sized(lambda w: len(w.partnerships), used=lambda w: 0),
}


class Tally(Record):
    """What is counted in the whole world (one row); the first columns are kept up to date through the run."""

    partnerships: Annotated[int, Col("partnerships that were ever counted", "partnerships")]
    watched: Annotated[int, Col("those of them that lived", "partnerships")]
    piloted: Annotated[int, Col("those that ever reached a pilot", "partnerships")]
    first_new_pilot: Annotated[int, Col("those of them that had before this month", "partnerships")]
    brokered: Annotated[int, Col("those that a broker began", "partnerships")]
    paired: Annotated[int, Col("those that the programme's pairing began", "partnerships")]
    paired_in_cohort: Annotated[int, Col("those of them whose cities are of one cohort", "partnerships")]
    stage: Annotated[Ints, Col("partnerships by stage", "partnerships", 6)]
    highest: Annotated[Ints, Col("partnerships by the highest stage reached", "partnerships", 6)]
    theme: Annotated[Ints, Col("living partnerships by theme", "partnerships", N_THEMES)]
    wait: Annotated[Ints, Col("by PILOT or DISSOLVED and by months until then", "partnerships", (2, LONGEST_WAIT + 2))]
    stood: Annotated[int, Col("those that were pilots when the run began, so that nobody waited", "partnerships")]
    pilots_moved: Annotated[bool, Col("a pilot began or ended this month")]
    pilot_pairs: Annotated[int, Col("pairs of cities that were ever in a pilot together", "pairs")]
    full: Annotated[int, Col("pilots ever that began with university and firm", "partnerships")]
    with_university: Annotated[int, Col("pilots ever that began with a university", "partnerships")]
    with_firm: Annotated[int, Col("pilots ever that began with a firm", "partnerships")]
    participants: Annotated[int, Col("cities that projects have invited", "cities")]
    in_project: Annotated[Ints, Col("cities that were ever in a project, by bloc", "cities", MAX_REGIONS)]
    first_pilot: Annotated[int, Col("month of the first pilot; NEVER before it", "month", start=NEVER)]
    peripheral: Annotated[int, Col("pilots ever with a city below median engagement", "partnerships")]
    clusters: Annotated[Ints, Col("project clusters of living pilots, by theme", "clusters", N_THEMES)]
    clusters_ever: Annotated[Ints, Col("project clusters of all pilots so far, by theme", "clusters", N_THEMES)]
    incidence: Annotated[Floats, Col("cumulative incidence of a pilot by months", "1", LONGEST_WAIT + 1)]
    trust: Annotated[float, Col("sum over living partnerships")]
    gap: Annotated[float, Col("sum over living partnerships")]
    members: Annotated[Ints, Col("members that take part, by bloc and, in the last place, of all", "cities", ALL + 1)]
    in_bloc: Annotated[Ints, Col("cities of the graph of ties, by bloc", "cities", MAX_REGIONS)]
    tied: Annotated[Ints, Col("tied pairs among a city's neighbours, by role and its bloc", "pairs", (4, MAX_REGIONS))]
    every: Annotated[Ints, Col("all pairs of a city's neighbours, by role and its bloc", "pairs", (4, MAX_REGIONS))]


class CityTally(Record):
    """What is counted for each city, or, in the last column, for each distance; the first six through the run."""

    ties: Annotated[int, Col("living partnerships", "partnerships")]
    memoranda: Annotated[int, Col("partnerships that ever signed a memorandum", "partnerships")]
    invited: Annotated[bool, Col("a project has invited it")]
    reach: Annotated[int, Col("highest stage that it ever reached from the memorandum on (Stage)")]
    piloted: Annotated[np.uint64, Col("themes in which it ever had a pilot, a bit each")]
    projects: Annotated[int, Col("their number: clusters of projects that it ever was in", "clusters")]
    degree: Annotated[int, Col("neighbours in the graph of ties", "cities")]
    by_bloc: Annotated[Ints, Col("the same by bloc", "cities", MAX_REGIONS)]
    closed: Annotated[int, Col("tied pairs among its neighbours", "pairs")]
    at_distance: Annotated[int, Col("ordered pairs of cities whose shortest path is as long as the row", "pairs")]


_TALLY, _CITY_TALLY = allocate(Tally, 1), allocate(CityTally, 1)


@kernel
def begin(w: State) -> None:
    """Start a run with nothing counted."""
    overwrite(w.tally, _TALLY[0])
    for i in range(len(w.city_tally)):
        w.city_tally[i] = _CITY_TALLY[0]
    w.waiting[:] = 0


@kernel
def take(w: State) -> tuple[np.ndarray, np.ndarray]:
    """Bring all counts up to date; return the rows that stand at a memorandum or beyond, and at a pilot or beyond."""
    rows, tally, counted, watched = w.partnerships, w.tally, w.counted, w.watched
    memoranda, pilots, n, n_memoranda, n_pilots, trust, gap = w.memoranda, w.pilots, 0, 0, 0, 0.0, 0.0
    tally.pilots_moved, tally.first_new_pilot = False, tally.piloted
    tally.members[:], tally.in_bloc[:], tally.tied[:], tally.every[:] = 0, 0, 0, 0
    for r in range(tally.partnerships, w.count.partnerships):
        count_new(w, r)
    for x in range(tally.watched):
        r = watched[x]
        row = rows[r]
        if row.stage != counted[r]:
            count_move(w, r)
            if row.stage == Stage.DISSOLVED:
                continue
        watched[n] = r
        n += 1
        memoranda[n_memoranda] = r
        n_memoranda += row.stage >= Stage.MEMORANDUM
        pilots[n_pilots] = r
        n_pilots += row.stage >= Stage.PILOT
        trust += row.trust
        gap += row.gap
    tally.watched, tally.trust, tally.gap = n, trust, gap
    if tally.pilots_moved:
        count_projects(w)
    return memoranda[:n_memoranda], pilots[:n_pilots]


@kernel
def count_new(w: State, r: int) -> None:
    """Count a new partnership as a contact."""
    row, tally = w.partnerships[r], w.tally
    w.watched[tally.watched], w.counted[r] = r, Stage.CONTACT
    tally.partnerships += 1
    tally.watched += 1
    tally.brokered += row.origin == Origin.BROKER
    if row.origin == Origin.PROGRAMME:
        tally.paired += 1
        one, other = membership(w, row.i, row.programme), membership(w, row.j, row.programme)
        tally.paired_in_cohort += of_one_cohort(w, one, other)
    tally.stage[Stage.CONTACT] += 1
    tally.highest[Stage.CONTACT] += 1
    tally.theme[row.theme] += 1
    w.waiting[row.begun] += 1
    w.city_tally[row.i].ties += 1
    w.city_tally[row.j].ties += 1


@kernel
def count_move(w: State, r: int) -> None:
    """Count a partnership where it stands now, no longer where it stood.

    ``wait`` counts the months to a pilot or to dissolution without one, the month of the contact and the last one
    included, but not of a pilot that stood when the run began; longer times stand in the last column. ``waiting``
    counts those that still wait by month of the contact.
    """
    row, tally, before = w.partnerships[r], w.tally, w.counted[r]
    w.counted[r] = row.stage
    tally.stage[before] -= 1
    tally.stage[row.stage] += 1
    tally.highest[before] -= 1
    tally.highest[row.ever] += 1
    for i in (row.i, row.j):
        city = w.city_tally[i]
        city.reach = max(city.reach, row.ever)
        city.memoranda += (before < Stage.MEMORANDUM) & (row.ever >= Stage.MEMORANDUM)
        city.ties -= row.stage == Stage.DISSOLVED
    if row.stage == Stage.DISSOLVED:
        tally.theme[row.theme] -= 1
    if before < Stage.PILOT and (row.ever >= Stage.PILOT or row.stage == Stage.DISSOLVED):
        how, last = (PILOT, row.reached[Stage.PILOT]) if row.ever >= Stage.PILOT else (DISSOLVED, row.ended)
        stood = how == PILOT and last == row.begun
        tally.stood += stood
        tally.wait[how, min(last - row.begun, LONGEST_WAIT) + 1] += not stood
        w.waiting[row.begun] -= 1
    if row.ever >= Stage.PILOT:
        tally.pilots_moved = True
        if before < Stage.PILOT:
            w.piloted[tally.piloted] = r
            tally.piloted += 1
            tally.full += row.helix_at_pilot >= 1.0
            tally.with_university += (row.university[0] != NONE) | (row.university[1] != NONE)
            tally.with_firm += (row.firm[0] != NONE) | (row.firm[1] != NONE)
            tally.first_pilot = min(tally.first_pilot, row.reached[Stage.PILOT])
            for i in (row.i, row.j):
                w.city_tally[i].piloted |= bit(row.theme)
                w.city_tally[i].projects = n_bits(w.city_tally[i].piloted)


@kernel
def count_projects(w: State) -> None:
    """Count the cities that were ever in a project: with a pilot of their own, or invited."""
    tally, by_city = w.tally, w.city_tally
    for x in range(tally.participants, w.count.participants):
        by_city[w.participants[x].city].invited = True
    tally.participants = w.count.participants
    tally.in_project[:] = 0
    for i in range(len(by_city)):
        tally.in_project[w.bloc[i]] += by_city[i].invited or by_city[i].reach >= Stage.PILOT


@kernel
def clear(by_city: Table) -> None:
    """Set to zero what is counted anew for each graph."""
    for i in range(len(by_city)):
        row = by_city[i]
        row.degree, row.closed, row.at_distance = 0, 0, 0
        for bloc in range(MAX_REGIONS):
            row.by_bloc[bloc] = 0


@kernel
def distinct(rows: Rows[Partnership], chosen: np.ndarray, n_cities: int, pairs: np.ndarray) -> np.ndarray:
    """Return the pairs of cities among the chosen partnerships, each once; shape (m, 2) (hashing, linear probing)."""
    room = 16
    while room < 2 * len(chosen):
        room *= 2
    known, m = np.zeros(room, np.int64), 0
    for r in chosen:
        code = int(rows[r].i) * n_cities + int(rows[r].j) + 1
        x = np.int64(mix(np.uint64(code)) & np.uint64(room - 1))
        while known[x] != 0 and known[x] != code:
            x = (x + 1) & (room - 1)
        if known[x] == 0:
            known[x] = code
            pairs[m, 0] = rows[r].i
            pairs[m, 1] = rows[r].j
            m += 1
    return pairs[:m]
