"""What runs of a study take of the memory, told before they begin; what this machine, or the job we are in, has.

A run needs room for every actor and for what happens to it. How much was measured and is right within a third or so for
worlds in which cities live as in the shipped ones: enough to say how many workers fit.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from abm.input.scenario import Scenario
from abm.runs import KEPT_WORLDS
from abm.setup.build import SHAPES, memory
from abm.setup.rows import n_organisations
from experiments.design.study import Study
from experiments.terminal import notice

PROCESS = 0.3e9  # Python, its packages and the compiled rules
ACTOR, ACTOR_MONTH = 1200.0, 20.0  # bytes of a run for each city or organisation, and for each of its months
GROUP, LIMITS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")  # of processes, where the system is Linux


class Need(NamedTuple):
    """Bytes that a process of a study takes by itself, and for each of its threads: the worlds that they keep."""

    process: float
    thread: float

    def of(self, threads: int) -> float:
        """Return the bytes of a process."""
        return self.process + threads * self.thread


NOTHING = Need(0.0, 0.0)


def of_run(scenario: Scenario) -> float:
    """Return the bytes that the tables of a run take, at its end."""
    return (len(scenario.cities) + int(n_organisations(scenario).sum())) * (ACTOR + ACTOR_MONTH * scenario.months)


def of_study(study: Study) -> Need:
    """Return what a process of a study takes: every thread keeps tables for some worlds, at worst the largest."""
    largest = {factor.name: max(factor.spread(2)) for factor in study.factors if factor.name in SHAPES}
    worlds = [of_run(scenario.with_changes(largest)) for scenario in study.scenarios.values()]
    at_a_time = 1 + KEPT_WORLDS
    return Need(PROCESS, sum(sorted(worlds * (at_a_time if largest else 1), reverse=True)[:at_a_time]))


def check(need: Need, workers: int, processes: bool) -> None:
    """Warn where the workers of this machine take more memory than is free, and refuse more than there is at all.

    Parameters
    ----------
    processes
        Every worker is a process of its own; a thread otherwise.

    Raises
    ------
    MemoryError
        With the number of workers that there is memory for.
    """

    def taken(n: int) -> float:
        """Return the bytes that ``n`` workers take."""
        return n * need.of(1) if processes else need.of(n)

    refused = taken(workers) > granted()
    has = granted() if refused else free()
    if taken(workers) <= has:
        return
    fit = next((n for n in range(workers, 0, -1) if taken(n) <= has), 0)
    line = f"{workers:,} at a time take about {gigabytes(taken(workers))}, and there are {gigabytes(has)}"
    line += "" if refused else " free"
    line += f": --workers {fit} fits" if fit else ": not even one fits"
    if refused:
        raise MemoryError(line)
    notice(f"memory: {line}")


def gigabytes(n: float) -> str:
    """Return bytes in words."""
    return f"{n / 1e9:,.1f} GB"


def free() -> float:
    """Return the bytes of memory that are free now, all that there are where the system does not say."""
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return min(granted(), 1024 * float(line.split()[1]))
    return granted()


def granted() -> float:
    """Return the bytes of memory of this machine, or of the job or container that we are in."""
    limits = [memory()]
    with suppress(OSError):
        for line in GROUP.read_text().splitlines():
            _, kinds, path = line.split(":", 2)
            limits += limits_of(LIMITS / "memory", path, "memory.limit_in_bytes") if kinds == "memory" else []
            limits += limits_of(LIMITS, path, "memory.max") if not kinds else []
    return min(limits)


def limits_of(top: Path, path: str, file: str) -> list[float]:
    """Return the limits of a group of processes and of the groups that it is in."""
    found = []
    for folder in (Path(path), *Path(path).parents):
        with suppress(OSError, ValueError):  # no limit is no number
            found.append(float((top / folder.relative_to("/") / file).read_text()))
    return found
