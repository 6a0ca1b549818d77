"""Safe means safe: on disk, of a ledger that is there, read where nobody may write, and exported with a digest."""

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from experiments.lab import conduct
from experiments.lab.executors import in_threads
from experiments.lab.ledger import FILE
from tests.experiments.laboratory import carry, n_stored, stored, write_study

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


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
    assert {path.stem for path in (folder / "tables").iterdir()} == {"design"}


def test_a_fraction_with_a_baseline_is_exported(verb, tmp_path, folder):  # 6, B-C2
    vary = "[vary]\nbroker.capacity = [0, 8]\ncalendar.scale = [0.0, 1.0]\nbroker.noise = [0.1, 0.5]\n"
    write_study(tmp_path, vary=f'{vary}[design]\nkind = "fractional"\n[baseline]\nbroker.capacity = 0\n')
    verb("sweep", "trial.toml")
    code, said, _ = verb("export", "trial")
    assert code == 0 and "of 2 arms, which have no partner there" in said
    assert len(pd.read_parquet(folder / "tables" / "means.parquet")) == 12


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
