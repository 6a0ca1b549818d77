"""What costs a new compilation and refuses stored results, and what does not."""

import ast
import os
import shutil
import subprocess
import sys

import pytest

from abm.machine import sources

RULE, MEASURE, FIGURE, READING = "abm/rules/ladder.py", "abm/measures/equity.py", "abm/plot.py", "abm/input/load.py"
COMPILE = """
import numpy as np
from abm.state.neighbours import both  # calls what stands in abm.draws
found = both(np.uint64(1), np.uint64(2))
print(sum(both.stats.cache_hits.values()), sum(both.stats.cache_misses.values()), found)
"""


@pytest.fixture
def checkout(tmp_path):
    """Return a folder with sources that a test may change."""
    shutil.copytree(sources.ROOT / "abm", tmp_path / "abm", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def changed(checkout, file, before, after):
    """Return whether another digest follows from one replacement in a file."""
    digest = sources.digest(checkout)
    text = (checkout / file).read_text(encoding="utf-8")
    assert before in text
    (checkout / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    return sources.digest(checkout) != digest


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        (RULE, '"""', '"""More words. '),
        (RULE, "import math\n", "import math  # why\n\n\n"),
        (RULE, "p: Settings, seed: Key", "p: 'Settings', seed: Key"),
        (FIGURE, "import", "import abm.draws\nimport"),
        (READING, "import", "import abm.draws\nimport"),
    ],
    ids=["docstring", "comment and lines", "annotation", "figure", "reading of files"],
)
def test_what_only_a_reader_sees_and_what_no_run_needs_change_nothing(checkout, file, before, after):
    assert not changed(checkout, file, before, after)


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("abm/chances.py", "return 1.0 - math", "return 1.0 + math"),
        (RULE, "0.5", "0.25"),
        (RULE, "def ", "def own_"),
        (MEASURE, "(ALL + 1) * n_values]", "(ALL + 2) * n_values]"),
        ("abm/state/entities.py", 'Col("trust between the two"', 'Col("trust of the two"'),
        ("abm/setup/build.py", " + 32", " + 64"),
        ("abm/setup/records.py", "align=True", "align=False"),
    ],
    ids=["operator", "constant", "name", "measure", "column", "room", "layout"],
)
def test_what_acts_changes_the_digest(checkout, file, before, after):
    assert changed(checkout, file, before, after)


def test_a_new_rule_counts_from_the_moment_that_the_schedule_imports_it(checkout):
    digest = sources.digest(checkout)
    (checkout / "abm/rules/fatigue.py").write_text("RATE = 0.5\n", encoding="utf-8")
    assert sources.digest(checkout) == digest
    assert changed(checkout, "abm/schedule.py", "from abm.rules", "from abm.rules import fatigue\nfrom abm.rules")
    assert changed(checkout, "abm/rules/fatigue.py", "0.5", "0.6")


def test_every_kernel_of_the_model_counts():
    reached = sources.reached(sources.ROOT, sources.ENGINE)
    for path in sorted((sources.ROOT / "abm").rglob("*.py")):
        name = ".".join(path.relative_to(sources.ROOT).with_suffix("").parts).removesuffix(".__init__")
        has_kernels = any(
            ast.unparse(mark) in ("kernel", "wrapping_kernel")
            for node in ast.walk(ast.parse(path.read_bytes()))
            if isinstance(node, ast.FunctionDef)
            for mark in node.decorator_list
        )
        assert name in reached or not has_kernels, f"{name} has a kernel that no digest sees"


@pytest.mark.compiled("nothing is compiled")
def test_machine_code_outlives_a_comment_and_no_change_of_what_it_calls(checkout, tmp_path):
    def compiled():
        done = subprocess.run(
            [sys.executable, "-c", COMPILE],
            env={**os.environ, "PYTHONPATH": str(checkout), "TWINHELIX_CACHE": str(tmp_path / "cache")},
            cwd=checkout,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    *first, found = compiled()
    assert first == ["0", "1"]
    assert not changed(checkout, "abm/state/neighbours.py", "@wrapping_kernel", "# a comment\n\n\n@wrapping_kernel")
    assert compiled() == ["1", "0", found]
    assert changed(checkout, "abm/draws.py", "np.uint64(31)", "np.uint64(33)")
    *again, other = compiled()
    assert again == ["0", "1"] and other != found
