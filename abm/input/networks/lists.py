"""Lists of ties, one a line: two names parted by a comma, a tab, a semicolon or blanks, perhaps with a header.

Lines that begin with ``%`` or ``#`` are remarks. With a header the columns beside the two ends are kept; without one
what follows them is ignored. ``out.*`` files of KONECT, edge lists of Gephi, of networkx and of a run, and answers of
Wikidata saved as CSV or TSV are all of this kind. An empty cell is nothing; ``NA`` is Namibia.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from io import StringIO
from typing import NamedTuple

from abm.input.columns import refuse
from abm.input.networks.network import ENDS, TOLD, WORDS, Network, add_told, as_name, as_names, ends_in
from abm.input.tables import plain
from abm.machine.garbage import no_garbage_collection
from abm.parameters import ConfigError, shown

REMARKS = ("%", "#")
MARKS = (",", "\t", ";")
PECULIAR = ('"', "'", "\n%", "\n#", "\n ", "\n\t")  # a quote, a formula that was led, perhaps a remark
FIRST_TWO = ("source", "target")
COLUMNS = (*TOLD, "city_id", "region", "kind", "theme", "stage", "begun", "ended")  # no city is called so


class Table(NamedTuple):
    """What stands in a list: the header or none, columns of cells, the line of each row."""

    header: list[str]
    columns: list[list[str]]
    lines: Sequence[int]

    def rows(self, chosen: list[int]) -> Table:
        """Return some of the rows."""
        return Table(
            self.header, [[cells[x] for x in chosen] for cells in self.columns], [self.lines[x] for x in chosen]
        )


def from_text(content: bytes, file: str) -> Network:
    """Return the network of a list of ties; ``file`` is its name in a refusal."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not a text file in UTF-8; save it as CSV UTF-8") from None
    table = read(text.replace("\r\n", "\n").replace("\r", "\n"), file)
    if not table.lines:
        raise ConfigError(f"{file}: no tie in it")
    return with_header(table, ends_in(table.header) or FIRST_TWO, file)


def read(text: str, file: str) -> Table:
    """Return the cells of a list, those of all columns, or without a header those of the first two."""
    lines = text.split("\n")
    start = next((x for x, line in enumerate(lines) if line.strip() and not remark(line)), len(lines))
    if start == len(lines):
        raise ConfigError(f"{file}: no tie in it")
    if lines[start].rstrip().endswith("}"):  # networkx writes there what stands beside a tie
        lines = [line.partition("{")[0].rstrip(" \t,;") for line in lines]
        text = "\n".join(lines)
    mark = next((mark for mark in MARKS if mark in lines[start]), None)
    first = first_cells(lines[start], mark, f"{file}:{start + 1}")
    header = [name.lower() for name in first] if ends_in(first) else []
    if not header:
        refuse_half(first, f"{file}:{start + 1}")
    body = lines[start + bool(header) :]
    while body and not body[-1].strip():
        body.pop()
    width = len(first)
    if is_even(body, mark, width):
        cells = (mark or " ").join(body).split(mark)
        columns = [list(map(str.strip, cells[x::width])) for x in range(width)]
        return Table(header, columns, range(start + 1 + bool(header), start + 1 + bool(header) + len(body)))
    return uneven(text, mark, header, max(2, width), file)


def first_cells(line: str, mark: str | None, where: str) -> list[str]:
    """Return the cells of the first line that is no remark."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=mark))] if mark else line.split()
    except csv.Error as error:
        raise ConfigError(f"{where}: not a list of ties: {error}") from None


def refuse_half(first: list[str], where: str) -> None:
    """Refuse a first line that names columns, but not both ends of a tie: it would be read as a tie."""
    there = [cell.lower() for cell in first]
    for pair in ENDS:
        for one, other in (pair, pair[::-1]):
            if one in there and other not in there and (like := get_close_matches(other, there, 1, 0.8)):
                raise ConfigError(f"{where}: unknown column {shown(like[0])}; did you mean {other}?")
    if named := [cell for cell, name in zip(first, there, strict=True) if name in COLUMNS]:
        raise ConfigError(
            f"{where}: a column is called {shown(named[0])}, but none the ends of a tie; call those source and target"
        )


def remark(line: str) -> bool:
    """Say whether a line is a remark."""
    return line.lstrip().startswith(REMARKS)


def is_even(body: list[str], mark: str | None, width: int) -> bool:
    """Say whether all lines are rows of as many cells, and none has a quote, a remark or a formula that was led.

    A million such lines are read at once, without a list for each.
    """
    if mark:
        counts = {line.count(mark) + 1 for line in body}
    else:
        counts = {len(line.split()) for line in body}
    whole = "\n".join(["", *body])
    return counts <= {width} and width > 1 and not any(sign in whole for sign in PECULIAR)


def uneven(text: str, mark: str | None, header: list[str], width: int, file: str) -> Table:
    """Return the cells of a list line by line: missing ones are empty, those beyond the first line's are left out."""
    with no_garbage_collection():
        rows = spoken(text, mark, file)[bool(header) :]
        padded = [row[:width] + [""] * (width - len(row)) for _, row in rows]
        columns = [list(cells) for cells in zip(*padded, strict=True)] or [[] for _ in range(width)]
        return Table(header, columns, [n for n, _ in rows])


def spoken(text: str, mark: str | None, file: str) -> list[tuple[int, list[str]]]:
    """Return the cells of every line that is no remark, with the line in which they end."""
    at = 0

    def lines() -> Iterator[str]:
        """Yield the lines that are no remarks, and count all."""
        nonlocal at
        for line in StringIO(text, newline="\n"):
            at += 1
            if not remark(line):
                yield line

    try:
        rows = csv.reader(lines(), delimiter=mark, strict=True) if mark else map(str.split, lines())
        return [
            (at, [plain(cell) if cell[:1] == "'" else cell.strip() for cell in row])  # a formula that was led
            for row in rows
            if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise ConfigError(f"{file}:{at}: not a list of ties: {error}") from None


def with_header(table: Table, ends: tuple[str, str], file: str) -> Network:
    """Return the network of a table: ties, what stands beside them, and what is said of their ends.

    Where several rows have the same ends, as Wikidata has one for each of a city's populations, the tie is one.
    """
    header = table.header or [*FIRST_TWO]
    a, b = (header.index(end) for end in ends)
    beside = {x: word(name, ends) for x, name in enumerate(header) if x not in (a, b)}
    nodes: dict[str, dict[str, str]] = {}
    for end, whose in ((a, "source"), (b, "target")):
        own = {x: name for x, (of, name) in beside.items() if of == whose}
        if own:  # a row may name a city that has no partner
            for name, *cells in zip(table.columns[end], *(table.columns[x] for x in own), strict=True):
                if name:
                    add_told(nodes, as_name(name), dict(zip(own.values(), cells, strict=True)))
    if nodes and "" in table.columns[b]:
        table = table.rows([x for x, name in enumerate(table.columns[b]) if name or not table.columns[a][x]])
    source, target = table.columns[a], table.columns[b]
    if "" in source or "" in target:
        bad = [
            (n, shown(one or other), " does not name two ends of a tie")
            for n, one, other in zip(table.lines, source, target, strict=True)
            if not (one and other)
        ]
        refuse(file, bad, len(source), "lines do not name two ends of a tie")
    columns = {end: as_names(table.columns[x]) for end, x in (("source", a), ("target", b))}
    columns |= {name: table.columns[x] for x, (of, name) in beside.items() if not of and name}
    return Network(file, columns, table.lines, nodes)


def word(name: str, ends: tuple[str, str]) -> tuple[str, str]:
    """Return whose a column is, ``source``, ``target`` or of the tie, and what it says of it.

    ``partnercoord`` is of the target; ``population`` without an end is of the source.
    """
    for end, whose in zip(ends[::-1], ("target", "source"), strict=True):
        rest = name.removeprefix(end).lstrip("_")
        known = WORDS.get(rest, rest)
        if known in (*TOLD, "coord") and (rest != name or whose == "source"):
            return whose, known
    return "", name
