"""A network as a file gives it: ties with their ends and whatever stands beside them, and what is said of the nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from abm.parameters import ConfigError

LARGEST_NETWORK = 256 * 1024 * 1024  # bytes, also of what is unpacked

# What others call the ends of a tie, and what they call the columns of a city file.
ENDS = (
    ("source", "target"),
    ("city_a", "city_b"),
    ("city", "partner"),
    ("city", "twin"),
    ("city", "sister"),
    ("item", "partner"),
    ("item", "twin"),
    ("from", "to"),
)
WORDS = {
    "label": "name",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "long": "longitude",
    "coordinates": "coord",
    "coordinate": "coord",
    "countrylabel": "country",
    "pop": "population",
}
LEGAL = {"latitude": (-90, 90), "longitude": (-180, 180), "population": (0, 1e10)}
TOLD = ("name", "country", *LEGAL)
MOST_SAID = 150  # letters of what another library says of a file
ENTITY = re.compile(r"https?://www\.wikidata\.org/entity/(Q\d+)")
POINT = re.compile(r"point\s*\(\s*(\S+)\s+(\S+?)\s*\)", re.IGNORECASE)


class Network(NamedTuple):
    """A network as its file gives it.

    ``ties`` has a column ``source``, a column ``target`` and those that stand beside them, each with an entry a tie;
    ``lines`` has the line of each tie, where a file has lines; ``nodes`` has what is said of a node, by its name.
    """

    file: str
    ties: dict[str, list[Any]]
    lines: Sequence[int]
    nodes: dict[str, dict[str, Any]]

    def pairs(self) -> tuple[list[str], np.ndarray]:
        """Return the nodes that have a tie, and the ties: undirected, each once, nobody tied to itself; shape (m, 2).

        Raises
        ------
        ConfigError
            If no tie is left.
        """
        number: dict[str, int] = {}
        ends = [
            np.fromiter((number.setdefault(name, len(number)) for name in self.ties[end]), np.int64)
            for end in ("source", "target")
        ]
        low, high = np.minimum(*ends), np.maximum(*ends)
        code = np.unique((low * max(1, len(number)) + high)[low != high])
        if not len(code):
            raise ConfigError(f"{self.file}: no tie between two different names in it")
        tied, pairs = np.unique(np.stack([code // len(number), code % len(number)], axis=1), return_inverse=True)
        names = list(number)
        return [names[x] for x in tied], pairs.reshape(-1, 2)


def ends_in(header: Iterable[str]) -> tuple[str, str] | None:
    """Return which columns of a header are the ends of a tie, or nothing where it is none."""
    there = {name.strip().lower() for name in header}
    return next((pair for pair in ENDS if {*pair} <= there), None)


def as_name(cell: str) -> str:
    """Return the name of a node: of an address of Wikidata the number alone."""
    found = ENTITY.fullmatch(cell)
    return found[1] if found else cell


def as_names(cells: list[str]) -> list[str]:
    """Return the names of nodes."""
    return list(map(as_name, cells)) if "http" in "\n".join(cells) else cells


def told(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a node in the words of a city file; numbers that are none or not legal are left out.

    A point of Wikidata has the longitude first.
    """
    said = {WORDS.get(key.lower(), key.lower()): value for key, value in given.items() if value not in ("", None)}
    if point := POINT.fullmatch(str(said.get("coord", "")).strip()):
        said["longitude"], said["latitude"] = point[1], point[2]
    found = {}
    for key in TOLD:
        if key in said:
            value = said[key] if key in ("name", "country") else number(said[key], *LEGAL[key])
            if value is not None:
                found[key] = as_name(value) if isinstance(value, str) else value
    return found


def number(value: Any, low: float, high: float) -> float | None:
    """Return a number, or nothing where it is none or not legal."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if low <= found <= high else None


def add_told(nodes: dict[str, dict[str, Any]], name: str, given: Mapping[str, Any]) -> None:
    """Add what a row says of a node: of several populations the largest counts, of all else what was said first."""
    known, new = nodes.setdefault(name, {}), told(given)
    if "population" in known and "population" in new:
        known["population"] = max(known["population"], new["population"])
    nodes[name] = new | known


def unreadable(file: str, why: object) -> ConfigError:
    """Return the refusal of a file that is none of its kind."""
    line = "".join(letter if letter.isprintable() else " " for letter in str(why))
    return ConfigError(f"{file}: {' '.join(line.split())[:MOST_SAID]}")
