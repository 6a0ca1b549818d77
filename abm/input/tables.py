"""CSV tables as people save them: rows of cells with their lines, and a refusal in one line of what is none."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from abm.parameters import ConfigError, shown

OTHERS = {";": "semicolons", "\t": "tabs"}  # what spreadsheets put between cells in other countries, and when copying

FORMULA = ("=", "+", "-", "@")
CONTROLS = dict.fromkeys([*range(0x20), 0x7F, 0xFFFE, 0xFFFF], " ")  # GraphML and GEXF have no way to hold them


def plain(cell: str) -> str:
    """Return text with single blanks for controls, without the apostrophe that keeps a spreadsheet from running it."""
    text = " ".join((cell if cell.isprintable() else cell.translate(CONTROLS)).split())
    led = text.startswith("'") and text.lstrip("'").startswith(FORMULA)
    return text[1:] if led else text


def read_table(path: Path) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header of a CSV file and its rows by line, without the rows and columns that are blank throughout.

    Raises
    ------
    ConfigError
        One line with file and line: not UTF-8, no CSV, empty, other separators, a column without a name or
        there twice, a row of more or fewer cells than the header.
    """
    lines = _lines(path)
    header = [cell.strip() for cell in lines.pop(min(lines, default=0), [])]
    if not any(header):
        raise ConfigError(f"{path.name}: the file is empty; it needs a header and rows")
    if len(header) == 1 and (found := next((word for mark, word in OTHERS.items() if mark in header[0]), "")):
        raise ConfigError(f"{path.name}:1: looks like a file with {found}: save it as CSV UTF-8, with commas")
    for name in filter(None, header):
        if header.count(name) > 1:
            raise ConfigError(f"{path.name}:1: column {shown(name)} stands there twice")
    for number, cells in lines.items():
        if len(cells) != len(header):
            raise ConfigError(f"{path.name}:{number}: {len(cells)} cells where the header has {len(header)}")
    named = [x for x, name in enumerate(header) if name]
    for x in set(range(len(header))) - set(named):
        for number, cells in lines.items():
            if cells[x].strip():
                raise ConfigError(
                    f"{path.name}:{number}: {shown(cells[x])} stands in column {x + 1}, which has no name"
                )
    if len(named) < len(header):
        lines = {number: [cells[x] for x in named] for number, cells in lines.items()}
    return [header[x] for x in named], {number: cells for number, cells in lines.items() if any(map(str.strip, cells))}


def _lines(path: Path) -> dict[int, list[str]]:
    """Return the cells of a file by the line in which they end."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text; save it as CSV UTF-8"
        raise ConfigError(f"{path.name}: cannot be read: {reason}") from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise ConfigError(f"{path.name}:{reader.line_num}: not a CSV file: {error}") from None
    return dict(lines)
