"""What figures say follows one style: a thin space stands before a sign of per cent."""

import ast
import re
from pathlib import Path

import pytest

import calibration.figures
import experiments.figures

FOLDERS = [Path(room.__file__).parent for room in (experiments.figures, calibration.figures)]
BARE = re.compile(r"\d%")


@pytest.mark.parametrize(
    "file", sorted(file for folder in FOLDERS for file in folder.glob("*.py")), ids=lambda f: f.stem
)
def test_no_sign_of_per_cent_stands_close_to_its_number(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    columns = {"90%", "95%", ".0%"}  # names of columns, which nobody reads in a figure
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert not [text for text in said if BARE.search(text) and text not in columns]
