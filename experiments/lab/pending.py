"""What is to do: the design minus what the ledger has, in a balanced order, in chunks of a fraction of a second."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from abm.machine.cache import code_digest
from experiments.design.points import opened
from experiments.design.study import Point, Study
from experiments.intervals import t_interval
from experiments.lab.ledger import Ledger
from experiments.lab.runner import Chunk, Done, Group

CHUNK_S = 0.3
FIRST_CHUNK, LARGEST_CHUNK = 4, 1000
BLOCK = 16  # replicates of a point in a row, at most


class Pace:
    """How many runs make a chunk of a fraction of a second, by what runs took so far."""

    def __init__(self, fixed: int | None) -> None:
        self.fixed, self.seconds, self.runs = fixed, 0.0, 0

    def learn(self, done: Done) -> None:
        """Take note of a chunk."""
        self.seconds += done.seconds
        self.runs += len(done.rows)

    def size(self) -> int:
        """Return the number of runs of the next chunk."""
        if self.fixed or not self.runs:
            return self.fixed or FIRST_CHUNK
        return min(LARGEST_CHUNK, max(1, int(CHUNK_S * self.runs / max(self.seconds, 1e-9))))


def waves(study: Study, ledger: Ledger, points: list[Point]) -> Iterator[list[tuple[Point, int, int]]]:
    """Yield what runs before anything is decided: point, first and last replicate.

    With a wanted precision every further wave adds as many replicates as the first had, to the points whose interval is
    still too wide. It looks at whole waves only, so that the decision is the same however the study was interrupted.
    """
    ordered, last = study.order(points), study.replicates
    yield [(point, 1, last) for point in ordered]
    while study.precision and last < study.precision.most:
        ordered = [point for point in ordered if too_wide(study, ledger, point, last)]
        first, last = last + 1, min(study.precision.most, last + study.replicates)
        if not ordered:
            return
        yield [(point, first, last) for point in ordered]


def too_wide(study: Study, ledger: Ledger, point: Point, last: int) -> bool:
    """Say whether the interval of the wanted outcome is wider than it shall be after ``last`` replicates."""
    wanted = study.precision
    if wanted is None:
        return False
    x = study.outcomes.index(wanted.outcome)
    found = ledger.query("SELECT outcomes FROM run WHERE point = ? AND replicate <= ?", point.id, last)
    values = np.array([row.outcomes[x] for (data,) in found if (row := opened(data)) and row.outcomes is not None])
    _, low, high = t_interval(values[~np.isnan(values)], wanted.level)
    return not (high - low) / 2 <= wanted.half_width


def unsettled(study: Study, ledger: Ledger, points: list[Point]) -> int:
    """Return the number of points whose interval is too wide after all replicates that the budget allows."""
    wanted = study.precision
    if wanted is None:
        return 0
    at_the_end = [point for point in points if wanted.most in ledger.done(point.id, wanted.most, wanted.most)]
    return sum(too_wide(study, ledger, point, wanted.most) for point in at_the_end)


def chunks(study: Study, ledger: Ledger, wave: list[tuple[Point, int, int]], pace: Pace) -> Iterator[Chunk]:
    """Yield what is to do of a wave: a few replicates of every point, then a few more, and so on."""
    if not wave:
        return
    _, first, last = wave[0]
    block = max(1, min(BLOCK, (last - first + 1) // 4))
    groups: list[Group] = []
    n = 0
    for start in range(first, last + 1, block):
        stop = min(last, start + block - 1)
        for point, *_ in wave:
            done = ledger.done(point.id, start, stop)
            left = [r for r in range(start, stop + 1) if r not in done]
            while left:
                room = max(1, pace.size() - n)
                now, left = left[:room], left[room:]
                seeds = tuple(study.seed_at(point.id, r) for r in now)
                groups.append(Group(point.id, study.scenario_at(point.settings), tuple(now), seeds))
                n += len(now)
                if n >= pace.size():
                    yield Chunk(tuple(groups), study.outcomes, study.agents, code_digest())
                    groups, n = [], 0
    if groups:
        yield Chunk(tuple(groups), study.outcomes, study.agents, code_digest())
