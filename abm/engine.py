"""One run, many runs: the compiled engine and what it returns.

``advance`` runs months with no Python in between and returns before a month whose worst case does not fit into the
tables; the tables are enlarged and it is entered again, with the same result. ``run_many`` spreads runs over threads
(kernels release the interpreter lock); the result of a run depends on its scenario and seed alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from abm import measures
from abm.jit import kernel, wrapping_integers
from abm.parameters import ConfigError, shown
from abm.scenario import Scenario, load
from abm.schedule import compiled_month
from abm.tables import World
from abm.world import begin, build, fits, grow, parameters

LARGEST_SEED = 2**63 - 1
CHUNK = 16


@kernel
def advance(w, p, seed, t, end):
    """Run months ``t`` … ``end`` − 1; return the month reached, before ``end`` if the tables are too small for it."""
    while t < end and fits(w, p, seed, t):
        compiled_month(w, p, seed, t)
        t += 1
    return t


@kernel
def run_batch(w, p, seeds, first, months, recorded):
    """Run the seeds from number ``first`` on; return the number of the run that did not fit, or how many there are.

    ``p`` has a row for each seed or one for all; ``recorded`` takes the series, shape (n_seeds, months).
    """
    for x in range(first, len(seeds)):
        row = p[min(x, len(p) - 1)]
        begin(w, row, seeds[x])
        if advance(w, row, seeds[x], 0, months) < months:
            return x
        for t in range(months):
            recorded[x, t] = w.series[t]
    return len(seeds)


def check_seed(seed: Any) -> np.uint64:
    """Return a seed as 64 bits, or refuse what is no whole number from 0 to 2⁶³ − 1."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= int(seed) <= LARGEST_SEED:
        raise ConfigError(f"seed = {shown(seed)}: must be a whole number from 0 to {LARGEST_SEED}")
    return np.uint64(int(seed))


def simulate(scenario: Scenario, seed: int, w: World | None = None) -> World:
    """Run one seed of a scenario and return the world at its end; ``w`` may give tables to use again."""
    bits, p = check_seed(seed), parameters(scenario).view(np.recarray)[0]
    w = build(scenario) if w is None else w
    with wrapping_integers():
        begin(w, p, bits)
        t = 0
        while (t := advance(w, p, bits, t, scenario.months)) < scenario.months:
            w = grow(w, p, bits, t)
    return w


class Job(NamedTuple):
    """A point to run: a scenario with its parameters resolved, and the seeds."""

    scenario: Scenario
    seeds: Sequence[int]


def simulate_series(scenario: Scenario, seeds: Sequence[int], w: World | None = None) -> tuple[np.ndarray, World]:
    """Return the series of every seed, shape (n_seeds, months), and the tables for the next call."""
    bits = np.array([check_seed(seed) for seed in seeds], np.uint64)
    p = parameters(scenario).view(np.recarray)
    w = build(scenario) if w is None else w
    recorded = np.zeros((len(bits), scenario.months), w.series.dtype)
    done = 0
    with wrapping_integers():
        while (done := run_batch(w, p, bits, done, scenario.months, recorded)) < len(bits):
            w = grow_for(w, p[0], bits[done], scenario.months)
    return recorded, w


def grow_for(w: World, p: Any, seed: np.uint64, months: int) -> World:
    """Return a world with room for all months of one run."""
    begin(w, p, seed)
    t = 0
    while (t := advance(w, p, seed, t, months)) < months:
        w = grow(w, p, seed, t)
    return w
