"""Memory is told before runs begin: what they take, how many workers fit, and which worker is too small."""

import json
from types import SimpleNamespace

import pytest

from abm.input.load import load
from experiments.lab import cluster, memory
from experiments.lab.folder import find
from tests.experiments.laboratory import write_study
from tests.helpers import tiny

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


@pytest.fixture
def machine(monkeypatch):
    """Give a function that sets what the machine has, and what of it is free, in GB."""

    def of(has, free):
        monkeypatch.setattr(memory, "granted", lambda: has * 1e9)
        monkeypatch.setattr(memory, "free", lambda: free * 1e9)

    return of


def test_a_run_takes_more_with_more_cities_organisations_and_months(tmp_path):
    small = tiny(tmp_path, 8)
    for larger in (tiny(tmp_path, 9), tiny(tmp_path, 8, months=13), small.with_changes({"world.firms": 9})):
        assert memory.of_run(larger) > memory.of_run(small)


def test_threads_share_what_processes_each_have():
    need = memory.Need(2.0, 1.0)
    assert need.of(4) == 6.0 and 4 * need.of(1) == 12.0


def test_a_thread_keeps_some_worlds_and_no_more(tmp_path):
    one = memory.of_study(find(str(write_study(tmp_path / "one")), tmp_path)[0])
    shaped = "[vary]\nworld.firms = [2, 3, 4, 5, 6, 7, 8]\n"
    many = memory.of_study(find(str(write_study(tmp_path / "many", vary=shaped)), tmp_path)[0])
    largest = memory.of_run(load(tmp_path / "many" / "tiny.toml", {"world.firms": 8}, 12))
    assert one.thread == memory.of_run(load(tmp_path / "one" / "tiny.toml", None, 12))
    assert many.thread == 5 * largest


def test_what_fits_begins_without_a_word(verb, machine):
    machine(8, 4)
    assert verb("sweep", "trial.toml", "--workers", "2")[::2] == (0, "")


def test_more_than_is_free_is_told_with_how_many_fit(verb, machine, monkeypatch):
    machine(8, 2.5)
    monkeypatch.setattr(memory, "PROCESS", 1e9)
    monkeypatch.setattr(memory, "of_run", lambda scenario: 1e9)
    code, _, said = verb("sweep", "trial.toml", "--workers", "4")
    line = "twinhelix: memory: 4 at a time take about 5.0 GB, and there are 2.5 GB free: --workers 1 fits\n"
    assert (code, said) == (0, line)


@pytest.mark.parametrize("words", [["sweep", "trial.toml"], ["resume", "trial"], ["sweep", "trial.toml", "--dry-run"]])
def test_more_than_there_is_is_refused(verb, machine, monkeypatch, words):
    machine(8, 8)
    verb("sweep", "trial.toml")
    machine(4, 2)
    monkeypatch.setattr(memory, "of_run", lambda scenario: 1e9)
    code, out, said = verb(*words, "--workers", "64")
    assert code == 4 and not out
    assert "64 at a time take about 64.3 GB, and there are 4.0 GB: --workers 3 fits" in said and said.count("\n") == 1


def test_processes_take_more_than_threads(machine, capsys):
    machine(8, 2)
    memory.check(memory.Need(0.5e9, 0.1e9), 4, processes=False)
    assert not capsys.readouterr().err
    memory.check(memory.Need(0.5e9, 0.1e9), 4, processes=True)
    assert "--workers 3 fits" in capsys.readouterr().err


def test_that_not_even_one_fits_is_told(machine):
    machine(1, 1)
    with pytest.raises(MemoryError, match="not even one fits"):
        memory.check(memory.Need(0.0, 2e9), 4, processes=False)


def test_a_dry_run_tells_memory(verb, machine):
    machine(8, 3)
    found = json.loads(verb("sweep", "trial.toml", "--dry-run", "--json", "--workers", "2")[1])
    assert found["memory_free"] == 3e9
    assert found["memory_a_worker"] < found["memory"] < 2 * found["memory_a_worker"], "threads share a process"
    assert "take about 0.3 GB of memory, and 3.0 GB are free" in verb("sweep", "trial.toml", "--dry-run")[1]


@pytest.mark.parametrize(
    ("group", "file", "text"),
    [
        ("0::/job/step", "job/memory.max", "1000000"),
        ("0::/job/step", "job/step/memory.max", "1000000"),
        ("3:cpu:/\n4:memory:/job", "memory/job/memory.limit_in_bytes", "1000000"),
        ("0::/", "memory.max", "1000000"),
    ],
)
def test_the_limit_of_a_job_counts(tmp_path, monkeypatch, group, file, text):
    (tmp_path / "group").write_text(group)
    (tmp_path / "limits" / file).parent.mkdir(parents=True)
    (tmp_path / "limits" / file).write_text(text)
    monkeypatch.setattr(memory, "GROUP", tmp_path / "group")
    monkeypatch.setattr(memory, "LIMITS", tmp_path / "limits")
    assert memory.granted() == 1e6 == memory.free()
    (tmp_path / "limits" / file).write_text("max")
    assert memory.granted() == memory.memory()


def crowd(monkeypatch, limit, threads, need):
    """Return a crowd of one worker, as Dask tells of it."""
    dask = SimpleNamespace(
        nthreads=lambda: {"tls://a": threads}, status="running", sync=lambda ask: ask(),
        scheduler=SimpleNamespace(identity=lambda: {"workers": {"tls://a": {"memory_limit": limit}}}),
    )  # fmt: skip
    monkeypatch.setattr(cluster, "EVERY_S", -1.0)
    return cluster.Crowd(dask, "tls://s", need)


def test_a_worker_that_is_too_small_is_refused_before_it_has_work(monkeypatch):
    need = memory.Need(0.2e9, 0.1e9)
    assert crowd(monkeypatch, 1e9, 6, need)() == 6
    assert crowd(monkeypatch, 0, 6, need)() == 6, "without a limit"
    with pytest.raises(MemoryError, match=r"tls://a takes about 0\.9 GB, and has 1\.0 GB, of which Dask uses 80%"):
        crowd(monkeypatch, 1e9, 7, need)()
