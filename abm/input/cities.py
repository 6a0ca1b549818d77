"""Read a city file: one CSV row a city, typed columns, every refusal one line that names file, line, column and value.

Country codes are text (``NA`` is Namibia). Rows are sorted by ``city_id``, so that their order in the file is of no
account.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from abm.input.tables import plain, read_table
from abm.parameters import ConfigError, Declaration, Par, coerce, declarations, nearest, shown
from abm.state.words import Standing


class CityRow(NamedTuple):
    """One row of a city file."""

    city_id: Annotated[str, Par("lasting name of the city, unique in the file")]
    name: Annotated[str, Par("name as shown")]
    country: Annotated[str, Par("country")]
    region: Annotated[str, Par("bloc")]
    latitude: Annotated[float, Par("latitude", "degrees north", (-90, 90))]
    longitude: Annotated[float, Par("longitude", "degrees east", (-180, 180))]
    population: Annotated[float, Par("inhabitants", "people", (1, 1e9))]
    role: Annotated[Standing, Par("member, associate, or outside until an expansion admits it")] = Standing.MEMBER
    entry_month: Annotated[int, Par("month of entry into the programme", "month", (0, 100_000))] = 0
    universities: Annotated[int, Par("universities, −1 for the default of the world", "1", (-1, 1000))] = -1
    firms: Annotated[int, Par("firms, −1 for the default of the world", "1", (-1, 10_000))] = -1
    weight: Annotated[float, Par("multiplies engagement", "1", (0, 1000))] = 1.0
    programme: Annotated[str, Par("names of the programmes that it is of, parted by ;")] = ""


COLUMNS: dict[str, Declaration] = {d.name.partition(".")[2]: d for d in declarations("city", CityRow)}
ALSO_KNOWN = ("iso2", "source", "note", "geonames_id")


def read_cities(path: Path) -> tuple[CityRow, ...]:
    """Return the cities of a CSV file, sorted by ``city_id``; raise :class:`ConfigError` where it cannot be used."""
    header, lines = read_table(path)
    _check_header(path.name, header)
    rows = {number: _row(path.name, number, header, cells) for number, cells in lines.items()}
    if not rows:
        raise ConfigError(f"{path.name}: there are no cities in the file, only a header")
    return _sorted_unique(path.name, rows)


def _check_header(file: str, header: list[str]) -> None:
    for column in header:
        if column not in COLUMNS and column not in ALSO_KNOWN:
            raise ConfigError(f"{file}:1: unknown column {shown(column)}{nearest(column, COLUMNS)}")
        if header.count(column) > 1:
            raise ConfigError(f"{file}:1: column {shown(column)} stands there twice")
    for column, declaration in COLUMNS.items():
        if declaration.default is None and column not in header:
            raise ConfigError(f"{file}:1: column {column!r} is missing")


def _row(file: str, number: int, header: list[str], cells: list[str]) -> CityRow:
    values: dict[str, Any] = {}
    for column, cell in zip(header, cells, strict=True):
        declaration = COLUMNS.get(column)
        if declaration is None or (not cell.strip() and declaration.default is not None):
            continue
        if declaration.kind is str and not cell.strip():
            raise ConfigError(f"{file}:{number}: {column} is empty")
        try:
            values[column] = coerce(declaration, plain(cell))
        except ConfigError as error:
            raise ConfigError(f"{file}:{number}: {error}") from None
    return CityRow(**values)


def _sorted_unique(file: str, rows: dict[int, CityRow]) -> tuple[CityRow, ...]:
    """Return the cities by ``city_id``; ``rows`` has them by line."""
    seen: dict[str, int] = {}
    for number, row in rows.items():
        if row.city_id in seen:
            raise ConfigError(f"{file}:{number}: city_id {shown(row.city_id)} stands in line {seen[row.city_id]} too")
        seen[row.city_id] = number
    return merged((), tuple(rows.values()), file)


def merged(known: tuple[CityRow, ...], more: tuple[CityRow, ...], file: str) -> tuple[CityRow, ...]:
    """Return the cities of two files by ``city_id``; ``file`` is the name of the second."""
    for row in more:
        if row.city_id in {city.city_id for city in known}:
            raise ConfigError(f"{file}: city_id {shown(row.city_id)} stands in the first city file too")
    return tuple(sorted((*known, *more), key=lambda row: row.city_id))


def log_size(row: CityRow) -> float:
    """Return z, the natural logarithm of population in millions."""
    return math.log(row.population / 1e6)
