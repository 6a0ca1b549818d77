"""The lists of a scenario, ``[[events]]``, ``[[brokers]]`` and others: entry by entry, each with where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from abm.input.entries import LISTS
from abm.input.files import Source
from abm.parameters import ConfigError, entry, shown


class Said(NamedTuple):
    """Something that a scenario says, and where: a file and, of an entry, its list and number there."""

    value: Any
    source: Source
    list: str = ""
    n: int = 0


def tables(source: Source, items: Any, what: str) -> list[Any]:
    """Return the tables of a list, or refuse what is no list."""
    if not isinstance(items, list):
        with source.located():
            raise ConfigError(f"{what} = {shown(items)}: must be a list of tables, [[{what}]]")
    return items


def entries(source: Source, items: Any, what: str, also: Mapping[str, Any] | None = None) -> list[Said]:
    """Return the checked entries of a list, such as ``[[events]]``; ``also`` has what an entry may leave out."""
    found = []
    for n, item in enumerate(tables(source, items, what)):
        with source.located((what, n)):
            given = {**(also or {}), **item} if isinstance(item, Mapping) else item
            found.append(Said(entry(LISTS[what.rpartition(".")[2]], what, given), source, what, n))
    return found


def joined(sources: list[Source]) -> dict[str, list[Said]]:
    """Return the entries of every list of a scenario's files, the oldest first.

    What a file says replaces the older, but policies and ``more_events`` add. Where a file lists the programmes, older
    events, brokers and policies are of a programme that is no more.
    """
    lists: dict[str, list[Said]] = {}
    for source in sources:
        if "programmes" in source.document or "every_programme" in source.document:
            lists = {name: found for name, found in lists.items() if name == "shocks"}
        for key in LISTS:
            if key in source.document:
                found, name = entries(source, source.document[key], key), "events" if key == "more_events" else key
                adds = key == "more_events" or (key == "policies" and found)
                lists[name] = [*lists.get(name, []), *found] if adds else found
    return lists
