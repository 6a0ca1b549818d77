"""Whatever a study or scenario file holds: it is forecast, or refused in one line, and nothing else is touched."""

import random

import pytest
from typer.main import get_command

from experiments import cli
from experiments.lab import conduct, forecast
from tests.abm.input.mutants import spoilt_bytes, spoilt_toml
from tests.experiments.laboratory import cheap, write_study

STUDY = """name = "trial"
title = "A study to be spoilt"
scenario = "tiny.toml"
months = 3
seed = 7
replicates = 4
common_random_numbers = true
outcomes = ["contacts_ever", "pilots_ever@2"]
[fixed]
contact.baseline = 1.0
[vary]
broker.capacity = [0, 2]
broker.strategy = ["random", "equity"]
search.rate = {low = 0.1, high = 0.5}
broker.noise = "prior"
[design]
kind = "latin-hypercube"
points = 8
[baseline]
broker.capacity = 0
[precision]
outcome = "contacts_ever"
half_width = 1.5
most = 40
[quick]
replicates = 2
"""

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A folder to work in, with a study, its scenario, and something beside that is nobody's business."""
    write_study(tmp_path / "work")
    (tmp_path / "secret.toml").write_text("cities = 'x.csv'", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(forecast, "timed_sample", lambda study, points: (1, 0.001))  # the model has its own fuzz test
    monkeypatch.setattr("experiments.terminal.compile_if_needed", lambda: None)
    monkeypatch.setattr(cli, "app", get_command(cli.app))  # built once, not for every mutant
    return tmp_path


def tree(room) -> dict:
    """Return every file with its bytes, but for the two that are spoilt."""
    return {p: p.read_bytes() for p in room.rglob("*") if p.is_file() and p.name not in ("trial.toml", "tiny.toml")}


def forecast_or_refused(room, capsys, n):
    """Check that ``n`` mutants of a study or its scenario are forecast, or refused in one line, and write nothing."""
    scenario = (room / "work" / "tiny.toml").read_text(encoding="utf-8") + "[broker]\ncapacity = 3\n"
    before, codes, odd = tree(room), [], []
    for x in range(n):
        rng = random.Random(x)
        spoil = (spoilt_bytes, spoilt_toml)[x % 2]
        of_study = x % 8 < 6
        (room / "work" / "trial.toml").write_bytes(spoil(STUDY, rng) if of_study else STUDY.encode())
        (room / "work" / "tiny.toml").write_bytes(scenario.encode() if of_study else spoil(scenario, rng))
        try:
            codes.append(cli.answer(["sweep", "trial.toml", "--dry-run", "--json"]))
        except BaseException as error:
            raise AssertionError(f"mutant {x} raises {error!r}") from error
        said = capsys.readouterr()
        if codes[-1] == 2 and (said.out or said.err.count("\n") != 1 or len(said.err) > 400 or "Traceback" in said.err):
            odd.append((x, said.err))
    assert set(codes) == {0, 2} and codes.count(0) > n * 0.03, {c: codes.count(c) for c in set(codes)}
    assert not odd
    assert tree(room) == before, "something was written"


def test_spoilt_files_are_forecast_or_refused_in_one_line(room, capsys):
    forecast_or_refused(room, capsys, 2000)


def test_spoilt_files_show_a_design_that_breaks(room, capsys, monkeypatch):
    monkeypatch.setattr("experiments.design.designs.hypercube", lambda *_: 1 / 0)
    with pytest.raises(AssertionError, match=r"raises|\{0: |1: "):
        forecast_or_refused(room, capsys, 200)


def test_spoilt_studies_that_are_run_write_into_their_folder_alone(room, capsys, monkeypatch):
    monkeypatch.setitem(conduct.conduct.__kwdefaults__, "work", cheap)
    before, ran = tree(room), 0
    for x in range(0, 800, 4):
        rng = random.Random(x)
        (room / "work" / "trial.toml").write_bytes((spoilt_bytes, spoilt_toml)[x // 4 % 2](STUDY, rng))
        code = cli.answer(["sweep", "trial.toml", "--outputs", str(room / "work" / f"out-{x}")])
        ran += code in (0, 3)
        said = capsys.readouterr().err
        assert code in (0, 2, 3) and "Traceback" not in said, (x, said)
    assert ran > 5
    written = {p.relative_to(room).parts for p in tree(room).keys() - before.keys()}
    assert all(parts[0] == "work" and parts[1].startswith("out-") and len(parts) > 3 for parts in written), written
    assert all(before[path] == path.read_bytes() for path in before)


@pytest.mark.parametrize(
    ("study", "line"),
    [
        ("../trial", "must be 1 to 64 of a-z"),
        ("..", "must be 1 to 64 of a-z"),
        ("/etc/passwd", "must be 1 to 64 of a-z"),
        ("nobody.toml", "nobody.toml: there is no such study file"),
        ("\0.toml", "there is no such study file"),
        ("brokerage-event", "did you mean brokerage-events?"),
    ],
)
@pytest.mark.parametrize("verb", ["sweep", "status", "resume", "extend", "verify", "export", "repair"])
def test_a_name_that_is_none_is_refused(room, capsys, verb, study, line):
    assert cli.answer([verb, study]) == 2
    said = capsys.readouterr().err
    assert line in said and said.count("\n") == 1


@pytest.mark.parametrize("verb", ["status", "resume", "extend", "verify", "export", "repair"])
def test_a_study_that_was_not_begun_is_told(room, capsys, verb):
    assert cli.answer([verb, "trial.toml"]) == 2
    assert "was not begun" in capsys.readouterr().err
