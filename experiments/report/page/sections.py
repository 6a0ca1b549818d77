"""Sections of the report that other commands fill: each appears where its table lies in the folder of the study."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from experiments.lab.folder import TABLES
from experiments.report.page.evidence import Evidence, read_json

MOST_ROWS = 40


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
    Section("luck", ("outcome", "month", "share", "share_low", "share_high"), says="says"),
    Section("screening", ("outcome", "month", "factor", "size", "noise", "moves"), "size"),
    Section("given", ("outcome", "factor", "S1", "S1_low", "S1_high", "luck_share"), "S1", says="says"),
    Section("boxes", ("density", "density_low", "density_high", "coverage", "mass"), says="sentence"),
    Section("robust", (), says="says"),
    Section("turns", ("wish", "first", "second", "density", "coverage", "mass"), says="says"),
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


def posterior(path: Path) -> list[Shown]:
    """Return the verdict of a calibration, where there is one."""
    said = read_json(path)
    gate = [[check.get("gate"), check.get("met"), check.get("sentence")] for check in said.get("gate") or ()]
    if not said:
        return []
    columns = ("gate", "met", "sentence")
    return [Shown("section_posterior", (str(said.get("verdict", "")),), columns, gate, len(gate), POSTERIOR)]
