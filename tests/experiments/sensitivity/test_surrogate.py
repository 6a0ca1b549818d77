"""A surrogate finds the indices of a smooth response, and is refused where it does not predict."""

import sys

import numpy as np
import pytest
from scipy.stats import qmc

from abm.parameters import ConfigError
from experiments import sensitivity as sa
from tests.experiments.sensitivity.answers import ISHIGAMI, LINEAR


def swept(case, n, seed, share=0.46, r=1):
    rng = np.random.default_rng([19, seed])
    points = qmc.Sobol(case.k, seed=rng).random(n)
    return points, case.mean(points)[:, None] + np.sqrt(case.luck(share)) * rng.normal(size=(n, r))


@pytest.fixture
def openturns():
    """Skip where the extra is not installed."""
    return pytest.importorskip("openturns", reason="the extra `surrogate` is not installed")


def test_indices_of_a_smooth_response_are_found_with_one_run_a_point(openturns):
    points, y = swept(ISHIGAMI, 2048, 1)
    found = sa.surrogate(points, y, ISHIGAMI.factors, False, luck_share=0.46)
    assert np.abs(found["S1"].to_numpy() - ISHIGAMI.alone).max() <= 0.05
    assert np.abs(found["ST"].to_numpy() - ISHIGAMI.total).max() <= 0.05
    assert found["ceiling"].iloc[0] == pytest.approx(0.54) and 0.45 < found["R2"].iloc[0] < 0.6


def test_the_ceiling_is_found_from_replicates(openturns):
    points, y = swept(LINEAR, 512, 2, r=2)
    found = sa.surrogate(points, y, LINEAR.factors, False)
    assert found["ceiling"].iloc[0] == pytest.approx(0.54 / (0.54 + 0.23), abs=0.03)


def test_a_surrogate_that_does_not_predict_is_refused(openturns):
    rng = np.random.default_rng([19, 3])
    points = rng.random((512, 3))
    y = (np.floor(points * 16.0).sum(axis=1) % 2)[:, None] + 0.01 * rng.normal(size=(512, 1))
    with pytest.raises(sa.Unanswerable, match="below 80% of that its indices are not those of the model"):
        sa.surrogate(points, y, LINEAR.factors, False, luck_share=0.0)


def test_without_the_extra_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openturns", None)
    points, y = swept(LINEAR, 256, 1)
    with pytest.raises(ConfigError, match=r"OpenTURNS is not installed; pip install 'twinhelix\[surrogate\]'"):
        sa.surrogate(points, y, LINEAR.factors, False, luck_share=0.46)


@pytest.mark.parametrize(
    ("factors", "common", "share", "message"),
    [
        (LINEAR.factors, True, 0.46, "all points ran with the same seeds"),
        (LINEAR.factors, False, None, "one run a point cannot tell luck from effect"),
        ([*LINEAR.factors[:2], sa.Factor("x3", ("a", "b", "c"))], False, 0.46, "x3 has levels without an order"),
        (LINEAR.factors[:2], False, 0.46, "do not belong together"),
    ],
)
def test_what_no_polynomial_can_be_fitted_to_is_refused(factors, common, share, message):
    points, y = swept(LINEAR, 256, 1)
    with pytest.raises(ConfigError, match=message):
        sa.surrogate(points, y, factors, common, luck_share=share)
