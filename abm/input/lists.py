"""The lists of a scenario, ``[[events]]``, ``[[brokers]]`` and others: entry by entry, each with where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from abm.input.entries import LISTS
from abm.input.files import Source
from abm.parameters import ConfigError, entry, nearest, shown
from abm.rules.policies.kinds import KINDS


class Said(NamedTuple):
    """Something that a scenario says, and where: a file and, of an entry, its list and number there."""

    value: Any
    source: Source
    list: str = ""
    n: int = 0


def tables(source: Source, items: Any, what: str, place: tuple[str, int] | None = None) -> list[Any]:
    """Return the tables of a list, or refuse what is no list; ``place`` is the entry that it stands in."""
    if not isinstance(items, list):
        with source.located(place):
            raise ConfigError(f"{what} = {shown(items)}: must be a list of tables, [[{what}]]")
    return items


def entries(
    source: Source,
    items: Any,
    what: str,
    also: Mapping[str, Any] | None = None,
    place: tuple[str, int] | None = None,
) -> list[Said]:
    """Return the checked entries of a list, such as ``[[events]]``; ``also`` has what an entry may leave out.

    ``place`` is the entry that the list stands in, if there is one.
    """
    found = []
    for n, item in enumerate(tables(source, items, what, place)):
        with source.located((what, n)):
            given = {**(also or {}), **item} if isinstance(item, Mapping) else item
            found.append(Said(entry(LISTS[what.rpartition(".")[2]], what, given), source, what, n))
    return found


def joined(sources: list[Source]) -> dict[str, list[Said]]:
    """Return the entries of every list of a scenario's files, the oldest first.

    What a file says replaces the older, but policies and ``more_events`` add. Where a file lists the programmes, older
    events, brokers and policies are of a programme that is no more. ``drop_policies = ["grant"]`` leaves out older
    policies of these kinds.
    """
    lists: dict[str, list[Said]] = {}
    for source in sources:
        if "programmes" in source.document or "every_programme" in source.document:
            lists = {name: found for name, found in lists.items() if name == "shocks"}
        if dropped := dropped_kinds(source):
            lists["policies"] = [one for one in lists.get("policies", []) if one.value.kind not in dropped]
        for key in LISTS:
            if key in source.document:
                found, name = entries(source, source.document[key], key), "events" if key == "more_events" else key
                adds = key == "more_events" or (key == "policies" and found)
                lists[name] = [*lists.get(name, []), *found] if adds else found
    return lists


def dropped_kinds(source: Source) -> list[str]:
    """Return the kinds of policies that a file leaves out of what it extends."""
    kinds = source.document.get("drop_policies", [])
    with source.located():
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise ConfigError(f'drop_policies = {shown(kinds)}: must be a list of kinds, such as ["grant"]')
        for kind in kinds:
            if kind not in KINDS:
                raise ConfigError(f"drop_policies = {shown(kinds)}: no such policy {shown(kind)}{nearest(kind, KINDS)}")
    return kinds
