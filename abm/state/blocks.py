"""Lists that grow, one for each city or actor, each in one piece: whoever looks through one waits for memory once.

All lists of a kind lie in one table. A list that is full moves behind all others, where it has twice the room; what it
leaves is not used again. A table needs at most four rows for each entry that its lists will have.
"""

from __future__ import annotations

from typing import Annotated

from abm.machine.jit import Table, kernel
from abm.state.memory import Col, Int32, Record

LEAST = 2  # entries that a list has room for at first
ROWS_AN_ENTRY = 4


class Block(Record):
    """Where a list lies."""

    first: Annotated[Int32, Col("row of its first entry")]
    size: Annotated[Int32, Col("how many it has", "entries")]
    living: Annotated[Int32, Col("how many of them, the first, are of what lives, in lists that tell", "entries")]


@kernel
def is_full(size: int) -> bool:
    """Say whether a list has no room for another entry: its room doubles from ``LEAST`` on."""
    return size == 0 or (size >= LEAST and size & (size - 1) == 0)


@kernel
def lengthen(block: Block, table: Table, used: int) -> int:
    """Let a list have one more entry, its last; return how many rows of the table are used then."""
    if is_full(block.size):
        for x in range(block.size):
            table[used + x] = table[block.first + x]
        block.first = used
        used += max(LEAST, 2 * block.size)
    block.size += 1
    return used
