"""What thematic clusters planned together: the joint plan of a cluster is one plan (measure 8)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from abm.machine.jit import State, kernel
from abm.measures.declare import Measure
from abm.state.words import NONE, Act, Stage


class Columns(NamedTuple):
    """The columns of this family."""

    cluster_plans: Annotated[
        float,
        Measure("thematic clusters with a joint plan: a plan in their theme between two of their cities", "plans", 8),
    ]


@kernel
def has_plan(w: State, x: int) -> bool:
    """Say whether two cities of cluster ``x`` agreed on an action plan in its theme since it began."""
    rows, covered, theme = w.partnerships, w.covered, w.policies[x].theme
    for r in range(w.count.partnerships):
        if (
            (theme == NONE or rows[r].theme == theme)
            and covered[x, rows[r].i] > 0
            and covered[x, rows[r].j] > 0
            and rows[r].reached[Stage.ACTION_PLAN] >= w.policies[x].start
        ):
            return True
    return False


@kernel
def record(w: State, t: int) -> None:
    """Fill the columns of this family."""
    n = 0.0
    for x in range(len(w.policies)):
        if w.policies[x].act == Act.ALIGN and w.policies[x].start <= t and has_plan(w, x):
            n += 1.0
    w.series[t].cluster_plans = n
