"""Where questions are answered: once for all who ask the same, so many at a time, and no longer than somebody waits."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from abm.parameters import ConfigError
from experiments.dashboard import runs
from experiments.dashboard.answer import answer
from experiments.dashboard.asked import Arm, Asked, Moment
from experiments.dashboard.history import history
from experiments.dashboard.offered import SEEDS, Offer
from experiments.dashboard.page import packed
from experiments.dashboard.runs import Runs

T = TypeVar("T")
MOST_WAITING = 64  # different questions at a time
KEPT_RUNS, KEPT_ANSWERS = 192 * 2**20, 64 * 2**20  # bytes
PATIENCE = 120.0  # seconds of work for one arm


class Busy(Exception):
    """There are as many questions as may wait."""


class Shelf:
    """Keeps what was used last, at most so many bytes of it."""

    def __init__(self, most: int) -> None:
        self.most, self.bytes, self.kept = most, 0, OrderedDict[Any, tuple[Any, int]]()

    def get(self, key: Any) -> Any:
        """Return what is kept under a key, None if nothing is."""
        if key not in self.kept:
            return None
        self.kept.move_to_end(key)
        return self.kept[key][0]

    def put(self, key: Any, value: Any, size: int) -> None:
        """Keep a value; what was not used for longest goes."""
        self.bytes += size - self.kept.pop(key, (None, 0))[1]
        self.kept[key] = value, size
        while self.bytes > self.most:
            self.bytes -= self.kept.popitem(last=False)[1][1]


class Ticket:
    """A piece of work under way, and how many wait for it."""

    def __init__(self, task: asyncio.Future[Any]) -> None:
        self.task, self.waiting = task, 0


class Desk:
    """Answers questions in worker threads; everything but the work itself happens in the thread of the event loop."""

    def __init__(self, offered: Mapping[str, Offer], workers: int | None = None) -> None:
        self.offered, self.ran = offered, 0
        self.pool = ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix="desk")
        self.open: dict[Any, Ticket] = {}  # by question, which is text, or by arm, months and seeds
        self.runs, self.answers = Shelf(KEPT_RUNS), Shelf(KEPT_ANSWERS)

    @property
    def questions(self) -> int:
        """How many different questions are under way."""
        return sum(isinstance(key, str) for key in self.open)

    async def answer(self, asked: Asked) -> bytes:
        """Return the answer to a request as JSON."""
        return await self.question(asked.key, lambda: self._answer(asked))

    async def history(self, moment: Moment) -> bytes:
        """Return one history as JSON."""
        return await self.question(moment.key, lambda: self.work(lambda _: packed(history(moment, self.offered))))

    async def question(self, key: str, begin: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return what is known under a key, or let it be found out, unless too many wait."""
        known: bytes | None = self.answers.get(key)
        if known is not None:
            return known
        if key not in self.open and self.questions >= MOST_WAITING:
            raise Busy
        made = await self.shared(key, begin)
        self.answers.put(key, made, len(made))
        return made

    async def _answer(self, asked: Asked) -> bytes:
        a, b = await asyncio.gather(*(self.runs_of(arm, asked.months, asked.seeds) for arm in asked.arms))
        return await self.work(lambda _: packed(answer(asked, a, b, self.offered)))

    async def runs_of(self, arm: Arm, months: int, n: int) -> Runs:
        """Return the runs of an arm, those of fewer seeds first, so that nothing is run twice."""
        key = arm, months
        had: Runs | None = self.runs.get(key)
        if had and had.n >= n:
            return had.first(n)
        if (level := SEEDS.index(n)) > 0:
            had = await self.runs_of(arm, months, SEEDS[level - 1])
        found = await self.shared((key, n), lambda: self.work(lambda stopped: self.run(arm, months, had, n, stopped)))
        if (kept := self.runs.get(key)) is None or kept.n < n:
            self.ran += n - (had.n if had else 0)
            self.runs.put(key, found, found.nbytes)
        return found

    def run(self, arm: Arm, months: int, had: Runs | None, n: int, stopped: Callable[[], bool]) -> Runs:
        """Run what is missing, in a worker thread."""
        ends = time.monotonic() + PATIENCE

        def enough() -> bool:
            """Say whether nobody waits, and refuse what takes too long."""
            if time.monotonic() > ends:
                raise ConfigError("this takes too long for a dashboard; take the command, or fewer months")
            return stopped()

        return runs.more(arm.built(self.offered, months), had, n, enough)

    async def shared(self, key: Any, begin: Callable[[], Awaitable[T]]) -> T:
        """Wait for work that is done once for all who wait; when the last of them goes it is stopped."""
        if key not in self.open:
            self.open[key] = made = Ticket(asyncio.ensure_future(begin()))
            made.task.add_done_callback(lambda _: self.done(key, made))
        ticket = self.open[key]
        ticket.waiting += 1
        try:
            return await asyncio.shield(ticket.task)
        finally:
            ticket.waiting -= 1
            if not ticket.waiting and not ticket.task.done():
                self.open.pop(key, None)
                ticket.task.cancel()

    def done(self, key: Any, ticket: Ticket) -> None:
        """Close a ticket whose work is done; what went wrong is known to those who waited."""
        if self.open.get(key) is ticket:
            del self.open[key]
        if not ticket.task.cancelled():
            ticket.task.exception()

    async def work(self, do: Callable[[Callable[[], bool]], T]) -> T:
        """Do something in a worker thread; it asks whether it is still wanted."""
        stop = threading.Event()

        def begin() -> T:
            """Begin when a thread is free, if anybody still waits."""
            if stop.is_set():
                raise runs.Abandoned
            return do(stop.is_set)

        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, begin)
        finally:
            stop.set()

    def close(self) -> None:
        """Let nothing begin any more."""
        self.pool.shutdown(wait=False, cancel_futures=True)
