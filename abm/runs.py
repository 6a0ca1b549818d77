"""Run scenarios: one seed with everything it left behind, or many seeds on all cores with their outcomes."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from abm import warm
from abm.engine import Course, simulate
from abm.input.load import load
from abm.input.scenario import Scenario
from abm.outcomes import outcomes_of, taken
from abm.parameters import ConfigError
from abm.progress import shown_while
from abm.result import Result
from abm.setup.build import SHAPES, parameters, structure
from abm.state.world import World

CHUNK = 16
KEPT_WORLDS = 4
kept = threading.local()


def run(
    scenario: str | Path | Scenario,
    *,
    seed: int = 1,
    months: int | None = None,
    override: Mapping[str, Any] | None = None,
) -> Result:
    """Run one seed of a scenario in the compiled engine.

    Parameters
    ----------
    scenario
        A shipped name such as ``"iuc-asia"``, a TOML file, or a loaded scenario.
    seed
        Whole number from 0; the same seed gives the same bits on every machine of one kind.
    months
        How long to run; the scenario's own number if left out.
    override
        Parameters by full name, such as ``{"broker.capacity": 8}``.

    Raises
    ------
    Stopped
        At Ctrl-C, with the result of the months that were over.
    """
    ready = load(scenario, override, months)
    warm.get_ready()
    course = Course(ready, [seed])
    try:
        for _ in shown_while(course, len(course), what="months"):
            pass
    except KeyboardInterrupt:
        if (n := int(course.world.count.months)) == 0:
            raise
        so_far = course.world._replace(series=course.world.series[:n])
        raise Stopped(Result(ready._replace(months=n), seed, so_far)) from None
    return Result(ready, seed, course.world)


class Stopped(KeyboardInterrupt):
    """A run was stopped; ``result`` is that of the months that were over, as a run of so many would have it."""

    def __init__(self, result: Result) -> None:
        super().__init__(f"stopped after {result.scenario.months} months")
        self.result = result


def run_many(
    scenario: str | Path | Scenario,
    *,
    seeds: int | Sequence[int] = 100,
    override: Mapping[str, Any] | None = None,
    months: int | None = None,
    outcomes: Sequence[str] | None = None,
    threads: int | None = None,
    progress: bool = True,
    draws: Mapping[str, Sequence[Any]] | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Run many seeds of a scenario on all cores, of one set of parameters or of many.

    Parameters
    ----------
    seeds
        The seeds, or how many of them (1, 2, … n).
    outcomes
        What to return, such as ``pilots_ever`` at the end or ``gini_ties.Europe@24`` (:mod:`abm.outcomes`); every
        measure at the end if left out.
    threads
        Number of threads; one a core if left out. The result does not depend on it.
    progress
        Show a progress bar when it takes long and somebody is looking.
    draws
        Parameters, a column each and a row a draw, such as draws of a posterior. Runs take the draws in turn, again
        and again, and none has the seed of another: ``seeds`` is how many each draw has, or a list that they share out.

    Returns
    -------
    A row a seed, in order: ``seed`` and one column an outcome; with ``draws`` also ``draw``, counted from 1.
    """
    ready = load(scenario, override, months)
    wanted = outcomes_of(ready, outcomes)
    p = None if draws is None else drawn(ready, draws)
    n = 1 if p is None else len(p)
    of_seeds = list(range(1, n * seeds + 1)) if isinstance(seeds, int | np.integer) else list(seeds)
    if len(of_seeds) % n:
        raise ConfigError(f"seeds: {len(of_seeds):,} do not share out among {n:,} draws")
    chunks = [range(x, min(x + CHUNK, len(of_seeds))) for x in range(0, len(of_seeds), CHUNK)]

    def work(chunk: range) -> np.ndarray:
        """Return the outcomes of some runs."""
        rows = None if p is None else p[np.array(chunk) % n]
        return taken(recorded(ready, [of_seeds[x] for x in chunk], rows), list(wanted.values()))

    warm.get_ready(progress)
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        found = list(shown_while(pool.map(work, chunks), len(chunks), progress))
    table = pd.DataFrame(np.concatenate([np.empty((0, len(wanted))), *found]), columns=list(wanted))
    table.insert(0, "seed", np.array(of_seeds, np.int64))
    if p is not None:
        table.insert(0, "draw", 1 + np.arange(len(table)) % n)
    return table


def drawn(scenario: Scenario, draws: Mapping[str, Sequence[Any]] | pd.DataFrame) -> Any:
    """Return the parameters of a scenario, a row for each draw.

    Raises
    ------
    ConfigError
        One line on draws of which there are none, or one that is no parameter, not legal, or makes another world.
    """
    rows = [{str(name): value for name, value in row.items()} for row in pd.DataFrame(draws).to_dict("records")]
    scenarios = [scenario.with_changes(row) for row in rows]
    if not scenarios:
        raise ConfigError("draws: there are none")
    for name in SHAPES:
        if name in rows[0]:
            raise ConfigError(f"draws: {name} shapes the world, which all draws share; take `override`")
    return parameters(*scenarios)


def recorded(scenario: Scenario, seeds: Sequence[int], p: Any = None, highest: np.ndarray | None = None) -> np.ndarray:
    """Return the series of compiled runs, shape (n_seeds, months); ``p``: parameters, a row for each seed.

    ``highest`` takes the highest stage by pair of cities, as :func:`abm.engine.simulate` says.
    """
    with own_tables(scenario) as own:
        series, own.world = simulate(scenario, seeds, own.world, p, highest)
    return series


def recorded_pairs(scenario: Scenario, seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the series of compiled runs and the highest stage that each two cities ever reached, run by run.

    Returns
    -------
    Series, shape (n_seeds, months), and stages (:class:`abm.state.words.Stage`) in any theme, bytes of shape (n_seeds,
    n_cities, n_cities), symmetric, 0 where two never met.
    """
    n = len(scenario.cities)
    highest = np.zeros((len(seeds), n, n), np.int8)
    return recorded(scenario, seeds, highest=highest), highest


@contextmanager
def own_tables(scenario: Scenario) -> Iterator[SimpleNamespace]:
    """Lend the tables that the calling thread keeps for scenarios of the same structure: ``world``, None at first."""
    worlds: OrderedDict[Any, World] = kept.__dict__.setdefault("worlds", OrderedDict())
    key = structure(scenario)
    own = SimpleNamespace(world=worlds.pop(key, None))
    yield own
    worlds[key] = own.world
    if len(worlds) > KEPT_WORLDS:
        worlds.popitem(last=False)
