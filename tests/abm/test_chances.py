"""Quick answers about chances never differ from the exact ones."""

import math

import numpy as np
import pytest

from abm import chances, draws

LUCKS = [draws.entity("luck", x) for x in range(2000)]


@pytest.mark.parametrize("hazard", [0.0, 1e-12, 0.01, 0.7, 3.0, 1e9])
def test_quick_answers_are_those_of_the_exact_probability(hazard):
    within = 1.0 - math.exp(-hazard)
    for u in (1e-16, *np.linspace(0.001, 0.999, 999), *(within * (1.0 + d) for d in (-1e-3, -1e-9, 1e-9, 1e-3))):
        assert chances.happens(u, hazard) == (u < within)


def test_what_is_surely_below_is_below_and_most_of_what_is_below_surely_is():
    cases = [(luck, x) for luck in LUCKS for x in (-1.0, 0.0, 0.3, 1.0, 2.5, 9.0)]
    surely = [(luck, x) for luck, x in cases if chances.surely_below(luck, x)]
    below = [(luck, x) for luck, x in cases if draws.normal(luck) < x]
    assert set(surely) <= set(below)
    assert {(luck, x) for luck, x in below if x > 0.0 and draws.normal(luck) < x - 0.3} <= set(surely)


@pytest.mark.parametrize("best", [math.inf, 1.0, 0.1])
def test_a_wait_is_worked_out_where_it_can_be_the_shortest_and_infinite_elsewhere(best):
    for luck in LUCKS:
        exact, quick = draws.exponential(luck) / 0.5, draws.waits(luck, 0.5, best)
        assert quick == exact or (quick == math.inf and exact >= best)
    n_quick = sum(draws.waits(luck, 0.5, best) == math.inf for luck in LUCKS)
    assert n_quick == 0 if best == math.inf else n_quick > len(LUCKS) / 3
