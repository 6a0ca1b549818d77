"""Outcomes are analysed one after the other: their number costs no memory, and a million rows are no trouble."""

import tracemalloc

import numpy as np
import pytest

from experiments import sensitivity as sa


def peak(blocks, outcomes):
    """Return the bytes that an analysis of ten factors takes at most, beside the outcomes themselves."""
    design = sa.design([sa.Factor(f"x{i}", low=0.0, high=1.0) for i in range(10)], blocks, 1)
    y = np.random.default_rng([13, 1]).normal(size=(blocks, design.n_points, 2, outcomes))
    tracemalloc.start()
    sa.indices(y, design, [f"y{m}" for m in range(outcomes)])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_sixteen_outcomes_take_hardly_more_memory_than_one():
    assert peak(1024, 16) < 1.2 * peak(1024, 1)


@pytest.mark.slow
def test_a_million_rows_take_less_than_a_gigabyte_beside_themselves():
    assert peak(32768, 8) < 2**30  # 32,768 × 22 × 2 = 1,441,792 rows
