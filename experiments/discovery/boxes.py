"""Where does success come about? Boxes, how sure their sides are, and how they do in worlds that nobody looked at."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from abm.progress import shown_while
from experiments.discovery.prim import Box, Side, inside
from experiments.discovery.screen import slope
from experiments.discovery.seek import Parts, Sought, again, parted, quality, sought
from experiments.discovery.worlds import worlds
from experiments.intervals import LEVEL, ratios, share_interval

RESAMPLES = 100
RECURRENCE = 0.8  # share of resamples in which a side is found, below which it is not told
MOST_BOXES = 3
SHORT = 0.1  # by which density may fall short in worlds not seen, or of that of a weighted sum
WANTED = 40  # worlds for each factor
FOUND, NONE, UNSTABLE, POOR = "found", "no box", "unstable: more worlds needed", "a box is a poor description"


class Discovery(NamedTuple):
    """What was discovered.

    Attributes
    ----------
    says
        ``found``, ``no box`` (nothing tells success apart), ``unstable: more worlds needed``, or ``a box is a poor
        description`` (a weighted sum of the same factors does much better in as many worlds).
    base, n
        Share of success in all runs, and the number of worlds.
    boxes
        One row a box that is told: density and coverage with ``_low`` and ``_high``, mass, all in worlds not seen;
        density_seen where it was found; n_inside, the worlds judged by; sum_density, that of a weighted sum.
    limits
        One row a side that was found: box, factor, side, word, limit with ``low`` and ``high`` (10 and 90 % of
        resamples), recurrence, told.
    screening
        Every factor with its score (1 is the edge of chance) and whether a box was sought in it.
    tradeoff
        Coverage and density of every box on the way to the first.
    enough
        Whether there are 40 worlds for each factor.
    """

    says: str
    base: float
    n: int
    boxes: pd.DataFrame
    limits: pd.DataFrame
    screening: pd.DataFrame
    tradeoff: pd.DataFrame
    enough: bool


LIMITS = ["box", "factor", "side", "word", "limit", "low", "high", "recurrence", "told"]
BOXES = ["box", "density", "density_low", "density_high", "coverage", "coverage_low", "coverage_high", "mass"]
BOXES += ["n_inside", "density_seen", "sum_density"]


def discover(
    points: pd.DataFrame,
    won: np.ndarray,
    *,
    density: float | None = None,
    most: int = MOST_BOXES,
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: bool = False,
) -> Discovery:
    """Return the boxes in which success is frequent.

    Half of the worlds are to find boxes in, a quarter to choose one by, and a quarter that neither saw is to judge it.
    Finding and choosing is done again on worlds drawn again, each with its replicates; a side is told if at least 80 %
    of these find it. A further box is sought among the worlds outside those before.

    Parameters
    ----------
    points
        A row a world, a column a factor; words and switches are categories.
    won
        Successes, 0 or 1, shape (n,) or (n, replicates).
    density
        Wanted density; the box surest to differ from all worlds if left out.
    most
        Boxes, at most.
    progress
        Show on a terminal how many resamples are done.

    Raises
    ------
    Untellable
        If a run is missing, or success comes always or never.
    """
    every, rng = worlds(points, won), np.random.default_rng(seed)
    whole = left = parted(every, rng)
    founds, told, limits, says = list[Sought](), list[Box](), list[pd.DataFrame](), FOUND
    while says == FOUND and len(told) < most:
        founds.append(found := sought(left, density))
        if told and not denser(found.box, left, whole):
            break
        moving = left.only(found.screening["factor"][found.screening["score"] >= 1].tolist())
        sides = recurring(found.box, moving, density, most, resamples, rng, progress)
        box = {key: limit for (key, limit), well in zip(found.box.items(), sides["told"], strict=True) if well}
        says = judged(box, found.box, left)
        if says == FOUND or not told:
            limits.append(sides.assign(box=len(told) + 1, told=sides["told"] & (says == FOUND)))
        if says == FOUND:
            told.append(box)
            left = left.outside(box)
    kept = founds[0].screening["factor"][founds[0].screening["kept"]].tolist()
    rows = [(n + 1, *row(box, told[:n], kept, whole)) for n, box in enumerate(told)]
    table = pd.DataFrame(rows, columns=BOXES)
    if told:
        says = POOR if table["sum_density"][0] > table["density"][0] + SHORT else FOUND
    named = pd.concat(limits)[LIMITS].reset_index(drop=True)
    enough = len(every) >= WANTED * len(every.names)
    return Discovery(
        says,
        float(every.share.mean()),
        len(every),
        table,
        named,
        founds[0].screening,
        tradeoff(founds[0], whole),
        enough,
    )


def denser(box: Box, left: Parts, whole: Parts) -> bool:
    """Return whether a further box is denser, in worlds that nobody looked at, than all worlds are."""
    return (
        bool(box)
        and share_interval(left.judge.share[inside(box, left.judge)], left.judge.won.shape[1])[1]
        > whole.judge.share.mean()
    )


def recurring(
    box: Box,
    parts: Parts,
    density: float | None,
    most: int,
    resamples: int,
    rng: np.random.Generator,
    progress: bool,
) -> pd.DataFrame:
    """Return the sides of a box with how often resamples find them and between which limits."""
    seen: dict[Side, list[float]] = {side: [] for side in box}
    for _ in shown_while(range(resamples if box else 0), resamples, progress, "resamples"):
        for side, limit in again(box, parts, density, most, rng).items():
            if side in seen:
                seen[side].append(limit)
    rows = []
    for side, limit in box.items():
        low, high = np.quantile(seen[side], (0.1, 0.9)).tolist() if seen[side] else (math.nan, math.nan)
        recurrence = len(seen[side]) / resamples
        rows.append((*side, limit, low, high, recurrence, recurrence >= RECURRENCE))
    return pd.DataFrame(rows, columns=LIMITS[1:])


def judged(told: Box, found: Box, parts: Parts) -> str:
    """Return whether a box holds in worlds that nobody looked at: denser than they are, and nearly as dense as seen."""
    if not found:
        return NONE
    if not told:
        return UNSTABLE
    held, share = inside(told, parts.judge), parts.judge.share
    density, _, _ = quality(told, parts.judge)
    if held.sum() < 2 or density < quality(told, parts.learn)[0] - SHORT:
        return UNSTABLE
    spread = math.sqrt(share.var(ddof=1) / held.sum())
    return FOUND if density - share.mean() > -float(ndtri((1 - LEVEL) / 2)) * spread else UNSTABLE


def row(box: Box, before: list[Box], kept: list[str], whole: Parts) -> tuple[float, ...]:
    """Return what is told of a box: the worlds that nobody looked at and that no box before has."""
    share, held = whole.judge.share, inside(box, whole.judge)
    for other in before:
        held &= ~inside(other, whole.judge)
    top = np.argsort(-slope(whole.learn.only(kept), whole.judge.only(kept)), kind="stable")[: held.sum()]
    seen = quality(box, whole.learn)[0]
    shares = (min(1.0, max(0.0, float(x))) for x in ratios(share * held, share)[:3])
    return (
        *share_interval(share[held], whole.judge.won.shape[1]),
        *shares,
        held.mean(),
        int(held.sum()),
        seen,
        share[top].mean(),
    )


def tradeoff(found: Sought, parts: Parts) -> pd.DataFrame:
    """Return coverage and density along the boxes of peeling, where they were found, chosen and judged."""
    rows = [
        (step, seen, *quality(box, part), len({side.factor for side in box}), step == found.at)
        for step, box in enumerate(found.boxes)
        for seen, part in zip(("found", "chosen", "judged"), parts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["step", "worlds", "density", "coverage", "mass", "restricted", "taken"])
