"""Dask workers as an executor: processes of this machine, or a cluster at an address.

A cluster that we start speaks TLS with credentials of its own: whoever else is on the machine cannot hand it code. One
that is named takes its credentials from Dask's settings (``DASK_DISTRIBUTED__COMM__TLS__…``).
"""

from __future__ import annotations

import errno
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from queue import SimpleQueue
from typing import Any

from abm.parameters import ConfigError, shown
from experiments.lab.executors import Work, flowing
from experiments.lab.memory import NOTHING, Need, gigabytes
from experiments.lab.runner import Chunk, Done, perform
from experiments.terminal import notice

EVERY_S = 1.0  # workers are counted: those that come late have work at once
LONELY_S = 10.0  # without any worker, until we say so
GONE = "the scheduler is gone; what was finished is safe"
KILLED = "the processes that ran it were killed again and again, as by a lack of memory; the same command goes on"
USED = 0.8  # of its memory: a worker that holds more takes no work any more
PATIENCE_S = 15.0  # for a scheduler that does not answer
SETTINGS = {"distributed.scheduler.allowed-failures": 5, "distributed.comm.timeouts.connect": "10s"}


def on_dask(
    chunks: Iterator[Chunk],
    work: Work = perform,
    scheduler: str | None = None,
    workers: int | None = None,
    need: Need = NOTHING,
) -> Iterator[Done]:
    """Yield what comes of chunks on Dask: a cluster at an address, or processes of this machine, on loopback only.

    A worker with less memory than its threads ``need`` is refused before it has work: it would stop, or be killed.
    """
    finished: SimpleQueue[Done | BaseException] = SimpleQueue()
    futures: dict[str, Any] = {}  # Dask forgets what nobody holds
    with client(scheduler, workers) as dask:

        def submit(chunk: Chunk) -> None:
            """Hand out a chunk under the names of its first and last run."""
            first, last = chunk.groups[0], chunk.groups[-1]
            key = f"run-{first.point}-{first.replicates[0]}-to-{last.point}-{last.replicates[-1]}"
            futures[key] = dask.submit(work, chunk, key=key, pure=False)
            futures[key].add_done_callback(lambda future: finished.put(collected(futures.pop(key), key)))

        yield from flowing(chunks, submit, finished, Crowd(dask, scheduler or "of this machine", need))


class Crowd:
    """The threads of all workers, counted anew every second; says once that nobody is there."""

    def __init__(self, dask: Any, where: str, need: Need = NOTHING) -> None:
        self.dask, self.where, self.need = dask, where, need
        self.known: set[str] = set()
        self.threads, self.counted, self.lonely = 0, 0.0, time.monotonic()

    def __call__(self) -> int:
        """Return how many there are; refuse to wait for a scheduler that is gone."""
        now = time.monotonic()
        if now - self.counted > EVERY_S:
            self.counted = now
            with suppress(OSError):  # of a scheduler that is busy; whether it is gone, the status tells
                found = self.dask.nthreads()
                if found.keys() - self.known:
                    self.meet(found)
                self.threads = sum(found.values())
        if self.dask.status != "running":
            raise ConnectionError(errno.ECONNRESET, GONE, self.where)
        if self.threads:
            self.lonely = now
        elif now - self.lonely > LONELY_S:
            self.lonely = float("inf")
            notice(f"{self.where}: no worker has come yet; runs begin as soon as one does")
        return self.threads

    def meet(self, found: dict[str, int]) -> None:
        """Refuse workers that have less memory than their threads need."""
        workers = self.dask.sync(self.dask.scheduler.identity)["workers"]
        for address in found.keys() - self.known:
            has, takes = workers.get(address, {}).get("memory_limit"), self.need.of(found[address])
            if has and takes > USED * has:
                said = f"takes about {gigabytes(takes)}, and has {gigabytes(has)}, of which Dask uses {USED:.0%}"
                raise MemoryError(f"the worker at {address} {said}: give it more, or its machine fewer workers")
        self.known |= found.keys()


def collected(future: Any, name: str) -> Done | BaseException:
    """Return the rows of a future, or why there are none: the machine's trouble, which is no result."""
    if future.status == "finished":
        return future.result()
    if future.status == "cancelled":
        return ConnectionError(errno.ECONNRESET, GONE, "dask")
    error = future.exception()
    return OSError(errno.EIO, KILLED, name) if type(error).__name__ == "KilledWorker" else error


def checked_address(scheduler: str) -> str:
    """Return the address of a scheduler, or refuse one that we cannot speak to."""
    if not scheduler.startswith(("tcp://", "tls://")):
        raise ConfigError(f"--scheduler {shown(scheduler)}: must be tls://host:port, or tcp://host:port (no login)")
    return scheduler


@contextmanager
def client(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """Yield a client of the scheduler at an address, or of a cluster of processes that ends with it."""
    import dask

    import_module("distributed")  # before our settings: its own, put beside them, would be taken back with them
    with (
        dask.config.set(SETTINGS),
        tempfile.TemporaryDirectory(prefix="twinhelix-") as room,
        silence(),
        connection(checked_address(scheduler)) if scheduler else local_cluster(workers, room) as connected,
    ):
        yield connected


@contextmanager
def silence() -> Iterator[None]:
    """Keep what Dask logs from the terminal: what matters is told in one line."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def connection(scheduler: str) -> Iterator[Any]:
    """Yield a client of a scheduler."""
    from distributed import Client

    try:
        connected = Client(scheduler, timeout=PATIENCE_S, set_as_default=False)
    except TypeError:  # what Dask says without credentials
        said = "needs credentials: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__CLIENT__CERT and …__CLIENT__KEY"
        raise ConfigError(f"--scheduler {shown(scheduler)}: {said}") from None
    except (OSError, ValueError) as error:
        raise ConnectionError(errno.ECONNREFUSED, f"no Dask scheduler answers: {error}", scheduler) from None
    with connected:
        yield connected


@contextmanager
def local_cluster(workers: int | None, room: str) -> Iterator[Any]:
    """Yield a client of processes of this machine, that nobody else can speak to."""
    from distributed import Client, LocalCluster

    n = workers or os.cpu_count() or 1
    try:
        cluster = LocalCluster(
            n_workers=n,
            threads_per_worker=1,
            memory_limit=1 / n,  # of the machine, however many cores it has
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            local_directory=room,
            silence_logs="CRITICAL",
            security=True,
        )
    except (OSError, RuntimeError) as error:
        raise ConnectionError(errno.ECONNREFUSED, f"the processes do not start: {error}", "dask") from None
    with cluster, Client(cluster, set_as_default=False) as connected:
        yield connected
