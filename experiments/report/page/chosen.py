"""Which claims a report makes: those of a file, ``NAME.claims.toml`` beside ``NAME.toml``, or the largest effects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from abm.input.files import read_toml
from experiments.factor import worded
from experiments.lab.folder import CLAIMS, RESOLVED, SHIPPED
from experiments.report.page.claims import DIFFERENCE, Claim, Claims, arm_at, between
from experiments.report.page.evidence import Evidence
from experiments.report.page.verdicts import Difference
from experiments.report.page.written import written

MOST = 5  # claims of a study that brings none


def claims_of(found: Evidence) -> Claims:
    """Return the claims of a study with their numbers; a design of blocks has none, nor one without shared luck."""
    if found.blocks or not found.study.common_random_numbers:
        return Claims((), "", {})
    path = file_of(found)
    if path is None:
        return Claims(tuple(largest(found)), "", {})
    return written(found, read_toml(path, needs="claims name arms and claims"))


def file_of(found: Evidence) -> Path | None:
    """Return the file of claims: beside the study's file, as it was when it ran, or that of the shipped study it is."""
    name = found.study.name.removesuffix("-quick")
    for path in (
        found.file.with_name(found.file.stem + CLAIMS),
        found.folder / (Path(RESOLVED).stem + CLAIMS),
        SHIPPED / (name + CLAIMS),
    ):
        if path.is_file() and (path.parent != SHIPPED or is_shipped(found, name)):
            return path
    return None


def is_shipped(found: Evidence, name: str) -> bool:
    """Say whether a study varies what the shipped one of its name varies, over the same levels."""
    from experiments.design.files import read_study

    shipped = read_study(SHIPPED / f"{name}.toml")
    return [(f.name, f.levels) for f in shipped.factors] == [(f.name, f.levels) for f in found.study.factors]


def largest(found: Evidence) -> Iterator[Claim]:
    """Yield the largest effects of a study: of each factor its largest, then the next, each outcome once a factor.

    An effect is that of a level against the baseline of its factor (its first level, where none is named), over all
    settings of the others, and as large as its distance from 0 in standard deviations of the pairs. What never varies
    follows from the settings and is no finding.
    """
    ranked = []
    for factor in found.study.factors:
        levels = [worded(level) for level in factor.levels]
        base = worded(found.study.baseline.get(factor.name, factor.levels[0])) if levels else None
        best: dict[str, tuple[float, Any, Difference]] = {}
        for level in levels:
            if level != base:
                a, b = (arm_at(found, {factor.name: value}) for value in (level, base))
                for outcome in found.study.outcomes:
                    one = between(found, a, b, outcome)
                    size = abs(one.difference) / one.deviation if one.deviation > 0 else 0.0
                    if size > best.get(outcome, (0.0,))[0]:
                        best[outcome] = (size, (a, b), one)
        order = sorted(best.items(), key=lambda item: -item[1][0])
        ranked += [(x, -size, outcome, arms, one) for x, (outcome, (size, arms, one)) in enumerate(order)]
    ranked.sort(key=lambda entry: entry[:2])
    for x, (_, _, outcome, (a, b), one) in enumerate(ranked[:MOST], 1):
        yield Claim(f"C{x}", DIFFERENCE, outcome, a, b, one)
