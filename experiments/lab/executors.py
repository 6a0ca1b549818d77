"""Executors: threads here, Dask workers here or elsewhere. They take chunks and give back rows as they are finished.

Both hand out a few chunks more than there are workers, so that memory stays small however long the study, and both
beat four times a second with nothing, so that the one who waits can save, show and stop.
"""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any

from experiments.design.points import Row
from experiments.lab.runner import Chunk, Done, perform

Work = Callable[[Chunk], Done]
Executor = Callable[[Iterator[Chunk], Work], Iterator[Done]]
BEAT_S = 0.25
AHEAD = 2  # chunks handed out for each worker
GONE = "the scheduler is gone; what was finished is safe"
PATIENCE_S = 15.0  # for a scheduler that does not answer
SETTINGS = {"distributed.scheduler.allowed-failures": 5, "distributed.comm.timeouts.connect": "10s"}


def in_threads(chunks: Iterator[Chunk], work: Work = perform, n: int | None = None) -> Iterator[Done]:
    """Yield what comes of chunks in ``n`` threads (one a core): the compiled engine lets go of the interpreter."""
    width = n or os.cpu_count() or 1
    waiting: SimpleQueue[Chunk | None] = SimpleQueue()
    finished: SimpleQueue[Done | BaseException] = SimpleQueue()
    for _ in range(width):  # daemons: a run of hours does not hold up the end of the program
        threading.Thread(target=serve, args=(waiting, finished, work), daemon=True).start()
    try:
        yield from flowing(chunks, waiting.put, finished, AHEAD * width)
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
    most: int,
    alive: Callable[[], None] = lambda: None,
) -> Iterator[Done]:
    """Yield rows as they come, submit a chunk for each that ended, and yield nothing on every beat without any."""
    under_way, more = 0, True
    while True:
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
            alive()
            yield Done([], 0.0)
            continue
        if isinstance(done, BaseException):
            raise done
        under_way -= 1
        yield done


def on_dask(
    chunks: Iterator[Chunk], work: Work = perform, scheduler: str | None = None, workers: int | None = None
) -> Iterator[Done]:
    """Yield what comes of chunks on Dask: a cluster at an address, or processes of this machine, on loopback only."""
    finished: SimpleQueue[Done | BaseException] = SimpleQueue()
    futures: dict[str, Any] = {}  # Dask forgets what nobody holds
    with client(scheduler, workers) as dask:

        def submit(chunk: Chunk) -> None:
            """Hand out a chunk under the names of its first and last run."""
            first, last = chunk.groups[0], chunk.groups[-1]
            key = f"run-{first.point}-{first.replicates[0]}-to-{last.point}-{last.replicates[-1]}"
            futures[key] = dask.submit(work, chunk, key=key, pure=False)
            futures[key].add_done_callback(lambda future: finished.put(collected(futures.pop(key), chunk)))

        def alive() -> None:
            """Refuse to wait for a scheduler that is gone."""
            if dask.status != "running":
                where = scheduler or "of this machine"
                raise ConnectionError(errno.ECONNRESET, GONE, where)

        yield from flowing(chunks, submit, finished, AHEAD * max(1, sum(dask.nthreads().values())), alive)


def collected(future: Any, chunk: Chunk) -> Done | BaseException:
    """Return the rows of a future; runs whose workers died again and again are failures."""
    if future.status == "finished":
        return future.result()
    if future.status == "cancelled":
        return ConnectionError(errno.ECONNRESET, GONE, "dask")
    error = future.exception()
    if type(error).__name__ != "KilledWorker":
        return error
    lost = [
        Row(group.point, replicate, seed, None, "Killed: the process that ran it was killed again and again")
        for group in chunk.groups
        for replicate, seed in zip(group.replicates, group.seeds, strict=True)
    ]
    return Done(lost, 0.0)


@contextmanager
def client(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """Yield a client of the scheduler at an address, or of a cluster of processes that ends with it."""
    import dask
    from distributed import Client, LocalCluster

    with dask.config.set(SETTINGS), tempfile.TemporaryDirectory(prefix="twinhelix-") as room:
        if scheduler:
            try:
                with Client(scheduler, timeout=PATIENCE_S, set_as_default=False) as connected:
                    yield connected
            except (OSError, ValueError) as error:
                if isinstance(error, ConnectionError):
                    raise
                raise ConnectionError(errno.ECONNREFUSED, f"no Dask scheduler answers: {error}", scheduler) from None
            return
        with (
            LocalCluster(
                n_workers=workers or os.cpu_count() or 1,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                local_directory=room,
                silence_logs="CRITICAL",
            ) as cluster,
            Client(cluster, set_as_default=False) as connected,
        ):
            yield connected
