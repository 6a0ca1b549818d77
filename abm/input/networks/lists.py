"""Lists of ties, one a line: two names parted by a comma, a tab, a semicolon or blanks, perhaps with a header.

Lines that begin with ``%`` or ``#`` are remarks. With a header the columns beside the two ends are kept; without one
what follows them is ignored. ``out.*`` files of KONECT, edge lists of Gephi, of networkx and of a run, and answers of
Wikidata saved as CSV or TSV are all of this kind. An empty cell is nothing; ``NA`` is Namibia.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from abm.input.networks.network import TOLD, WORDS, Network, add_told, as_name, ends_in, refuse
from abm.input.tables import plain
from abm.parameters import ConfigError, shown

REMARKS = ("%", "#")
MARKS = (",", "\t", ";")
Rows = list[tuple[int, list[str]]]


def from_text(content: bytes, file: str) -> Network:
    """Return the network of a list of ties; ``file`` is its name in a refusal."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not a text file in UTF-8") from None
    rows = cells(text, file)
    if not rows:
        raise ConfigError(f"{file}: no tie in it")
    header = [name.lower() for name in rows[0][1]]
    ends = ends_in(header)
    if ends:
        return with_header(rows[1:], header, ends, file)
    check(rows, (0, 1), file)
    columns = {end: [row[x] for _, row in rows] for x, end in enumerate(("source", "target"))}
    return Network(file, columns, [line for line, _ in rows], {})


def cells(text: str, file: str) -> Rows:
    """Return the cells of every line that is no remark, with the line in which they end."""
    first = next((line for line in text.split("\n") if line.strip() and not line.lstrip().startswith(REMARKS)), "")
    mark = next((mark for mark in MARKS if mark in first), None)
    lines = StringIO(text, newline="")
    if mark is None:
        return [(n, line.split()) for n, line in enumerate(lines, 1) if line.strip() and not remark(line)]
    at = 0

    def spoken() -> Iterator[str]:
        """Yield the lines that are no remarks, and count all."""
        nonlocal at
        for line in lines:
            at += 1
            if not remark(line):
                yield line

    try:
        reader = csv.reader(spoken(), delimiter=mark, strict=True)
        return [
            (at, [plain(cell) if cell[:1] == "'" else cell.strip() for cell in row])  # a formula that was led
            for row in reader
            if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise ConfigError(f"{file}:{at}: not a list of ties: {error}") from None


def remark(line: str) -> bool:
    """Say whether a line is a remark."""
    return line.lstrip().startswith(REMARKS)


def check(rows: Rows, columns: tuple[int, int], file: str) -> None:
    """Refuse lines that do not name two ends."""
    a, b = columns
    last = max(columns)
    bad = [(n, row) for n, row in rows if len(row) <= last or not row[a] or not row[b]]
    said = [(n, f"{shown(','.join(row))} does not name two ends of a tie") for n, row in bad]
    refuse(file, said, len(rows), "lines do not name two ends of a tie")


def with_header(rows: Rows, header: list[str], ends: tuple[str, str], file: str) -> Network:
    """Return the network of rows under a header: ties, what stands beside them, and what is said of their ends.

    Where several rows have the same ends, as Wikidata has one for each of a city's populations, the tie is one.
    """
    a, b = (header.index(end) for end in ends)
    beside = {x: word(name, ends) for x, name in enumerate(header) if x not in (a, b)}
    nodes: dict[str, dict[str, str]] = {}
    for end, whose in ((a, "source"), (b, "target")):
        own = {x: name for x, (of, name) in beside.items() if of == whose}
        if own:  # a row may name a city that has no partner
            for _, row in rows:
                if len(row) == len(header) and row[end]:
                    add_told(nodes, as_name(row[end]), {name: row[x] for x, name in own.items()})
    if nodes:
        rows = [(n, row) for n, row in rows if len(row) != len(header) or row[b] or not row[a]]
    check(rows, (a, b), file)
    columns = {
        end: [as_name(row[x]) if row[x].startswith("http") else row[x] for _, row in rows]
        for end, x in (("source", a), ("target", b))
    }
    for x, (of, name) in beside.items():
        if not of and name:
            columns[name] = [row[x] if x < len(row) else "" for _, row in rows]
    return Network(file, columns, [n for n, _ in rows], nodes)


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
