"""Ties that stand when a scenario begins: read from any network, with theme, stage and months where it says them.

A tie stands at month 0 if it had begun by then (column ``begun``, empty: it had) and had not ended (``ended``, empty:
it had not). Its stage is that of the column ``stage``, else of ``[ties]``; its theme likewise, else each run draws one.
Of several ties of a pair in one theme the highest stage counts. Ends are ids of the city file, or a ``map`` says which
they are; ties of cities that are not there are left out and told, and refused above one in a hundred.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from abm.input.cities import CityRow
from abm.input.columns import Bad, codes, refuse, stage_of, theme_of, told
from abm.input.entries import month_number
from abm.input.networks import Network, read_network
from abm.input.tables import plain, read_table
from abm.parameters import ConfigError, Par, nearest, shown
from abm.state.words import NONE, Stage, ThemeChoice

COUNTED = "themes"  # how many there are of a pair in the graph of a result
READ = ("theme", "stage", "begun", "ended")  # columns beside the ends
MOST_UNKNOWN = 0.01  # share of the ties whose cities may be missing


class TiesEntry(NamedTuple):
    """The table ``[ties]``: the network from which a run begins."""

    file: Annotated[str, Par("GraphML, GEXF, list of ties, archive of KONECT or answer of Wikidata")]
    map: Annotated[str, Par("CSV with columns id and city_id, for ends that are no city_id")] = ""
    stage: Annotated[Stage, Par("stage of ties that say none")] = Stage.MEMORANDUM
    theme: Annotated[ThemeChoice, Par("theme of ties that say none; drawn: each run draws it")] = ThemeChoice.DRAWN


class Ties(NamedTuple):
    """The partnerships that stand at month 0, a byte string a column, so that worlds can be told apart by them.

    Rows of the two cities, the first lower; theme, −1 where a run draws it; stage. ``notes`` say what was left out.
    """

    i: bytes = b""
    j: bytes = b""
    theme: bytes = b""
    stage: bytes = b""
    notes: tuple[str, ...] = ()

    def columns(self) -> dict[str, np.ndarray]:
        """Return the columns as numbers."""
        return {name: np.frombuffer(getattr(self, name), np.int32) for name in ("i", "j", "theme", "stage")}

    def digest(self) -> str:
        """Return a hash of what stands."""
        return hashlib.blake2b(b"\0".join(self[:4]), digest_size=16).hexdigest()

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.i) // 4

    def __repr__(self) -> str:
        """Return one short line: how many there are."""
        return f"<{self.n:,} ties>"


def standing_ties(asked: TiesEntry, network: Path, ids: Path | None, cities: tuple[CityRow, ...], start: str) -> Ties:
    """Return the ties of a file that stand when a scenario begins in the month ``start``.

    Raises
    ------
    ConfigError
        One line with the file: rows that cannot be read, the first three of them; too many ends that are no cities.
    """
    found = read_network(network)
    check_columns(found)
    row = {city.city_id: i for i, city in enumerate(cities)}
    if ids:
        row = mapped(ids, row)
    lines = found.lines or [0] * len(found.ties["source"])
    bad: Bad = []
    i, j = (codes_of_cities(found.ties[end], row) for end in ("source", "target"))
    columns = said(found, asked, lines, start, bad)
    refuse(found.file, bad, len(lines), "ties cannot be used")
    notes = left_out(found, i, j, lines, row) + to_itself(found, (i >= 0) & (i == j), lines)
    stands = (i >= 0) & (j >= 0) & (i != j) & columns["stands"]
    table = np.column_stack([np.minimum(i, j), np.maximum(i, j), columns["theme"], columns["stage"]])[stands]
    return kept(table, notes)


def check_stage(asked: TiesEntry) -> None:
    """Refuse ties that shall stand dissolved."""
    if asked.stage == Stage.DISSOLVED:
        raise ConfigError("ties.stage = 'dissolved': a tie that stands has a stage from contact to sustained")


def mapped(path: Path, row: dict[str, int]) -> dict[str, int]:
    """Return the row of the city of each id of a map."""
    header, lines = read_table(path)
    lowered = [name.lower() for name in header]
    if not {"id", "city_id"} <= {*lowered}:
        raise ConfigError(f"{path.name}:1: needs the columns id and city_id")
    a, b = lowered.index("id"), lowered.index("city_id")
    unknown = {n: plain(cells[b]) for n, cells in lines.items() if plain(cells[b]) not in row}
    like = nearest(next(iter(unknown.values())), row) if unknown else ""  # the first is told
    bad = [(n, f"city_id {shown(cell)}", f": no such city{like}") for n, cell in unknown.items()]
    first: dict[str, int] = {}
    for n, cells in lines.items():
        if (met := first.setdefault(cells[a].strip(), n)) != n:
            raise ConfigError(f"{path.name}:{n}: id {shown(cells[a])} stands in line {met} too")
    refuse(path.name, bad, len(lines), "ids are of no city")
    return {cells[a].strip(): row[plain(cells[b])] for cells in lines.values()}


def codes_of_cities(names: list[Any], row: dict[str, int]) -> np.ndarray:
    """Return the row of each city; −1 for a name that none has."""
    found = np.fromiter(map(row.get, names, repeat(NONE)), np.int64, len(names))
    for x in np.flatnonzero(found == NONE):
        found[x] = row.get(plain(str(names[x])), NONE)
    return found


def check_columns(found: Network) -> None:
    """Refuse a column of a list that is misspelt: what it says of the ties would be lost unseen."""
    others = [name for name in found.ties if name not in (*READ, COUNTED)] if found.lines else []
    for name in READ:
        like = [] if name in found.ties else get_close_matches(name, others, 1, 0.8)
        if like:
            raise ConfigError(f"{found.file}: unknown column {shown(like[0])}; did you mean {name}?")


def said(found: Network, asked: TiesEntry, lines: Sequence[int], start: str, bad: Bad) -> dict[str, np.ndarray]:
    """Return theme and stage of every tie, and whether it stands at the start."""
    n, now = len(lines), month_number(start, "start")
    columns: dict[str, np.ndarray] = {}
    for name, usual, read in (("theme", max(asked.theme, NONE), theme_of), ("stage", int(asked.stage), stage_of)):
        cells = found.ties.get(name, [""] * n)
        columns[name] = np.array(codes(cells, partial(given, read, usual), lines, name, bad), np.int64)
    columns["stands"] = columns["stage"] > Stage.DISSOLVED
    spans = []
    for name, before in (("begun", True), ("ended", False)):
        if name in found.ties:
            months = np.array(codes(found.ties[name], month_of, lines, name, bad), np.int64)
            columns["stands"] &= (months < 0) | ((months <= now) == before)
            spans.append(months)
    if len(spans) == 2:
        for x in np.flatnonzero((spans[1] >= 0) & (spans[1] < spans[0])):
            begun, ended = (shown(found.ties[name][x]) for name in ("begun", "ended"))
            bad.append((lines[int(x)], f"ended = {ended}", f": must not come before begun = {begun}"))
    return columns


def given(read: Callable[[str], int], usual: int, cell: str) -> int:
    """Return what a cell says, or what is usual where it is empty."""
    return read(cell) if cell.strip() else usual


def month_of(cell: str) -> int:
    """Return the months from the beginning of our era to a date YYYY-MM, whatever follows it; −1 for an empty cell."""
    if not cell.strip():
        return NONE
    try:
        return month_number(cell.strip()[:7], "")
    except ConfigError:
        raise ValueError(": must be a month, YYYY-MM, such as 2016-02") from None


def left_out(
    found: Network, i: np.ndarray, j: np.ndarray, lines: Sequence[int], known: Iterable[str]
) -> tuple[str, ...]:
    """Return a line on ties whose cities are not there, or refuse a network that has too many of them."""
    missing = np.flatnonzero((i < 0) | (j < 0))
    names = [found.ties["source" if i[x] < 0 else "target"][x] for x in missing]
    like = nearest(names[0], known) if names else ""  # the first is told
    bad = [(lines[int(x)], shown(name), like) for x, name in zip(missing, names, strict=True)]
    if len(bad) > MOST_UNKNOWN * len(i):
        what = "ties name a city that the city file has not"
        first = told(found.file, bad, len(i), what).removeprefix(f"{found.file}: ")
        raise ConfigError(f"{found.file}: {first if len(bad) > 3 else f'{what}: {first}'}; [ties] may name a map")
    return (f"{len(bad):,} ties left out: {told(found.file, bad, len(i), 'name no city')}",) if bad else ()


def to_itself(found: Network, own: np.ndarray, lines: Sequence[int]) -> tuple[str, ...]:
    """Return a line on ties of a city to itself, which do not stand."""
    bad = [(lines[int(x)], shown(found.ties["source"][x]), "") for x in np.flatnonzero(own)]
    return (f"ties of a city to itself are left out: {told(found.file, bad, len(own), 'ties')}",) if bad else ()


def kept(table: np.ndarray, notes: tuple[str, ...]) -> Ties:
    """Return the ties of a table of i, j, theme and stage, of each pair and theme the highest stage."""
    columns = [table[:, 0], table[:, 1], table[:, 2] - NONE, len(Stage) - table[:, 3]]
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    found = np.stack(np.unravel_index(np.sort(np.ravel_multi_index(columns, sizes)), sizes), axis=1)
    first = np.ones(len(found), np.bool_)
    first[1:] = np.any(found[1:, :3] != found[:-1, :3], axis=1)
    found = (found * (1, 1, 1, -1) + (0, 0, NONE, len(Stage)))[first]
    i, j, theme, stage = (np.ascontiguousarray(column, np.int32).tobytes() for column in found.T)
    return Ties(i, j, theme, stage, notes)
