"""Rows in order of a drawn priority, and the best of many."""

from __future__ import annotations

import numpy as np

from abm.machine.jit import kernel


@kernel
def put_in_order(rows: np.ndarray, priority: np.ndarray) -> None:
    """Sort ``rows`` in place by their priority, lowest first: Shell's sort, for lists that are mostly short."""
    gap = len(rows)
    while gap > 1:
        gap = max(1, gap * 5 // 11)
        for x in range(gap, len(rows)):
            row, y = rows[x], x
            while y >= gap and priority[rows[y - gap]] > priority[row]:
                rows[y] = rows[y - gap]
                y -= gap
            rows[y] = row


@kernel
def place_best(values: np.ndarray, rows: np.ndarray, n: int, value: float, row: int) -> int:
    """Put ``row`` among the ``n`` best so far, in falling order of value; return the new n, at most the arrays' length.

    Of equals the first stays before the others.
    """
    last = len(values)
    if n == last and (n == 0 or value <= values[n - 1]):
        return n
    x = min(n, last - 1)
    while x > 0 and values[x - 1] < value:
        values[x] = values[x - 1]
        rows[x] = rows[x - 1]
        x -= 1
    values[x] = value
    rows[x] = row
    return min(n + 1, last)
