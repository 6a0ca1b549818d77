"""An archive of a study: another machine repeats it, two of one study are the same, what is unfinished is refused."""

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile

import pytest

from experiments.cli import answer
from experiments.lab import crate
from experiments.lab.folder import PROVENANCE
from tests.experiments.laboratory import table_digest, write_study

TWO_POINTS = '[vary]\n"broker.capacity" = [0, 4]\n'


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Run a small study, archive it, unpack it elsewhere, and give that folder and the digest of its table."""
    here, there = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there")
    file = write_study(here, replicates=3, vary=TWO_POINTS)
    outputs = ["--outputs", str(here / "outputs")]
    for study, verb in ((str(file), "sweep"), ("trial", "export"), ("trial", "archive")):
        assert answer([verb, study, *outputs]) == 0
    digest = table_digest(here / "outputs" / "trial")
    zipfile.ZipFile(here / "outputs" / "trial.zip").extractall(there)
    shutil.rmtree(here)
    return there, digest


@pytest.fixture
def archived(unpacked, monkeypatch):
    """Give the folder, as the one that one stands in, and the digest."""
    monkeypatch.chdir(unpacked[0])
    shutil.rmtree("outputs", ignore_errors=True)
    return unpacked


def test_it_runs_again_in_another_folder_without_outputs(archived):
    there, digest = archived
    assert answer(["sweep", "study.toml"]) == 0
    assert table_digest(there / "outputs" / "trial") == digest


def test_the_code_in_it_runs_it_by_itself(archived):
    there, digest = archived
    environment = os.environ | {"PYTHONPATH": "code", "TWINHELIX_ENGINE": "plain"}
    command = [sys.executable, "-m", "experiments", "sweep", "study.toml"]
    said = subprocess.run(command, cwd=there, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert f"Digest of the table: {digest[:16]}" in said.stdout
    assert digest[:16] in (there / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_fresh_environment_repeats_it_from_the_archive_alone(archived, tmp_path):
    there, digest = archived
    venv.create(tmp_path / "venv", with_pip=True)
    python = next((tmp_path / "venv").glob("[bS]*/python*"))
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "TWINHELIX"))}
    environment |= {"PYTHONPATH": "code", "TWINHELIX_CACHE": str(tmp_path / "cache")}
    for command in (
        ["-m", "pip", "install", "-q", "-r", "requirements.txt"],
        ["-m", "experiments", "sweep", "study.toml"],
    ):
        said = subprocess.run(
            [python, *command], cwd=there, env=environment, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, said.stderr
    assert f"Digest of the table: {digest[:16]}" in said.stdout
    made = json.loads((there / "outputs" / "trial" / PROVENANCE).read_text(encoding="utf-8"))
    assert made["code"] == json.loads((there / PROVENANCE).read_text(encoding="utf-8"))["code"]


def test_every_file_is_told_and_everything_told_is_there(archived):
    there, digest = archived
    said = json.loads((there / crate.METADATA).read_text(encoding="utf-8"))
    by_id = {entity["@id"]: entity for entity in said["@graph"]}
    assert len(by_id) == len(said["@graph"]) and by_id[crate.METADATA]["about"] == {"@id": "./"}
    assert {"name", "description", "datePublished", "license", "hasPart"} <= set(by_id["./"])
    parts = {part["@id"] for part in by_id["./"]["hasPart"]}
    files = {p.relative_to(there).as_posix() for p in there.rglob("*") if p.is_file() and p.parts[-2:][0] != "code"}
    assert parts - {"code/"} == {name for name in files if not name.startswith("code/")} - {crate.METADATA}
    assert {"study.toml", PROVENANCE, "runs.parquet", "tables/means.csv", "given.toml"} <= parts <= set(by_id)
    assert digest in by_id["#runs"]["description"] and not list(there.glob("ledger*"))
    referred = [
        ref["@id"] for ref in (*by_id["#runs"]["result"], by_id["#runs"]["object"], by_id["#runs"]["instrument"])
    ]
    assert set(referred) <= set(by_id)


def test_two_archives_of_one_study_are_the_same_file(verb, tmp_path):
    assert verb("sweep", "trial.toml")[0] == 0
    for name in ("a.zip", "b.zip"):
        assert verb("archive", "trial", "--output", name)[0] == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_it_says_what_it_made(verb):
    verb("sweep", "trial.toml")
    code, said, notices = verb("archive", "trial", "--json")
    assert (code, notices) == (0, "") and json.loads(said)["file"].endswith("trial.zip")
    assert "Without tables of its runs; `twinhelix export trial` makes them" in verb("archive", "trial")[1]


def test_a_link_is_not_followed(verb, tmp_path, folder):
    verb("sweep", "trial.toml")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "mine.txt").symlink_to(tmp_path / "secret.txt")
    assert verb("archive", "trial")[0] == 0
    assert "mine.txt" not in zipfile.ZipFile(tmp_path / "outputs" / "trial.zip").namelist()


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["archive", "nothing"], 2, "unknown study 'nothing'"),
        (["archive", "trial.toml"], 2, "study trial was not begun in outputs"),
        (["archive", "trial.toml", "--output", "x.tar"], 2, "--output x.tar: must be a file that ends in .zip"),
        (["archive", "trial.toml", "--output", "no/x.zip"], 2, "--output no/x.zip: there is no folder no"),
    ],
)
def test_what_cannot_be_archived_is_said_in_a_line(verb, arguments, code, line):
    found, _, notices = verb(*arguments)
    assert (found, notices.count("\n")) == (code, 1) and line in notices


def test_an_unfinished_study_is_refused(verb, tmp_path):
    verb("sweep", "trial.toml")
    verb("extend", "trial", "--replicates", "20")
    found, _, notices = verb("archive", "trial")
    assert found == 3 and "trial: is not finished, or runs of it failed; `twinhelix resume trial` goes on" in notices
    assert not (tmp_path / "outputs" / "trial.zip").exists()


def test_results_of_other_code_are_refused(verb, monkeypatch):
    verb("sweep", "trial.toml")
    monkeypatch.setattr(crate, "code_digest", lambda: "0" * 16)
    found, _, notices = verb("archive", "trial")
    assert found == 5 and "results come from other code" in notices
