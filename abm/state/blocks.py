"""Lists that grow, one for each city or actor, each in one piece: whoever looks through one waits for memory once.

All lists of a kind lie in one table. A list that is full moves behind all others, where it has twice the room; what it
leaves is not used again. A table needs at most four rows for each entry that its lists will have.
"""

from __future__ import annotations

from typing import Annotated

from abm.machine.jit import Table, kernel
from abm.state.memory import Col, Int32, Record, allocate

LEAST = 2  # entries that a list has room for at first
ROWS_AN_ENTRY = 4


class Block(Record):
    """Where a list lies."""

    first: Annotated[Int32, Col("row of its first entry")]
    size: Annotated[Int32, Col("how many it has", "entries")]
    living: Annotated[Int32, Col("how many of them, the first, are of what lives, in lists that tell", "entries")]


EMPTY_LIST = allocate(Block, 1)


@kernel
def room(size: int) -> int:
    """Return how many entries a list of a size has room for: none, or ``LEAST``, doubled as often as it takes."""
    n = LEAST if size > 0 else 0
    while n < size:
        n *= 2
    return n


@kernel
def lengthen(block: Block, table: Table, used: int) -> int:
    """Let a list have one more entry, its last; return how many rows of the table are used then."""
    if room(block.size) == block.size:
        for x in range(block.size):
            table[used + x] = table[block.first + x]
        block.first = used
        used += room(block.size + 1)
    block.size += 1
    return used
