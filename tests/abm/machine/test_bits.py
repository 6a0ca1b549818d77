"""Words of 64 bits against the whole numbers of Python, which have as many bits as one likes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.machine.bits import EMPTY, ONE, WORD, bit, lowest, n_bits

words = st.integers(0, 2**64 - 1)


@given(words)
def test_bits_are_counted_as_python_counts_them(word):
    assert n_bits(np.uint64(word)) == word.bit_count()


@given(words.filter(bool))
def test_the_lowest_bit_is_that_of_the_binary_number(word):
    assert lowest(np.uint64(word)) == (word & -word).bit_length() - 1


@pytest.mark.parametrize("x", [0, 1, 31, 32, 63, 64, 65, 127, 128, 1000])
def test_a_number_has_its_bit_in_its_word(x):
    assert int(bit(x)) == 1 << x % WORD


@given(st.sets(st.integers(0, 63)))
def test_a_set_is_taken_apart_from_its_lowest_number_to_its_highest(numbers):
    word, found = EMPTY, []
    for x in numbers:
        word = np.uint64(word | np.uint64(bit(x)))
    while word != EMPTY:
        found.append(lowest(word))
        word = np.uint64(word & (word - ONE))
    assert found == sorted(numbers)


@pytest.mark.parametrize("word", [0, 2**64 - 1, 2**63, 1, 0x5555555555555555])
def test_counts_are_whole_numbers_of_python(word):
    assert type(n_bits(np.uint64(word))) is int
