"""Dask workers: with credentials, however late they come, and without a word too many."""

import logging
import threading
import time
from functools import partial

import pytest

from experiments.lab import cluster as dask_workers
from experiments.lab import executors
from experiments.lab.cluster import on_dask
from tests.experiments.laboratory import carry, cheap, n_stored, write_study

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


@pytest.mark.parametrize("address", ["ucx://127.0.0.1:8786", "127.0.0.1:8786", "inproc://x"])
def test_an_address_that_we_cannot_speak_to_is_refused(verb, address):  # 6
    code, _, said = verb("sweep", "trial.toml", "--scheduler", address)
    assert code == 2 and "must be tls://host:port" in said and said.count("\n") == 1


@pytest.mark.cluster
def test_a_scheduler_with_tls_works_and_wants_credentials(verb, monkeypatch):  # 6, 8
    distributed = pytest.importorskip("distributed")
    security = distributed.Security.temporary()
    with distributed.LocalCluster(
        n_workers=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs="CRITICAL", security=security
    ) as cluster:
        address = cluster.scheduler_address
        assert address.startswith("tls://")
        code, _, said = verb("sweep", "trial.toml", "--scheduler", address)
        assert code == 2 and "DASK_DISTRIBUTED__COMM__TLS__CA_FILE" in said and said.count("\n") == 1
        import dask

        at = "distributed.comm.tls."
        tls = {f"{at}ca-file": security.tls_ca_file, f"{at}client.cert": security.tls_client_cert}
        with dask.config.set(tls | {f"{at}client.key": security.tls_client_key}):
            assert verb("sweep", "trial.toml", "--scheduler", address)[0] == 0


@pytest.mark.cluster
def test_our_own_cluster_takes_no_code_from_others():  # 8
    distributed = pytest.importorskip("distributed")
    with dask_workers.client(None, 1) as dask:
        address = dask.scheduler.address
        assert address.startswith("tls://127.0.0.1")
        with pytest.raises((OSError, TypeError)):
            distributed.Client(address.replace("tls", "tcp"), timeout=2, set_as_default=False)


def slow(chunk):
    time.sleep(0.05)
    return cheap(chunk)


@pytest.mark.cluster
def test_workers_that_come_late_have_work_and_their_absence_is_told(tmp_path, monkeypatch, capsys):  # 8
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(dask_workers, "LONELY_S", 0.5)
    with distributed.LocalCluster(
        n_workers=0, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs="CRITICAL",
        processes=False, protocol="tcp://",
    ) as cluster:  # fmt: skip
        later = threading.Timer(2.5, cluster.scale, [4])
        later.start()
        most = [0]

        def watched(chunk):
            import threading

            busy = sum(thread.name.startswith("Dask-Default-Threads") for thread in threading.enumerate())
            most[0] = max(most[0], busy)
            return slow(chunk)

        carry(
            write_study(tmp_path, replicates=20), tmp_path / "out", watched,
            executor=partial(on_dask, scheduler=cluster.scheduler_address), chunk=1,
        )  # fmt: skip
        later.join()
    assert n_stored(tmp_path / "out" / "trial") == 120
    assert "no worker has come yet" in capsys.readouterr().err


def test_as_many_chunks_are_out_as_there_are_workers_now():  # 8
    crowd, out = [1], []
    finished = executors.SimpleQueue()

    def submit(chunk):
        out.append(chunk)

    flow = executors.flowing(iter(range(100)), submit, finished, lambda: crowd[0])
    next(flow)
    assert len(out) == executors.AHEAD
    crowd[0] = 6
    next(flow)
    assert len(out) == 6 * executors.AHEAD


def test_dask_logs_nothing_to_the_terminal():  # 8
    with dask_workers.silence():
        assert not logging.getLogger("distributed").isEnabledFor(logging.ERROR)
    assert logging.getLogger("distributed").isEnabledFor(logging.ERROR)
