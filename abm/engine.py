"""The compiled engine: seed after seed of a scenario, month after month, with no Python in between.

``advance`` runs months with no Python in between. It returns before a month whose worst case does not fit into the
tables, which are then enlarged, and often enough for a progress bar and Ctrl-C; it is entered again, with the same
result. The result of a run depends on its scenario and seed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from abm.input.scenario import Scenario
from abm.machine.jit import State, Table, kernel
from abm.machine.rows import overwrite
from abm.parameters import ConfigError, shown
from abm.schedule import DECISIONS, begin, month, order
from abm.setup.build import build, parameters
from abm.setup.room import check, fits, grow
from abm.state.handle import handle
from abm.state.words import NONE
from abm.state.world import World

LARGEST_SEED = 2**63 - 1
CITY_MONTHS = 100_000  # that are run at once: a second or two


@kernel
def advance(
    w: State,
    p: Table,
    seeds: np.ndarray,
    x: int,
    t: int,
    months: int,
    recorded: Table,
    highest: np.ndarray,
    most: int,
) -> tuple[int, int, bool]:
    """Run at most ``most`` months of seed after seed, from month ``t`` of seed number ``x`` on (0: from its beginning).

    Returns (x, t, is_short): behind the last seed, or where it stopped; ``is_short`` if the month does not fit into the
    tables (before it or, where a rule announced too little, after it). ``p`` has a row for each seed or one for all;
    ``recorded``, shape (n_seeds, months), takes the series, and ``highest``, unless it is empty, the highest stages of
    :func:`simulate`.
    """
    last = most
    while x < len(seeds):
        row = p[min(x, len(p) - 1)]
        if t == 0:
            begin(w, row, seeds[x])
        while t < months:
            if last == 0:
                return x, t, False
            if not fits(w, row, seeds[x], t):
                return x, t, True
            month(w, row, seeds[x], t)
            if w.count.full != NONE:
                return x, t, True
            t += 1
            last -= 1
            w.count.months = t
        for past in range(months):
            overwrite(recorded[x, past], w.series[past])
        if len(highest) > 0:
            rank_pairs(w, highest[x])
        x, t = x + 1, 0
    return x, t, False


@kernel
def rank_pairs(w: State, highest: np.ndarray) -> None:
    """Write the highest stage that each two cities ever reached, shape (n_cities, n_cities); 0 where they never met."""
    highest[:] = 0
    for r in range(w.count.partnerships):
        i, j = w.partnerships[r].i, w.partnerships[r].j
        highest[i, j] = highest[j, i] = max(highest[i, j], w.partnerships[r].ever)


def check_seed(seed: Any) -> np.uint64:
    """Return a seed as 64 bits, or refuse what is no whole number from 0 to 2⁶³ − 1."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= int(seed) <= LARGEST_SEED:
        raise ConfigError(f"seed = {shown(seed)}: must be a whole number from 0 to {LARGEST_SEED}")
    return np.uint64(int(seed))


class Course:
    """The runs of some seeds, stretch by stretch: between two Python can look, or be told to stop.

    Attributes
    ----------
    recorded
        The series of the runs that are over, shape (n_seeds, months).
    world
        All tables of the run at hand; ``world.count.months`` of it are over, however it is left.
    """

    def __init__(
        self,
        scenario: Scenario,
        seeds: Sequence[int],
        world: World | None = None,
        p: Table | None = None,
        highest: np.ndarray | None = None,
    ) -> None:
        self.seeds = np.array([check_seed(seed) for seed in seeds], np.uint64)
        self.months, self.p = scenario.months, parameters(scenario) if p is None else p
        self.world = build(scenario) if world is None else world
        self.recorded = np.zeros((len(self.seeds), self.months), self.world.series.dtype)
        self.highest = nobody() if highest is None else highest
        self.at_once = max(1, CITY_MONTHS // len(self.world.cities))

    def __len__(self) -> int:
        """Return in how many stretches it runs."""
        return -(-len(self.seeds) * self.months // self.at_once)

    def __iter__(self) -> Iterator[World]:
        """Yield the world after every stretch."""
        x, t, left = 0, 0, self.at_once
        while x < len(self.seeds):
            w, before = handle(self.world), x * self.months + t
            x, t, is_short = advance(w, self.p, self.seeds, x, t, self.months, self.recorded, self.highest, left)
            check(self.world, t)
            if is_short:
                self.world, left = grow(self.world), left - (x * self.months + t - before)
            else:
                yield self.world
                left = self.at_once


def simulate(
    scenario: Scenario,
    seeds: Sequence[int],
    w: World | None = None,
    p: Table | None = None,
    highest: np.ndarray | None = None,
) -> tuple[np.ndarray, World]:
    """Run a scenario for every seed, each with its row of parameters ``p`` (left out: all with those of the scenario).

    Parameters
    ----------
    highest
        Takes the highest stage that each two cities ever reached in each run, in any theme: bytes of shape (n_seeds,
        n_cities, n_cities), symmetric, 0 where two never met.

    Returns
    -------
    The series, shape (n_seeds, months), and the world at the end of the last run, whose tables the next call may use
    again.
    """
    course = Course(scenario, seeds, w, p, highest)
    for _ in course:
        pass
    return course.recorded, course.world


def watch(scenario: Scenario, seed: int, look: Callable[[World, int], None]) -> World:
    """Run one seed and let somebody look at the tables in every month, when its meetings and sessions are arranged.

    ``look(w, t)`` sees month ``t`` between the work of brokers and the decisions of cities, and changes nothing.
    Returns the world at the end, the same as without a look.
    """

    def consent(h: Any, p: Any, bits: Any, t: int) -> None:
        """Let the cities decide as they would, after a look."""
        look(w, t)
        DECISIONS["consent"](h, p, bits, t)

    bits, p, w, t = check_seed(seed), parameters(scenario)[0], build(scenario), 0
    one_month = order(consent=consent)
    begin(handle(w), p, bits)
    while t < scenario.months:
        if not fits(handle(w), p, bits, t):
            w = grow(w)
            continue
        one_month(handle(w), p, bits, t)
        check(w, t)
        t += 1
    return w


def nobody() -> np.ndarray:
    """Return the stages of no pairs, which nobody asked for."""
    return np.zeros((0, 0, 0), np.int8)
