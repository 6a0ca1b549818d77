"""The search finds what it should where the answer is known, and the record of the defaults is that of the code."""

from pathlib import Path

import numpy as np
import pytest

import calibration
from abm.input.scenario import PARAMETERS
from calibration import retune
from calibration.check import beyond

RECORD = Path(calibration.__file__).with_name("RECORD.md")


def test_a_latin_hypercube_has_one_point_in_every_layer():
    points = retune.latin_hypercube(7, 3)
    for axis in points.T:
        assert sorted(np.floor(axis * 7)) == list(range(7))
    np.testing.assert_array_equal(points, retune.latin_hypercube(7, 3))


def test_values_survive_the_scale_of_the_search():
    assert retune.to_values(retune.to_point(retune.PROTOTYPE)) == pytest.approx(retune.PROTOTYPE)


def test_a_box_is_narrowed_inside_itself():
    box = retune.Box(np.array([0.0, 0.0]), np.array([1.0, 1.0])).narrowed(np.array([0.1, 5.0]))
    np.testing.assert_allclose(box.middle, [0.1, 1 - retune.NARROW])
    np.testing.assert_allclose(box.half, retune.NARROW)


def test_a_quadratic_surface_is_recovered():
    x = retune.latin_hypercube(40, 3)
    y = 1 + 2 * x[:, 0] - x[:, 1] * x[:, 2] + 3 * x[:, 2] ** 2
    coefficients = np.linalg.lstsq(retune.terms(x), y, rcond=None)[0]
    np.testing.assert_allclose(coefficients, [1, 2, 0, 0, 0, 0, 0, 0, -1, 3], atol=1e-10)


def test_the_criterion_counts_misfit_and_breaks_ties():
    n = len(retune.PROTOTYPE)
    box = retune.Box(retune.to_point(retune.PROTOTYPE), np.ones(n))
    surface = np.zeros((len(retune.terms(np.zeros((1, n)))[0]), len(retune.FITTED)))
    surface[0] = [target.value + 2 for target in retune.FITTED]  # every mean two spreads above the record
    spread = np.ones(len(retune.FITTED))
    expected = sum(beyond(-2.0, target.bound) ** 2 for target in retune.FITTED)
    assert retune.criterion(np.zeros(n), surface, spread, box, np.ones(n)) == pytest.approx(expected)
    aside = retune.criterion(np.eye(n)[0], surface, spread, box, np.ones(n))
    assert aside - expected == pytest.approx(retune.TIE_BREAK)


def test_the_record_states_the_defaults_of_the_code_and_they_lie_in_their_priors():
    text = RECORD.read_text(encoding="utf-8")
    for name, before in retune.PROTOTYPE.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        cells = [cell.strip(" *").replace("−", "-") for cell in row.split("|")[2:5]]
        declared = PARAMETERS[name]
        assert (float(cells[0]), float(cells[2])) == (before, declared.default), row
        assert declared.par.prior.low <= declared.default <= declared.par.prior.high, name


def test_calibrated_is_what_the_record_says_was_free_and_nothing_else():
    text = RECORD.read_text(encoding="utf-8")
    freed = text.partition("## What changed")[2].partition("\n## ")[0]
    table = [line.split("`")[1] for line in freed.splitlines() if line.startswith("| `")]
    called = [name for name, declared in PARAMETERS.items() if declared.par.source == "calibrated"]
    assert sorted(called) == sorted(table) == sorted(retune.PROTOTYPE)
