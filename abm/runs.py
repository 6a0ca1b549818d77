"""Run scenarios: one seed with everything it left behind, or many seeds on all cores with their outcomes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm import measures, warm
from abm.engine import simulate
from abm.input.load import load
from abm.input.scenario import Scenario
from abm.progress import shown_while
from abm.result import Result, outcome_columns, tidy_series
from abm.setup.world import names, structure
from abm.state.tables import World

CHUNK = 16


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
    """
    ready = load(scenario, override, months)
    warm.get_ready()
    _, world = simulate(ready, [seed])
    return Result(ready, seed, world)


def run_many(
    scenario: str | Path | Scenario,
    *,
    seeds: int | Sequence[int] = 100,
    override: Mapping[str, Any] | None = None,
    months: int | None = None,
    outcomes: Sequence[str] | None = None,
    threads: int | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Run many seeds of a scenario on all cores.

    Parameters
    ----------
    seeds
        The seeds, or how many of them (1, 2, … n).
    outcomes
        Measures to return, ``name`` at the end or ``name@months``; all of them at the end if left out.
    threads
        Number of threads; one a core if left out. The result does not depend on it.
    progress
        Show a progress bar when it takes long and somebody is looking.

    Returns
    -------
    A row a seed, in order: ``seed`` and one column an outcome.
    """
    ready = load(scenario, override, months)
    wanted = list(range(1, seeds + 1)) if isinstance(seeds, int) else list(seeds)
    known = list(tidy_series(np.zeros(0, measures.LAYOUT), names(ready).regions).columns[1:])
    columns = outcome_columns(None if outcomes is None else list(outcomes), known, ready.months)
    chunks = [(ready, wanted[x : x + CHUNK]) for x in range(0, len(wanted), CHUNK)]
    tables = []
    for (_, seeds_of), recorded in zip(chunks, in_threads(chunks, threads, progress), strict=True):
        tidy = {month: tidy_series(recorded[:, month], names(ready).regions) for _, month in set(columns.values())}
        found = {name: tidy[month][column].to_numpy() for name, (column, month) in columns.items()}
        tables.append(pd.DataFrame({"seed": seeds_of, **found}))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({"seed": []})


def in_threads(
    jobs: Sequence[tuple[Scenario, Sequence[int]]], threads: int | None = None, progress: bool = True
) -> Iterator[np.ndarray]:
    """Yield the series of every job, shape (n_seeds, months), in order; threads keep their tables between jobs."""
    spare: list[tuple[Any, World]] = []

    def work(job: tuple[Scenario, Sequence[int]]) -> np.ndarray:
        """Run one job with spare tables of its structure, or new ones."""
        key = structure(job[0])
        found = next((pair for pair in list(spare) if pair[0] == key), None)
        if found is not None:
            try:
                spare.remove(found)
            except ValueError:
                found = None
        recorded, world = simulate(*job, found[1] if found else None)
        spare.append((key, world))
        return recorded

    warm.get_ready(progress)
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        yield from shown_while(pool.map(work, jobs), len(jobs), progress)
