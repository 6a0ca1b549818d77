"""One table, whoever runs it: threads or Dask, few or many, in any order, stopped and resumed, with own agents."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial

import pytest

from experiments.lab.cluster import on_dask
from experiments.lab.executors import in_threads
from experiments.lab.folder import find
from experiments.lab.ledger import OtherResults
from experiments.lab.runner import Done, perform
from experiments.lab.stop import Interrupted
from tests.experiments.laboratory import carry, cheap, n_stored, stored, table_digest, until, write_study

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")

MAYOR = """
import abm


class Mayor(abm.City):
    def consent(self, partner, theme, meeting):
        return super().consent(partner, theme, meeting) and False


agents = {"city": {"town-001": Mayor}}
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return tmp_path_factory.mktemp("executors")


@pytest.fixture(scope="module")
def file(room):
    return write_study(room)


@pytest.fixture(scope="module")
def digest(file, room):
    """The table of the study, run one by one."""
    carry(file, room / "alone", perform, threads=1, chunk=1)
    return table_digest(room / "alone" / "trial")


@contextmanager
def cluster(**size):
    """A Dask cluster on this machine, and a client of it."""
    distributed = pytest.importorskip("distributed")
    kind = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": "CRITICAL"}
    with (
        distributed.LocalCluster(**kind, **size) as made,
        distributed.Client(made, set_as_default=False) as client,
    ):
        yield made.scheduler_address, client


@pytest.fixture(scope="module", params=[1, 2, 8], ids=lambda n: f"{n}-threads")
def address(request):
    with cluster(n_workers=1, threads_per_worker=request.param) as (found, _):
        yield found


def shuffled(chunks, work, executor, seed=1):
    """Yield what comes of the chunks in another order than that in which they ended."""
    done = list(executor(chunks, work))
    random.Random(seed).shuffle(done)
    yield from done


def failing_after(n, chunks, work, executor):
    """Stop with an error after ``n`` chunks, as a cluster does that goes away."""
    for x, done in enumerate(executor(chunks, work)):
        if x == n:
            raise ConnectionError("gone")
        yield done


def in_two_goes(file, outputs, executor, chunk):
    """Run a study that stops after its first chunk, if it has a second; resume it, and let chunks end in disorder."""
    with suppress(ConnectionError):
        carry(file, outputs, perform, executor=partial(failing_after, 1, executor=executor), chunk=chunk)
    carry(file, outputs, perform, executor=partial(shuffled, executor=executor), chunk=chunk)


@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_and_chunks_do_not_matter(file, digest, tmp_path, threads, chunk):
    in_two_goes(file, tmp_path, partial(in_threads, n=threads), chunk)
    assert table_digest(tmp_path / "trial") == digest


@pytest.mark.cluster
@pytest.mark.parametrize("chunk", [1, 7, 64, 1000])
def test_dask_gives_the_same_table(file, digest, tmp_path, address, chunk):
    in_two_goes(file, tmp_path, partial(on_dask, scheduler=address), chunk)
    assert table_digest(tmp_path / "trial") == digest


@pytest.mark.cluster
@pytest.mark.parametrize("workers", [1, 2])
def test_processes_of_dask_give_the_same_table(file, digest, tmp_path, workers):
    pytest.importorskip("distributed")
    carry(file, tmp_path, perform, executor=partial(on_dask, workers=workers), chunk=7)
    assert table_digest(tmp_path / "trial") == digest


@pytest.mark.compiled("its runs must be quick")
@pytest.mark.cluster
def test_a_study_can_change_its_executor_in_between(file, digest, tmp_path, address):
    ways = [partial(in_threads, n=2), partial(on_dask, scheduler=address)]
    for x in range(6):
        with pytest.raises(ConnectionError):
            carry(file, tmp_path, perform, executor=partial(failing_after, 2, executor=ways[x % 2]), chunk=4)
    assert 0 < n_stored(tmp_path / "trial") < 60
    carry(file, tmp_path, perform, executor=ways[0], chunk=7)
    assert table_digest(tmp_path / "trial") == digest


def test_the_test_of_tables_sees_seeds_that_follow_the_thread(file, digest, tmp_path):
    count = iter(range(1000))

    def numbered(chunk):
        """Run replicate after replicate as they come, whichever they are."""
        groups = [g._replace(seeds=tuple(next(count) for _ in g.seeds)) for g in chunk.groups]
        rows = perform(chunk._replace(groups=tuple(groups))).rows
        return Done(rows, 0.1)

    carry(file, tmp_path, numbered)
    assert table_digest(tmp_path / "trial") != digest


def slow(chunk):
    time.sleep(0.1)
    return cheap(chunk)


@pytest.mark.cluster
def test_a_worker_that_is_killed_costs_nothing(tmp_path):
    file = write_study(tmp_path)
    with cluster(n_workers=2, threads_per_worker=1) as (address, client):

        def kill():
            until(lambda: n_stored(tmp_path / "out" / "trial") > 0)
            os.kill(next(iter(client.run(os.getpid).values())), getattr(signal, "SIGKILL", signal.SIGTERM))

        killer = threading.Thread(target=kill)
        killer.start()
        made = carry(file, tmp_path / "out", slow, executor=partial(on_dask, scheduler=address), chunk=1)
        killer.join()
    assert made["runs"] == {"finished": 60, "failed": 0, "errors": {}}
    carry(file, tmp_path / "whole")
    assert stored(tmp_path / "out" / "trial") == stored(tmp_path / "whole" / "trial")


@pytest.mark.cluster
def test_a_scheduler_that_is_killed_is_told_and_the_study_resumes(tmp_path):
    pytest.importorskip("distributed")
    file, where = write_study(tmp_path), tmp_path / "scheduler.json"
    local = ["--host", "127.0.0.1", "--scheduler-file", str(where)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": os.getcwd()}
    dask = [sys.executable, "-m", "dask"]
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--port", "0", "--dashboard-address", "127.0.0.1:0", *local], **quiet
    )
    until(where.exists)
    worker = subprocess.Popen(
        [*dask, "worker", "--no-dashboard", "--nworkers", "1", "--no-nanny", "--death-timeout", "60"]
        + ["--local-directory", str(tmp_path), *local],
        **quiet,
    )
    try:
        import json

        address = json.loads(where.read_text())["address"]

        def kill():
            until(lambda: n_stored(tmp_path / "out" / "trial") > 0)
            scheduler.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(OSError, match="scheduler"):
            carry(file, tmp_path / "out", slow, executor=partial(on_dask, scheduler=address), chunk=1)
        killer.join()
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    before = stored(tmp_path / "out" / "trial")
    carry(file, tmp_path / "out")
    assert 0 < len(before) < 60 and before.items() <= stored(tmp_path / "out" / "trial").items()
    assert n_stored(tmp_path / "out" / "trial") == 60


@pytest.mark.cluster
def test_no_scheduler_is_told_in_one_line(file, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("experiments.lab.cluster.PATIENCE_S", 1.0)
    with pytest.raises(OSError, match="no Dask scheduler answers"):
        carry(file, tmp_path, executor=partial(on_dask, scheduler="tcp://127.0.0.1:9"))


TWICE = """
from contextlib import contextmanager
from experiments.lab import cluster

@contextmanager
def nobody(*_):
    from distributed.security import Security
    yield Security()

cluster.local_cluster = nobody
for _ in range(2):
    with cluster.client(None, 1):
        pass
"""


@pytest.mark.cluster
def test_dask_can_be_asked_twice_in_one_process():
    pytest.importorskip("distributed")
    done = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_worker_with_other_code_is_refused(file, tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.lab.pending.code_digest", lambda: "another")
    with pytest.raises(OtherResults, match="other code"):
        carry(file, tmp_path, perform)


@pytest.mark.cluster
def test_agents_in_python_can_be_studied(tmp_path):
    one_point = "[vary]\nbroker.capacity = [2]\n"
    file = write_study(tmp_path, 'agents = "mayor.py"', replicates=3, months=18, vary=one_point)
    (tmp_path / "mayor.py").write_text(MAYOR, encoding="utf-8")
    carry(file, tmp_path / "threads", perform)
    carry(file, tmp_path / "dask", perform, executor=partial(on_dask, workers=2), chunk=1)
    assert table_digest(tmp_path / "threads" / "trial") == table_digest(tmp_path / "dask" / "trial")
    asked = stored(tmp_path / "threads" / "trial")
    plain = write_study(tmp_path / "plain", replicates=3, months=18, vary=one_point)
    carry(plain, tmp_path / "plain" / "out", perform)
    unasked = stored(tmp_path / "plain" / "out" / "trial")
    assert sorted(asked.values()) != sorted(unasked.values()), "the mayor was not asked"
    assert {key[0] for key in asked}.isdisjoint(key[0] for key in unasked), "the source of agents is not in the id"
    (tmp_path / "mayor.py").write_text(MAYOR.replace("False", "True"), encoding="utf-8")
    assert find(str(file), tmp_path / "none")[0].points()[0].id not in {key[0] for key in asked}


def test_a_run_of_agents_that_fails_is_a_row(tmp_path):
    file = write_study(tmp_path, 'agents = "mayor.py"', replicates=2, months=18, vary="")
    (tmp_path / "mayor.py").write_text(MAYOR.replace("return", "return 1 / 0 and"), encoding="utf-8")
    assert carry(file, tmp_path / "out", perform)["runs"]["errors"] == {"ZeroDivisionError": 2}


def test_ctrl_c_does_not_wait_for_the_runs_at_hand(file, tmp_path):
    """A run of a large world takes minutes; what is finished is safe, and nobody waits for the rest."""
    over, begun = threading.Event(), threading.Event()

    def endless(chunk):
        if begun.is_set() and not over.is_set():  # chunks that wait in line ask for nothing more
            signal.raise_signal(signal.SIGINT)
            over.wait()
        begun.set()
        return cheap(chunk)

    patience = threading.Timer(60, over.set)
    patience.start()
    try:
        with pytest.raises(Interrupted) as stop:
            carry(file, tmp_path, endless, threads=1, chunk=1)
        assert stop.value.code == 130 and not over.is_set() and n_stored(tmp_path / "trial") == 1
    finally:
        patience.cancel()
        over.set()
