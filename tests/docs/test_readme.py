"""README.md shows two pairs of commands and examples that run."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from abm.input.load import load

README = Path(__file__).parents[2] / "README.md"
COMMANDS = {
    "run": ["pip install -e . -c constraints.txt", "twinhelix demo"],
    "test": ['pip install -e ".[test]" -c constraints.txt', "pytest -n auto"],
}

pytestmark = pytest.mark.skipif(not README.exists(), reason="README.md is not written yet")


def text() -> str:
    """Return the README, or nothing before it is written."""
    return README.read_text(encoding="utf-8") if README.exists() else ""


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_are_the_documented_pair(name):
    blocks = re.findall(rf"<!-- commands: {name} -->\s*```sh\n(.*?)```", text(), flags=re.DOTALL)
    shown = [block.split("\n")[:-1] for block in blocks]
    assert shown == [COMMANDS[name]], f"README shows {shown} under 'commands: {name}'"


def test_scenarios_shown_can_be_loaded(tmp_path):
    """All toml blocks are scenario files, and those with programmes have them."""
    blocks = re.findall(r"^ *```toml\n(.*?)^ *```", text(), flags=re.DOTALL | re.MULTILINE)
    for n, block in enumerate(blocks):
        (tmp_path / f"{n}.toml").write_text(dedent(block), encoding="utf-8")
        scenario = load(tmp_path / f"{n}.toml")
        assert len(scenario.parts()) == 1 + block.count("[[more_programmes]]")
    assert blocks


@pytest.mark.compiled("hundreds of runs")
def test_examples_run(tmp_path, monkeypatch):
    """All python blocks run from top to bottom, as a reader types them, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, object] = {"__name__": "readme"}
    blocks = list(re.finditer(r"^ *```python\n(.*?)^ *```", text(), flags=re.DOTALL | re.MULTILINE))
    assert len(blocks) > 3
    for block in blocks:
        line = text().count("\n", 0, block.start()) + 1
        source = "\n" * line + dedent(block.group(1))  # so that a traceback names the README's own line
        exec(compile(source, README, "exec"), names)
