"""Sorting by a drawn priority, and keeping the best of many."""

import numpy as np
import pytest

from abm.machine.sorting import place_best, put_in_order


@pytest.mark.parametrize("n", [0, 1, 2, 100])
def test_rows_are_put_in_order_of_their_priority(n):
    priority = np.random.default_rng(n).permutation(1000).astype(np.uint64)
    rows = np.random.default_rng(n + 1).permutation(1000)[:n]
    expected = rows[np.argsort(priority[rows])]
    put_in_order(rows, priority)
    assert rows.tolist() == expected.tolist()


@pytest.mark.parametrize("most", [0, 1, 5, 40])
def test_the_best_are_kept_in_falling_order_and_of_equals_the_first(most):
    values = np.random.default_rng(most).integers(0, 10, 30).astype(float)
    kept, rows, n = np.empty(most), np.empty(most, np.int64), 0
    for row, value in enumerate(values):
        n = place_best(kept, rows, n, value, row)
    expected = np.argsort(-values, kind="stable")[:most]
    assert rows[:n].tolist() == expected.tolist() and kept[:n].tolist() == values[expected].tolist()
