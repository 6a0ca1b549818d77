"""Directions of a posterior by known covariances."""

import numpy as np
import pytest

from calibration.inference.directions import correlations, ridges
from calibration.posterior import Sample


def normal(covariance, n=40_000):
    z = np.random.default_rng(2).multivariate_normal(np.zeros(len(covariance)), covariance, n)
    return Sample(z, np.full(n, 1 / n))


def test_the_ridge_of_two_that_are_tied_is_their_sum():
    found = ridges(normal([[1.0, -0.9, 0], [-0.9, 1.0, 0], [0, 0, 1.0]]), ["a", "b", "c"])
    first = found.iloc[0]
    assert first["variance"] == pytest.approx(0.1, abs=0.01)
    assert [abs(first[name]) for name in "abc"] == pytest.approx([0.5**0.5, 0.5**0.5, 0], abs=0.02)
    assert first["a"] * first["b"] > 0 and max(first["a"], first["b"]) > 0
    assert found["variance"].is_monotonic_increasing


def test_pairs_that_are_tied_are_told_the_strongest_first():
    found = correlations(normal([[1, 0.3, -0.6], [0.3, 1, 0], [-0.6, 0, 1]]), ["a", "b", "c"])
    assert found[["one", "other"]].values.tolist() == [["c", "a"], ["b", "a"]]
    assert found["correlation"].tolist() == pytest.approx([-0.6, 0.3], abs=0.02)


def test_weights_count():
    sample = Sample(np.array([[1.0, 1], [-1, -1], [5, -5]]), np.array([0.5, 0.5, 0]))
    assert correlations(sample, ["a", "b"])["correlation"].tolist() == pytest.approx([1.0])
