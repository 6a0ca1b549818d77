"""Conduct a study: what is to do into the ledger, until it is done or somebody stops it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from abm.machine.cache import code_digest
from experiments.design.points import Row
from experiments.design.study import Study
from experiments.lab.executors import Executor, Work
from experiments.lab.folder import owned, whoami
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.pending import Pace, chunks, unsettled, waves
from experiments.lab.provenance import machine, write_provenance, write_study
from experiments.lab.runner import Done, perform
from experiments.lab.stop import CODES, Interrupted, asked_to_stop

SAVE_S = 0.5  # finished runs wait no longer than this, and a beat, to be made safe


class Watch(NamedTuple):
    """Whoever looks on is told of rows as they become safe, and how many runs there are in all."""

    begin: Callable[[Study, Ledger], None]
    tell: Callable[[list[Row]], None]
    end: Callable[[], None]


def nobody() -> Watch:
    """Return the watch of nobody."""
    return Watch(lambda *_: None, lambda _: None, lambda: None)


def conduct(
    study: Study,
    given: Path,
    folder: Path,
    executor: Executor,
    *,
    chunk: int | None = None,
    accept: bool = False,
    failed: bool = False,
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
    failed
        Try the runs again that failed before.
    work
        What performs a chunk; tests of the ledger pass something cheap.

    Raises
    ------
    Interrupted
        By Ctrl-C or SIGTERM: everything finished up to half a second before is safe.
    OtherResults
        If the folder has results of other code, or of another study.
    OSError
        If the disk, the lock, the memory or the cluster fails.
    """
    watch, pace, begun = watch or nobody(), Pace(chunk), time.monotonic()
    with owned(folder), Ledger(folder / FILE) as ledger:
        ledger.check(study.identity())
        if failed:
            ledger.forgive()
        ledger.begin(study.identity(), code_digest(), accept)
        ledger.note("opened", **whoami(), machine=machine(), points=study.size)
        write_study(folder, study, given)
        points = study.points()
        watch.begin(study, ledger)
        before = ledger.count("run")
        try:
            with asked_to_stop() as asked:
                for wave in waves(study, ledger, points):
                    todo = chunks(study, ledger, points, wave, pace)
                    collect(ledger, executor(todo, work), watch, pace, asked)
                    if asked:
                        break
        finally:
            watch.end()
        ledger.check_place()
        if asked:
            raise stopped(asked[0], study, ledger, folder)
        open_points = unsettled(study, ledger)
        timings = {"seconds": round(time.monotonic() - begun, 3), "runs": ledger.count("run") - before}
        ledger.note("finished", **timings)
        timings |= {"seconds_of_runs": round(pace.seconds, 3)}
        return write_provenance(folder, study, ledger, timings) | {"not_converged": open_points}


def extend(study: Study, given: Path, folder: Path, **wanted: int) -> Study:
    """Add replicates or points to a study that was begun; :func:`conduct` then runs them."""
    larger = study.extended(**wanted)
    with owned(folder), Ledger(folder / FILE) as ledger:
        ledger.note("extended", **wanted)
        write_study(folder, larger, given)
    return larger


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


def stopped(number: int, study: Study, ledger: Ledger, folder: Path) -> Interrupted:
    """Return the end of a study that was stopped: what is safe, and how to go on."""
    return Interrupted(
        f"stopped by {signal.Signals(number).name}: {ledger.count('run'):,} finished runs are safe in {folder}; "
        f"`twinhelix resume {study.name}` goes on",
        CODES[signal.Signals(number)],
    )
