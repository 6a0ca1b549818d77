"""Differences of paired runs: how much of their variance parameters make, and how much is luck."""

import numpy as np
import pytest

from calibration.inference.answers import told

RNG = np.random.default_rng(3)


def paired(n, seeds, between, luck, mean=10.0):
    """Return runs with and without a lever whose difference has a known mean and known variances."""
    without = 50 + RNG.standard_normal((n, seeds))
    effect = mean + between * RNG.standard_normal((n, 1)) + luck * RNG.standard_normal((n, seeds))
    return without + effect, without


@pytest.mark.parametrize(
    ("between", "luck", "share"), [(3.0, 0.0, 1.0), (0.0, 3.0, 0.0), (3.0, 3.0, 0.5), (2.0, 4.0, 0.2)]
)
def test_the_share_of_parameters_is_that_of_the_variances(between, luck, share):
    found = told(*paired(2000, 12, between, luck), False)
    assert found["by_parameters"] == pytest.approx(share, abs=0.03)
    assert found["by_parameters"] + found["by_luck"] == pytest.approx(1)


def test_the_interval_of_means_is_shrunk_to_the_spread_that_parameters_make():
    found = told(*paired(4000, 12, 2.0, 8.0), False)
    assert found["mean"] == pytest.approx(10, abs=0.2)
    assert [found["low_90"], found["high_90"]] == pytest.approx([10 - 1.645 * 2, 10 + 1.645 * 2], abs=0.35)
    assert [found["one_05"], found["one_95"]] == pytest.approx([10 - 1.645 * 68**0.5, 10 + 1.645 * 68**0.5], abs=0.5)


def test_at_one_point_everything_is_luck_and_means_have_no_interval():
    found = told(*paired(100, 12, 0.0, 3.0), True)
    assert found["by_luck"] == 1 and found["low_90"] == found["high_90"] == found["mean"]
    assert found["relative"] == pytest.approx(0.2, abs=0.01)


def test_where_nothing_is_without_it_nothing_is_relative():
    without = np.zeros((5, 4))
    found = told(without + 3, without, False)
    assert found["mean"] == 3 and np.isnan(found["relative"]) and np.isnan(found["by_parameters"])
