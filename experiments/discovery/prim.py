"""The Patient Rule Induction Method: boxes in which success is frequent (Friedman & Fisher 1999).

Peeling takes, again and again, about a twentieth of the worlds off one side of the box, or one word off a category,
where the mean of what is left rises most for each world taken off (the "lenient" criterion, fair to whole numbers and
words; Bryant & Lempert 2010). Pasting gives back what raises the mean. Both work on the share of successful replicates,
so luck is never taken for a label.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from experiments.discovery.worlds import Worlds

PART = 0.05  # of the worlds in a box that one step takes off or gives back
LEAST = 0.05  # of all worlds that a box has, at least
AT_LEAST, AT_MOST, NOT = "at least", "at most", "not"


class Side(NamedTuple):
    """A side of a box: a factor that is at least or at most a number, or a category that is not a word."""

    factor: str
    side: str
    word: str = ""


Box = Mapping[Side, float]


def beyond(side: Side, limit: float, worlds: Worlds) -> np.ndarray:
    """Return which worlds a side shuts out, shape (n,)."""
    values = worlds.column(side.factor)
    return values < limit if side.side == AT_LEAST else values > limit if side.side == AT_MOST else values == limit


def inside(box: Box, worlds: Worlds, but: Side | None = None) -> np.ndarray:
    """Return which worlds lie in a box, shape (n,), or would if it had not one of its sides."""
    found = np.ones(len(worlds), bool)
    for side, limit in box.items():
        if side != but:
            found &= ~beyond(side, limit, worlds)
    return found


def cut(ordered: np.ndarray, part: float, side: str) -> float:
    """Return the limit that shuts out about a part of ordered values: halfway between two of them that differ."""
    last = len(ordered) - 1
    at = last * (part if side == AT_LEAST else 1 - part)
    low, high = math.floor(at), math.ceil(at)
    if side == AT_LEAST:
        high = min(last, max(high, int(np.searchsorted(ordered, ordered[low], "right"))))
    else:
        low = max(0, min(low, int(np.searchsorted(ordered, ordered[high], "left")) - 1))
    return float(ordered[low] + ordered[high]) / 2


def peels(worlds: Worlds) -> Iterator[tuple[Side, float]]:
    """Yield what could be taken off some worlds."""
    for name in worlds.names:
        values = np.sort(worlds.column(name))
        if values[0] == values[-1]:
            continue
        if name in worlds.words:
            yield from ((Side(name, NOT, worlds.words[name][int(at)]), at) for at in np.unique(values))
            continue
        for side in (AT_MOST, AT_LEAST):
            limit = cut(values, PART, side)
            if name in worlds.whole:
                limit = math.ceil(limit) if side == AT_LEAST else math.floor(limit)
            yield Side(name, side), limit


def peeled(worlds: Worlds) -> list[Box]:
    """Return the boxes of peeling, from all worlds to the last that is large enough, each inside the one before."""
    boxes: list[Box] = [{}]
    left = worlds
    while True:
        n, total, known = len(left), left.share.sum(), {side.factor for side in boxes[-1]}
        best, wins = (0.0, False), None
        for side, limit in peels(left):
            kept = ~beyond(side, limit, left)
            if (size := int(kept.sum())) < max(1, LEAST * len(worlds)) or size == n:
                continue
            gain = (left.share[kept].sum() / size - total / n) / (n - size)
            if gain > 0 and (gain, side.factor in known) > best:
                best, wins = (gain, side.factor in known), (side, limit, kept)
        if wins is None:
            return boxes
        side, limit, kept = wins
        boxes.append({**boxes[-1], side: limit})
        left = left.take(kept)


def pasted(worlds: Worlds, box: Box) -> Box:
    """Return a box with as much of what was taken off its sides given back as raises its mean."""
    while True:
        n, mean = (held := inside(box, worlds)).sum(), worlds.share[held].mean()
        grown = [{**box, side: limit} for side in box if (limit := pushed(worlds, box, side, n)) is not None]
        means = [worlds.share[inside(larger, worlds)].mean() for larger in grown]
        if not means or max(means) <= mean:
            return box
        box = grown[int(np.argmax(means))]


def pushed(worlds: Worlds, box: Box, side: Side, n: int) -> float | None:
    """Return the limit of a side that lets in about a twentieth more worlds, or None if there are none beyond."""
    if side.side == NOT:
        return None
    out = np.sort(worlds.column(side.factor)[inside(box, worlds, side) & beyond(side, box[side], worlds)])
    if not len(out):
        return None
    few = min(len(out), max(1, round(PART * n)))
    return float(out[-few] if side.side == AT_LEAST else out[few - 1])
