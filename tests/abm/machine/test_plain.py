"""Plain Python in place of machine code: the same history, told where a name is misspelt."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import abm
from abm.machine import jit
from abm.machine.mistakes import misspelt
from abm.machine.records import NAMES
from abm.parameters import ConfigError
from abm.state.entities import Partnership
from abm.state.handle import handle
from abm.state.memory import columns
from tests.helpers import tiny, world_at_start

RULE = Path("abm/rules/cooperation.py")


def plainly(*arguments, folder=".", **environment):
    """Run the command with plain rules in a process of its own, warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "experiments.cli", *arguments],
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_plain_run_has_the_digest_of_any_other_and_warns_of_nothing():
    done = plainly("run", "--months", "12", "--engine", "plain")
    assert done.returncode == 0, done.stderr
    assert "plain engine" in done.stdout
    assert abm.run("iuc-asia", months=12).digest in done.stdout


def test_the_engine_of_a_process_can_be_named_by_its_environment():
    done = plainly("run", "--months", "1", TWINHELIX_ENGINE="plain")
    assert "plain engine" in done.stdout, done.stderr
    done = plainly("run", "--months", "1", TWINHELIX_ENGINE="plane")
    assert (done.returncode, done.stderr) == (
        2,
        "twinhelix: TWINHELIX_ENGINE = 'plane': must be compiled or plain; did you mean plain?\n",
    )


def test_rules_that_are_made_are_not_made_anew():
    jit.choose(jit.engine())
    other = next(name for name in jit.ENGINES if name != jit.engine())
    with pytest.raises(ConfigError, match=f"engine {other}: the rules are {jit.engine()} in this process already"):
        jit.choose(other)


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("rows[r].trust = ", "rows[r].trsut = ", "Partnership has no column trsut; did you mean trust?"),
        (
            "in range(w.count.first_new",
            "in range(w.cuont.first_new",
            "the world has no table cuont; did you mean count?",
        ),
        ("p.cooperation.first_trust_low", "p.coperation.first_trust_low", "there is no section coperation"),
        (
            "p.cooperation.first_trust_low",
            "p.cooperation.first_trust_lo",
            "[cooperation] has no parameter first_trust_lo",
        ),
    ],
    ids=["column", "table", "section", "parameter"],
)
def test_a_misspelt_name_in_a_rule_is_one_line_with_its_place(tmp_path, right, wrong, line):
    for package in ("abm", "experiments", "calibration"):
        shutil.copytree(package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    rule = (tmp_path / RULE).read_text(encoding="utf-8")
    (tmp_path / RULE).write_text(rule.replace(right, wrong, 1), encoding="utf-8")
    number = rule[: rule.index(right)].count("\n") + 1
    done = plainly("run", "--engine", "plain", folder=tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith(f"twinhelix: {RULE}, line {number}: {line}")
    assert done.stderr.count("\n") == 1


def reads_a_row(w):
    return w.partnerships[0].trsut


def reads_a_column(w):
    return w.partnerships.trsut[0]


def reads_a_table(w):
    return len(w.partnershps)


@pytest.mark.parametrize("rule", [reads_a_row, reads_a_column, reads_a_table])
def test_the_compiler_tells_the_place_too(tmp_path, rule):
    w, _ = world_at_start(tiny(tmp_path, 2))
    with pytest.raises((AttributeError, KeyError, Exception)) as error:
        jit.kernel(rule)(handle(w))
    line = misspelt(error.value)
    assert line.startswith(f"{Path(__file__).relative_to(Path.cwd())}, line {rule.__code__.co_firstlineno + 1}: ")
    assert "did you mean partnerships?" in line if rule is reads_a_table else "did you mean trust?" in line
    assert ("--engine plain" in line) == jit.is_compiled()


@pytest.mark.parametrize(
    "error", [KeyError("trust"), AttributeError("'list' object has no attribute 'trust'"), ValueError()]
)
def test_other_errors_are_not_explained_away(error):
    assert misspelt(error) is None


def test_a_row_writes_through_to_its_table_and_takes_no_other_name(tmp_path):
    w, _ = world_at_start(tiny(tmp_path, 2))
    row = w.partnerships[3]
    row.trust = 0.25
    row.reached[2] = 7
    assert w.partnerships.trust[3] == 0.25 and w.partnerships.reached[3, 2] == 7
    assert sorted(NAMES["Partnership"]) == sorted(columns(Partnership))
    with pytest.raises(AttributeError, match="trsut"):
        row.trsut = 0.5
