"""Scenario files as text: read TOML, follow ``extends`` to the file it starts from, find the line of what is wrong.

A scenario may say ``extends = "iuc-asia"`` (a shipped one) or ``extends = "mine.toml"`` (a file beside it). The older
file is read first; then tables are merged key by key and lists such as ``[[events]]`` are replaced as a whole. Entries
of ``[[more_events]]`` and ``[[policies]]`` add to what there is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from abm.parameters import ConfigError, nearest, shown


class Source(NamedTuple):
    """One file of a scenario: where it lies, what it says, and its text."""

    path: Path
    document: dict[str, Any]
    text: str

    @property
    def place(self) -> str:
        """Name of the file, with which a refusal begins."""
        return self.path.name

    @contextmanager
    def located(self, entry: tuple[str, int] | None = None) -> Iterator[None]:
        """Add the line number to a refusal of what this file says; ``entry`` is a list and a number in it."""
        try:
            yield
        except ConfigError as error:
            message = str(error)
            line = line_of(message.removeprefix(f"{self.place}: "), self.text, entry)
            where = f"{self.place}:{line}:" if line else f"{self.place}:"
            raise ConfigError(message.replace(f"{self.place}:", where, 1)) from None


def read_toml(path: Path) -> Source:
    """Return a TOML file, or refuse one that is unreadable, empty or no TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: not a TOML file: {error}") from None
    except OSError as error:
        raise ConfigError(f"{path.name}: cannot be read: {error.strerror}") from None
    except RecursionError:
        raise ConfigError(f"{path.name}: not a TOML file: nested too deeply") from None
    except ValueError:
        raise ConfigError(f"{path.name}: cannot be read: not UTF-8 text") from None
    if not document:
        raise ConfigError(f"{path.name}: the file is empty; a scenario names at least its cities")
    return Source(path, document, text)


def text_of(source: Source, key: str) -> str:
    """Return a top-level key that holds text, empty if it is not there."""
    value = source.document.get(key, "")
    if not isinstance(value, str):
        raise ConfigError(f"{source.place}: {key} = {shown(value)}: must be text")
    return value.strip()


def lineage(path: Path, shipped: Mapping[str, Path]) -> list[Source]:
    """Return the files that make up a scenario: the one where ``extends`` ends first, the scenario's own last.

    ``shipped`` has the files of the names that do not end in ``.toml``.
    """
    sources: list[Source] = []
    while True:
        sources.append(source := read_toml(path))
        with source.located():
            parent = text_of(source, "extends")
            if not parent:
                return sources[::-1]
            said = f"{source.place}: extends = {shown(parent)}"
            if parent.endswith(".toml"):
                path = source.path.parent / parent
            elif parent in shipped:
                path = shipped[parent]
            else:
                raise ConfigError(
                    f"{said}: no such scenario{nearest(parent, shipped)}; shipped are {', '.join(shipped)}"
                )
            if path.resolve() in [known.path.resolve() for known in sources]:
                chain = " → ".join(p.name for p in (*(known.path for known in sources), path))
                raise ConfigError(f"{said}: a scenario cannot go back to itself: {chain}")
            if not is_file(path):
                raise ConfigError(f"{said}: there is no such file beside it")


def is_file(path: Path) -> bool:
    """Say whether a path names a file; a name that no system would take does not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def line_of(message: str, text: str, entry: tuple[str, int] | None = None) -> int | None:
    """Return the line that a message ``table.key = value: …`` speaks of, else where entry number n of a list begins."""
    said = re.match(r"(?:unknown (?:parameter|key) )?(?:(\w+)\.)?([\w-]+) = ", message)
    section, key = (said[1] or "", re.escape(said[2])) if said else ("", r"\Z")
    inside = {section: rf"\s*[\"']?{key}[\"']?\s*="} | ({"": rf"\s*{section}(\s*\.\s*{key})?\s*="} if section else {})
    table, met, best = "", 0, None
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?\s*[\"']?([\w-]+)[\"']?\s*\]", line):
            table = header[1]
            met += entry is not None and table == entry[0]
            if (not section and table == key) or (entry == (table, met - 1)):
                best = number
        elif table in inside and (not entry or met == entry[1] + 1) and re.match(inside[table], line):
            return number
    return best
