"""Sections of the report that other commands fill: each appears where its table lies in the folder of the study."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from experiments.design.posterior import JSON, Posterior
from experiments.factor import worded
from experiments.files import read_table
from experiments.lab.folder import TABLES
from experiments.report.page.evidence import Evidence
from experiments.report.page.verdicts import printed
from experiments.report.page.words import Words
from experiments.terminal import one_line, short

MOST_ROWS = 40
LEADING, MOST_LEADING = ("pilots_ever", "contacts_ever", "adoptions_ever"), 3


class Section(NamedTuple):
    """What is read: a table of the study, the columns that are shown, and by which of them the largest come first.

    A column with ``_low`` and ``_high`` beside it is shown as one. What a table ``…-says`` says stands over it.
    """

    table: str
    columns: tuple[str, ...]
    largest: str = ""


SECTIONS = (
    Section("indices", ("outcome", "month", "factor", "ST", "S1"), "ST"),
    Section("luck", ("outcome", "month", "share", "says")),
    Section("screening", ("outcome", "month", "factor", "size", "noise", "moves"), "size"),
    Section("given", ("outcome", "factor", "S1", "luck_share", "says"), "S1"),
    Section("boxes", ("box", "density", "coverage", "mass")),
    Section("robust", ("wish", "wanted", "programme", "mean", "best", "regret", "worst", "enough")),
    Section("turns", ("wish", "first", "second", "ahead", "density", "coverage", "mass", "says")),
)
LABELLED = ("outcome", "factor", "wish", "parameter")  # columns of names that have words


class Estimate(NamedTuple):
    """A number with its interval."""

    value: float
    low: float
    high: float


class Shown(NamedTuple):
    """A section as it is shown: key of its words, sentences, rows of cells, and how many rows there are in all."""

    key: str
    says: tuple[str, ...]
    columns: tuple[str, ...]
    rows: list[list[Any]]
    n_rows: int
    file: str


def sections(found: Evidence) -> list[Shown]:
    """Return the sections whose tables are there."""
    paths = [(section, found.folder / TABLES / f"{section.table}.parquet") for section in SECTIONS]
    made = [shown(section, path) for section, path in paths if path.is_file()]
    return made + ([drawn(found.posterior)] if found.posterior else [])


def shown(section: Section, path: Path) -> Shown:
    """Return a section of a table: those of its columns that are there, and of the largest rows some."""
    table, says = read_table(path), path.with_stem(f"{section.table}-says")
    sentences = tuple(map(str, read_table(says, "sentence")["sentence"])) if says.is_file() else ()
    columns = [name for name in section.columns if name in table]
    some = table
    if section.largest in table and len(table) > MOST_ROWS:
        ranked = table.sort_values(section.largest, ascending=False, kind="stable")
        by = [name for name in ("outcome", "month") if name in table]
        each = max(1, MOST_ROWS // max(1, len(table[by].drop_duplicates())))
        some = ranked.groupby(by, sort=False).head(each).sort_index()
    rows = [[value(row, name) for name in columns] for row in some.head(MOST_ROWS).to_dict("records")]
    file = f"{TABLES}/{path.stem}.csv"
    return Shown(f"section_{section.table}", sentences, tuple(columns), rows, len(table), file)


def value(row: Mapping[Any, Any], name: str) -> Any:
    """Return what a row has in a column, with its interval if there is one."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    return row[name] if pd.isna(low) or pd.isna(high) or pd.isna(row[name]) else Estimate(row[name], low, high)


def drawn(posterior: Posterior) -> Shown:
    """Return what is said of the draws of a posterior, and between which ends each parameter lies."""
    ends = pd.DataFrame(posterior.rows, columns=list(posterior.names)).map(worded)
    numbers = ends.select_dtypes("number").astype(float).quantile([0.5, 0.05, 0.95])
    rows = [[name, Estimate(*numbers[name])] for name in numbers]
    said = tuple(posterior.sentences())
    return Shown("section_posterior", said, ("parameter", "middle"), rows, len(rows), f"{Path(JSON).stem}.csv")


class Driver(NamedTuple):
    """What leads: the factor that moves an outcome most, or the programme with the least regret; numbers as printed.

    ``kind`` is ``moves``, ``moves_size`` (over noise, without ends) or ``regrets``. A ``rival`` is what comes next if
    its interval is not all on one side of that of the first; empty if it is.
    """

    kind: str
    outcome: str
    month: int
    factor: str
    shown: dict[str, str]
    rival: str = ""


def drivers(found: Evidence) -> list[Driver]:
    """Return what moves some outcomes most at the end of the study, or loses least, where its tables say so."""
    for name, kind, value, more in (
        ("indices", "moves", "ST", {"low": "ST_low", "high": "ST_high"}),
        ("given", "moves", "S1", {"low": "S1_low", "high": "S1_high"}),
        ("screening", "moves_size", "size", {"noise": "noise"}),
        ("robust", "regrets", "regret", {"low": "regret_low", "high": "regret_high"}),
    ):
        path = found.folder / TABLES / f"{name}.parquet"
        if path.is_file():
            table = read_table(path, value, *more.values())
            table = table.rename(columns={"wish": "outcome", "programme": "factor"})
            return list(first(table, kind, value, more, found.study.months))
    return []


def first(table: pd.DataFrame, kind: str, value: str, more: dict[str, str], months: int) -> Iterator[Driver]:
    """Yield what leads in some outcomes, at their last month: the largest value, or the least regret."""
    there = list(dict.fromkeys(table["outcome"]))
    for outcome in ([name for name in LEADING if name in there] or there)[:MOST_LEADING]:
        rows = table[table["outcome"] == outcome]
        month = int(rows["month"].max()) if "month" in rows else months
        rows = (rows[rows["month"] == month] if "month" in rows else rows).dropna(subset=[value])
        if len(rows):
            ranked = rows.sort_values(value, ascending=kind == "regrets", kind="stable")
            row = ranked.iloc[0]
            shown = {key: float(row[column]) for key, column in {"value": value, **more}.items()}
            half = (shown["high"] - shown["low"]) / 2 if "high" in shown else math.nan
            texts = {key: printed(x, half) if math.isfinite(half) else cell(x) for key, x in shown.items()}
            yield Driver(kind, outcome, month, str(row["factor"]), texts, rival(ranked, more))


def rival(ranked: pd.DataFrame, more: dict[str, str]) -> str:
    """Return the factor that comes second if the intervals of the two overlap, else nothing."""
    if len(ranked) < 2 or "high" not in more:
        return ""
    (a, b), (c, d) = ranked[[more["low"], more["high"]]].to_numpy(float)[:2]
    return "" if b < c or d < a else str(ranked["factor"].iloc[1])


def cell(value: Any) -> str:
    """Return a cell of a table of another command: a number short, what is missing as a dash, the rest as it is."""
    if value is None or value != value:
        return "–"
    return short(value).replace("-", "−") if isinstance(value, float) else one_line(str(value))


def cell_in_words(words: Words, column: str, value: Any) -> Markup:
    """Return a cell in the words of a language: names by their labels, numbers with their intervals."""
    if isinstance(value, Estimate):
        mean, low, high = (printed(x, (value.high - value.low) / 2) for x in value)
        return Markup("{} ({})").format(mean, words.say("range", low=low, high=high))
    if isinstance(value, bool):
        return words.say("yes" if value else "no")
    return words.label(value) if column in LABELLED and isinstance(value, str) else escape(cell(value))
