"""Lists in one piece: what one takes and moves, by counting."""

import numpy as np
import pytest

from abm.state.blocks import ROWS_AN_ENTRY, Block, lengthen, room
from abm.state.memory import allocate
from abm.state.month import Linked


@pytest.mark.parametrize(("size", "entries"), [(0, 0), (1, 2), (2, 2), (3, 4), (4, 4), (6, 8), (8, 8), (9, 16)])
def test_room_doubles_from_two_entries_on(size, entries):
    assert room(size) == entries


@pytest.mark.parametrize("seed", range(5))
def test_lists_that_grow_in_any_order_keep_their_entries_and_four_rows_an_entry_are_room_enough(seed):
    blocks, expected, used = allocate(Block, 7), [[] for _ in range(7)], 0
    turns = np.random.default_rng(seed).choice(7, 300, p=np.array([40, 20, 10, 5, 2, 1, 1]) / 79)
    table = allocate(Linked, ROWS_AN_ENTRY * len(turns))
    for n, x in enumerate(turns):
        used = lengthen(blocks[x], table, used)
        table.link[blocks[x].first + blocks[x].size - 1] = n
        expected[x].append(n)
        assert used <= ROWS_AN_ENTRY * (n + 1)
    for block, entries in zip(blocks, expected, strict=True):
        assert table.link[block.first : block.first + block.size].tolist() == entries
