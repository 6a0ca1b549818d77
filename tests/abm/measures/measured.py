"""Worlds with given partnerships, measured once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from abm import measures
from abm.rules import membership
from abm.setup.room import with_lists
from abm.state import neighbours
from abm.state.entities import Partnership
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.words import NONE, Origin, Stage
from abm.state.world import World
from tests.helpers import tiny, towns, world_at_start


class Tie(NamedTuple):
    """One partnership as a test needs it; ``ever`` and ``pilot`` follow from the stage where they are left out."""

    i: int
    j: int
    stage: int = Stage.MEMORANDUM
    theme: int = 0
    ever: int = 0
    begun: int = 0
    ended: int = NONE
    pilot: int = NONE
    helix: float = NONE
    origin: int = Origin.SEARCH
    trust: float = 0.5
    gap: float = 0.2
    university: tuple[int, int] = (NONE, NONE)
    firm: tuple[int, int] = (NONE, NONE)


def world(folder: Path, regions: Iterable[str], months: int = 12, weightless: int = 0) -> tuple[World, Any]:
    """Return a world of a city for each region named, in its first month, without partnerships; and its parameters.

    The last ``weightless`` of the cities take part in nothing.
    """
    rows = towns(list(regions))
    for row in rows[len(rows) - weightless :]:
        row["weight"] = 0.0
    w, p = world_at_start(tiny(folder, rows, months=months))
    membership.enter(handle(w), 0)
    return w, p


def partnered(w: World, ties: Iterable[Tie | tuple[int, ...]]) -> World:
    """Return the world with these partnerships and no others."""
    chosen = [Tie(*tie) for tie in ties]
    rows = allocate(Partnership, max(1, len(chosen)))
    for r, tie in enumerate(chosen):
        rows.i[r], rows.j[r] = min(tie.i, tie.j), max(tie.i, tie.j)
        rows.theme[r], rows.stage[r], rows.ever[r] = tie.theme, tie.stage, max(tie.stage, tie.ever)
        rows.begun[r], rows.ended[r], rows.reached[r] = tie.begun, tie.ended, NONE
        rows.reached[r, Stage.PILOT] = tie.pilot
        rows.university[r], rows.firm[r] = tie.university, tie.firm
        rows.trust[r], rows.gap[r], rows.helix_at_pilot[r], rows.origin[r] = tie.trust, tie.gap, tie.helix, tie.origin
    live = np.array([r for r, tie in enumerate(chosen) if tie.stage > 0], np.int32)
    w.count.partnerships, w.count.live = len(chosen), len(live)
    w = with_lists(w._replace(partnerships=rows, live=live))
    measures.begin(handle(w))
    neighbours.begin(handle(w))
    for r in range(len(chosen)):
        neighbours.note(handle(w), r)
    return w


def measured(w: World, p: Any, ties: Iterable[Tie | tuple[int, ...]], t: int = 11) -> np.record:
    """Return the series of month ``t`` with these partnerships and no others."""
    w = partnered(w, ties)
    if t > 0:
        w.series.dissolved_ever[t - 1] = sum(0 <= row.ended < t for row in w.partnerships)
    measures.record(handle(w), p, t)
    return w.series[t]
