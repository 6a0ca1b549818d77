"""Outputs replace earlier outputs of ours and nothing else: no input, nothing that somebody keeps in a folder."""

import json
from pathlib import Path

import pytest

from experiments.cli import answer
from experiments.output import output_folder
from tests.helpers import towns, write_cities


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder with a scenario of one's own and its city file, in which one works."""
    monkeypatch.chdir(tmp_path)
    write_cities(tmp_path / "cities.csv", towns(6, weight=1, source="census"))
    (tmp_path / "mine.toml").write_text('cities = "cities.csv"\nmonths = 2\n', encoding="utf-8")
    (tmp_path / "other.toml").write_text('extends = "mine.toml"\n[search]\nrate = 0.5\n', encoding="utf-8")
    return tmp_path


def snapshot(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(arguments, line, capsys, monkeypatch):
    """Assert that a command is refused in one line before it runs, and that it leaves all files as they are."""
    monkeypatch.setattr("experiments.commands.run.simulated", lambda *_: pytest.fail("it ran"))
    monkeypatch.setattr("experiments.analysis.comparison.compare", lambda *_: pytest.fail("it ran"))
    before = snapshot(Path.cwd())
    assert answer(arguments) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and len(said) < 300 and line in said
    assert snapshot(Path.cwd()) == before


@pytest.mark.parametrize(
    "arguments",
    [["run", "mine.toml"], ["run", "other.toml"], ["compare", "mine.toml", "other.toml", "--seeds", "2"]],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_the_folder_of_the_inputs_is_no_output_folder(arguments, mine, capsys, monkeypatch):
    refused([*arguments, "--output", "."], "which the scenario is read from", capsys, monkeypatch)


def test_a_folder_with_somebodys_files_is_refused(mine, capsys, monkeypatch):
    (mine / "kept").mkdir()
    (mine / "kept" / "results.csv").write_text("mine", encoding="utf-8")
    refused(["run", "mine.toml", "--output", "kept"], "kept: holds files, and no earlier output", capsys, monkeypatch)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"npm": "1.0"}', '{"code": 1, "packages": 1, "files": 3}', "[" * 5000]
)
def test_somebody_elses_versions_are_not_ours(text, mine, capsys, monkeypatch):
    (mine / "kept").mkdir()
    (mine / "kept" / "versions.json").write_text(text, encoding="utf-8")
    refused(["run", "mine.toml", "--output", "kept"], "no earlier output (versions.json)", capsys, monkeypatch)


def test_an_earlier_output_is_replaced_and_what_was_put_beside_it_is_kept(mine, capsys):
    assert answer(["run", "mine.toml", "--output", "out"]) == 0
    (mine / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    first = snapshot(mine / "out")
    assert answer(["run", "mine.toml", "--output", "out", "--seed", "2"]) == 0
    second = snapshot(mine / "out")
    assert set(first) == set(second) and (mine / "out" / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert json.loads((mine / "out" / "versions.json").read_text(encoding="utf-8"))["seeds"] == [2]


def test_a_written_scenario_is_not_run_into_its_own_folder(mine, capsys, monkeypatch):
    assert answer(["run", "mine.toml", "--output", "out"]) == 0
    capsys.readouterr()
    line = "out: scenario.toml is there, which the scenario is read from"
    refused(["run", "out/scenario.toml", "--output", "out"], line, capsys, monkeypatch)
    (mine / "link").symlink_to(mine / "out")
    refused(["run", "link/scenario.toml", "--output", "out"], line, capsys, monkeypatch)
    (mine / "third.toml").write_text('cities = "out/scenario_cities.csv"\nmonths = 2\n', encoding="utf-8")
    refused(["run", "third.toml", "--output", "out"], "out: scenario_cities.csv is there", capsys, monkeypatch)


def test_the_output_of_another_command_is_not_mixed(mine, capsys, monkeypatch):
    assert answer(["run", "mine.toml", "--output", "out"]) == 0
    capsys.readouterr()
    arguments = ["compare", "mine.toml", "other.toml", "--output", "out"]
    refused(arguments, "out: holds the output of run, not of compare", capsys, monkeypatch)


def test_a_file_that_came_since_under_a_name_of_ours_is_kept(tmp_path):
    def written(names):
        with output_folder(tmp_path / "out", "run") as room:
            for name in (*names, "versions.json"):
                (room / name).write_text('{"code": "", "packages": {}}', encoding="utf-8")

    written(["a.csv"])
    (tmp_path / "out" / "b.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.csv is no file of the earlier output"):
        written(["a.csv", "b.csv"])
    assert (tmp_path / "out" / "b.csv").read_text(encoding="utf-8") == "mine"
    (tmp_path / "out" / "b.csv").unlink()
    written(["a.csv", "b.csv"])
    written(["a.csv"])
    written(["b.csv"])


def test_an_empty_folder_is_written_into(mine):
    (mine / "out").mkdir()
    (mine / "out" / ".keep").write_text("", encoding="utf-8")
    assert answer(["run", "mine.toml", "--output", "out"]) == 0
