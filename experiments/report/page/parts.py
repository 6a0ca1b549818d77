"""What a report says before it is put on a page: claims, tables and facts, first of all languages, then of one."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup

from abm.input.scenario import PARAMETERS
from abm.state.words import Standing
from experiments.analysis import effects
from experiments.analysis.tables import alone, baseline_of, columns_of_arms
from experiments.factor import Factor, worded
from experiments.figures.text import percent
from experiments.files import inert_text
from experiments.report.page.chosen import claims_of
from experiments.report.page.claims import DIFFERENCE, Claims, mean_of
from experiments.report.page.evidence import Evidence
from experiments.report.page.packing import TooLarge, packed
from experiments.report.page.sections import cell_in_words, drivers, sections
from experiments.report.page.story import Story, story
from experiments.report.page.telling import Told
from experiments.report.page.turns import Elsewhere, elsewhere
from experiments.report.page.verdicts import printed
from experiments.report.page.words import Words, name, sentence, steady

ON_PAGE_ONE = 3
MOST_POINTS = 120  # of a table of means


class Report(NamedTuple):
    """Everything that a report says, before it is put into words: it is the same in every language."""

    found: Evidence
    claims: Claims
    elsewhere: list[Elsewhere]
    story: Story | None
    means: pd.DataFrame
    looked: int
    runs: dict[str, Any]
    why_no_runs: str


def report(found: Evidence, with_runs: bool = True) -> Report:
    """Return what a report says of a study."""
    claims = claims_of(found)
    few = not found.blocks and found.runs["point"].nunique() <= MOST_POINTS
    means = effects.means(found.runs, ["point"], list(found.study.outcomes)) if few else pd.DataFrame()
    runs, why = {}, "why_asked"
    if with_runs:
        try:
            runs, why = packed(found), ""
        except TooLarge as reason:
            why = str(reason)
    differences = [claim for claim in claims.claims if claim.template == DIFFERENCE]
    return Report(
        found,
        claims,
        [elsewhere(found, claim) for claim in differences],
        story(found, claims.claims) if found.posterior is None else None,
        means,
        looked_at(found, chosen=not claims.source) if few else 0,
        runs,
        why,
    )


def looked_at(found: Evidence, chosen: bool) -> int:
    """Return how many differences to baselines (of a fraction: effects of factors) the tables of the study have.

    Of claims that were ``chosen`` by their size there are at least those of every level that were looked at for them.
    """
    study, n = found.study, len(found.study.outcomes)
    if study.design.kind == "fractional":
        return n * len(study.factors) * study.common_random_numbers
    arms = pd.MultiIndex.from_frame(found.runs[columns_of_arms(study)].drop_duplicates())
    compared = 0
    for key, word in baseline_of(study).items():
        there = arms.difference(alone(arms, key, word))
        compared += int((there.get_level_values(key) != word).sum())
    if chosen and study.common_random_numbers:
        compared = max(compared, sum(len(factor.levels) - 1 for factor in study.factors if factor.levels))
    return n * compared


def part(said: Report, words: Words) -> dict[str, Any]:
    """Return what the template fills in for one language."""
    found, claims = said.found, said.claims.claims
    told = Told(words, found, claims, said.claims.figure)
    return {
        "w": words,
        "id": words.language,
        "told": told,
        "said": said,
        "found": found,
        "study": found.study,
        "claims": claims,
        "first": claims[:ON_PAGE_ONE],
        "groups": grouped(claims),
        "facts": facts(found, words),
        "factors": [factor_row(factor, words, found) for factor in found.study.factors],
        "arms": arms_of(told),
        "means": means_of(said, words),
        "csv": csv_of(said),
        "sections": sections(found),
        "drivers": drivers(found),
        "why_no_claims": "no_difference" if said.looked else "no_claims",
        "levels": levels_of(said, words),
        "glossary": [entry[words.language] for entry in glossary()],
        "limits": said.claims.limits.get(words.language, ""),
        "hypothesis": " ".join(steady(found.study.hypothesis).split()),
        "cell": partial(cell_in_words, words),
        "name": name,
        "sentence": sentence,
        "percent": percent,
        "heads": lambda section: list(map(words.head, section.columns)),
        "digest": found.digest[:16],
        "resolved": steady(found.resolved),
        "machine": machine_of(found),
    }


def grouped(claims: Sequence[Any]) -> list[list[Any]]:
    """Return the claims of differences outcome by outcome."""
    found: dict[str, list[Any]] = {}
    for claim in claims:
        if claim.template == DIFFERENCE:
            found.setdefault(claim.outcome, []).append(claim)
    return list(found.values())


def facts(found: Evidence, w: Words) -> list[tuple[Markup, str]]:
    """Return the size of a study, and what it holds fixed."""
    study = found.study
    cities = {sum(city.role is Standing.MEMBER for city in s.cities) for s in study.scenarios.values()}
    held = [d for key, d in PARAMETERS.items() if key not in {factor.name for factor in study.factors}]
    assumed = sum(d.par.source == "assumed" for d in held)
    replicates = study.replicates if study.precision is None else f"{study.replicates} – {study.most_replicates}"
    return [
        (w.say("cities"), " · ".join(map(str, sorted(cities)))),
        (w.say("points"), f"{len(study.points()):,}"),
        (w.say("replicates"), str(replicates)),
        (w.say("months"), str(study.months)),
        (w.say("seeds"), w.say(seeds_of(found))),
        (w.say("runs_finished"), f"{found.finished:,}"),
        (w.say("runs_failed"), f"{found.failed:,}"),
        (w.say("held"), str(len(held))),
        (w.say("assumed"), str(assumed)),
    ]


def seeds_of(found: Evidence) -> str:
    """Return the key of the words for which points of a study share their seeds."""
    if found.blocks:
        return "seeds_blocks"
    return "seeds_shared" if found.study.common_random_numbers else "seeds_apart"


def factor_row(factor: Factor, w: Words, found: Evidence) -> dict[str, Any]:
    """Return what varies: label, name, unit, levels, and what it means."""
    declared, label = PARAMETERS.get(factor.name), w.label(factor.name)
    ends = [w.level(factor.name, x, found.study) for x in factor.levels or (factor.low, factor.high)]
    return {
        "label": label if label != name(factor.name) else "",
        "name": factor.name,
        "unit": declared.par.unit if declared and declared.par.unit != "1" else "",
        "levels": w.say("comma").join(ends) if factor.levels else w.say("range", low=ends[0], high=ends[1]),
        "meaning": declared.par.sentence if declared else "",
    }


def arms_of(told: Told) -> list[list[Any]]:
    """Return the means of everything that is compared: arm, outcome, mean, low, high, runs."""
    rows, seen = [], set()
    for claim in told.claims:
        drawn = told.drawn(told.claims[:ON_PAGE_ONE]) if claim in told.claims[:ON_PAGE_ONE] else told.figure
        for arm in (claim.a, claim.b, *(claim.rest or ()), *drawn):
            if (arm.points, claim.outcome) in seen:
                continue
            seen.add((arm.points, claim.outcome))
            *mean, n = mean_of(told.found, arm, claim.outcome)
            rows.append([told.arm(arm), told.words.label(claim.outcome), *precise(*mean), n])
    return rows


def precise(mean: float, low: float, high: float) -> list[str]:
    """Return a mean with its interval, as precise as that is narrow."""
    return [printed(value, (high - low) / 2) for value in (mean, low, high)]


def means_of(said: Report, w: Words) -> dict[str, Any]:
    """Return the table of means: a row a point, a column an outcome."""
    if said.means.empty:
        return {}
    study = said.found.study
    cells = {(row["point"], row["outcome"]): precise(row["mean"], row["low"], row["high"])[0]
             for row in said.means.to_dict("records")}  # fmt: skip
    there = set(said.means["point"])
    points = [point for point in study.points() if point.id in there]
    return {
        "head": [w.label(factor.name) for factor in study.factors] + [w.label(name) for name in study.outcomes],
        "rows": [
            (
                point.id,
                [w.level(f.name, x, study) for f, x in zip(study.factors, point.settings, strict=True)],
                [cells[point.id, outcome] for outcome in study.outcomes],
            )
            for point in points
        ],
    }


def csv_of(said: Report) -> str:
    """Return the means of every point as a link that holds them, empty where there are none."""
    if said.means.empty:
        return ""
    settings = pd.DataFrame(
        [(p.id, *map(worded, p.settings)) for p in said.found.study.points()],
        columns=["point", *[factor.name for factor in said.found.study.factors]],
    )
    table = inert_text(settings.merge(said.means, on="point"))
    return f"data:text/csv;charset=utf-8,{quote(table.to_csv(index=False, lineterminator=chr(10)))}"


def levels_of(said: Report, w: Words) -> list[dict[str, Any]]:
    """Return what the explorer lets choose: each factor with its levels, as the packed runs number them."""
    if not said.runs:
        return []
    study, at = said.found.study, said.runs["at"]
    settings = {point.id: point.settings for point in study.points()}
    found = []
    for x, factor in enumerate(study.factors):
        levels: dict[int, Markup] = {}
        for point, place in zip(said.runs["points"], at, strict=True):
            levels.setdefault(place[x], w.level(factor.name, settings[point][x], study))
        found.append({"label": w.label(factor.name), "levels": [levels[k] for k in sorted(levels)]})
    return found


def machine_of(found: Evidence) -> list[tuple[str, str]]:
    """Return versions as name and number."""
    made = found.made.get("machine", {})
    packages = {key: value for key, value in made.get("packages", {}).items() if value}
    return [("python", str(made["python"]))] * ("python" in made) + [(k, str(v)) for k, v in packages.items()]


@lru_cache(maxsize=1)
def glossary() -> list[dict[str, list[str]]]:
    """Return words and what they mean, by language."""
    return list(tomllib.loads((Path(__file__).parent / "glossary.toml").read_text(encoding="utf-8")).values())
