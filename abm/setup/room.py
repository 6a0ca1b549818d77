"""Room in memory: every table that grows has room for the most that the rules announce for a month.

A rule that appends to a table says in its own file how many rows a month can bring at most: ``most_encounters``,
``most_links`` and so on, functions of (w, p, seed, t) that are named after the table. Here they are only added up,
before every month. A list that is made within a step is as long as the ``LISTS`` of its file say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from abm.draws import PROCESSES
from abm.machine.jit import Key, Settings, State, kernel
from abm.measures import FAMILIES, census, graph
from abm.rules import RULES
from abm.state import append, links, neighbours, tidy
from abm.state.memory import Sized, columns, grown
from abm.state.words import N_THEMES, NONE
from abm.state.world import Growing, Most, World

LISTS: dict[str, Sized] = {
    name: sized
    for module in (append, links, neighbours, tidy, *RULES, census, graph, *FAMILIES)
    for name, sized in getattr(module, "LISTS", {}).items()
}
KEPT = (
    "practices",
    "events",
    "partnerships",
    "participants",
    "links",
    "lessons",
)  # the other tables are empty when a month begins


class TooManyRows(RuntimeError):
    """A rule appended more rows to a table than the rules had announced."""


def announced(table: str) -> Callable:
    """Return the kernel that adds up what the rules announce for a table."""
    found = [getattr(rule, f"most_{table}") for rule in RULES if hasattr(rule, f"most_{table}")]

    def chain(first: Callable, rest: list[Callable]) -> Callable:
        """Return the kernel that adds up what some functions announce."""
        if not rest:
            return first
        others = chain(rest[0], rest[1:])

        def most(w: State, p: Settings, seed: Key, t: int) -> int:
            """Return the most rows that a month can bring."""
            return first(w, p, seed, t) + others(w, p, seed, t)

        return kernel(most)

    return chain(found[0], found[1:])


most_practices, most_events, most_encounters = (announced(t) for t in ("practices", "events", "encounters"))
most_partnerships, most_offers, most_links = (announced(t) for t in ("partnerships", "offers", "links"))
most_trials, most_lessons = announced("trials"), announced("lessons")
most_candidates, most_attendees = announced("candidates"), announced("attendees")
most_participants = announced("participants")


@kernel
def announce(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let the rules announce the most that month ``t`` can bring; what a line asks of others stands above it."""
    w.most.practices = most_practices(w, p, seed, t)
    w.most.events = most_events(w, p, seed, t)
    w.most.encounters = most_encounters(w, p, seed, t)
    w.most.partnerships = most_partnerships(w, p, seed, t)
    w.most.offers = most_offers(w, p, seed, t)
    w.most.links = most_links(w, p, seed, t)
    w.most.trials = most_trials(w, p, seed, t)
    w.most.lessons = most_lessons(w, p, seed, t)
    w.most.candidates = most_candidates(w, p, seed, t)
    w.most.attendees = most_attendees(w, p, seed, t)
    w.most.participants = most_participants(w, p, seed, t)


@kernel
def most_of_a_theme(w: State) -> int:
    """Return the most practices that a theme can have at the end of the month."""
    most = 0
    for theme in range(N_THEMES):
        most = max(most, w.n_of_theme[theme])
    return most + w.most.practices


@kernel
def allow(w: State) -> None:
    """Let every table have, when the month ends, the rows in use and those that were announced, and no more."""
    w.limit.practices = w.count.practices + w.most.practices
    w.limit.events = w.count.events + w.most.events
    w.limit.encounters = w.most.encounters
    w.limit.partnerships = w.count.partnerships + w.most.partnerships
    w.limit.offers = w.most.offers
    w.limit.links = w.count.links + w.most.links
    w.limit.trials = w.most.trials
    w.limit.lessons = w.count.lessons + w.most.lessons
    w.limit.candidates = w.most.candidates
    w.limit.attendees = w.most.attendees
    w.limit.participants = w.count.participants + w.most.participants


@kernel
def fits(w: State, p: Settings, seed: Key, t: int) -> bool:
    """Say whether the most that month ``t`` can bring fits into the tables, the last row of each left free."""
    announce(w, p, seed, t)
    allow(w)
    most, used = w.most, w.count
    return (
        used.practices + most.practices < len(w.practices)
        and N_THEMES * most_of_a_theme(w) <= len(w.of_place)
        and used.events + most.events < len(w.events)
        and most.encounters < len(w.encounters)
        and used.partnerships + most.partnerships < len(w.partnerships)
        and most.offers < len(w.offers)
        and used.links + most.links < len(w.links)
        and used.lessons + most.lessons < len(w.lessons)
        and most.trials < len(w.trials)
        and most.candidates < len(w.candidates)
        and most.attendees < len(w.attendees)
        and used.participants + most.participants < len(w.participants)
    )


def grow(w: World) -> World:
    """Return the world with room for what was announced: every table that is short at least doubles."""
    changes: dict[str, Any] = {}
    for name in columns(Most):
        table, used = getattr(w, name), int(getattr(w.count, name)) if name in KEPT else 0
        if (needed := 1 + used + int(getattr(w.most, name))) > len(table):
            changes[name] = grown(table, max(needed, 2 * len(table)), used)
    if "practices" in changes:
        more = len(changes["practices"]) - len(w.practices)
        changes["peers"] = np.pad(w.peers, ((0, 0), (0, more)))
    if N_THEMES * (w.n_of_theme.max() + w.most.practices) > len(w.of_place):  # as many again in every theme
        for name in ("of_place", "rungs", "told", "news"):
            table = getattr(w, name)
            changes[name] = np.pad(table, [(0, 0)] * (table.ndim - 1) + [(0, table.shape[-1])])
    return with_lists(w._replace(**changes))


def no_lists() -> dict[str, Any]:
    """Return all lists without an entry."""
    return {name: sized.empty() for name, sized in LISTS.items()}


def with_lists(w: World) -> World:
    """Return the world with lists as long as its tables ask for."""
    longer = {}
    for name, sized in LISTS.items():
        there, n = getattr(w, name), sized.length(w)
        if n > len(there):
            longer[name] = grown(there, n, None if sized.used is None else sized.used(w))
    return w._replace(**longer)


def check(w: World, t: int) -> None:
    """Raise an error that names the table and the rule if month ``t`` had a row more than was announced."""
    if w.count.full == NONE:
        return
    table, process = Growing(int(w.count.full)).name.lower(), PROCESSES[int(w.count.full_by)]
    raise TooManyRows(
        f"month {t}: {process} had more {table} to append than the rules had announced; "
        f"abm/rules/{process.partition('.')[0]}.py must say how many a month can bring at most, "
        f"in most_{table}(w, p, seed, t), and stand in RULES of abm/rules/__init__.py"
    )
