"""Sections of the report that other commands fill: each appears where its table lies in the folder of the study."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from experiments.lab.folder import TABLES
from experiments.report.page.evidence import Evidence, read_json
from experiments.report.page.words import plain

MOST_ROWS = 40
LEADING, MOST_LEADING = ("pilots_ever", "contacts_ever", "adoptions_ever"), 3


class Section(NamedTuple):
    """What is read: a table of the study, the columns that are shown, and by which of them the largest come first.

    ``says`` is a column of sentences, shown over the table, each once.
    """

    table: str
    columns: tuple[str, ...]
    largest: str = ""
    says: str = ""


SECTIONS = (
    Section("indices", ("outcome", "month", "factor", "ST", "ST_low", "ST_high", "S1", "S1_low", "S1_high"), "ST"),
    Section("luck", ("outcome", "month", "share", "share_low", "share_high", "says")),
    Section("screening", ("outcome", "month", "factor", "size", "noise", "moves"), "size"),
    Section("given", ("outcome", "factor", "S1", "S1_low", "S1_high", "luck_share", "says"), "S1"),
    Section("boxes", ("density", "density_low", "density_high", "coverage", "mass"), says="sentence"),
    Section("robust", ()),
    Section("turns", ("wish", "first", "second", "ahead", "density", "coverage", "mass", "says")),
)
POSTERIOR = "posterior.json"


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
    return made + posterior(found.folder / POSTERIOR)


def shown(section: Section, path: Path) -> Shown:
    """Return a section of a table: those of its columns that are there, and of the largest rows some."""
    table = pd.read_parquet(path)
    says = tuple(str(x) for x in table[section.says].dropna().unique() if x) if section.says in table else ()
    columns = [name for name in section.columns or table.columns if name in table and name != section.says]
    if section.largest in table and len(table) > MOST_ROWS:
        ranked = table.sort_values(section.largest, ascending=False, kind="stable")
        by = [name for name in ("outcome", "month") if name in table]
        each = max(1, MOST_ROWS // max(1, len(table[by].drop_duplicates())))
        table_shown = ranked.groupby(by, sort=False).head(each).sort_index()
    else:
        table_shown = table
    rows = table_shown[columns].head(MOST_ROWS).astype(object).to_numpy().tolist()
    return Shown(f"section_{section.table}", says, tuple(columns), rows, len(table), f"{TABLES}/{path.stem}.csv")


class Driver(NamedTuple):
    """What leads: the factor that moves an outcome most, or the programme with the least regret; numbers as printed.

    ``kind`` is ``moves``, ``moves_size`` (over noise, without ends) or ``regrets``.
    """

    kind: str
    outcome: str
    month: int
    factor: str
    shown: dict[str, str]


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
            table = pd.read_parquet(path).rename(columns={"wish": "outcome", "programme": "factor"})
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
            row = rows.sort_values(value, ascending=kind == "regrets", kind="stable").iloc[0]
            shown = {key: cell(float(row[column])) for key, column in {"value": value, **more}.items()}
            yield Driver(kind, outcome, month, str(row["factor"]), shown)


def cell(value: Any) -> str:
    """Return a cell of a table of another command: numbers short, the rest as it is."""
    if isinstance(value, float):
        return "–" if value != value else f"{value:.3g}".replace("-", "−")
    return plain(value)


def posterior(path: Path) -> list[Shown]:
    """Return the verdict of a calibration, where there is one."""
    said = read_json(path)
    gate = [[check.get("gate"), check.get("met"), check.get("sentence")] for check in said.get("gate") or ()]
    if not said:
        return []
    columns = ("gate", "met", "sentence")
    return [Shown("section_posterior", (str(said.get("verdict", "")),), columns, gate, len(gate), POSTERIOR)]
