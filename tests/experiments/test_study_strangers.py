"""A stranger's file is harmless: names are text, files have one door, code asks first, nothing is waited for."""

import json
import os
import sqlite3
import time
from pathlib import Path

import pytest

from experiments.lab.ledger import FILE
from experiments.lab.runner import Done
from tests.experiments.laboratory import write_study

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")

SCRIPT = 'open("it-ran", "w").close()\nstudy = {"outcomes": ["pilots_ever"], "scenario": "tiny.toml", "months": 3}\n'
AGENTS = 'open("it-ran", "w").close()\nimport abm\nclass Mayor(abm.City): pass\nagents = {"city": Mayor}\n'
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
    assert any(word in said for word in ("no such file", "leads out of", "unknown scenario", "no such scenario"))
    assert "secret'" not in said.replace(name, "") and "root:" not in said, "it quotes another file"
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
    monkeypatch.setattr(forecast, "perform", lambda chunk: time.sleep(1) or Done([], 1.0))
    made = forecast.forecast(find(str(write_study(tmp_path)), tmp_path)[0], tmp_path / "none")
    assert made["sample"] == 0 and made["runs"] == 60 and made["seconds"] != made["seconds"]


def test_a_city_that_is_a_formula_stays_text_in_every_file(verb, tmp_path, folder):  # 16
    cities = (tmp_path / "tiny.csv").read_text(encoding="utf-8").splitlines()
    header = cities[0].split(",")
    for row, name in ((1, "=1+1"), (2, "'=2+2"), (3, "@x")):
        cells = cities[row].split(",")
        cells[header.index("name")] = name
        cities[row] = ",".join(cells)
    (tmp_path / "tiny.csv").write_text("\n".join(cities), encoding="utf-8")
    verb("sweep", "trial.toml")
    written = (folder / "scenarios" / "scenario-1" / "scenario_cities.csv").read_text(encoding="utf-8")
    assert not any(cell.startswith(("=", "+", "@")) for line in written.splitlines() for cell in line.split(","))
    assert json.loads(verb("resume", "trial", "--json")[1])["timings"]["runs"] == 0, "the cities are other ones"
