"""Histories of runs as the ledger keeps them: each column in as many bits as its largest number needs.

A run of the programme takes some seven bytes a partnership. Bits are laid out here, and by no library for compression,
so that equal histories are equal bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from abm.engine import simulate
from abm.input.scenario import Scenario
from abm.runs import own_tables
from calibration.histories import HISTORY, history

NAME = "history"  # of the outcome, among the entry points of `twinhelix.kept`
WORD = 16  # bits of the widest column
HEAD = 4 + len(HISTORY.names or ())  # bytes: number of rows, bits of each column


def kept(scenario: Scenario, seeds: Sequence[int], p: Any) -> list[np.ndarray]:
    """Run seeds, each with its row of parameters, and return what is kept of each: its packed history."""
    found = []
    with own_tables(scenario) as own:
        for x, seed in enumerate(seeds):
            _, own.world = simulate(scenario, [seed], own.world, p[x : x + 1])
            found.append(packed(history(own.world)))
    return found


def packed(table: np.ndarray) -> np.ndarray:
    """Return a history as float64 numbers whose bits are its own, shape (n_numbers,)."""
    columns = [table[name].astype(np.int64) + 1 for name in HISTORY.names or ()]  # −1 is never
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    bits = [in_bits(column, width) for column, width in zip(columns, widths, strict=True)]
    body = np.packbits(np.concatenate(bits, axis=1)).tobytes()
    data = len(table).to_bytes(4, "little") + bytes(widths) + body
    return np.frombuffer(data + bytes(-len(data) % 8), "<f8")


def unpacked(numbers: np.ndarray) -> np.ndarray:
    """Return the history that :func:`packed` kept, as rows of ``HISTORY``."""
    data = np.ascontiguousarray(numbers, "<f8").view(np.uint8)
    n, widths = int.from_bytes(data[:4].tobytes(), "little"), data[4:HEAD].tolist()
    bits = np.unpackbits(data[HEAD:], count=n * sum(widths)).reshape(n, sum(widths))
    table, at = np.empty(n, HISTORY), 0
    for name, width in zip(HISTORY.names or (), widths, strict=True):
        table[name] = from_bits(bits[:, at : at + width]) - 1
        at += width
    return table


def in_bits(column: np.ndarray, width: int) -> np.ndarray:
    """Return whole numbers from 0 as bits, the highest first, shape (n, width)."""
    return np.unpackbits(column.astype(">u2")[:, None].view(np.uint8), axis=1)[:, WORD - width :]


def from_bits(bits: np.ndarray) -> np.ndarray:
    """Return the whole numbers of some bits, shape (n,)."""
    return bits.astype(np.int64) @ (1 << np.arange(bits.shape[1])[::-1])
