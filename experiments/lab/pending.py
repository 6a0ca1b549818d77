"""What is to do: the design minus what the ledger has, in a balanced order, in chunks of a fraction of a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from abm.machine.cache import code_digest
from experiments.design.points import opened
from experiments.design.study import Point, Points, Study
from experiments.intervals import t_interval
from experiments.lab.ledger import Ledger
from experiments.lab.runner import Chunk, Done, Group

CHUNK_S = 0.3
LARGEST_CHUNK = 1000
BLOCK = 16  # replicates of a point in a row, at most
FEWEST = 10  # runs that a decision about precision takes, at least


class Wave(NamedTuple):
    """What runs before anything is decided: places of points in the design, first and last replicate."""

    places: Sequence[int]
    first: int
    last: int


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
        if self.fixed or not self.runs:  # the first may take minutes
            return self.fixed or 1
        return min(LARGEST_CHUNK, max(1, int(CHUNK_S * self.runs / max(self.seconds, 1e-9))))


def waves(study: Study, ledger: Ledger, points: Points) -> Iterator[Wave]:
    """Yield what runs before anything is decided.

    With a wanted precision every further wave adds as many replicates as the first had, to the points whose interval is
    still too wide. It looks at whole waves only, so that the decision is the same however the study was interrupted.
    """
    places, last = study.order(len(points)), study.replicates
    yield Wave(places, 1, last)
    while study.precision and last < study.precision.most:
        places = [place for place in places if too_wide(study, ledger, points[place].id, last)]
        first, last = last + 1, min(study.precision.most, last + study.replicates)
        if not places:
            return
        yield Wave(places, first, last)


def too_wide(study: Study, ledger: Ledger, point: str, last: int) -> bool:
    """Say whether the interval of the wanted outcome is wider than it shall be after ``last`` replicates.

    A few runs, or runs that are all alike, say nothing yet: a rare event would be taken for one that never comes.
    """
    wanted = study.precision
    if wanted is None:
        return False
    x = study.outcomes.index(wanted.outcome)
    found = ledger.query("SELECT outcomes FROM run WHERE point = ? AND replicate <= ?", point, last)
    values = np.array([row.outcomes[x] for (data,) in found if (row := opened(data)) and row.outcomes is not None])
    values = values[~np.isnan(values)]
    if last < wanted.most and (len(values) < FEWEST or values.min() == values.max()):
        return True
    _, low, high = t_interval(values, wanted.level)
    return not (high - low) / 2 <= wanted.half_width


def unsettled(study: Study, ledger: Ledger) -> int:
    """Return the number of points whose interval is too wide after all replicates that the budget allows."""
    wanted = study.precision
    if wanted is None:
        return 0
    last = "SELECT point FROM {} WHERE replicate = ?"
    at_the_end = {p for table in ("run", "failure") for (p,) in ledger.query(last.format(table), wanted.most)}
    return sum(too_wide(study, ledger, point, wanted.most) for point in at_the_end)


def chunks(study: Study, ledger: Ledger, points: Points, wave: Wave, pace: Pace) -> Iterator[Chunk]:
    """Yield what is to do of a wave: a few replicates of every point, then a few more, and so on."""
    groups: list[Group] = []
    n = 0
    for point, left in turns(study, ledger, points, wave):
        while left:
            room = max(1, pace.size() - n)
            now, left = left[:room], left[room:]
            groups += groups_of(study, point, now)
            n += len(now)
            if n >= pace.size():
                yield Chunk(tuple(groups), study.outcomes, study.agents, code_digest())
                groups, n = [], 0
    if groups:
        yield Chunk(tuple(groups), study.outcomes, study.agents, code_digest())


def groups_of(study: Study, point: Point, replicates: Sequence[int]) -> list[Group]:
    """Return some replicates of a point, those of one scenario together: of a posterior each has that of its draw."""
    by_draw: dict[int, list[int]] = {}
    for replicate in replicates:
        by_draw.setdefault(study.draw_of(replicate), []).append(replicate)
    return [
        Group(
            point.id,
            study.scenario_at(point.settings, some[0]),
            tuple(some),
            tuple(study.seed_at(point.id, replicate) for replicate in some),
        )
        for some in by_draw.values()
    ]


def turns(study: Study, ledger: Ledger, points: Points, wave: Wave) -> Iterator[tuple[Point, list[int]]]:
    """Yield the points of a wave in turn, again and again, each time with a few replicates that are to do."""
    block = max(1, min(BLOCK, (wave.last - wave.first + 1) // 4))
    places, unfinished = wave.places, list[int]()
    for start in range(wave.first, wave.last + 1, block):
        stop = min(wave.last, start + block - 1)
        for place in places:
            point = points[place]
            done = ledger.done(point.id, start, wave.last if start == wave.first else stop)
            if start == wave.first and len(done) <= wave.last - wave.first:
                unfinished.append(place)
                ledger.register(point.id, place, study.noted(point.settings))
            yield point, [r for r in range(start, stop + 1) if r not in done]
        places = unfinished
