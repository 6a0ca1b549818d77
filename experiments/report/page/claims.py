"""Claims: what a report says of a study, as data beside it. Only names are written; every number is computed.

``NAME.claims.toml`` beside ``NAME.toml`` has arms, each a set of settings and its name in English and Chinese, and
claims, each a difference of two arms in an outcome. An arm that leaves factors open is the mean over all their
settings, seed by seed. A study without such a file has its largest effects for claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.input.files import read_toml
from abm.parameters import ConfigError, nearest, shown
from experiments.factor import worded
from experiments.intervals import ratios
from experiments.lab.folder import CLAIMS, RESOLVED, SHIPPED
from experiments.report.page.evidence import Evidence
from experiments.report.page.verdicts import UNCLEAR, Difference, difference

KEY = re.compile(r"[A-Z][0-9]{1,3}")
MOST = 5  # claims of a study that brings none
TEMPLATES = ("difference", "share")
VERDICTS = ("more", "fewer", "unclear")
Text = Mapping[str, str]  # by language


class Arm(NamedTuple):
    """Some points of a study, with a name in every language (empty: by its settings)."""

    at: Mapping[str, Any]
    name: Text
    points: tuple[str, ...]

    @property
    def single(self) -> bool:
        """Whether it is one point, so that a run of it can be looked at."""
        return len(self.points) == 1


class Claim(NamedTuple):
    """What is said, and what was found.

    Attributes
    ----------
    key, template, outcome
        C1, C2 …; how it is said; of which outcome.
    a, b
        What is compared.
    found
        The paired difference a − b.
    texts
        In words, by language: ``what`` is counted, ``who`` brings it, ``that`` a share hangs on, ``take`` by verdict.
    expects
        The verdict that was expected, empty where none was.
    rest, left, share
        Of a share: the arms without what it hangs on, their difference, and the share with low and high.
    """

    key: str
    template: str
    outcome: str
    a: Arm
    b: Arm
    found: Difference
    texts: Mapping[str, Any] = {}
    expects: str = ""
    rest: tuple[Arm, Arm] | None = None
    left: Difference | None = None
    share: tuple[float, float, float] | None = None

    @property
    def verdict(self) -> str:
        """More, fewer or unclear; of a share, whether there is one."""
        if self.share:
            return "more" if self.share[1] > 0 else UNCLEAR
        return self.found.verdict


class Claims(NamedTuple):
    """The claims of a study, their file (empty: its largest effects), what it is not, and the arms of its figure."""

    claims: tuple[Claim, ...]
    source: str
    limits: Text
    figure: tuple[Arm, ...] = ()


def claims_of(found: Evidence) -> Claims:
    """Return the claims of a study with their numbers; a design of blocks has none, nor one without shared luck."""
    if found.blocks or not found.study.common_random_numbers:
        return Claims((), "", {})
    path = file_of(found)
    if path is None:
        return Claims(tuple(largest(found)), "", {})
    source = read_toml(path, needs="claims name arms and claims")
    with source.located():
        return written(found, source.document, path.name)


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


def written(found: Evidence, document: Mapping[str, Any], file: str) -> Claims:
    """Return the claims that a file makes."""
    check_keys(document, ("arms", "claims", "limits", "figure"), "")
    arms = {key: arm_of(found, key, said) for key, said in document.get("arms", {}).items()}
    made = [claim_of(found, arms, said, x) for x, said in enumerate(document.get("claims", ()), 1)]
    if not made:
        raise ConfigError("claims: there are none; [[claims]] makes one")
    figure = tuple(arms[one_of(key, tuple(arms), "figure")] for key in document.get("figure", ()))
    return Claims(tuple(made), file, document.get("limits", {}), figure)


def arm_of(found: Evidence, key: str, said: Mapping[str, Any]) -> Arm:
    """Return an arm, or refuse one of no point."""
    check_keys(said, ("at", "en", "zh"), f"arms.{key}.")
    at = said.get("at", {})
    check_keys(at, [factor.name for factor in found.study.factors], f"arms.{key}.at.")
    arm = arm_at(found, at, {lang: said[lang] for lang in ("en", "zh") if lang in said})
    if not arm.points:
        raise ConfigError(f"arms.{key}.at: the study has no point there")
    return arm


def arm_at(found: Evidence, at: Mapping[str, Any], name: Text | None = None) -> Arm:
    """Return the arm of all points that have some settings."""
    names = [factor.name for factor in found.study.factors]
    wanted = [(names.index(key), value) for key, value in at.items()]
    points = [p.id for p in found.study.points() if all(worded(p.settings[x]) == value for x, value in wanted)]
    return Arm(at, name or {}, tuple(points))


def claim_of(found: Evidence, arms: Mapping[str, Arm], said: Mapping[str, Any], number: int) -> Claim:
    """Return a claim of a file with its numbers."""
    at = f"claims[{number}]."
    check_keys(said, ("key", "template", "outcome", "a", "b", "rest", "what", "who", "that", "take", "expects"), at)
    template = one_of(said.get("template", "difference"), TEMPLATES, f"{at}template")
    outcome = one_of(said.get("outcome", ""), found.study.outcomes, f"{at}outcome")
    a, b, *rest = (
        arms[one_of(name, tuple(arms), f"{at}{key}")]
        for key, name in (("a", said.get("a")), ("b", said.get("b")), *(("rest", x) for x in said.get("rest", ())))
    )
    if a is b:
        raise ConfigError(f"{at}b = {shown(said.get('b'))}: is the arm that it is compared with")
    if (template == "share") != (len(rest) == 2):
        raise ConfigError(f"{at}rest = {shown(said.get('rest', []))}: a share has two arms there, another claim none")
    check_keys(said.get("take", {}), VERDICTS, f"{at}take.")
    expects = said.get("expects", "")
    if expects:
        one_of(expects, VERDICTS, f"{at}expects")
    key = said.get("key", f"C{number}")
    if not KEY.fullmatch(str(key)):
        raise ConfigError(f"{at}key = {shown(key)}: must be a letter and digits, such as C1")
    claim = Claim(key, template, outcome, a, b, between(found, a, b, outcome), said, expects)
    if not rest:
        return claim
    return claim._replace(
        rest=(rest[0], rest[1]),
        left=between(found, rest[0], rest[1], outcome),
        share=share_of(found, (a, b), rest, outcome),
    )


def between(found: Evidence, a: Arm, b: Arm, outcome: str) -> Difference:
    """Return the paired difference of two arms."""
    return difference(*map(np.asarray, aligned(found, outcome, a, b)))


def share_of(found: Evidence, full: Any, rest: Any, outcome: str) -> tuple[float, float, float]:
    """Return which share of one paired difference is not in another, with its interval: 1 − Σ d₂ / Σ d₁."""
    a, b, c, d = aligned(found, outcome, *full, *rest)
    there = ~np.isnan(a + b + c + d)
    ratio, low, high, _ = ratios((c - d)[there], (a - b)[there])
    return float(1 - ratio), float(1 - high), float(1 - low)


def aligned(found: Evidence, outcome: str, *arms: Arm) -> list[np.ndarray]:
    """Return an outcome of arms seed by seed, shape (n_seeds,) each: the mean over their points, missing if one is."""
    table = found.runs
    series = []
    for arm in arms:
        runs = table[table["point"].isin(arm.points)].groupby("replicate")[outcome]
        series.append(runs.mean().where(runs.count() == len(arm.points)))
    return [column.to_numpy(float) for _, column in pd.concat(series, axis=1).sort_index().items()]


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
        yield Claim(f"C{x}", "difference", outcome, a, b, one)


def check_keys(said: Mapping[str, Any], known: Any, at: str) -> None:
    """Refuse a key that is not known."""
    for key in said:
        if key not in known:
            raise ConfigError(f"unknown key {shown(at + key)}{nearest(key, list(known))}")


def one_of(value: Any, known: Any, key: str) -> Any:
    """Return a word, or refuse one that is not known."""
    if value not in known:
        raise ConfigError(
            f"{key} = {shown(value)}: must be one of {', '.join(known)}{nearest(str(value), list(known))}"
        )
    return value
