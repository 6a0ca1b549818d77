"""Rows in order of a drawn priority."""

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
