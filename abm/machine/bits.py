"""Sets of small whole numbers as the bits of 64-bit words."""

from __future__ import annotations

import numpy as np

from abm.machine.jit import Key, kernel, wrapping_kernel

WORD = 64  # numbers that share a word
EMPTY, ONE = np.uint64(0), np.uint64(1)
_1, _2, _4, _56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_TWOS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_EIGHTS, _EACH = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)
_WITHIN = np.uint64(WORD - 1)


@kernel
def bit(x: int) -> Key:
    """Return the bit that stands for number ``x`` in its word, number x // 64."""
    return ONE << (np.uint64(x) & _WITHIN)


@wrapping_kernel
def n_bits(word: Key) -> int:
    """Return how many bits are set; the compiler knows this pattern and makes one instruction of it."""
    x = word - ((word >> _1) & _TWOS)
    x = (x & _FOURS) + ((x >> _2) & _FOURS)
    n = np.int64((((x + (x >> _4)) & _EIGHTS) * _EACH) >> _56)  # signed: numba adds signed and unsigned as floats
    return int(n)


@wrapping_kernel
def lowest(word: Key) -> int:
    """Return the number of the lowest bit set in a word that is not empty; ``word & (word - ONE)`` takes it away."""
    return n_bits((word & (~word + ONE)) - ONE)
