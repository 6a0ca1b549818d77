"""What would turn a claim, as far as its own study shows: the same comparison at every setting of what else varies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from experiments.factor import worded
from experiments.report.page.claims import Claim
from experiments.report.page.evidence import Evidence
from experiments.report.page.verdicts import FEWER, MORE, UNCLEAR, Difference, difference

MOST = 60  # settings of a table that is still read


class Turn(NamedTuple):
    """A claim's comparison at one setting of the other factors, and the two points that are compared."""

    at: dict[str, Any]
    found: Difference
    a: str
    b: str


class Elsewhere(NamedTuple):
    """A claim's comparison at all settings of what else varies."""

    claim: Claim
    turns: list[Turn]

    @property
    def stays(self) -> bool:
        """Whether the verdict of the claim is that of every setting."""
        return self.counts[self.claim.verdict] == len(self.turns)

    @property
    def smallest(self) -> Difference:
        """The difference nearest to 0."""
        return min((turn.found for turn in self.turns), key=lambda found: abs(found.difference))

    @property
    def counts(self) -> dict[str, int]:
        """How many of the settings say more, fewer, or nothing sure."""
        said = [turn.found.verdict for turn in self.turns]
        return {word: said.count(word) for word in (MORE, UNCLEAR, FEWER)}


def elsewhere(found: Evidence, claim: Claim) -> Elsewhere:
    """Return a claim's comparison wherever the study has both its sides; nothing where all else is held fixed."""
    names = [factor.name for factor in found.study.factors]
    changed = [name for name in names if claim.a.at.get(name) != claim.b.at.get(name)]
    others = [name for name in names if name not in changed]
    if not others or any(name not in arm.at for name in changed for arm in (claim.a, claim.b)):
        return Elsewhere(claim, [])
    by_settings = {tuple(map(worded, point.settings)): point.id for point in found.study.points()}
    columns, draws = by_point(found, claim.outcome), found.draws
    turns = []
    for settings, point in by_settings.items():
        named = dict(zip(names, settings, strict=True))
        if any(named[name] != claim.a.at[name] for name in changed):
            continue
        other = by_settings.get(tuple((named | {name: claim.b.at[name] for name in changed})[name] for name in names))
        if other is not None and point in columns and other in columns:
            found_there = difference(columns[point], columns[other], draws)
            if found_there.difference or found_there.deviation:  # else both are one and the same world
                turns.append(Turn({name: named[name] for name in others}, found_there, point, other))
    return Elsewhere(claim, turns if 1 < len(turns) <= MOST else [])


def by_point(found: Evidence, outcome: str) -> dict[str, np.ndarray]:
    """Return an outcome of every point seed by seed, shape (n_seeds,) each; missing where a run is."""
    wide = found.runs.pivot(index="replicate", columns="point", values=outcome).sort_index()
    return {str(point): column.to_numpy(float) for point, column in wide.items()}
