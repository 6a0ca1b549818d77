"""Conduct a study: what is to do, in a balanced order, into the ledger, until it is done or somebody stops it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from abm.jit import code_digest
from experiments.effects import t_interval
from experiments.executors import Executor, Work
from experiments.folder import machine, owned, whoami, write_provenance, write_study
from experiments.ledger import FILE, Ledger, OtherResults
from experiments.points import Row, opened
from experiments.runner import Chunk, Done, Group, perform
from experiments.study import Point, Study
from experiments.terminal import Interrupted

SAVE_S = 0.5  # finished runs wait no longer than this, and a beat, to be made safe
CHUNK_S = 0.3
FIRST_CHUNK, LARGEST_CHUNK = 4, 1000
BLOCK = 16  # replicates of a point in a row, at most
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


class Watch(NamedTuple):
    """Whoever looks on is told of rows as they become safe, and how many runs there are in all."""

    begin: Callable[[Study, Ledger], None]
    tell: Callable[[list[Row]], None]
    end: Callable[[], None]


def nobody() -> Watch:
    """Return the watch of nobody."""
    return Watch(lambda *_: None, lambda _: None, lambda: None)


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


def conduct(
    study: Study,
    given: Path,
    folder: Path,
    executor: Executor,
    *,
    chunk: int | None = None,
    accept: bool = False,
    watch: Watch | None = None,
    work: Work = perform,
) -> dict[str, Any]:
    """Run what is left of a study and return its provenance.

    Parameters
    ----------
    given
        The study's file.
    chunk
        Runs handed out at a time; fitted to their duration if left out. Results do not depend on it.
    accept
        Add to results of other code.
    work
        What performs a chunk; tests of the ledger pass something cheap.

    Raises
    ------
    Interrupted
        By Ctrl-C or SIGTERM: everything finished up to half a second before is safe.
    OtherResults
        If the folder has results of other code, or of points that are not in the study.
    OSError
        If the disk, the lock or the cluster fails.
    """
    watch, pace, begun = watch or nobody(), Pace(chunk), time.monotonic()
    with owned(folder), Ledger(folder / FILE) as ledger:
        points = study.points()
        check_points(ledger, points)
        ledger.begin(code_digest(), machine(), accept)
        ledger.note("opened", **whoami())
        ledger.register((point.id, study.shown(point.settings)) for point in points)
        write_study(folder, study, given)
        watch.begin(study, ledger)
        before = ledger.count("run")
        try:
            with asked_to_stop() as asked:
                for wave in waves(study, ledger, points):
                    todo = chunks(study, ledger, wave, pace)
                    collect(ledger, executor(todo, work), watch, pace, asked)
                    if asked:
                        break
        finally:
            watch.end()
        if asked:
            raise stopped(asked[0], study, ledger, folder)
        open_points = unsettled(study, ledger, points)
        timings = {"seconds": round(time.monotonic() - begun, 3), "runs": ledger.count("run") - before}
        ledger.note("finished", **timings)
        timings |= {"seconds_of_runs": round(pace.seconds, 3)}
        return write_provenance(folder, study, ledger, timings) | {"not_converged": open_points}


def check_points(ledger: Ledger, points: list[Point]) -> None:
    """Refuse a folder whose points are not all in the study: it belongs to another one."""
    known = {point.id for point in points}
    strange = sum(point not in known for (point,) in ledger.query("SELECT point FROM point"))
    if strange:
        raise OtherResults(
            f"{ledger.path}: {strange:,} points in it are not in this study; "
            "scenario, months, outcomes or levels were changed: take another name (`extend` adds to a study)"
        )


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


def collect(ledger: Ledger, arriving: Iterator[Done], watch: Watch, pace: Pace, asked: list[int]) -> None:
    """Make rows safe as they arrive, at most a second after they were finished, until there are no more or we stop."""
    unsaved: list[Row] = []
    saved = time.monotonic()

    def save() -> None:
        """Make what arrived safe, and only then tell of it."""
        nonlocal unsaved, saved
        rows, unsaved, saved = unsaved, [], time.monotonic()
        if rows:
            ledger.commit(rows)
            watch.tell(rows)

    with closing(arriving):  # type: ignore[type-var]
        try:
            for done in arriving:
                unsaved += done.rows
                pace.learn(done)
                if time.monotonic() - saved > SAVE_S:
                    save()
                if asked:
                    return
        finally:  # also what arrived before a cluster failed
            save()


@contextmanager
def asked_to_stop() -> Iterator[list[int]]:
    """Yield a list that holds a signal as soon as one asks to stop; a second one stops at once."""
    asked: list[int] = []

    def ask(number: int, _: Any) -> None:
        """Note the signal."""
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, ask) for number in CODES}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stopped(number: int, study: Study, ledger: Ledger, folder: Path) -> Interrupted:
    """Return the end of a study that was stopped: what is safe, and how to go on."""
    return Interrupted(
        f"stopped by {signal.Signals(number).name}: {ledger.count('run'):,} finished runs are safe in {folder}; "
        f"`twinhelix resume {study.name}` goes on",
        CODES[signal.Signals(number)],
    )
