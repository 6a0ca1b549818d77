"""What a study will cost: runs, time from a timed sample, bytes. Nothing is written."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from abm.machine.cache import code_digest
from experiments.design.points import CODE, HEADER
from experiments.design.study import Point, Study
from experiments.lab import memory
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.pending import groups_of
from experiments.lab.runner import Chunk, perform

SAMPLE_S, MOST_SAMPLED, SEEDS = 3.0, 24, 2
PATIENCE_S = 20.0  # for one point
ROW_BYTES = 75  # of the two trees of the file, for each run beside its outcomes
POINT_BYTES, FILLED = 60, 0.8  # of the tree of points, for each beside its settings; its pages are not full


def forecast(study: Study, folder: Path, workers: int | None = None) -> dict[str, Any]:
    """Return runs, what is left of them, seconds and bytes of memory on ``workers`` threads, and bytes of the ledger.

    Agents of somebody's own are not run for it, and giants are not waited for; there is no time then.
    """
    points = study.points()
    runs = len(points) * study.replicates
    done = 0
    if (folder / FILE).exists():
        with Ledger(folder / FILE, write=False) as ledger:
            done = ledger.count("run") + ledger.count("failure")
    some = [] if study.agents else points[:: max(1, len(points) // MOST_SAMPLED)]
    n, seconds = timed_sample(study, some) if some else (0, 0.0)
    each = seconds / n if n else math.nan
    threads = workers or os.cpu_count() or 1
    left = max(0, runs - done)
    need = memory.of_study(study)
    settings = len(json.dumps(study.noted(points[0].settings))) if len(points) else 0
    return {
        "study": study.name,
        "points": len(points),
        "runs": runs,
        "most_runs": len(points) * study.most_replicates,
        "left": left,
        "sample": n,
        "milliseconds_a_run": 1000 * each,
        "workers": threads,
        "seconds": left * each / threads,
        "memory_a_worker": need.of(1),
        "memory": need.of(threads),
        "memory_free": memory.free(),
        "bytes": runs * (HEADER.size + 8 * len(study.outcomes) + CODE.size + ROW_BYTES)
        + round(len(points) * (POINT_BYTES + settings) / FILLED),
    }


def timed_sample(study: Study, points: list[Point]) -> tuple[int, float]:
    """Return how many runs of points from all over the design were timed before time was up, and their seconds.

    A run that takes longer than anybody waits is not waited for; there are no runs then.
    """
    timed: SimpleQueue[float | BaseException] = SimpleQueue()
    threading.Thread(target=sample, args=(study, points, timed), daemon=True).start()
    n, spent, begun = 0, 0.0, time.monotonic()
    for _ in points:
        try:
            took = timed.get(timeout=PATIENCE_S)
        except Empty:
            break
        if isinstance(took, BaseException):
            raise took
        n, spent = n + SEEDS, spent + took
        if time.monotonic() - begun > SAMPLE_S:
            break
    return n, spent


def sample(study: Study, points: list[Point], timed: SimpleQueue[float | BaseException]) -> None:
    """Run some points and put down the seconds of each, or what went wrong."""
    try:
        for point in points:
            for last in (1, SEEDS):  # the first run makes the tables, and is not counted
                groups = tuple(groups_of(study, point, range(1, 1 + last)))
                took = perform(Chunk(groups, study.outcomes, study.agents, code_digest())).seconds
            timed.put(took)
    except BaseException as error:
        timed.put(error)
