"""JSON Schemas of declared values: type, legal range, default, and what each is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Any

from abm.parameters import Declaration, spelled

Schema = dict[str, Any]
Maker = Callable[[Declaration], Schema]
MONTH = r"^(\d{4}-(0[1-9]|1[0-2]))?$"
DATES = ("date", "start", "end")
TEXT: Schema = {"type": "string"}


def closed(known: Mapping[str, Any], description: str = "") -> Schema:
    """Return the schema of a table of known keys and no others."""
    said = {"description": description} if description else {}
    return said | {"type": "object", "properties": dict(known), "additionalProperties": False}


def needed(keys: Iterable[str]) -> Schema:
    """Return which keys a table must have, if any."""
    return {"required": list(keys)} if keys else {}


def properties(known: Iterable[Declaration], made: Maker) -> Schema:
    """Return the schemas of declared keys by their last names."""
    return {d.name.rpartition(".")[2]: made(d) for d in known}


def value(declared: Declaration) -> Schema:
    """Return the schema of one declared value: its type, legal range, default, and what it is."""
    kind, name = declared.kind, declared.name.rpartition(".")[2]
    return (
        plain(declared)
        | ({"pattern": MONTH} if kind is str and name in DATES else {})
        | {"description": sentence(declared)}
        | default(declared)
    )


def plain(declared: Declaration) -> Schema:
    """Return type and range of one declared value."""
    kind = declared.kind
    if issubclass(kind, IntEnum):
        return {"enum": [spelled(member) for member in kind]}
    if kind is tuple:
        return {"type": "array", "items": TEXT}
    if kind is not int and kind is not float:
        return {"type": {bool: "boolean", str: "string"}[kind]}
    low, high = declared.par.legal
    ends = {"minimum": low, "maximum": high}
    return {"type": "integer" if kind is int else "number"} | {k: v for k, v in ends.items() if math.isfinite(v)}


def sentence(declared: Declaration) -> str:
    """Return what a value is, with its unit."""
    unit = declared.par.unit
    return declared.par.sentence + ("" if unit == "1" else f" [{unit}]")


def default(declared: Declaration) -> Schema:
    """Return what a value is if it is left out, where that is said."""
    given = declared.default
    if given in (None, "", ()):
        return {}
    return {"default": spelled(given) if isinstance(given, IntEnum) else given}
