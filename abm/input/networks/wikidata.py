"""Answers of Wikidata's query service as JSON: twinned cities (P190), their place, population and country.

A city comes in several rows, one for each of its populations, countries and partners, and a twinning stands with
either city or both: ties are undirected, each counts once, and the largest population is taken. Variables are named
``city`` and ``partner``, with ``cityLabel``, ``coord`` (P625), ``population`` (P1082) and ``country`` (P17).
"""

from __future__ import annotations

import json
from typing import Any

from abm.input.networks.lists import Table, with_header
from abm.input.networks.network import ENDS, Network, ends_in, unreadable
from abm.parameters import ConfigError


def from_json(content: bytes, file: str) -> Network:
    """Return the network of an answer, in either form that the service gives: with its types, or simplified."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise unreadable(file, f"not a JSON file: {error}") from None
    rows = rows_of(document)
    if rows is None:
        raise ConfigError(f"{file}: no answer of Wikidata: it needs results with bindings, or a list of rows")
    header = list({name: None for row in rows for name in row})
    lowered = [name.lower() for name in header]
    if not (ends := ends_in(lowered)):
        known = ", ".join(f"{a} and {b}" for a, b in ENDS)
        raise ConfigError(f"{file}: no variable names the two ends of a tie; call them one of: {known}")
    columns = [[str(row.get(name, "")) for row in rows] for name in header]
    return with_header(Table(lowered, columns, range(1, len(rows) + 1)), ends, file)


def rows_of(document: Any) -> list[dict[str, Any]] | None:
    """Return the rows of an answer, or nothing if it is none."""
    if isinstance(document, dict):
        results = document.get("results")
        found = results.get("bindings") if isinstance(results, dict) else None
    else:
        found = document
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        return None
    return [{name: value_of(cell) for name, cell in row.items()} for row in found]


def value_of(cell: Any) -> Any:
    """Return what a cell of an answer holds, with its type around it or without."""
    return cell.get("value", "") if isinstance(cell, dict) else cell
