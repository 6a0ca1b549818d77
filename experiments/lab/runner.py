"""Perform runs: the one function that a thread here and a worker elsewhere call. It returns rows, failures too."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from abm.input.scenario import Scenario
from abm.machine.cache import code_digest
from abm.outcomes import outcomes_of, taken
from abm.parameters import ConfigError
from abm.runs import recorded
from experiments.design.points import Row
from experiments.lab.store import OtherResults

MOST_BYTES = 32 * 1024 * 1024  # of series at a time
ENVIRONMENT = (MemoryError, OSError, ImportError)  # what the machine does is no result
ONE_AT_A_TIME = threading.Lock()  # Mesa keeps state for the whole process


class Group(NamedTuple):
    """Some replicates of one point."""

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
    rows: list[Row] = []
    for group in chunk.groups:
        size = max(1, MOST_BYTES // (group.scenario.months * 1000))
        for x in range(0, len(group.seeds), size):
            part = group._replace(replicates=group.replicates[x : x + size], seeds=group.seeds[x : x + size])
            rows += attempt(part, chunk)
    return Done(rows, time.perf_counter() - begun)


def attempt(group: Group, chunk: Chunk) -> list[Row]:
    """Run some replicates together; after an error one by one, to find those that fail."""
    try:
        series = by_agents(group, chunk.agents) if chunk.agents else recorded(group.scenario, group.seeds)
        values = taken(series, list(outcomes_of(group.scenario, chunk.outcomes).values()))
    except Exception as error:
        if len(group.seeds) == 1:
            reason = f"{type(error).__name__}: {error}"[:500]
            if isinstance(error, ENVIRONMENT):
                what = f"{reason}; that is no result, the same command goes on"
                raise OSError(errno.EIO, what, f"run {group.point}, replicate {group.replicates[0]}") from None
            return [Row(group.point, group.replicates[0], group.seeds[0], None, reason)]
        ones = zip(group.replicates, group.seeds, strict=True)
        return [row for r, s in ones for row in attempt(group._replace(replicates=(r,), seeds=(s,)), chunk)]
    return [Row(group.point, r, s, v) for r, s, v in zip(group.replicates, group.seeds, values, strict=True)]


def by_agents(group: Group, source: str) -> np.ndarray:
    """Return the series of runs of the Mesa face with somebody's own agents, shape (n_seeds, months)."""
    from abm.face.model import CityPartnershipModel

    series = []
    with ONE_AT_A_TIME:
        for seed in group.seeds:
            model = CityPartnershipModel(group.scenario, seed=seed, **agents_of(source))
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
