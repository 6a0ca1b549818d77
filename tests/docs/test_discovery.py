"""docs/discovery.md: its commands end well, and its code runs."""

import re
import shlex
from pathlib import Path

import pytest

from experiments.cli import answer

TEXT = (Path(__file__).parents[2] / "docs" / "discovery.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line, comments=True)[1:] for line in re.findall(r"^twinhelix .*$", TEXT, re.MULTILINE)]


@pytest.mark.compiled("hundreds of runs")
@pytest.mark.parametrize("command", [c for c in COMMANDS if "--quick" in c or "--dry-run" in c], ids=" ".join)
def test_a_command_ends_well(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert answer(command) in (0, 3)  # a quick look has too few worlds
    said = capsys.readouterr().out
    assert "pilots" in said


def test_the_code_runs(capsys):
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(block, "discovery.md", "exec"), {"__name__": "discovery"})
    said = capsys.readouterr().out
    assert "found" in said and "broker" in said and "strategy" in said and "random" in said
