"""A small world for single decisions: parameters alone, four cities of two blocs, partnerships one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from abm.draws import NOBODY, child, draw, entity, process
from abm.input.scenario import PARAMETERS
from abm.rules import scouting
from abm.setup.build import LAYOUT
from abm.setup.records import as_records
from abm.shared import organisations
from abm.state import append, neighbours
from abm.state.entities import Partnership
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.words import N_THEMES, NONE, Origin, Stage
from abm.state.world import World
from tests.helpers import tiny, towns, world_at_start

SEED = np.uint64(1)
TEST = process("tests.by hand")
ONE_EACH = "".join(
    f'[[programmes]]\nname = "{name}"\nmembers = ["town-{i:03}", "town-{i + 1:03}"]\nbrokers = [{{}}]\n'
    for name, i in (("a", 0), ("b", 2))
)
LUCKS = [entity("luck", x) for x in range(400)]


def luck(why: np.uint64, t: int, a: np.uint64, b: np.uint64 = NOBODY, counter: int = 0) -> np.uint64:
    """Return the luck that rules draw in month ``t`` of these worlds, as a kernel takes it."""
    return np.uint64(draw(SEED, why, t, np.uint64(a), np.uint64(b), counter))


def next_luck(of: np.uint64, counter: int) -> np.uint64:
    """Return a further draw of the same luck, as a kernel takes it."""
    return np.uint64(child(of, counter))


def settings(changes: Mapping[str, Any] | None = None) -> Any:
    """Return the parameters as kernels take them: the defaults, some of them changed."""
    values = {name: declaration.default for name, declaration in PARAMETERS.items()}
    return as_records(LAYOUT, [values | dict(changes or {})])[0]


def world(
    folder: Path,
    regions: Sequence[str] = "EWEW",
    changes: Mapping[str, Any] | None = None,
    toml: str = "brokers = []",
    **columns: Any,
) -> tuple[World, Any]:
    """Return a world of a city for each region named, all of them members, and its parameters.

    One practice in each of two themes, and no organisations but those that ``columns`` give.
    """
    rows = towns(list(regions), **{"universities": 0, "firms": 0, **columns})
    few = {"world.n_themes": 2, "practice.per_theme": 1, **(changes or {})}
    w, p = world_at_start(tiny(folder, rows, toml, override=few))
    w.cities.standing[:] = w.members.standing[:] = 2
    return w, p


def partner(w: World, i: int, j: int, theme: int = 0, stage: int = Stage.CONTACT, **columns: Any) -> int:
    """Let two cities be partners at a stage, and return the row of their partnership."""
    r = append.partnership(handle(w), TEST)
    given = {"key": entity("partnership", r), "i": i, "j": j, "theme": theme, "stage": stage, "ever": stage, **columns}
    for name, value in given.items():
        w.partnerships[name][r] = value
    neighbours.note(handle(w), r)
    return r


def linked_until(w: World, kind: int, a: int, b: int, ended: int = NONE, r: int = NONE, met: int = 0) -> None:
    """Let two actors be linked in theme 0, until a month if one is given; ``r`` is the partnership of the link."""
    organisations.link(handle(w), TEST, kind, a, b, 0, r, met)
    w.links.ended[int(w.count.links) - 1] = ended
    w.count.living_links -= ended != NONE


def meeting(w: World, i: int, j: int, theme: int = 0, origin: int = Origin.SEARCH, **columns: Any) -> int:
    """Let two cities meet, and return the row of the encounter."""
    x = append.encounter(handle(w), TEST, entity("meeting", int(w.count.encounters)), i, j, theme, origin, NONE)
    for name, value in columns.items():
        w.encounters[name][x] = value
    return x


def partnership(**columns: Any) -> Any:
    """Return one partnership by itself, with nothing for or against it but what ``columns`` say."""
    table = allocate(Partnership, 1)
    for name, value in {"trust": 0.5, "gap": 0.3, "j": 1, **columns}.items():
        table[name][0] = value
    return table[0]


def candidates(w):
    """Return the pairs that the broker looks at, with their themes."""
    rows = w.candidates[: int(w.count.candidates)]
    return {(int(c.i), int(c.j)): [x for x in range(N_THEMES) if int(c.themes) >> x & 1] for c in rows}


def looks(w, p):
    """Let the broker look at all pairs, and return the candidates."""
    w.count.candidates = 0
    scouting.look_at_all(handle(w), p, 0)
    return candidates(w)
