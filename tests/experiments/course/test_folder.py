"""The folder of a course: made, filled in, checked and marked, whatever students put into it."""

import csv
import io
import json
import os
import tomllib
from pathlib import Path

import nbformat
import pytest

from experiments import course
from experiments.cli import answer
from experiments.course import folder as room
from experiments.course.draws import Student
from experiments.course.tasks import TASKS, known, marked
from tests.experiments.course.classroom import SHELF, SOLVE, solved

pytestmark = pytest.mark.compiled("hundreds of runs")
ROOT = SHELF.parents[1]


@pytest.fixture
def hand_out(tmp_path):
    """Give the folder of a course as it is handed out."""
    assert answer(["course", "new", str(tmp_path / "hand-out"), "--name", "Cities 2027"]) == 0
    return tmp_path / "hand-out"


def filled(folder, student, **answers):
    """Make a student's folder beside others, with the answers of some assignments."""
    folder.mkdir(parents=True)
    said = json.dumps(student)  # a JSON string is a TOML string
    (folder / "course.toml").write_text(f'name = "Cities 2027"\nstudent = {said}\n', encoding="utf-8")
    for task, given in answers.items():
        room.save(folder, int(task.removeprefix("task_")), given)
    return folder


def cells(name):
    return [cell for cell in nbformat.read(SHELF / name, as_version=4).cells if cell.cell_type == "code"]


def test_a_hand_out_has_all_that_a_student_needs(hand_out):
    names = {path.name for path in hand_out.iterdir()}
    assert names == {"course.toml", "README.md", *(task.FILE for task in TASKS.values())}


@pytest.mark.parametrize("task", TASKS)
def test_a_notebook_asks_for_the_answers_that_are_checked(task):
    answers = [cell for cell in cells(TASKS[task].FILE) if "answer" in cell.metadata.get("tags", ())]
    assert len(answers) == 1
    assert [name for name in TASKS[task].ANSWERS if f'"{name}": ' not in answers[0].source] == []
    assert all(not cell.outputs for cell in cells(TASKS[task].FILE)), "saved with somebody's outputs"


@pytest.mark.parametrize("task", TASKS)
def test_an_empty_notebook_runs_and_says_what_is_missing(task, hand_out, monkeypatch, capsys):
    monkeypatch.chdir(hand_out)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    Path("course.toml").write_text('name = "Cities 2027"\nstudent = "Ann"\n')
    if task in (3, 4):  # two histories of a year say as much here
        monkeypatch.setattr("abm.attribution.run", lambda s, seed: abm_run(s.with_changes(months=12), seed=seed))
        monkeypatch.setattr("experiments.course.decision.changes", lambda *_: __import__("numpy").zeros((20, 3)))
        monkeypatch.setattr("experiments.course.together.HISTORIES", 2)
    names = {"display": print}
    for cell in cells(TASKS[task].FILE):
        exec(compile(cell.source, TASKS[task].FILE, "exec"), names)
    found = course.check(task, names["answers"])
    assert found.points <= 1.0  # the prediction is made
    assert "there are none yet" in repr(found) or "not answered yet" in repr(found)


def abm_run(scenario, seed):
    from abm.runs import run

    return run(scenario, seed=seed)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("task", TASKS)
def test_a_notebook_with_its_solution_passes_in_jupyter(task, hand_out):
    from nbclient import NotebookClient

    (hand_out / "course.toml").write_text('name = "Cities 2027"\nstudent = "Ann"\n')
    notebook = nbformat.read(hand_out / TASKS[task].FILE, as_version=4)
    solution = next((SHELF / "solutions").glob(f"{task}_*.py"))
    for cell in notebook.cells:
        if "answer" in cell.metadata.get("tags", ()):
            checks = f"answers = solve(mine, '.')\nassert course.check({task}, answers).passed"
            cell.source = f"from runpy import run_path\nsolve = run_path({str(solution)!r})['solve']\n{checks}"
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(hand_out))
    assert str(task) in json.loads((hand_out / "answers.json").read_text())


def test_the_wheel_carries_what_is_handed_out_and_no_solution():
    files = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["data-files"]
    carried = {path for pattern in files["share/twinhelix/course"] for path in ROOT.glob(pattern)}
    assert carried == set(room.sources().values())


def test_an_installation_finds_its_files_without_a_checkout(monkeypatch, tmp_path):
    class File:
        def __init__(self, name):
            self.name, self.parent = name, Path("share/twinhelix/course")

        def locate(self):
            return tmp_path / self.name

    wanted = {path.name for path in room.sources().values()}
    monkeypatch.setattr(room, "SHELF", "nowhere")
    monkeypatch.setattr("importlib.metadata.files", lambda _: [File(name) for name in os.listdir(SHELF)])
    assert set(room.sources().values()) == {tmp_path / name for name in wanted}


def test_a_check_keeps_the_answers_and_the_verb_repeats_it(tmp_path, capsys):
    folder = filled(tmp_path / "ann", "Ann")
    right = solved(1, Student("Cities 2027", "Ann"), folder)[1]
    assert course.check(1, right, folder).passed
    assert answer(["course", "check", str(folder)]) == 3  # the other four are missing
    out = capsys.readouterr().out
    assert "1 One history is no result: 5 of 5 points" in out
    assert "2 The same luck: 0 of 5 points" in out


def test_marks_are_a_row_a_student_and_nothing_that_students_wrote_acts(tmp_path, capsys):
    right = solved(1, Student("Cities 2027", "Ann"), tmp_path)[1]
    filled(tmp_path / "in" / "a", "Ann", task_1=right, task_3={"story": "=cmd|'/c calc'!A1"})
    filled(tmp_path / "in" / "b", "=1+1", task_1=right)
    filled(tmp_path / "in" / "c", "ann")
    (filled(tmp_path / "in" / "d", "Dee") / "answers.json").write_text("[" * 100_000)
    (filled(tmp_path / "in" / "e", "Eve") / "answers.json").write_text('{"1": {"answers": {"meen": 1}}}')
    (filled(tmp_path / "in" / "f", "Fay") / "answers.json").write_text('{"1": {"answers": [], "made": 7}, "x": 3}')
    (tmp_path / "in" / "g").mkdir()
    (tmp_path / "in" / "g" / "course.toml").write_text("student =")
    assert answer(["course", "mark", str(tmp_path / "in"), "--output", str(tmp_path / "marks.csv")]) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "marks.csv").read_text(encoding="utf-8-sig"))))
    by = {row["folder"]: row for row in rows}
    assert list(by) == list("abcdefg")
    assert by["a"]["points_1"] == "5.0"
    assert by["a"]["story"].startswith("'=cmd")
    assert by["b"]["student"] == "'=1+1"
    assert float(by["b"]["points_1"]) < 5.0  # the numbers of another student
    assert "the student of a too" in by["c"]["remarks"]
    assert "cannot be read" in by["d"]["remarks"]
    assert "did you mean mean?" in by["e"]["remarks"]
    assert by["f"]["points"] == by["g"]["points"] == "0.0"


REFUSED = [
    (["new", "hand-out", "--name", "  "], "--name = ' ': must be"),
    (["new", ".", "--name", "X"], "holds files; name a new or empty folder"),
    (["new", "hand-out"], "Missing option '--name'"),
    (["check", "nowhere"], "course.toml: there is no such file"),
    (["check", "nobody"], "course.toml:2: student = '': must be"),
    (["check", "odd"], "unknown key 'studen'"),
    (["mark", "nowhere"], "there is no such folder"),
    (["mark", "empty"], "no course.toml in it or below"),
    (["mark", "two"], "name A and B as their course; --name says which it is"),
    (["marks", "x"], "No such command 'marks'"),
]


@pytest.mark.parametrize(("arguments", "why"), REFUSED, ids=lambda x: " ".join(x) if isinstance(x, list) else "")
def test_bad_input_is_one_line(arguments, why, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "nobody": 'name = "X"\nstudent = ""\n',
        "odd": 'name = "X"\nstuden = "Ann"\n',
        "two/a": 'name = "A"\nstudent = "Ann"\n',
        "two/b": 'name = "B"\nstudent = "Bob"\n',
    }.items():
        Path(name).mkdir(parents=True)
        Path(name, "course.toml").write_text(text)
    Path("empty").mkdir()
    assert answer(["course", *arguments]) == 2
    said = capsys.readouterr().err
    assert why in said
    assert len(said.strip().splitlines()) == 1


def test_a_name_that_is_no_answer_is_refused():
    with pytest.raises(ValueError, match="unknown answer 'half_with'; did you mean half_width"):
        known(2, {"half_with": 1.0})
    with pytest.raises(ValueError, match="task = 6: must be one of 1, 2, 3, 4, 5"):
        marked(6, Student("X", "Ann"), {}, Path())


def test_every_assignment_has_a_solution():
    assert set(SOLVE) == set(TASKS)
