"""Perform runs: the one function that a thread here and a worker elsewhere call. It returns rows, failures too."""

from __future__ import annotations

import errno
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from abm.engine import simulate
from abm.input.scenario import Scenario
from abm.machine.jit import code_digest
from abm.measures import MEASURES
from abm.parameters import ConfigError
from abm.setup.world import names, structure
from abm.state.tables import THEMES, World
from experiments.design.points import Row
from experiments.lab.store import OtherResults

MOST_BYTES = 32 * 1024 * 1024  # of series at a time
KEPT_WORLDS = 4
ENVIRONMENT = (MemoryError, OSError, ImportError)  # what the machine does is no result
ONE_AT_A_TIME = threading.Lock()  # Mesa keeps state for the whole process
spare = threading.local()


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
        values = by_agents(group, chunk) if chunk.agents else by_engine(group, chunk.outcomes)
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


def by_engine(group: Group, outcomes: tuple[str, ...]) -> np.ndarray:
    """Return the outcomes of compiled runs, shape (n_seeds, n_outcomes); a thread keeps its tables between calls."""
    kept: OrderedDict[Any, World] = spare.__dict__.setdefault("worlds", OrderedDict())
    key = structure(group.scenario)
    recorded, world = simulate(group.scenario, group.seeds, kept.pop(key, None))
    kept[key] = world
    if len(kept) > KEPT_WORLDS:
        kept.popitem(last=False)
    return extracted(recorded, outcomes, group.scenario)


def by_agents(group: Group, chunk: Chunk) -> np.ndarray:
    """Return the outcomes of runs of the Mesa face with somebody's own agents."""
    from abm.face.model import CityPartnershipModel

    recorded = []
    with ONE_AT_A_TIME:
        for seed in group.seeds:
            model = CityPartnershipModel(group.scenario, seed=seed, **agents_of(chunk.agents))
            try:
                model.run()
                recorded.append(np.array(model.tables.series))
            finally:
                model.close()
    return extracted(np.stack(recorded), chunk.outcomes, group.scenario)


@lru_cache(maxsize=4)
def agents_of(source: str) -> Mapping[str, Any]:
    """Return the dictionary ``agents`` of a script: keyword arguments of the model."""
    names_in: dict[str, Any] = {"__name__": "agents"}
    exec(compile(source, "agents.py", "exec"), names_in)
    return names_in["agents"]


def check_agents(source: str, scenario: Scenario) -> None:
    """Refuse a script of agents with which no model can be made, before any run fails by it."""
    from abm.face.model import CityPartnershipModel

    try:
        with ONE_AT_A_TIME:
            CityPartnershipModel(scenario, seed=1, **agents_of(source)).close()
    except ENVIRONMENT + (ConfigError,) as error:
        raise ConfigError(f"agents: {error}") from None
    except Exception as error:
        raise ConfigError(f"agents: the script fails: {type(error).__name__}: {error}") from None


def extracted(recorded: np.ndarray, outcomes: tuple[str, ...], scenario: Scenario) -> np.ndarray:
    """Return outcomes such as ``pilots_ever.Europe@24`` of series of shape (n_seeds, months)."""
    found = np.empty((len(recorded), len(outcomes)))
    for x, outcome in enumerate(outcomes):
        column, _, month = outcome.partition("@")
        name, _, part = column.partition(".")
        values = recorded[name][:, (int(month) if month else scenario.months) - 1]
        if MEASURES[name].by_region:
            values = values[:, names(scenario).regions.index(part)]
        elif MEASURES[name].by_theme:
            values = values[:, THEMES.index(part)]
        found[:, x] = values
    return found
