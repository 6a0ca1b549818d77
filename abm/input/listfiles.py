"""Lists of a scenario that are kept in CSV files: ``events = "events.csv"`` says what ``[[events]]`` would say.

A column is a key of the entry, ``members.region`` one of a table in it, and an empty cell leaves it out; several texts
stand in one cell, parted by semicolons.
"""

from __future__ import annotations

from typing import Any

from abm.input.entries import LISTS
from abm.input.files import LARGEST_TABLE, Source, door
from abm.input.tables import plain, read_table
from abm.parameters import ConfigError, shown

KEYS = (*LISTS, "programmes", "more_programmes")
# keys that hold several texts
SEVERAL = ("cities", "entry", "members", "members.cities", "members.region", "members.country")


def with_lists(source: Source) -> Source:
    """Return a file with the rows of the CSV files that it names as lists in their place."""
    document, tables = dict(source.document), {}
    for key, name in source.document.items():
        if key in KEYS and isinstance(name, str):
            with source.located():
                if not name.endswith(".csv"):
                    raise ConfigError(f"{key} = {shown(name)}: must be a list of tables, [[{key}]], or a file .csv")
                path = door(source.path.parent, name, key, LARGEST_TABLE)
            header, rows = read_table(path)
            for column in header:
                if (table := column.rpartition(".")[0]) in header:
                    raise ConfigError(f"{path.name}:1: columns {shown(table)} and {shown(column)}: leave one out")
            document[key] = [item(header, cells) for cells in rows.values()]
            tables[key] = (path.name, list(rows))
    return source._replace(document=document, tables=tables) if tables else source


def item(header: list[str], cells: list[str]) -> dict[str, Any]:
    """Return a row as the table of an entry."""
    found: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=True):
        text = plain(cell)
        if not text:
            continue
        table, _, key = name.rpartition(".")
        inside = found.setdefault(table, {}) if table else found
        inside[key] = [part.strip() for part in text.split(";")] if name in SEVERAL else text
    return found
