"""A study is itself: what differs is refused and named, what the machine did is no result, repair launders nothing."""

import json
import shutil
import sqlite3

import numpy as np
import pytest

from abm.measures import LAYOUT
from experiments.design.points import MAGIC
from experiments.lab import conduct
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.runner import Done, perform
from tests.experiments.laboratory import carry, cheap, n_stored, stored, table_digest, write_study

SAMPLED = '[vary]\nbroker.noise = {low = 0.1, high = 0.5}\n[design]\nkind = "sobol"\npoints = 4\n'

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


def change(folder, sql, *values):
    """Change a ledger behind its back."""
    db = sqlite3.connect(folder / FILE)
    with db:
        assert db.execute(sql, values).rowcount > 0
    db.close()


@pytest.mark.parametrize(
    ("more", "vary", "months", "line"),
    [
        ("seed = 2\n", None, 12, "seed is 1 there, 2 here"),
        ("common_random_numbers = false\n", None, 12, "common_random_numbers is true there, false here"),
        ("", "[vary]\nbroker.capacity = [0, 3]\n", 12, "broker.capacity is [0.0, 2.0, 8.0] there, [0.0, 3.0] here"),
        ("", None, 13, "months is 12 there, 13 here"),
        ("[fixed]\nbroker.noise = 0.45\n", None, 12, "scenario tiny is "),
    ],
)
@pytest.mark.parametrize("action", ["sweep", "resume", "extend", "export", "verify", "repair", "status"])
def test_another_study_is_refused_and_the_difference_is_named(
    verb, tmp_path, folder, more, vary, months, line, action
):  # 2
    assert verb("sweep", "trial.toml")[0] == 0
    digest = table_digest(folder)
    write_study(tmp_path, more, replicates=20, months=months, **({"vary": vary} if vary else {}))
    code, _, said = verb(action, "trial.toml", *(["--replicates", "30"] if action == "extend" else []))
    assert code == 5 and line in said and said.count("\n") == 1
    assert table_digest(folder) == digest and not list(folder.glob("ledger.damaged*"))


def test_points_that_were_run_stay_part_of_the_study_when_its_file_asks_for_fewer(verb, tmp_path):
    write_study(tmp_path, vary=SAMPLED, replicates=2)
    assert verb("sweep", "trial.toml")[0] == 0
    write_study(tmp_path, vary=SAMPLED.replace("points = 4", "points = 2"), replicates=2)
    assert "8 runs at 4 points" in " ".join(verb("sweep", "trial.toml")[1].split())
    assert verb("verify", "trial.toml")[0] == 0, "points that are right are taken for damage"


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left"), ImportError("no such package")])
def test_what_the_machine_does_is_no_result(tmp_path, monkeypatch, error):  # 3
    file, failing = write_study(tmp_path, replicates=2), [True]

    def out_of_memory(scenario, seeds, p):
        if failing[0] and (p["broker"]["capacity"] == 8).any():
            raise error
        return np.zeros((len(seeds), scenario.months), LAYOUT)

    monkeypatch.setitem(perform.__globals__, "recorded", out_of_memory)
    with pytest.raises(OSError, match="is no result"):
        carry(file, tmp_path / "out", perform, threads=1)
    with Ledger(tmp_path / "out" / "trial" / FILE, write=False) as ledger:
        assert ledger.count("failure") == 0 and ledger.count("run") < 12
    failing[0] = False
    made = carry(file, tmp_path / "out", perform, threads=1)
    assert made["runs"] == {"finished": 12, "failed": 0, "errors": {}}


def failing(chunk):
    rows = cheap(chunk).rows
    return Done([r._replace(outcomes=None, error="ValueError: no") if r.replicate == 7 else r for r in rows], 0.1)


def test_failed_runs_are_tried_again_when_asked(verb, monkeypatch, folder):  # 3
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", failing)
    code, said, _ = verb("sweep", "trial.toml")
    assert code == 3 and "`twinhelix resume trial --failed`" in said
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    assert verb("resume", "trial")[0] == 3, "they are not tried again by themselves"
    monkeypatch.setattr("experiments.lab.conduct.code_digest", lambda: "another")
    assert verb("resume", "trial", "--failed")[0] == 5
    code, said, _ = verb("resume", "trial", "--failed", "--accept-other-code", "--chunk", "3", "--json")
    assert code == 0 and json.loads(said)["timings"]["runs"] == 6
    assert n_stored(folder) == 60 and verb("verify", "trial")[0] == 0


def test_what_steers_a_study_is_sealed_and_repaired_without_loss(verb, tmp_path, folder):  # 4
    write_study(tmp_path, vary=SAMPLED, replicates=2)
    verb("sweep", "trial.toml")
    assert verb("extend", "trial", "--points", "16")[0] == verb("resume", "trial")[0] == 0
    whole = stored(folder)
    assert len(whole) == 32
    for detail in ('{"points": 36}', '{"points": 8}', "no JSON"):
        change(folder, "UPDATE event SET detail = ? WHERE what = 'extended'", detail)
        code, _, said = verb("verify", "trial.toml")
        assert code == 4 and "event" in said and "is damaged" in said
        for action in ("status", "resume", "export"):
            code, _, said = verb(action, "trial.toml")
            assert code == 4 and said.count("\n") == 1
        assert verb("repair", "trial.toml")[0] == 0
        assert stored(folder) == whole and verb("verify", "trial.toml")[0] == 0
        assert json.loads(verb("resume", "trial.toml", "--json")[1])["timings"]["runs"] == 0


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE study SET said = '{}'", "study 1 is damaged"),
        ("DELETE FROM study", "which study it is, is not said"),
        ("UPDATE point SET settings = replace(settings, '8', '9')", "is damaged"),
        ("DELETE FROM point WHERE place = 3", "is not a run of this study"),
    ],
)
def test_every_line_of_text_is_checked_and_made_again(verb, folder, sql, said):  # 4
    verb("sweep", "trial.toml")
    whole = stored(folder)
    change(folder, sql)
    code, _, line = verb("verify", "trial")
    assert code == 4 and said in line and "twinhelix repair trial" in line
    assert verb("repair", "trial")[0] == 0 and stored(folder) == whole
    assert verb("verify", "trial")[0] == 0 and (folder / "ledger.damaged-1").exists()


def test_repair_keeps_the_old_ledger_and_the_code_of_each_row(verb, folder, monkeypatch):  # 4
    verb("sweep", "trial.toml")
    whole = stored(folder)
    change(folder, "UPDATE run SET outcomes = zeroblob(40) WHERE rowid = 5")
    before = (folder / FILE).read_bytes()
    monkeypatch.setattr("experiments.lab.conduct.code_digest", lambda: "another")
    code, said, _ = verb("repair", "trial", "--json")
    assert code == 0 and json.loads(said)["kept"] == 59
    assert (folder / "ledger.damaged-1").read_bytes() == before
    assert verb("resume", "trial")[0] == 5, "other code was laundered"
    assert verb("resume", "trial", "--accept-other-code")[0] == 0 and stored(folder) == whole
    with Ledger(folder / FILE, write=False) as ledger:
        assert len(ledger.codes()) == 2
    assert verb("repair", "trial")[0] == 0 and (folder / "ledger.damaged-2").exists()


def test_rows_of_another_study_stay_in_the_old_ledger(verb, tmp_path, folder):  # 4
    verb("sweep", "trial.toml")
    write_study(tmp_path, "seed = 2")
    verb("sweep", "trial.toml", "--outputs", "other")
    shutil.copy(tmp_path / "other" / "trial" / FILE, folder / FILE)
    change(folder, "UPDATE study SET said = '{}'")
    write_study(tmp_path)
    code, said, _ = verb("repair", "trial.toml", "--json")
    assert code == 0 and json.loads(said) == {"study": "trial", "kept": 0, "not_of_this_study": 60}
    assert n_stored(tmp_path / "other" / "trial") == (folder / "ledger.damaged-1").read_bytes().count(MAGIC)


@pytest.mark.parametrize("version", [1, 3])
def test_a_ledger_of_another_version_is_refused(verb, folder, version):  # 4
    verb("sweep", "trial.toml")
    db = sqlite3.connect(folder / FILE)
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    for action in ("sweep", "status", "verify"):
        code, _, said = verb(action, "trial.toml")
        assert code == 5 and f"a ledger of version {version}" in said and said.count("\n") == 1


def test_what_is_no_file_is_no_ledger(verb, folder):  # 4
    import os

    verb("sweep", "trial.toml")
    (folder / FILE).unlink()
    os.mkfifo(folder / FILE)
    code, _, said = verb("repair", "trial")
    assert code == 2 and "must be a file" in said


def test_a_copied_or_renamed_folder_is_itself(verb, tmp_path):  # 9
    verb("sweep", "trial.toml")
    shutil.copytree("outputs/trial", "outputs/trial-backup")
    assert verb("extend", "trial-backup", "--replicates", "11")[0] == 0
    assert json.loads(verb("resume", "trial-backup", "--json")[1])["runs"]["finished"] == 66
    assert json.loads(verb("status", "trial", "--json")[1])["left"] == 0
    shutil.move("outputs/trial", "outputs/trial-old")
    assert json.loads(verb("sweep", "trial-old", "--json")[1])["timings"]["runs"] == 0
    given = (tmp_path / "outputs" / "trial-old" / "given.toml").read_bytes()
    again = verb("sweep", "outputs/trial-old/../trial-old/study.toml", "--json")[1]
    assert json.loads(again)["timings"]["runs"] == 0 and not (tmp_path / "outputs" / "trial").exists()
    assert (tmp_path / "outputs" / "trial-old" / "given.toml").read_bytes() == given


def test_arms_of_equal_content_are_told_apart(verb, tmp_path, folder):  # 15
    twin = (tmp_path / "tiny.toml").read_text(encoding="utf-8")
    (tmp_path / "twin.toml").write_text(f'name = "twin"\n{twin}', encoding="utf-8")
    write_study(tmp_path, vary='[vary]\nscenario = ["tiny.toml", "twin.toml"]\n')
    made = json.loads(verb("sweep", "trial.toml", "--json")[1])
    assert made["points"] == 2 and made["runs"]["finished"] == 20
    assert json.loads(verb("resume", "trial", "--json")[1])["timings"]["runs"] == 0
