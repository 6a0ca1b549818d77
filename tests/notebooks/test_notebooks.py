"""Notebooks run from top to bottom, define no functions of their own but the example's class, and stay small."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

HOME = Path(__file__).parents[2] / "notebooks"
NAMES = ["first_run", "sensitivity", "killed_study", "pandemic", "calibration", "own_cities", "owed"]
NOTEBOOKS = [HOME / f"{number:02}_{name}.ipynb" for number, name in enumerate(NAMES, 1)]
IN_JUPYTER = {"01_first_run"}  # the others with -m slow, and some of them here without Jupyter
IN_TURN = [pytest.param(p, id=p.stem, marks=() if p.stem in IN_JUPYTER else pytest.mark.slow) for p in NOTEBOOKS]
MOST_CELLS = 10

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")


def code_of(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert sorted(HOME.glob("*.ipynb")) == NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_and_saved_with_its_outputs(path):
    assert all(cell.outputs for cell in code_of(path)[1:]), "saved without outputs"
    assert not any(output.output_type == "error" for cell in code_of(path) for output in cell.outputs)
    assert len(nbformat.read(path, as_version=4).cells) <= MOST_CELLS
    assert path.stat().st_size < 200_000


@pytest.mark.compiled("thousands of runs")
@pytest.mark.parametrize("path", IN_TURN)
def test_a_notebook_runs_in_jupyter(path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, startup_timeout=300, kernel_name="python3").execute(cwd=str(path.parent))


@pytest.mark.compiled("hundreds of runs")
@pytest.mark.parametrize("name", ["04_pandemic", "06_own_cities", "07_owed"])
def test_the_code_of_a_notebook_runs(name, tmp_path, monkeypatch):
    path = HOME / f"{name}.ipynb"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names = {"display": print}
    for cell in code_of(path):
        source = cell.source.replace("%matplotlib inline", "")
        exec(compile(source, path.name, "exec"), names)
