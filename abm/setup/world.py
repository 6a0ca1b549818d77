"""How a run begins, and the room that a month needs: tables that are short grow before it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from abm import measures
from abm.machine.jit import Key, Settings, State, kernel
from abm.rules import calendar, city, learning, pairing, policies, practice, search
from abm.shared.organisations import list_by_theme
from abm.state.handle import handle
from abm.state.neighbours import begin as begin_neighbours
from abm.state.tables import (
    N_THEMES,
    World,
    grown,
)

GROWING = {  # tables that grow together, and how many rows each has for one of the first
    "partnerships": {
        "partnerships": 1,
        "live": 1,
        "watched": 1,
        "counted": 1,
        "piloted": 1,
        "neighbours": 3,
        "offers": 4,
    },
    "links": {"links": 1, "next_link": 3},
    "events": {"events": 1},
    "encounters": {"encounters": 1},
    "lessons": {"lessons": 1},
    "trials": {"trials": 1},
    "practices": {"practices": 1},
}


def with_room_to_work(w: World) -> World:
    """Return the world with room for the lists that its steps make, whatever its tables hold."""
    n_units = math.ceil((w.brokers.capacity * w.brokers.most_effort).max(initial=0.0)) + 1
    n_values = max(len(w.members), n_units)
    n_rows = max(2 * len(w.links), n_values, len(w.cities) + 1 + 2 * max(len(w.encounters), 2 * len(w.partnerships)))
    n_rows = max(n_rows, measures.census.most_rows(w))
    return w._replace(
        work_rows=np.zeros(n_rows, np.int64),
        work_values=np.zeros(n_values),
    )


@kernel
def begin(w: State, p: Settings, seed: Key) -> None:
    """Draw the initial state of a run and empty every table that grows."""
    count = w.count
    count.partnerships, count.first_new, count.live = 0, 0, 0
    count.links, count.linked, count.practices = 0, 0, 0
    count.events, count.first_event = 0, 0
    count.encounters, count.candidates, count.offers, count.attendees = 0, 0, 0, 0
    for m in range(len(w.members)):
        w.members[m].standing = 0
        w.members[m].paired = False
    for b in range(len(w.brokers)):
        w.brokers[b].introductions = 0
        w.brokers[b].n_sessions = 0
        w.brokers[b].n_offered = 0
        w.brokers[b].n_accepted = 0
    count.lessons, count.first_lesson, count.trials = 0, 0, 0
    city.begin(w.cities, p, seed)
    policies.begin(w)
    practice.begin(w, p, seed)
    list_by_theme(w)
    begin_neighbours(w)
    measures.begin(w)


@kernel
def worst_month(w: State, p: Settings, seed: Key, t: int) -> tuple[int, int, int, int, int]:
    """Return upper bounds of new events, encounters and links of month ``t``, the practices in all and in a theme."""
    n_events = calendar.most_sessions(w, p, seed, t)
    n = min(p.calendar.session_seats, len(w.members)) + 1
    encounters = n_events * (n * (n - 1) // 2)
    for c in range(len(w.calendar)):
        n = min(w.calendar[c].seats, len(w.members)) + 1
        due = calendar.n_due(w.calendar[c], seed, t) * int(math.ceil(p.calendar.scale))
        n_events += due
        encounters += due * (n * (n - 1) // 2)
    for b in range(len(w.brokers)):
        encounters += int(w.brokers[b].capacity * w.brokers[b].most_effort) + 1
    for m in range(len(w.members)):
        if not w.members[m].paired and w.members[m].entry <= t:
            encounters += pairing.n_counterparts(w.members, p, m)
    for i in range(len(w.cities)):
        encounters += search.n_searches(w.cities, p.search.rate, seed, t, i)
    practices, most = w.count.practices, 0
    for theme in range(p.world.n_themes):
        new = learning.n_inventions(p, seed, t, theme)
        practices += new
        most = max(most, w.n_of_theme[theme] + new)
    return n_events, encounters, encounters + 10 * (w.count.live + encounters), practices, most


@kernel
def fits(w: State, p: Settings, seed: Key, t: int) -> bool:
    """Say whether the worst that month ``t`` can bring fits into the tables."""
    events, encounters, links, practices, most = worst_month(w, p, seed, t)
    steps = len(w.ladder) * practices
    return (
        w.count.events + events <= len(w.events)
        and encounters <= len(w.encounters)
        and w.count.partnerships + encounters <= len(w.partnerships)
        and w.count.links + links <= len(w.links)
        and practices <= len(w.practices)
        and N_THEMES * most <= len(w.of_place)
        and w.count.lessons + steps <= len(w.lessons)
        and steps <= len(w.trials)
    )


def grow(w: World, p: Any, seed: Any, t: int) -> World:
    """Return the world with room for month ``t``: every table that is short at least doubles."""
    events, encounters, links, practices, most = worst_month(handle(w), p, seed, t)
    steps = len(w.ladder) * practices
    short = {
        "events": w.count.events + events,
        "encounters": encounters,
        "practices": practices,
        "partnerships": w.count.partnerships + encounters,
        "links": w.count.links + links,
        "lessons": w.count.lessons + steps,
        "trials": steps,
    }
    changes: dict[str, Any] = {}
    for name, needed in short.items():
        have = len(getattr(w, name))
        if needed > have:
            for table, times in GROWING[name].items():
                changes[table] = grown(getattr(w, table), times * max(needed, 2 * have))
    if "practices" in changes:
        more = len(changes["practices"]) - len(w.practices)
        for name in ("ladder", "peers"):
            changes[name] = np.pad(getattr(w, name), ((0, 0), (0, more)))
    if N_THEMES * most > len(w.of_place):  # as many places again in every theme
        for name in ("of_place", "rungs", "told", "news"):
            table = getattr(w, name)
            changes[name] = np.pad(table, [(0, 0)] * (table.ndim - 1) + [(0, table.shape[-1])])
    return with_room_to_work(w._replace(**changes))
