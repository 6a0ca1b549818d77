"""From a scenario to the tables of a run: what is fixed is filled once, what is drawn is drawn anew for every seed."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

from abm import measures
from abm.input.scenario import Scenario
from abm.machine.bits import WORD
from abm.machine.garbage import no_garbage_collection
from abm.measures.census import CityTally, Tally
from abm.rules import SECTIONS
from abm.setup import members, room, rows
from abm.setup.names import bloc_of, names
from abm.setup.policies import tables
from abm.setup.records import as_records, parameter_layout
from abm.state.blocks import Block
from abm.state.entities import Link, Participant, Partnership, Practice
from abm.state.memory import allocate, columns, layout, vacant
from abm.state.month import Attendee, Candidate, Encounter, Lesson, Offer, Trial
from abm.state.neighbours import WORDS
from abm.state.programmes import Event
from abm.state.words import N_THEMES, NONE, Kind, Ladder
from abm.state.world import Count, Most, World

SHAPES = ("world.universities", "world.firms", "world.n_themes", "practice.per_theme")
LAYOUT = parameter_layout(SECTIONS)


def parameters(*scenarios: Scenario) -> Any:
    """Return the parameters of scenarios as rows of nested records, ``p.contact.baseline``; shape (n_scenarios,)."""
    return as_records(LAYOUT, [scenario.values for scenario in scenarios])


def structure(scenario: Scenario) -> tuple[Any, ...]:
    """Return what :func:`build` reads of a scenario: worlds of equal structure can use the same tables in turn."""
    return (
        scenario.cities,
        scenario.calendar,
        scenario.brokers,
        scenario.shocks,
        scenario.policies,
        scenario.organisations,
        scenario.ties,
        scenario.own,
        scenario.programmes,
        scenario.start,
        scenario.months,
        *(scenario.values[name] for name in SHAPES),
    )


def build(scenario: Scenario) -> World:
    """Return the tables of a world, with room for a start; :func:`begin` draws what the seed decides.

    Raises
    ------
    MemoryError
        Before anything is made, if memory cannot hold the largest table.
    """
    check_memory(scenario)
    known = names(scenario)
    policies, effects, covered = tables(scenario)
    with no_garbage_collection():
        given = {**rows.given(scenario, known), "policies": policies}
    n, o = len(given["cities"]), len(given["organisations"])
    n_practices = practices_at_first(scenario)
    n_words = N_THEMES * (scenario.values["practice.per_theme"] // WORD + 1)
    n_rows = max(512, 8 * n) + scenario.ties.n
    world = World(
        **given,
        **{f"{name}_given": table.copy() for name, table in given.items() if name != "first_membership"},
        ties=rows.ties(scenario),
        **room.no_lists(),
        bloc=np.array([bloc_of(known, row.region) for row in scenario.cities]),
        by_theme=np.zeros(n * N_THEMES * len(Kind), np.int32),
        next_by_theme=np.zeros(1 + 2 * o, np.int32),
        practices=allocate(Practice, n_practices),
        rungs=np.zeros((len(Ladder), n + o, n_words), np.uint64),
        calendar=rows.calendar(scenario, known),
        shocks=members.shocks(scenario),
        events=vacant(Event, 256),
        partnerships=vacant(Partnership, n_rows),
        participants=vacant(Participant, 256),
        links=vacant(Link, 2 * n_rows),
        encounters=vacant(Encounter, 256),
        candidates=vacant(Candidate, 256),
        offers=vacant(Offer, n_rows),
        attendees=vacant(Attendee, n + 1),
        lessons=vacant(Lesson, n_rows),
        trials=vacant(Trial, n_rows),
        of_place=np.zeros(WORD * n_words, np.int64),
        n_of_theme=np.zeros(N_THEMES, np.int64),
        waiting=np.zeros(scenario.months, np.int64),
        neighbours_of=allocate(Block, n),
        partners=np.zeros((n, 1 if n <= WORD else WORDS), np.uint64),
        acquaintances=np.zeros((n, 1 if n <= WORD else WORDS), np.uint64),
        links_of=allocate(Block, n + o),
        told=np.zeros((n, n_words), np.uint64),
        news=np.zeros(n_words, np.uint64),
        count=allocate(Count, 1)[0],
        most=allocate(Most, 1)[0],
        limit=allocate(Most, 1)[0],
        tally=allocate(Tally, 1)[0],
        city_tally=allocate(CityTally, n),
        series=measures.allocate(scenario.months),
        effects=effects,
        covered=covered,
        peers=np.zeros((1 + policies.network.max(initial=NONE), n_practices)),
    )
    for name in columns(Most):
        world.limit[name] = len(getattr(world, name)) - 1
    return room.with_lists(world)


def practices_at_first(scenario: Scenario) -> int:
    """Return the practices that the tables have room for at the start."""
    return scenario.values["practice.per_theme"] * scenario.values["world.n_themes"] + 32


def check_memory(scenario: Scenario) -> None:
    """Refuse a world whose largest table, a step of every actor in every practice, is larger than the memory."""
    n, k = len(scenario.cities), practices_at_first(scenario)
    o = rows.n_organisations(scenario).sum()
    needed, there = (n + o) * k * layout(Lesson).itemsize, memory()
    if needed > there:
        raise MemoryError(
            f"{n:,} cities, {o:,} organisations and {k:,} practices need {needed / 1e9:,.1f} GB in one table, "
            f"and this machine has {there / 1e9:,.1f} GB"
        )


def memory() -> float:
    """Return the memory of this machine in bytes; infinite where the system does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):
        return math.inf
