"""MODEL.md says what the code says: its tables are those that the code makes, and it travels with the package."""

import re
import tomllib
from pathlib import Path

import pytest

from abm import schedule
from abm.input.load import shipped
from experiments.cli import answer
from experiments.report import odd

ROOT = Path(__file__).parents[2]
TEXT = odd.document().read_text(encoding="utf-8")
BOTH = TEXT + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTIONS = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Individual decision making",
    "Learning",
    "Sensing",
    "Interaction",
    "Heterogeneity",
    "Stochasticity",
    "Observation",
    "Initialisation",
    "Input data",
    "Submodels",
    "Known risks",
)


@pytest.mark.parametrize("name", odd.TABLES)
def test_a_table_is_the_one_that_the_code_makes(name):
    found = [marked[0] for marked in odd.MARKED.finditer(BOTH) if marked[1] == name]
    assert len(found) == 1, "every table stands there once"
    assert odd.TABLES[name]() in found[0], "run python -m experiments.report.odd"


def test_making_the_tables_anew_changes_nothing():
    assert odd.renewed(BOTH) == BOTH
    with pytest.raises(ValueError, match="no table nothing"):
        odd.renewed("<!-- table: nothing -->\n<!-- end -->")


@pytest.mark.parametrize("section", SECTIONS)
def test_the_protocol_is_complete(section):
    assert re.search(rf"^#+ .*{section}", TEXT, re.MULTILINE | re.IGNORECASE)


def test_every_equation_of_a_rule_is_described():
    rules = (ROOT / "abm" / "rules").rglob("*.py")
    known = {e for path in rules for e in re.findall(r"\bE\d+b?\b", path.read_text(encoding="utf-8"))}
    assert len(known) > 15 and not [e for e in known if not re.search(rf"\b{e}\b", TEXT)]


def test_the_diagram_has_every_step_of_the_month():
    steps = [name for _, phase in odd.phases() for name, _ in phase]
    assert len(odd.phases()) == 10 and len(steps) > 25 and set(schedule.DECISIONS) <= set(steps)
    assert all(sentence for _, phase in odd.phases() for _, sentence in phase)


def test_odd_is_printed_and_travels_with_the_package(capsys):
    assert answer(["odd"]) == 0
    assert capsys.readouterr().out == TEXT
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert built["data-files"]["share/twinhelix"] == ["MODEL.md"]


def test_every_scenario_is_told_programme_by_programme():
    told = (ROOT / "docs" / "programmes.md").read_text(encoding="utf-8")
    assert not [name for name in shipped() if f"`{name}`" not in told]
