"""Executors: threads here, Dask workers (:mod:`experiments.lab.cluster`). They take chunks and give back rows.

Both hand out a few chunks more than there are workers, so that memory stays small however long the study, and both
beat four times a second with nothing, so that the one who waits can save, show and stop.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from experiments.lab.runner import Chunk, Done, perform

Work = Callable[[Chunk], Done]
Executor = Callable[[Iterator[Chunk], Work], Iterator[Done]]
BEAT_S = 0.25
AHEAD = 2  # chunks handed out for each worker


def in_threads(chunks: Iterator[Chunk], work: Work = perform, n: int | None = None) -> Iterator[Done]:
    """Yield what comes of chunks in ``n`` threads (one a core): the compiled engine lets go of the interpreter."""
    width = n or os.cpu_count() or 1
    waiting: SimpleQueue[Chunk | None] = SimpleQueue()
    finished: SimpleQueue[Done | BaseException] = SimpleQueue()
    for _ in range(width):  # daemons: a run of hours does not hold up the end of the program
        threading.Thread(target=serve, args=(waiting, finished, work), daemon=True).start()
    try:
        yield from flowing(chunks, waiting.put, finished, lambda: width)
    finally:
        for _ in range(width):
            waiting.put(None)


def serve(waiting: SimpleQueue[Chunk | None], finished: SimpleQueue[Done | BaseException], work: Work) -> None:
    """Perform chunks until there are none."""
    while (chunk := waiting.get()) is not None:
        try:
            finished.put(work(chunk))
        except BaseException as error:  # a bug of ours: it belongs to whoever waits
            finished.put(error)


def flowing(
    chunks: Iterator[Chunk],
    submit: Callable[[Chunk], None],
    finished: SimpleQueue[Done | BaseException],
    workers: Callable[[], int],
) -> Iterator[Done]:
    """Yield rows as they come, submit a chunk for each that ended, and yield nothing on every beat without any."""
    under_way, more = 0, True
    while True:
        most = AHEAD * max(1, workers())
        while more and under_way < most:
            chunk = next(chunks, None)
            more = chunk is not None
            if chunk is not None:
                submit(chunk)
                under_way += 1
        if not under_way:
            return
        try:
            done = finished.get(timeout=BEAT_S)
        except Empty:
            yield Done([], 0.0)
            continue
        if isinstance(done, BaseException):
            raise done
        under_way -= 1
        yield done
