"""docs/workshop.md shows options that there are; the example with Mesa's page is a model that ends."""

import ast
import re
from pathlib import Path

import typer.main

from experiments.cli import app
from experiments.dashboard import words

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "workshop.md").read_text(encoding="utf-8")


def test_its_commands_have_options_that_there_are():
    verb = typer.main.get_command(app).commands["dashboard"]
    known = {option for parameter in verb.params for option in parameter.opts}
    shown = {
        word for line in TEXT.splitlines() if "twinhelix dashboard" in line for word in re.findall(r"--[\w-]+", line)
    }
    assert shown and shown <= known


def test_what_it_calls_by_name_is_on_the_page():
    said = " ".join(one["en"] for one in words.page().values())
    for name in (
        "How it came about",
        "Say it again",
        "Gallery",
        "Open",
        "Months",
        "Pairs of cities",
        "Assumptions nobody knows",
        "Many are asking",
    ):
        assert name in TEXT and name in said


def test_the_example_changes_no_rule_and_gives_the_model_its_own_arguments():
    tree = ast.parse((ROOT / "docs" / "examples" / "solara_history.py").read_text(encoding="utf-8"))
    (model,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    controls = next(
        node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "CONTROLS"
    )
    arguments = {argument.arg for argument in model.body[1].args.args}
    assert {ast.literal_eval(key) for key in controls.keys} <= arguments
