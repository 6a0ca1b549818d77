"""A history that is kept is the history, to the bit, in few bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.histories import HISTORY, LONGEST, histories
from calibration.inference.kept import kept, packed, unpacked
from calibration.priors import UNKNOWNS, from_prior, rows, values
from tests.calibration.programmes import SCENARIO

CITY, MONTH = st.integers(0, 65_534), st.integers(-1, LONGEST)
ROW = st.tuples(CITY, CITY, st.integers(0, 255), *[MONTH] * 6)


@given(st.lists(ROW, max_size=40))
def test_any_history_comes_back_to_the_bit(said):
    table = np.array(said, HISTORY)
    found = unpacked(packed(table))
    assert found.dtype == HISTORY and found.tobytes() == table.tobytes()


def test_the_bits_survive_as_numbers_whatever_numbers_they_make():
    table = np.full(9, 1, HISTORY)
    table["i"], table["memorandum"] = 65_534, LONGEST
    numbers = packed(table)
    again = np.frombuffer(numbers.tobytes(), "<f8").copy()
    assert unpacked(again).tobytes() == table.tobytes()


@pytest.mark.compiled("runs of the programme take seconds each")
def test_runs_leave_what_histories_has_of_them_in_seven_bytes_a_partnership():
    p = rows(SCENARIO, UNKNOWNS, values(UNKNOWNS, from_prior(UNKNOWNS, 3, 20)))
    left, whole = kept(SCENARIO, range(1, 21), p), histories(SCENARIO, range(1, 21), p)
    assert [unpacked(numbers).tobytes() for numbers in left] == [table.tobytes() for table in whole]
    assert sum(numbers.nbytes for numbers in left) < 7.5 * sum(len(table) for table in whole)
