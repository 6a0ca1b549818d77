"""docs/sensitivity.md: its commands end well, its code runs, and its answer is that of the example study."""

import re
import shlex
from pathlib import Path

import pytest

from experiments.cli import answer

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "sensitivity.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line, comments=True)[1:] for line in re.findall(r"^twinhelix .*$", TEXT, re.MULTILINE)]


@pytest.mark.compiled("thousands of runs")
@pytest.mark.parametrize("command", [c for c in COMMANDS if "--quick" in c or "--dry-run" in c], ids=" ".join)
def test_a_command_ends_well(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs", target_is_directory=True)
    assert answer(command) in (0, 3)  # a quick look need not converge
    assert "contacts_ever" in capsys.readouterr().out


@pytest.mark.slow
def test_the_answer_is_that_of_the_example(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert answer(["sensitivity", str(ROOT / "docs" / "examples" / "brokers-or-events.toml")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    shown = re.search(r"```\n(contacts_ever.*?)```", TEXT, re.DOTALL).group(1)
    for part in re.split(r", …|\n(?=\w)", shown):
        assert " ".join(part.split()) in said


def test_the_code_runs(capsys):
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(block, "sensitivity.md", "exec"), {"__name__": "sensitivity"})
    said = capsys.readouterr().out
    assert "no effect in this scenario" in said and "converged" in said


def test_every_command_is_one_of_the_example():
    assert len(COMMANDS) == 3 and all(
        c[:2] == ["sensitivity", "docs/examples/brokers-or-events.toml"] for c in COMMANDS
    )
