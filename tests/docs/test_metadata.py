"""Who made it, what it is called, which version and licence: said alike in every file that says it."""

import json
import tomllib
from pathlib import Path

import pytest
import yaml

import abm

ROOT = Path(__file__).parents[2]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CODEMETA = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
AUTHORS = [author["name"] for author in PROJECT["authors"]]


@pytest.mark.parametrize(
    ("citation", "codemeta"),
    [
        (CITATION["title"], CODEMETA["name"]),
        (" ".join(CITATION["abstract"].split()), CODEMETA["description"]),
        (CITATION["keywords"], CODEMETA["keywords"]),
        (CITATION["version"], CODEMETA["version"]),
        (f"https://spdx.org/licenses/{CITATION['license']}", CODEMETA["license"]),
        ([author["name"] for author in CITATION["authors"]], [author["name"] for author in CODEMETA["author"]]),
    ],
    ids=["title", "abstract", "keywords", "version", "licence", "authors"],
)
def test_citation_and_codemeta_agree(citation, codemeta):
    assert citation == codemeta


def test_they_say_what_the_package_says():
    assert (CODEMETA["identifier"], CODEMETA["version"], CITATION["license"]) == (
        PROJECT["name"],
        abm.__version__,
        PROJECT["license"],
    )
    assert (PROJECT["version"], AUTHORS) == (abm.__version__, [author["name"] for author in CITATION["authors"]])
    assert CODEMETA["runtimePlatform"] == f"Python {PROJECT['requires-python'].removeprefix('>=')} or newer"


def test_the_files_that_are_named_are_there():
    assert all((ROOT / CODEMETA[key]).is_file() for key in ("readme", "softwareHelp"))


def test_the_workflow_has_every_system_and_python_and_the_commands_of_the_readme():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8"))["jobs"]
    matrix = jobs["test"]["strategy"]["matrix"]
    said = [name.rpartition(" :: ")[2] for name in PROJECT["classifiers"] if "Python :: 3." in name]
    assert matrix["python"] == said and [name.partition("-")[0] for name in matrix["os"]] == [
        "ubuntu",
        "macos",
        "windows",
    ]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").partition("<!-- commands: test -->")[2]
    shown = blocks.partition("```sh\n")[2].partition("```")[0].splitlines()
    assert set(shown) <= set(commands)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert [tool for tool in ("ruff", "mypy", "lint-imports", "docs.site") if tool not in script] == []
