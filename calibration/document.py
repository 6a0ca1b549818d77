"""The tables of ``calibration/RECORD.md``, made from code and data: ``python -m calibration.document``."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from abm.input.load import DATA, load
from abm.input.scenario import PARAMETERS
from calibration.check import SIGNS, compare, summary
from calibration.printed import Cities, cities_of, merged
from calibration.priors import FREE
from calibration.record import AT_WORK, CASES, cities_named, record, rows
from calibration.statistics import STATISTICS, statistics
from calibration.targets import TARGETS
from experiments.report.odd import markdown, renewed
from experiments.terminal import short

DOCUMENT = Path(__file__).with_name("RECORD.md")
SEEDS = 500
ASSUMED = "assumed; no data"


class Change(NamedTuple):
    """What a default was before, and why it is another one now."""

    before: float
    why: str


CHANGES = {
    "helix.university_rate": Change(
        0.4,
        "68 % of pilots began with both, where the record names both in 6 of 15 cases; but not stated is not absent",
    ),
    "helix.firm_rate": Change(0.3, "the same: 91 % began with a firm, where the record names firms in 9 of 15"),
    "pairing.within_cohort": Change(0, "11 of 11 recorded pairings join cities of one cohort; at 0 about half did"),
}


def targets() -> str:
    """Return every number that the model is held against: where it comes from, and how it was counted."""
    return markdown(
        ("target", "role", "record", "off by", "until", "source", "how it was counted"),
        [
            (
                t.name,
                t.role,
                f"{SIGNS[t.bound]}{short(t.value)} {t.unit if t.unit != '1' else ''}".strip(),
                short(t.tolerance),
                t.date,
                f"`{t.source}`",
                t.sentence,
            )
            for t in TARGETS
        ],
    )


def cases() -> str:
    """Return the cases of the record as they are counted: who is named, and whether the stage counts as at work."""
    cities = cities_of(load("iuc-asia"))
    lines = list(rows(DATA / CASES).values())
    named = cities_named(DATA, cities, [line["project_id"] for line in lines])
    return markdown(
        (
            "case",
            "theme",
            "European members",
            "Chinese members",
            "associate",
            "universities",
            "firms",
            "stage",
            "at work",
        ),
        [
            (
                line["project_id"],
                line["theme"],
                *(names(cities, who, which) for which in (cities.europe, cities.china, cities.associates)),
                line["universities"],
                line["firms_or_clusters"],
                line["stage"],
                "yes" if AT_WORK[line["stage"]] else "no",
            )
            for line, who in zip(lines, named, strict=True)
        ],
    )


def names(cities: Cities, who: np.ndarray, which: np.ndarray) -> str:
    """Return the names of those of some cities that stand in a case."""
    return ", ".join(cities.names[k] for k in which if who[k]) or "–"


def printed() -> str:
    """Return the statistics of the printed list, and what they would be if a case were a component as in the model."""
    scenario = load("iuc-asia")
    cities, found = cities_of(scenario), record(scenario)
    columns = (statistics(found, cities), statistics(merged(found), cities))
    return markdown(
        ("statistic", "role in `twinhelix calibrate`", "record as printed", "record by components"),
        [(s.name, s.role, *map(short, values)) for s, *values in zip(STATISTICS, *columns, strict=True)],
    )


def changed() -> str:
    """Return the defaults that the record has moved."""
    return markdown(
        ("parameter", "before", "default", "why"),
        [(f"`{name}`", short(c.before), short(PARAMETERS[name].default), c.why) for name, c in CHANGES.items()],
    )


def check() -> str:
    """Return the comparison with the record, with the defaults before and those of today."""
    before = compare("iuc-asia", SEEDS, {name: change.before for name, change in CHANGES.items()})
    today = compare("iuc-asia", SEEDS)
    lines = [
        (b["target"], b["role"], f"{SIGNS[b['bound']]}{short(b['observed'])}", *judged(b), *judged(t))
        for b, t in zip(before.to_dict("records"), today.to_dict("records"), strict=True)
    ]
    head = ("target", "role", "record", "before", "z", "", "today", "z", "")
    return f"{markdown(head, lines)}\n\nToday, {SEEDS} seeds. " + summary(today).replace("\n", " ")


def judged(row: dict[Any, Any]) -> tuple[str, str, str]:
    """Return mean, z and verdict of a target."""
    return short(row["mean"]), f"{row['z']:+.2f}", row["verdict"]


def assumed() -> str:
    """Return the parameters that calibration frees, and those besides that have no data."""
    without = [name for name, declared in PARAMETERS.items() if declared.par.source == ASSUMED]
    return markdown(
        ("parameter", "default", "prior", "source", "free in `twinhelix calibrate`"),
        [
            (
                f"`{name}`",
                short(PARAMETERS[name].default),
                "{:g} to {:g}".format(*(PARAMETERS[name].par.prior or ())),
                PARAMETERS[name].par.source,
                "yes" if name in FREE else "no",
            )
            for name in dict.fromkeys((*FREE, *without))
        ],
    )


def entries() -> str:
    """Return when the cities entered, and what of it is fact."""
    lines = [
        (int(line["entry_month"]), line["source"].rpartition("; ")[2], line["name"])
        for line in rows(DATA / "iuc_cities.csv").values()
    ]
    groups = groupby(sorted(lines), key=lambda line: line[:2])
    return markdown(
        ("entry month", "what is known", "cities"),
        [(month, known, ", ".join(name for *_, name in group)) for (month, known), group in groups],
    )


TABLES: dict[str, Callable[[], str]] = {
    made.__name__: made for made in (targets, cases, printed, changed, check, assumed, entries)
}


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8"), TABLES, DOCUMENT.name), encoding="utf-8")
