"""Around a ledger: what a stranger's file says harms nothing, and safe means safe."""

import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from experiments.cli import answer
from experiments.lab import conduct, executors
from experiments.lab.executors import in_threads, on_dask
from experiments.lab.ledger import FILE
from tests.experiments.laboratory import carry, cheap, n_stored, stored, write_study

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")

SCRIPT = 'open("it-ran", "w").close()\nstudy = {"outcomes": ["pilots_ever"], "scenario": "tiny.toml", "months": 3}\n'
AGENTS = 'open("it-ran", "w").close()\nimport abm\nclass Mayor(abm.City): pass\nagents = {"city": Mayor}\n'


@pytest.fixture
def verb(tmp_path, monkeypatch, capsys):
    """Give a function that runs a verb, with runs that cost nothing, and returns its code, output and notices."""
    write_study(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    monkeypatch.setattr("experiments.terminal.compile_if_needed", lambda: None)
    monkeypatch.setattr("experiments.lab.forecast.timed_sample", lambda study, points: (1, 0.001))

    def run(*arguments):
        code = answer([str(a) for a in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "outputs" / "trial"


def tree(room: Path) -> dict:
    return {path: path.read_bytes() for path in room.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["../../../../escaped", "/any/where", "..", "nul\\u0000", "n" * 300, "CON:?"])
def test_the_name_of_a_scenario_is_no_path(verb, tmp_path, folder, name):  # 1
    text = (tmp_path / "tiny.toml").read_text(encoding="utf-8")
    (tmp_path / "tiny.toml").write_text(f'name = "{name}"\n{text}', encoding="utf-8")
    before = tree(tmp_path)
    assert verb("sweep", "trial.toml")[0] == 0
    new = [path.relative_to(folder) for path in tree(tmp_path).keys() - before.keys()]
    assert (folder / "scenarios" / "scenario-1" / "scenario.toml").exists() and all(".." not in p.parts for p in new)
    assert json.loads(verb("resume", "trial", "--json")[1])["timings"]["runs"] == 0


def test_files_and_folders_are_synced_before_a_run_is_called_safe(tmp_path, monkeypatch):  # 5
    synced, order = set(), []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.add(os.readlink(f"/proc/self/fd/{handle}")))
    replace = os.replace

    def renamed(old, new):
        assert str(old) in synced, f"{new} was put in its place before it was on disk"
        order.append(Path(new).parent)
        replace(old, new)

    monkeypatch.setattr(os, "replace", renamed)
    told = []
    watch = conduct.Watch(lambda *_: None, lambda rows: told.append(set(synced)), lambda: None)
    carry(write_study(tmp_path), tmp_path / "out", watch=watch)
    folder = tmp_path / "out" / "trial"
    for place in (tmp_path / "out", folder, folder / "scenarios", folder / "scenarios" / "scenario-1"):
        assert str(place) in told[0] or place.name == "scenario-1", f"{place} was not synced"


@pytest.mark.parametrize("save_s", [0.0, 9.0])
@pytest.mark.parametrize("loss", ["removed", "replaced", "moved", "log"])
def test_safe_is_never_said_of_a_ledger_that_is_gone(tmp_path, monkeypatch, loss, save_s):  # 11
    monkeypatch.setattr(conduct, "SAVE_S", save_s)
    folder, told = tmp_path / "out" / "trial", []

    def tell(rows):
        told.append(len(rows))
        if len(told) == 1 and loss == "moved":
            shutil.move(folder, tmp_path / "elsewhere")
        elif len(told) == 1:
            path = folder / (f"{FILE}-wal" if loss == "log" else FILE)
            path.unlink()
            if loss == "replaced":
                path.write_bytes(b"another file")

    watch = conduct.Watch(lambda *_: None, tell, lambda: None)
    with pytest.raises(OSError, match="was moved, removed or replaced"):
        carry(write_study(tmp_path), tmp_path / "out", threads=1, chunk=2, watch=watch)
    assert len(told) == 1, "runs were called safe in a file that is gone"


@pytest.fixture
def read_only(tmp_path):
    """Give a function that turns a folder into a disk that cannot be written."""
    mounted = []

    def turn(folder: Path) -> None:
        made = subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True)
        if made.returncode:
            pytest.skip("no folder can be mounted here")
        mounted.append(folder)
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True, capture_output=True)

    yield turn
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True, capture_output=True)


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="needs root, to mount a disk")
def test_a_finished_study_is_read_from_a_disk_that_cannot_be_written(verb, tmp_path, folder, read_only):  # 10
    verb("sweep", "trial.toml")
    whole = stored(folder)
    shutil.copytree(folder, tmp_path / "halfway" / "trial")
    (tmp_path / "halfway" / "trial" / f"{FILE}-wal").write_bytes(b"what was not moved yet")
    read_only(tmp_path / "outputs")
    read_only(tmp_path / "halfway")
    assert json.loads(verb("status", "trial", "--json")[1])["finished"] == 60
    assert verb("verify", "trial")[0] == 0 and stored(folder) == whole
    assert verb("export", "trial", "--to", tmp_path / "mine")[0] == 0
    assert len(pd.read_parquet(tmp_path / "mine" / "runs.parquet")) == 60
    assert verb("export", "trial")[0] == 4
    code, _, said = verb("status", "trial", "--outputs", "halfway")
    assert code == 4 and "copy the folder" in said


def test_only_names_of_our_own_are_removed(verb, tmp_path, folder):  # 9
    verb("sweep", "trial.toml")
    kept = ["fig.partnerships.png", "thesis.part2.docx", "my.partial/fit.R", ".other.x.part", "tables/fig.part1"]
    for name in kept:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("mine", encoding="utf-8")
    (folder / "x.part").symlink_to(tmp_path / "nowhere")
    assert verb("export", "trial")[0] == verb("resume", "trial")[0] == 0
    assert all((folder / name).read_text(encoding="utf-8") == "mine" for name in kept)


def test_tables_are_not_written_through_a_link(verb, tmp_path, folder):  # 9
    verb("sweep", "trial.toml")
    (tmp_path / "elsewhere").mkdir()
    (folder / "tables").symlink_to(tmp_path / "elsewhere")
    code, _, said = verb("export", "trial")
    assert code == 2 and "is a link" in said and not list((tmp_path / "elsewhere").iterdir())


def test_one_bad_folder_hides_no_other(verb, tmp_path, folder):  # 9, 16
    verb("sweep", "trial.toml")
    shutil.copytree(folder, tmp_path / "outputs" / "q copy")
    (tmp_path / "outputs" / "mess").mkdir()
    (tmp_path / "outputs" / "mess" / FILE).write_bytes(b"no ledger")
    code, said, _ = verb("status")
    assert code == 0 and "60" in said and said.count("cannot be read") == 2
    assert verb("status", "--outputs", "typo")[0] == 2


def test_no_escape_sequence_reaches_the_terminal(verb, tmp_path, capsys):  # 12
    bad = "\\u001b]0;owned\\u0007\\u001b[31m\\u009b2J\\u202egnp\\u2066"
    write_study(tmp_path, f'title = "{bad}"')
    text = (tmp_path / "tiny.toml").read_text(encoding="utf-8")
    (tmp_path / "tiny.toml").write_text(f'title = "{bad}"\nname = "{bad}"\n{text}', encoding="utf-8")
    raised = "ValueError: " + json.loads(f'"{bad}"')
    said = [*verb("sweep", "trial.toml", "--dry-run"), *verb("sweep", "trial.toml"), *verb("status", "trial")]
    db = sqlite3.connect(tmp_path / "outputs" / "trial" / FILE)
    with db:
        from experiments.design.points import mark

        line = ("00" * 8, 99, 1, raised, "")
        db.execute("INSERT INTO failure VALUES (?, ?, ?, ?, ?, ?)", (*line, mark(*line)))
    db.close()
    said += verb("status", "trial")
    found = "".join(map(str, said))
    assert "owned" in found and not set(found) & set("\x1b\x07\x9b\u202e\u2066")


@pytest.mark.parametrize("name", ["mine.py", "trial.toml"])
def test_code_runs_only_when_its_user_says_so(verb, tmp_path, name):  # 13
    (tmp_path / "mine.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "mayor.py").write_text(AGENTS, encoding="utf-8")
    write_study(tmp_path, 'agents = "mayor.py"')
    code, _, said = verb("sweep", name)
    assert code == 2 and "--allow-code" in said
    verb("sweep", name, "--dry-run", "--allow-code")
    assert not (tmp_path / "it-ran").exists()
    assert verb("sweep", name, "--allow-code")[0] == 0
    (tmp_path / "it-ran").unlink()
    for action in (["status"], ["verify"], ["verify", "--rerun", "2"], ["export"], ["repair"], ["resume"]):
        code, _, said = verb(action[0], name, *action[1:])
        refused = name == "trial.toml" and action in (["verify", "--rerun", "2"], ["resume"])
        assert code in ((2,) if refused else (0, 5)), (action, said)
    assert not (tmp_path / "it-ran").exists()


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("import nowhere", "No module named 'nowhere'"),
        ("agents = {'citty': 3}", "citty"),
        ("def", "SyntaxError"),
        ("x = 1", "KeyError"),
    ],
)
def test_agents_are_looked_at_before_the_start(verb, tmp_path, folder, script, line):  # B-C3
    (tmp_path / "mayor.py").write_text(script, encoding="utf-8")
    write_study(tmp_path, 'agents = "mayor.py"')
    code, _, said = verb("sweep", "trial.toml", "--allow-code")
    assert code == 2 and line in said and said.count("\n") == 1 and not folder.exists()


def test_exports_carry_a_digest_and_an_age(verb, folder):  # 15
    verb("sweep", "trial.toml")
    verb("export", "trial")
    assert verb("verify", "trial") == (0, "trial: every stored run is intact.\n", "")
    data = bytearray((folder / "runs.parquet").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "runs.parquet").write_bytes(data)
    code, _, said = verb("verify", "trial")
    assert code == 4 and "'runs.parquet' is not as it was exported" in said and "repair" not in said
    verb("export", "trial")
    verb("extend", "trial", "--replicates", "12")
    verb("resume", "trial")
    code, _, said = verb("verify", "trial")
    assert code == 0 and "another state of the ledger" in said and "`twinhelix export trial`" in said


def test_what_is_left_out_of_an_export_is_said_and_older_tables_go(verb, folder, monkeypatch):  # 15
    verb("sweep", "trial.toml")
    verb("export", "trial")
    assert (folder / "tables" / "means.parquet").exists()
    monkeypatch.setattr("experiments.analysis.tables.MOST_COMPARED", 10)
    code, said, _ = verb("export", "trial")
    assert code == 0 and "Left out: means and differences, of 180 values" in said
    assert not list((folder / "tables").iterdir())


def test_a_fraction_with_a_baseline_is_exported(verb, tmp_path, folder):  # 6, B-C2
    vary = "[vary]\nbroker.capacity = [0, 8]\ncalendar.scale = [0.0, 1.0]\nbroker.noise = [0.1, 0.5]\n"
    write_study(tmp_path, vary=f'{vary}[design]\nkind = "fractional"\n[baseline]\nbroker.capacity = 0\n')
    verb("sweep", "trial.toml")
    code, said, _ = verb("export", "trial")
    assert code == 0 and "of 2 arms, which have no partner there" in said
    assert len(pd.read_parquet(folder / "tables" / "means.parquet")) == 12


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
    with executors.client(None, 1) as dask:
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
    monkeypatch.setattr(executors, "LONELY_S", 0.5)
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
    with executors.silence():
        assert not logging.getLogger("distributed").isEnabledFor(logging.ERROR)
    assert logging.getLogger("distributed").isEnabledFor(logging.ERROR)


def test_threads_that_die_of_memory_are_the_machine(tmp_path):  # 3
    def hungry(chunk):
        raise MemoryError

    with pytest.raises(MemoryError):
        carry(write_study(tmp_path), tmp_path / "out", hungry, executor=partial(in_threads, n=1))
    assert n_stored(tmp_path / "out" / "trial") == 0


def command(*arguments, shell):
    """Run the command in a shell that does something to its output."""
    root = Path(__file__).parents[3]
    line = f"{sys.executable} -m experiments {' '.join(arguments)} {shell}"
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=environment, cwd=root)


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
@pytest.mark.parametrize(
    ("shell", "codes"), [("| true; exit ${PIPESTATUS[0]}", (0, 141)), (">&-", (0,)), ("2>&- >&-", (0,))]
)
def test_an_output_that_nobody_reads_is_no_error(shell, codes):  # 6, 16
    done = command("parameters", shell=shell)
    assert done.returncode in codes and done.stderr == ""


@pytest.mark.parametrize("where", ["experiments.lab.folder.find_begun", "experiments.lab.folder.begun"])
def test_ctrl_c_outside_a_sweep_says_a_line(verb, monkeypatch, where):  # 16
    verb("sweep", "trial.toml")

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    code, _, said = verb("status", *(["trial"] if where.endswith("find_begun") else []))
    assert code == 130 and said == "twinhelix: interrupted; nothing new was written\n"


def test_a_bad_provenance_is_written_anew_not_repaired(verb, folder):  # 16
    verb("sweep", "trial.toml")
    (folder / "provenance.json").write_text("{}", encoding="utf-8")
    code, _, said = verb("verify", "trial")
    assert code == 4 and "provenance.json cannot be read" in said and "twinhelix resume trial" in said
    assert verb("resume", "trial")[0] == verb("verify", "trial")[0] == 0


def test_a_lock_that_the_disk_refuses_names_its_file(verb, monkeypatch):  # 16
    def refused(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", refused)
    code, _, said = verb("sweep", "trial.toml")
    assert code == 4 and "ledger.lock: cannot be locked: No locks available" in said and said.count("\n") == 1


@pytest.mark.parametrize("verb_of_study", ["sweep", "status", "resume", "extend", "verify", "export", "repair"])
def test_every_verb_of_a_study_speaks_json(verb, verb_of_study):  # 16
    verb("sweep", "trial.toml")
    more = ["--replicates", "12"] if verb_of_study == "extend" else []
    code, said, _ = verb(verb_of_study, "trial", *more, "--json")
    assert code == 0 and json.loads(said)["study"] == "trial"


@pytest.mark.parametrize(
    "arguments",
    [
        ["sweep", "trial.toml", "--workers", "100000"],
        ["verify", "trial", "--rerun", str(10**30)],
        ["compare", "iuc-asia", "no-broker", "--seeds", str(10**9)],
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(verb, arguments):  # 6
    verb("sweep", "trial.toml")
    code, _, said = verb(*arguments)
    assert code == 2 and said.count("\n") == 1 and "less than or equal" in said


OUTSIDE = [
    "/etc/passwd",
    "../secret.toml",
    "/proc/self/environ",
    "/dev/zero",
    "link.toml",
    "pipe.toml",
    "loop.toml",
    "x\0.toml",
]


@pytest.fixture
def strange_files(tmp_path):
    """What a stranger's file may name: something outside, devices, pipes, loops and links that lead out."""
    (tmp_path / "secret.toml").write_text("cities = 'the secret'", encoding="utf-8")
    work = tmp_path / "work"
    write_study(work)
    (work / "link.toml").symlink_to(tmp_path / "secret.toml")
    (work / "loop.toml").symlink_to(work / "loop.toml")
    os.mkfifo(work / "pipe.toml")
    return work


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("where", ["scenario", "agents", "design.file", "cities", "extends"])
def test_every_file_that_is_named_goes_through_one_door(verb, strange_files, monkeypatch, where, name):  # 7
    monkeypatch.chdir(strange_files)
    said_name = json.dumps(name)
    if where in ("cities", "extends"):
        (strange_files / "tiny.toml").write_text(f"{where} = {said_name}\n", encoding="utf-8")
    elif where == "design.file":
        write_study(strange_files, vary=f'[design]\nkind = "csv"\nfile = {said_name}\n')
    else:
        text = write_study(strange_files).read_text(encoding="utf-8").replace('scenario = "tiny.toml"\n', "")
        (strange_files / "trial.toml").write_text(f"{where} = {said_name}\n{text}", encoding="utf-8")
    code, _, said = verb("sweep", "trial.toml")
    assert code == 2 and said.count("\n") == 1 and len(said) < 300
    assert "no such file" in said or "unknown scenario" in said or "no such scenario" in said
    assert "secret'" not in said.replace("secret.toml'", "") and "root:" not in said


@pytest.mark.parametrize("name", ["trial.toml", "tiny.toml", "tiny.csv"])
def test_a_giant_is_refused_before_it_is_read(verb, tmp_path, name):  # 7
    with (tmp_path / name).open("ab") as file:
        file.truncate(300_000_000)
    began = time.monotonic()
    code, _, said = verb("sweep", "trial.toml")
    assert code == 2 and "such a file has at most" in said and time.monotonic() - began < 2


@pytest.mark.parametrize(
    "text",
    [
        ".".join(["a"] * 20_000) + " = 1",
        f"[{'.'.join(['a'] * 3_000)}]\nb = 1",
        "[vary]\n" + ".".join(["a"] * 3_000) + " = 1",
        "[vary]\n" + " . ".join(["'a'"] * 3_000) + " = 1",
        "x = " + "[" * 100_000,
        "x = " + "{a=" * 3_000 + "1" + "}" * 3_000,
        "seed = 0x" + "F" * 5_000,
        "seed = " + "9" * 5_000,
        "title = '" + "a" * 900_000 + "'\nx = 1",
    ],
    ids=range(9),
)
@pytest.mark.parametrize("name", ["trial.toml", "tiny.toml"])
def test_depths_and_giants_inside_a_file_are_refused_at_once(verb, tmp_path, name, text):  # 6, 7
    (tmp_path / name).write_text(f"{text}\n{(tmp_path / name).read_text(encoding='utf-8')}", encoding="utf-8")
    began = time.monotonic()
    code, _, said = verb("sweep", "trial.toml", "--dry-run")
    assert code == 2 and said.count("\n") == 1 and len(said) <= 300 and time.monotonic() - began < 5


def test_what_a_quick_look_changes_is_checked_always(verb, tmp_path):  # 6
    write_study(tmp_path, vary="[quick]\nmonths = 0\n")
    code, _, said = verb("sweep", "trial.toml", "--dry-run")
    assert code == 2 and "months = 0: must be a whole number" in said


def test_a_run_that_takes_for_ever_is_not_waited_for(tmp_path, monkeypatch):  # 7
    from experiments.lab import forecast
    from experiments.lab.folder import find

    monkeypatch.setattr(forecast, "PATIENCE_S", 0.2)
    monkeypatch.setattr(forecast, "perform", lambda chunk: time.sleep(3))
    made = forecast.forecast(find(str(write_study(tmp_path)), tmp_path)[0], tmp_path / "none")
    assert made["sample"] == 0 and made["runs"] == 60 and made["seconds"] != made["seconds"]
