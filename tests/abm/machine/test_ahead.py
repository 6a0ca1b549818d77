"""To ask for memory ahead changes nothing, whatever row is asked for."""

import numpy as np
import pytest

from abm.machine.ahead import ask_for
from abm.machine.jit import kernel


@kernel
def asked_and_summed(table, rows):
    total = 0
    for r in rows:
        ask_for(table, r)
        total += r
    return total


@pytest.mark.parametrize("table", [np.arange(7), np.arange(42.0).reshape(7, 2, 3), np.arange(14)[::2], np.zeros(0)])
def test_rows_that_are_there_and_rows_that_are_not_may_be_asked_for(table):
    before, rows = table.copy(), np.array([0, 6, 3, -1, 7, 10**12], np.int64)
    assert asked_and_summed(table, rows) == rows.sum()
    assert (table == before).all()
