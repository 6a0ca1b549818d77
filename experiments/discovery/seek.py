"""Seek one box: screened, peeled and pasted on some worlds, chosen and pruned on others that it never saw."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from experiments.discovery.prim import Box, Side, inside, pasted, peeled
from experiments.discovery.screen import screened
from experiments.discovery.worlds import Worlds

HALF = 0.5  # two boxes more alike are the same one
LEVEL = 0.05  # chance that a side of a box is kept that shuts out nothing worse


class Parts(NamedTuple):
    """Worlds for three uses: to find boxes in, to choose one by, and to judge the one that was chosen."""

    learn: Worlds
    choose: Worlds
    judge: Worlds

    def outside(self, box: Box) -> Parts:
        """Return the worlds that a box leaves."""
        return Parts(*(part.take(~inside(box, part)) for part in self))

    def only(self, names: list[str]) -> Parts:
        """Return the worlds with some of the factors."""
        return Parts(*(part.only(names) for part in self))

    def resampled(self, rng: np.random.Generator) -> Parts:
        """Return the worlds that a box is found with, drawn again with replacement, each with its replicates."""
        return Parts(self.learn.resampled(rng), self.choose.resampled(rng), self.judge)


class Sought(NamedTuple):
    """A box, empty if there is none; what screening said; the boxes on the way, and which of them was taken."""

    box: Box
    screening: pd.DataFrame
    boxes: list[Box]
    at: int


def parted(worlds: Worlds, rng: np.random.Generator) -> Parts:
    """Return half of the worlds to learn from, a quarter to choose by and a quarter to judge by, at random."""
    order, n = rng.permutation(len(worlds)), len(worlds)
    return Parts(*(worlds.take(rows) for rows in np.split(order, [n // 2, n // 2 + n // 4])))


def sought(parts: Parts, density: float | None = None) -> Sought:
    """Return the box that is surest to differ from all worlds, or the largest of a wanted density."""
    screening = screened(parts.learn)
    kept = screening[screening["kept"]]["factor"].tolist()
    if not kept:
        return Sought({}, screening, [{}], 0)
    learn = parts.learn.only(kept)
    boxes = peeled(learn)
    at = taken(boxes, parts.choose, density)
    box = pruned(pasted(learn, boxes[at]), parts.choose)
    return Sought(box, screening, boxes, at)


def quality(box: Box, worlds: Worlds) -> tuple[float, float, float]:
    """Return density (mean success in the box), coverage (share of all success) and mass (share of all worlds)."""
    held = inside(box, worlds)
    density = float(worlds.share[held].mean()) if held.any() else math.nan
    return density, float(worlds.share[held].sum() / max(worlds.share.sum(), 1e-12)), float(held.mean())


def taken(boxes: list[Box], worlds: Worlds, density: float | None) -> int:
    """Return the place of the box to take, as worlds have it that it was not found in.

    The surest has the largest √mass · (density − mean), which is the binomial test's z but for a constant (Klösgen
    1996): it grows by worlds whose success is nearer to that of the box than to that of all, and no others. Of a wanted
    density the box with the most coverage is taken; if there is none, the densest.
    """
    found = np.array([quality(box, worlds) for box in boxes])
    dense, coverage, mass = np.nan_to_num(found, nan=-1.0).T
    if density is None:
        return int(np.argmax(np.sqrt(mass) * (dense - worlds.share.mean())))
    enough = dense >= density
    return int(np.argmax(np.where(enough, coverage, -1) if enough.any() else dense))


def pruned(box: Box, worlds: Worlds) -> Box:
    """Return a box without the sides that shut out worlds no worse than those inside: one z each, Bonferroni's."""
    while box:
        z = {side: evidence(box, side, worlds) for side in box}
        weakest = min(z, key=lambda side: z[side])
        if z[weakest] >= -ndtri(LEVEL / len(box)):
            return box
        box = {side: limit for side, limit in box.items() if side != weakest}
    return box


def evidence(box: Box, side: Side, worlds: Worlds) -> float:
    """Return the z of the mean success inside a box against that of the worlds that one of its sides shuts out."""
    held = inside(box, worlds)
    out = inside(box, worlds, but=side) & ~held
    if held.sum() < 2 or out.sum() < 2:
        return -math.inf
    within, without = worlds.share[held], worlds.share[out]
    spread = within.var(ddof=1) / len(within) + without.var(ddof=1) / len(without)
    difference = float(within.mean() - without.mean())
    return difference / math.sqrt(spread) if spread > 0 else math.copysign(math.inf, difference)


def alike(one: Box, other: Box, worlds: Worlds) -> float:
    """Return how much two boxes are the same: the worlds in both, of those in either."""
    a, b = inside(one, worlds), inside(other, worlds)
    return float((a & b).sum() / max(1, (a | b).sum()))


def again(box: Box, parts: Parts, density: float | None, most: int, rng: np.random.Generator) -> Box:
    """Return what is found in place of a box when worlds are drawn again.

    Of the boxes found one after the other it is the one most like it: where there are two as good, either may come
    first.
    """
    left, found = parts.resampled(rng), list[Box]()
    while len(found) < most and (next_box := sought(left, density).box):
        found.append(next_box)
        if alike(box, next_box, parts.judge) > HALF:
            return next_box
        left = left.outside(next_box)
    return max(found, key=lambda other: alike(box, other, parts.judge), default={})
