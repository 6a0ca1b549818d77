"""Quick answers about chances never differ from the exact ones."""

import math

import numpy as np
import pytest

from abm import chances
from abm.rules import ladder
from abm.state.tables import Partnership, allocate
from tests.helpers import tiny, world_at_start


@pytest.mark.parametrize("x", [-700.0, -8.0, -1.0, -1e-9, 0.0, 1e-9, 0.1, 1.0, 7.999, 8.0, 20.0])
def test_a_quick_exponential_is_no_less_than_the_exact_one(x):
    assert chances.exp(x, False) >= chances.exp(x, True) == math.exp(x)
    assert abs(x) > 1.0 or chances.exp(x, False) <= 1.08 * math.exp(x)


@pytest.mark.parametrize("x", [1e-300, 1e-3, 0.5, 1.0 - 1e-9, 1.0, 1.0 + 1e-9, 2.0, 1e3, 1e300])
def test_a_quick_logarithm_is_no_less_than_the_exact_one(x):
    assert chances.log(x, False) >= chances.log(x, True) == math.log(x)
    assert not 0.5 <= x <= 2.0 or chances.log(x, False) <= math.log(x) + 0.07


@pytest.mark.parametrize("hazard", [0.0, 1e-12, 0.01, 0.7, 3.0, 1e9])
def test_quick_answers_are_those_of_the_exact_probability(hazard):
    within = 1.0 - math.exp(-hazard)
    for u in (1e-16, *np.linspace(0.001, 0.999, 999), *(within * (1.0 + d) for d in (-1e-3, -1e-9, 1e-9, 1e-3))):
        assert chances.happens(u, hazard) == (u < within)


def test_quick_rates_of_the_ladder_are_no_less_than_the_exact_ones(tmp_path):
    _, p = world_at_start(tiny(tmp_path))
    rng, row = np.random.default_rng(1), allocate(Partnership, 1)[0]
    for _ in range(1000):
        row.stage, row.funded_until, row.j = rng.integers(1, 6), rng.integers(0, 2), 1
        row.trust, row.gap = rng.random(2)
        row.university[:], row.firm[:] = rng.integers(-1, 1, (2, 2))
        psi = rng.lognormal(0.0, 1.0, 2)
        quick, exact = ladder.rates(p, psi, row, 0, False), ladder.rates(p, psi, row, 0, True)
        assert quick[0] >= exact[0] and quick[1] >= exact[1]
