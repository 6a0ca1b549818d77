"""TOML files as text: read them, follow ``extends`` to the file one starts from, find the line of what is wrong.

A scenario may say ``extends = "iuc-asia"`` (a shipped one) or ``extends = "mine.toml"`` (a file beside it). The older
file is read first; then tables are merged key by key and lists such as ``[[events]]`` are replaced as a whole. Entries
of ``[[more_events]]`` and ``[[policies]]`` add to what there is.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from abm.parameters import ConfigError, in_quotes, nearest, shortened, shown

SPOKEN_OF = re.compile(
    r"(?:unknown )?(?:parameter |key )?'?([\w.-]+)'?(?: = | needs |[:;]|$)"
)  # what a refusal begins with
LARGEST_TOML, LARGEST_TABLE = 1024 * 1024, 16 * 1024 * 1024  # bytes
DEEP = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*"|'[^'\n]*')[ \t]*+\.[ \t]*+){32}""")  # minutes for a reader
HEADER = re.compile(r"\s*\[{1,2}([^\[\]]+)\]")
UNQUOTED = re.compile(r"[^=]*=\s*(\d{4}-\d{2}|[a-z][\w-]*)\s*(?:#.*)?")  # a month or a word
SETTING = re.compile(r"""((?:[\w.\s-]|"[^"]*"|'[^']*')++)[=:]""")


class Source(NamedTuple):
    """One file: where it lies, what it says, and its text."""

    path: Path
    document: dict[str, Any]
    text: str
    tables: Mapping[str, tuple[str, list[int]]] | None = None  # lists that a CSV file holds: its name, line by entry

    def part(self, table: str, n: int) -> Source:
        """Return the file with entry number ``n`` of a list alone: ``[[table]]`` and tables within; lines stay theirs.

        A list that is written in one value is not taken apart.
        """
        if self.tables and table in self.tables:
            file, rows = self.tables[table]
            return self._replace(tables={table: (file, rows[n:])})
        lines, n_met, inside = [], 0, False
        for line in self.text.split("\n"):
            if found := HEADER.match(line):
                name = bare(found[1])
                n_met += name == table
                inside = n_met == n + 1 and (name == table or name.startswith(f"{table}."))
            lines.append(line if inside else "")
        return self._replace(text="\n".join(lines)) if any(lines) else self

    @contextmanager
    def located(self, entry: tuple[str, int] | None = None) -> Iterator[None]:
        """Begin a refusal with the file and the line that it speaks of; ``entry`` is a list and a number in it."""
        try:
            yield
        except ConfigError as error:
            if entry and self.tables and entry[0] in self.tables:
                file, lines = self.tables[entry[0]]
                raise ConfigError(f"{file}:{lines[entry[1]]}: {error}") from None
            said = SPOKEN_OF.match(str(error))
            line = line_of(said[1] if said else "", self.text, entry)
            raise ConfigError(f"{self.path.name}{f':{line}' if line else ''}: {error}") from None


def line_of(name: str, text: str, entry: tuple[str, int] | None = None) -> int | None:
    """Return the line that sets ``name`` or opens its table, else where entry number n of a list begins.

    A name may leave out the table that it stands in: ``broker.capacity`` is found below ``[vary]``.
    """
    table, n_met, second_best = "", 0, None
    for number, line in enumerate(text.split("\n"), 1):
        if found := HEADER.match(line):
            full = table = bare(found[1])
            n_met += entry is not None and table == entry[0]
            begins = entry == (table, n_met - 1)
        elif found := SETTING.match(line):
            full = f"{table}.{bare(found[1])}".lstrip(".")
            inline = entry is not None and n_met == entry[1] + 1 and name.startswith(f"{full}.")
            begins = inline or (entry is not None and full == entry[0])
        else:
            continue
        if full == name and (entry is None or n_met == entry[1] + 1):
            return number
        if begins or (entry is None and second_best is None and name and full.endswith(f".{name}")):
            second_best = number
    return second_best


def bare(name: str) -> str:
    """Return a dotted name of TOML without quotes and blanks."""
    return re.sub(r"[\"'\s]", "", name)


def read_toml(path: Path, needs: str = "a scenario names at least its cities") -> Source:
    """Return a TOML file, or refuse one that is unreadable, no TOML or empty; ``needs`` says what it must hold."""
    try:
        text = checked_size(path, LARGEST_TOML).read_text(encoding="utf-8-sig")
        if DEEP.search(text):
            raise RecursionError
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: not a TOML file: {error}{unquoted(str(error), text)}") from None
    except OSError as error:
        raise ConfigError(f"{path.name}: cannot be read: {error.strerror}") from None
    except RecursionError:
        raise ConfigError(f"{path.name}: not a TOML file: nested too deeply") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path.name}: cannot be read: not UTF-8 text") from None
    except ValueError as error:  # a number of thousands of digits, a path that no system would take
        raise ConfigError(f"{path.name}: cannot be read: {shortened(error)}") from None
    if not document:
        raise ConfigError(f"{path.name}: the file is empty; {needs}")
    return Source(path, document, text)


def unquoted(error: str, text: str) -> str:
    """Return ``; write it in quotes, …`` where TOML stumbles over a line that sets a month or a word without them."""
    line = re.search(r"at line (\d+)", error)
    found = UNQUOTED.fullmatch(text.split("\n")[int(line[1]) - 1].rstrip("\r")) if line else None
    return f'; write it in quotes, "{shortened(found[1])}"' if found else ""


def text_of(source: Source, key: str) -> str:
    """Return a top-level key that holds text, empty if it is not there."""
    value = source.document.get(key, "")
    if not isinstance(value, str):
        raise ConfigError(f"{key} = {shown(value)}: must be text{in_quotes(value)}")
    return value.strip()


def lineage(path: Path, shipped: Mapping[str, Path]) -> list[Source]:
    """Return the files that make up a scenario: the one where ``extends`` ends first, the scenario's own last.

    ``shipped`` has the files of the names that do not end in ``.toml``.
    """
    sources = [read_toml(path)]
    while True:
        with (source := sources[-1]).located():
            parent = text_of(source, "extends")
            if not parent:
                return sources[::-1]
            path = _parent(source, parent, shipped)
            if path.resolve() in [known.path.resolve() for known in sources]:
                chain = " → ".join(p.name for p in (*(known.path for known in sources), path))
                raise ConfigError(f"extends = {shown(parent)}: a scenario cannot go back to itself: {chain}")
        sources.append(read_toml(path))


def _parent(source: Source, name: str, shipped: Mapping[str, Path]) -> Path:
    """Return the file of the scenario that a file extends."""
    if name.endswith(".toml"):
        return door(source.path.parent, name, "extends", LARGEST_TOML)
    if name not in shipped:
        near = nearest(name, shipped)
        raise ConfigError(f"extends = {shown(name)}: no such scenario{near}; shipped are {', '.join(shipped)}")
    return shipped[name]


def door(folder: Path, name: str, key: str, most: int) -> Path:
    """Return the file that another one names, or refuse it: one way in for every file that a stranger may have named.

    It lies below the folder of the file that names it, it is a file and no device, no link leads out, and it has at
    most so many bytes. Of what lies elsewhere nothing is said, not even whether it is there.
    """
    if "\0" not in name and not Path(os.path.abspath(folder / name)).is_relative_to(os.path.abspath(folder)):
        raise ConfigError(f"{key} = {shown(name)}: leads out of the folder of this file; copy it beside or below")
    try:
        path = (folder / name).resolve(strict=True)
        below = path.is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, RuntimeError, ValueError):  # no such name, a loop of links, a name that no system would take
        below = False
    if not below:
        raise ConfigError(f"{key} = {shown(name)}: there is no such file beside it or below")
    return checked_size(folder / name, most)


def checked_size(path: Path, most: int) -> Path:
    """Return a file, or refuse one that has more bytes than any of its kind needs."""
    if path.stat().st_size > most:
        raise ConfigError(f"{shortened(path.name)}: {path.stat().st_size:,} bytes; such a file has at most {most:,}")
    return path


def is_file(path: Path) -> bool:
    """Say whether a path names a file; a name that no system would take does not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
