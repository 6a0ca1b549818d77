"""Intervals hold the truth as often as they say, and as often when their width decides when to stop."""

import numpy as np
import pytest

from experiments import sensitivity as sa
from tests.experiments.sensitivity.answers import ISHIGAMI, KINKED, LINEAR, Case, made

INDICES = ("S1", "ST")
pytestmark = pytest.mark.slow


def holds(found: sa.Found, case: Case) -> np.ndarray:
    """Return whether the interval of every first and total index holds the truth, shape (2, k)."""
    t = found.table
    return np.array(
        [
            (t[f"{index}_low"] <= truth) & (truth <= t[f"{index}_high"])
            for index, truth in zip(INDICES, (np.array(case.alone), np.array(case.total)))
        ]
    )


@pytest.mark.parametrize("common", [0.0, 0.5])
@pytest.mark.parametrize("case", [LINEAR, KINKED], ids=["linear", "kinked"])
def test_ninety_five_of_a_hundred_intervals_hold_the_truth(case, common):
    every = np.array([holds(sa.indices(*made(case, 512, common=common, seed=s)), case) for s in range(200)])
    coverage = every.mean(axis=0)
    assert np.abs(coverage - 0.95).max() <= 0.045


def averaged(y: np.ndarray) -> np.ndarray:
    """Return the mean of the replicates, as if it were every one of them."""
    return np.repeat(y.mean(axis=2, keepdims=True), y.shape[2], axis=2)


def test_averaged_replicates_would_be_noticed():
    tries = [made(LINEAR, 512, seed=s) for s in range(50)]
    every = np.array([holds(sa.indices(averaged(y), design), LINEAR) for y, design in tries])
    assert every[:, 1, 2].mean() < 0.5  # the total index of what does nothing


def skewed(seed: int) -> tuple[np.ndarray, sa.Blocks]:
    """Return the linear response under exponential luck of share .8 whose deviation grows with x1."""
    design = sa.design(LINEAR.factors, 256, seed)
    x = design.points()
    scale = 0.5 + x[..., 0]  # mean square 13/12
    deviation = scale * np.sqrt(LINEAR.luck(0.8) * 12.0 / 13.0)
    luck = np.random.default_rng([6, seed]).exponential(size=(*x.shape[:2], 2)) - 1.0
    return LINEAR.mean(x)[..., None] + deviation[..., None] * luck, design


def test_skewed_and_unequal_luck_neither_biases_an_index_nor_its_interval():
    founds = [sa.indices(*skewed(s)) for s in range(400)]
    coverage = np.mean([holds(found, LINEAR) for found in founds], axis=0)
    total = np.array([found.table["ST"] for found in founds])
    assert np.abs(total.mean(axis=0) - LINEAR.total).max() <= 0.02
    assert coverage.min() >= 0.92 and coverage.max() <= 0.98


def stopped(case: Case, seed: int) -> sa.Found:
    """Return the indices at the first doubling whose intervals are narrow enough."""
    blocks = 128
    while not (found := sa.indices(*made(case, blocks, seed=seed))).converged(0.05):
        blocks *= 2
    return found


@pytest.mark.parametrize(
    ("case", "blocks"), [(LINEAR, 512), (ISHIGAMI, 2048), (KINKED, 1024)], ids=["linear", "ishigami", "kinked"]
)
def test_stopping_when_intervals_are_narrow_leaves_them_honest(case, blocks):
    founds = [stopped(case, s) for s in range(100)]
    coverage = np.mean([holds(found, case) for found in founds], axis=0)
    sizes = [len(found.design) for found in founds]
    assert coverage.min() >= 0.9
    assert np.mean(np.array(sizes) == blocks) >= 0.9
