"""Perform runs: the one function that a thread here and a worker elsewhere call. It returns rows, failures too."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from abm.input.scenario import Scenario
from abm.machine.cache import code_digest
from abm.outcomes import outcomes_of, taken
from abm.parameters import ConfigError
from abm.runs import recorded
from abm.setup.build import parameters, structure
from experiments.design.kept import keeper
from experiments.design.points import Row
from experiments.lab.store import OtherResults

MOST_BYTES = 32 * 1024 * 1024  # of series at a time
ENVIRONMENT = (MemoryError, OSError, ImportError)  # what the machine does is no result
ONE_AT_A_TIME = threading.Lock()  # Mesa keeps state for the whole process


class Group(NamedTuple):
    """Some replicates of one point, of one draw where there is a posterior."""

    point: str
    scenario: Scenario
    replicates: tuple[int, ...]
    seeds: tuple[int, ...]


class Chunk(NamedTuple):
    """What a worker does at a time: runs of some points, what to record, agents' source, code to run it with."""

    groups: tuple[Group, ...]
    outcomes: tuple[str, ...]
    agents: str
    code: str

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return sum(len(group.seeds) for group in self.groups)


class Done(NamedTuple):
    """What came of a chunk, and the seconds that it took."""

    rows: list[Row]
    seconds: float


def perform(chunk: Chunk) -> Done:
    """Run a chunk; a run that fails becomes a row with its error, and the others go on.

    Raises
    ------
    OSError
        If it is the machine that failed: its memory, its disk, a package that is missing.
    OtherResults
        If this process has other code than the study.
    """
    begun = time.perf_counter()
    if chunk.code != code_digest():
        raise OtherResults(f"a worker has other code ({code_digest()}) than the study ({chunk.code})")
    rows = [row for runs in together(chunk) for row in attempt(runs, chunk)]
    return Done(rows, time.perf_counter() - begun)


class Run(NamedTuple):
    """One replicate of one point."""

    point: str
    scenario: Scenario
    replicate: int
    seed: int


def together(chunk: Chunk) -> Iterator[list[Run]]:
    """Yield the runs of a chunk that one call makes: worlds of one structure, with series that memory holds."""
    runs = (Run(g.point, g.scenario, r, s) for g in chunk.groups for r, s in zip(g.replicates, g.seeds, strict=True))
    for _, alike in groupby(runs, lambda run: structure(run.scenario)):
        some = list(alike)
        size = max(1, MOST_BYTES // (some[0].scenario.months * 1000))
        yield from (some[x : x + size] for x in range(0, len(some), size))


def attempt(runs: list[Run], chunk: Chunk) -> list[Row]:
    """Make some runs together; after an error one by one, to find those that fail."""
    try:
        values = left_by(runs, chunk)
    except Exception as error:
        if len(runs) > 1:
            return [row for run in runs for row in attempt([run], chunk)]
        point, _, replicate, seed = runs[0]
        reason = f"{type(error).__name__}: {error}"[:500]
        if isinstance(error, ENVIRONMENT):
            what = f"{reason}; that is no result, the same command goes on"
            raise OSError(errno.EIO, what, f"run {point}, replicate {replicate}") from None
        return [Row(point, replicate, seed, None, reason)]
    return [Row(run.point, run.replicate, run.seed, v) for run, v in zip(runs, values, strict=True)]


def left_by(runs: list[Run], chunk: Chunk) -> Sequence[np.ndarray]:
    """Return the outcomes of some runs, or what is kept of them, an array of numbers a run."""
    scenario, seeds = runs[0].scenario, [run.seed for run in runs]
    if keep := keeper(chunk.outcomes):
        return keep(scenario, seeds, own_parameters(runs))
    series = by_agents(runs, chunk.agents) if chunk.agents else recorded(scenario, seeds, own_parameters(runs))
    return list(taken(series, list(outcomes_of(scenario, chunk.outcomes).values())))


def own_parameters(runs: list[Run]) -> Any:
    """Return the parameters of each run, those of its own group, shape (n_runs,)."""
    scenarios = {id(run.scenario): run.scenario for run in runs}
    row = {key: x for x, key in enumerate(scenarios)}
    return parameters(*scenarios.values())[[row[id(run.scenario)] for run in runs]]


def by_agents(runs: list[Run], source: str) -> np.ndarray:
    """Return the series of runs of the Mesa face with somebody's own agents, shape (n_runs, months)."""
    from abm.face.model import CityPartnershipModel

    series = []
    with ONE_AT_A_TIME:
        for run in runs:
            model = CityPartnershipModel(run.scenario, seed=run.seed, **agents_of(source))
            try:
                model.run()
                series.append(np.array(model.tables.series))
            finally:
                model.close()
    return np.stack(series)


@lru_cache(maxsize=4)
def agents_of(source: str) -> Mapping[str, Any]:
    """Return the dictionary ``agents`` of a script: keyword arguments of the model."""
    names_in: dict[str, Any] = {"__name__": "agents"}
    exec(compile(source, "agents.py", "exec"), names_in)
    return names_in["agents"]


def check_agents(source: str, scenario: Scenario) -> None:
    """Refuse a script of agents with which no model can be made, before any run fails by it."""
    from abm.face.model import rehearse

    try:
        with ONE_AT_A_TIME:
            rehearse(agents_of(source), scenario)
    except (*ENVIRONMENT, ConfigError) as error:
        raise ConfigError(f"agents: {error}") from None
    except Exception as error:
        raise ConfigError(f"agents: the script fails: {type(error).__name__}: {error}") from None
