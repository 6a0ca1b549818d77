"""docs/change-one-rule.md: its changes, made in a copy of the package and run as plain Python, give what it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "change-one-rule.md").read_text(encoding="utf-8")
CHANGES = ("rule", "measure", "policy")


def block(mark: str) -> str:
    """Return what stands in the fence after a mark."""
    (found,) = re.findall(rf"<!-- {re.escape(mark)} -->\n```\w+\n(.*?)```", TEXT, re.DOTALL)
    return found


def words(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the packages, and beside it the files that the page shows."""
    for package in ("abm", "experiments", "calibration"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in re.findall(r"<!-- file: (\S+) -->", TEXT):
        (tmp_path / name).write_text(block(f"file: {name}"), encoding="utf-8")
    return tmp_path


def changed(copy, *changes):
    """Make changes in a copy, as git would."""
    for change in changes:
        (copy / "change.diff").write_text(block(f"change: {change}"), encoding="utf-8")
        away = os.environ | {"GIT_CEILING_DIRECTORIES": str(copy.parent)}  # whatever folder it lies in
        done = subprocess.run(["git", "apply", "change.diff"], cwd=copy, env=away, capture_output=True, text=True)
        assert done.returncode == 0, f"{change}: {done.stderr}"


def said(copy, *arguments):
    """Return what Python says in the copy, with plain rules."""
    env = os.environ | {"TWINHELIX_ENGINE": "plain", "PYTHONPATH": str(copy), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, *arguments], cwd=copy, env=env, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_changes_together_run_in_a_copy(copy):
    changed(copy, *CHANGES)
    code = (
        "import abm; before = abm.run('iuc-asia', months=18); after = abm.run('exchange.toml', months=18); "
        "print(abm.__file__, after.series['young'].iloc[-1], before.digest == after.digest)"
    )
    where, young, same = said(copy, "-c", code).split()
    assert Path(where).is_relative_to(copy)
    assert float(young) > 0
    assert same == "False"


@pytest.mark.slow
def test_the_rule_does_what_is_said(copy):
    (command,) = re.findall(r"^python docs/examples/before_after.py (before.csv \w.*)$", TEXT, re.MULTILINE)
    script = [str(ROOT / "docs" / "examples" / "before_after.py"), *command.split()]
    assert "10 runs of 24 months" in said(copy, *script)
    changed(copy, "rule")
    assert said(copy, *script) == block("said: rule")


@pytest.mark.slow
def test_the_decision_does_what_is_said(copy):
    (code,) = [python for python in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "Trusting" in python]
    assert said(copy, "-c", code) == block("said: decision")


@pytest.mark.slow
def test_the_measure_changes_no_history(copy):
    (code,) = [python for python in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "young" in python]
    changed(copy, "measure")
    found = said(copy, "-c", code)
    assert found == block("said: measure")
    import abm

    assert abm.run("iuc-asia", seed=7).digest[:16] in found


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["policy", "scenario"])
def test_the_comparison_says_what_is_said(kind, copy):
    if kind in CHANGES:
        changed(copy, kind)
    command = block(f"command: {kind}").split()
    assert command[0] == "twinhelix"
    found = words(said(copy, "-m", "experiments", *command[1:]))
    for line in block(f"said: {kind}").splitlines():
        assert words(line) in found
