"""Read a file of universities and firms: one CSV row an organisation, with its city, kind and themes.

A city that the file names has the organisations that stand there, and no others; all other cities have as many as the
city file or ``[world]`` says. A theme that is left out is drawn in every run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from abm.input.cities import CityRow
from abm.input.columns import Bad, codes, refuse, theme_of, word_of
from abm.input.tables import plain, read_table
from abm.parameters import ConfigError, nearest, shown
from abm.state.words import NONE, Kind

NEEDED = ("city_id", "kind")
COLUMNS = (*NEEDED, "theme", "second_theme", "name")
NUMBERED = re.compile("(university|firm)-[0-9]+")


class OrganisationRow(NamedTuple):
    """One row of the file: the row of its city, its kind, its two themes (−1: drawn), its name (empty: a number)."""

    city: int
    kind: int
    theme: int
    second_theme: int
    name: str


def read_organisations(path: Path, cities: tuple[CityRow, ...]) -> tuple[OrganisationRow, ...]:
    """Return the organisations of a file in order of city and kind, those of one city and kind as they stand there.

    Raises
    ------
    ConfigError
        One line with the file: a column that is missing or unknown, rows that cannot be used, the first three of them.
    """
    header, rows = read_table(path)
    for column in header:
        if column not in COLUMNS:
            raise ConfigError(f"{path.name}:1: unknown column {shown(column)}{nearest(column, COLUMNS)}")
    for column in NEEDED:
        if column not in header:
            raise ConfigError(f"{path.name}:1: column {column!r} is missing")
    row = {city.city_id: i for i, city in enumerate(cities)}
    cells = {name: [plain(line[header.index(name)]) for line in rows.values()] for name in header}
    lines, bad = list(rows), Bad()
    unknown = next((cell for cell in cells["city_id"] if cell not in row), "")  # the one that is told, if any is

    def city_of(cell: str) -> int:
        """Return the row of a city."""
        if cell not in row:
            raise ValueError(": no such city" + (nearest(cell, row) if cell == unknown else ""))
        return row[cell]

    def kind_of(cell: str) -> int:
        """Return the kind that a cell names."""
        return word_of(Kind, cell)

    nothing = [""] * len(lines)
    columns = [
        codes(cells.get(name, nothing), read, lines, name, bad)
        for name, read in (("city_id", city_of), ("kind", kind_of), ("theme", theme_of), ("second_theme", theme_of))
    ]
    found = [OrganisationRow(*values) for values in zip(*columns, cells.get("name", nothing), strict=True)]
    wrong = [(n, o) for n, o in zip(lines, found, strict=True) if o.second_theme > NONE and o.theme == NONE]
    bad += [(n, "second_theme without a theme", "") for n, _ in wrong]
    bad += namesakes([(n, o.name) for n, o in zip(lines, found, strict=True) if o.name], row)
    refuse(path.name, bad, len(lines), "organisations cannot be used")
    return tuple(sorted(found, key=lambda o: (o.city, o.kind)))


def namesakes(named: list[tuple[int, str]], cities: dict[str, int]) -> list[tuple[int, str, str]]:
    """Return what is wrong with names, each with its line: one name, one actor."""
    first: dict[str, int] = {}
    bad = []
    for n, name in named:
        city, _, rest = name.rpartition("/")
        if (met := first.setdefault(name, n)) != n:
            bad.append((n, f"name = {shown(name)}", f": stands in line {met} too"))
        elif name in cities:
            bad.append((n, f"name = {shown(name)}", ": is the id of a city"))
        elif city in cities and NUMBERED.fullmatch(rest):
            bad.append((n, f"name = {shown(name)}", ": so the model calls one that has no name; leave it empty"))
    return bad
