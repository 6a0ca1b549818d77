"""A rule that somebody adds is entered wherever it must be, or a sentence here says where not."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import abm.rules
from abm.rules import RULES, Settings
from abm.schedule import STEPS
from abm.state.memory import columns
from abm.state.world import Most

FOLDER = Path(abm.rules.__file__).parent
FILES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
ANNOUNCED_ELSEWHERE = {("event", "encounters"): "calendar"}  # who knows how many seats there are


@pytest.mark.parametrize("name", FILES)
def test_a_rule_stands_in_the_list_of_rules(name):
    assert import_module(f"abm.rules.{name}") in RULES, f"{name} is not in RULES of abm/rules/__init__.py"


@pytest.mark.parametrize("name", FILES)
def test_the_parameters_of_a_rule_are_a_section(name):
    declared = getattr(import_module(f"abm.rules.{name}"), "Params", None)
    sections = Settings.__annotations__
    assert declared is None or name in sections, f"the Params of {name} are not in Settings of abm/rules/__init__.py"


@pytest.mark.parametrize("name", FILES)
def test_a_rule_announces_what_it_appends(name):
    """Calls of ``append.encounter(…)`` and the like need a ``most_encounters`` in the same file."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    appended = {f"{f.attr}s" for f in calls if isinstance(f, ast.Attribute) and ast.unparse(f.value) == "append"}
    for table in appended & set(columns(Most)):
        who = import_module(f"abm.rules.{ANNOUNCED_ELSEWHERE.get((name, table), name)}")
        announces = hasattr(who, f"most_{table}")
        assert announces, f"abm/rules/{name}.py appends {table} and has no most_{table}(w, p, seed, t)"


def test_every_step_of_the_month_is_of_a_rule_or_of_what_watches():
    known = {rule.__name__.rpartition(".")[2] for rule in RULES}
    steps = [step.__module__.split(".") for phase in STEPS.values() for step in phase]
    strange = {path[2] for path in steps if path[1] == "rules"} - known
    assert not strange, f"in the month, but not in RULES of abm/rules/__init__.py: {sorted(strange)}"
