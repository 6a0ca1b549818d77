"""Notebooks run from top to bottom, define no functions of their own but the example's class, and stay small."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.compiled("thousands of runs")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_a_notebook_runs_and_is_saved_with_its_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code[1:]), "saved without outputs"
    assert path.stat().st_size < 200_000
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(path.parent))


def test_there_are_notebooks():
    assert [path.name for path in NOTEBOOKS] == [
        "01_first_run.ipynb",
        "02_sensitivity.ipynb",
        "03_calibration.ipynb",
    ]
