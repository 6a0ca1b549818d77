"""Read a city file: one CSV row a city, typed columns, every refusal one line that names file, line, column and value.

Country codes are text (``NA`` is Namibia). Rows are sorted by ``city_id``, so that their order in the file is of no
account.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import repeat
from operator import attrgetter
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
MOST_BLOCS = 127  # what a column of 8 bits holds
ALSO_KNOWN = ("iso2", "source", "note", "geonames_id")


def read_cities(path: Path) -> tuple[CityRow, ...]:
    """Return the cities of a CSV file, sorted by ``city_id``; raise :class:`ConfigError` where it cannot be used."""
    header, lines = read_table(path)
    _check_header(path.name, header)
    if not lines:
        raise ConfigError(f"{path.name}: there are no cities in the file, only a header")
    columns: dict[str, Iterable[Any]] = {name: repeat(usual) for name, usual in CityRow._field_defaults.items()}
    refused: list[tuple[int, int, str]] = []
    for x, (column, cells) in enumerate(zip(header, zip(*lines.values(), strict=True), strict=True)):
        if column in COLUMNS:
            columns[column], wrong = _column(COLUMNS[column], cells)
            refused += [(number, x, wrong[cell]) for number, cell in zip(lines, cells, strict=True) if cell in wrong]
    if refused:
        number, _, why = min(refused)
        raise ConfigError(f"{path.name}:{number}: {why}")
    _check_unique(path.name, zip(columns["city_id"], lines, strict=True))
    return merged((), tuple(map(CityRow, *(columns[name] for name in CityRow._fields))), path.name)


def _check_header(file: str, header: list[str]) -> None:
    for column in header:
        if column not in COLUMNS and column not in ALSO_KNOWN:
            raise ConfigError(f"{file}:1: unknown column {shown(column)}{nearest(column, COLUMNS)}")
    for column, declaration in COLUMNS.items():
        if declaration.default is None and column not in header:
            raise ConfigError(f"{file}:1: column {column!r} is missing")


def _column(declaration: Declaration, cells: tuple[str, ...]) -> tuple[list[Any], dict[str, str]]:
    """Return what the cells of a column say, and why by cell where one cannot be used; each text is read once."""
    if declaration.kind is float and (numbers := _numbers(cells, *declaration.par.legal)):
        return numbers, {}
    known, refused = dict.fromkeys(cells), {}
    for cell in known:
        try:
            known[cell] = _said(declaration, cell)
        except ConfigError as error:
            refused[cell] = str(error)
    return [known[cell] for cell in cells], refused


def _numbers(cells: tuple[str, ...], low: float, high: float) -> list[float]:
    """Return the numbers of a column, or none where a cell is no number or not legal."""
    try:
        numbers = list(map(float, cells))
    except ValueError:
        return []
    return numbers if all(low <= number <= high for number in numbers) else []


def _said(declaration: Declaration, cell: str) -> Any:
    """Return what a cell says; an empty one says what is usual."""
    if not cell.strip():
        if declaration.default is not None:
            return declaration.default
        if declaration.kind is str:
            raise ConfigError(f"{declaration.name.partition('.')[2]} is empty")
    return coerce(declaration, plain(cell))


def _check_unique(file: str, named: Iterable[tuple[str, int]]) -> None:
    """Refuse a ``city_id`` that stands in two lines."""
    seen: dict[str, int] = {}
    for city_id, number in named:
        if seen.setdefault(city_id, number) != number:
            raise ConfigError(f"{file}:{number}: city_id {shown(city_id)} stands in line {seen[city_id]} too")


def check_blocs(cities: tuple[CityRow, ...]) -> None:
    """Refuse more blocs than a world can tell apart."""
    n = len({city.region for city in cities})
    if n > MOST_BLOCS:
        raise ConfigError(f"cities: the column region names {n:,} blocs; a world has at most {MOST_BLOCS}")


def merged(known: tuple[CityRow, ...], more: tuple[CityRow, ...], file: str) -> tuple[CityRow, ...]:
    """Return the cities of two files by ``city_id``; ``file`` is the name of the second."""
    there = {city.city_id for city in known}
    for row in more:
        if row.city_id in there:
            raise ConfigError(f"{file}: city_id {shown(row.city_id)} stands in the first city file too")
    return tuple(sorted((*known, *more), key=attrgetter("city_id")))


def log_size(row: CityRow) -> float:
    """Return z, the natural logarithm of population in millions."""
    return math.log(row.population / 1e6)
