"""What makes a run one and the same: the id of a point, the seed of a replicate, and the bytes in which it is kept.

A point is everything that acts on a run but its seed. Its id is a hash of the resolved scenario in canonical typed
form, the cities themselves (not the name of their file), months, outcomes, the source of any decisions in Python, and
the settings of the factors. Titles and file names do not act, so they do not count. A seed never depends on worker,
order or time.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from mmap import mmap
from typing import Any, NamedTuple

import numpy as np

from abm.input.cities import CityRow
from abm.input.scenario import Scenario
from abm.parameters import spelled

SAYS_ONLY = ("name", "title", "description", "source", "programme", "cities")
BLOCK_DIGITS = 6  # of 16; ten tell the points of a block apart
MAGIC = b"THr2"
HEADER = struct.Struct("<4s8sqqI")  # magic, point, replicate, seed, number of outcomes
CODE = struct.Struct("<16s8s")  # which code made it, checksum
CODE_AT = -CODE.size  # where it begins, from the end


class Row(NamedTuple):
    """One finished run: outcomes as float64, shape (n_outcomes,), or the error that ended it; code that made it."""

    point: str
    replicate: int
    seed: int
    outcomes: np.ndarray | None
    error: str = ""
    code: str = ""


def canonical(value: Any) -> Any:
    """Return a value as JSON that keeps type and bits: 4 and 4.0 differ, a category is its word."""
    if isinstance(value, IntEnum):
        return spelled(value)
    if isinstance(value, float):
        return (value + 0.0).hex()  # −0 acts like 0
    if hasattr(value, "_asdict"):
        return canonical(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [canonical(item) for item in value]
    return value


def fingerprint(value: Any) -> str:
    """Return 16 hexadecimal digits that stand for a value."""
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=64)
def cities_fingerprint(cities: tuple[CityRow, ...]) -> str:
    """Return the digest of the data of a scenario: its cities, row by row."""
    return fingerprint(cities)


def world_id(scenario: Scenario, outcomes: Sequence[str], agents: str = "") -> str:
    """Return what the points of a scenario have in common; ``agents`` is the source of decisions in Python."""
    acts = {key: value for key, value in scenario.as_said().items() if key not in SAYS_ONLY}
    return fingerprint([acts, cities_fingerprint(scenario.cities), list(outcomes), agents])


def point_id(world: str, settings: Mapping[str, Any], block: int | None = None) -> str:
    """Return the id of a point of a world; that of a point in a block begins with the number of the block."""
    found = fingerprint([world, settings])
    return found if block is None else f"{block:0{BLOCK_DIGITS}x}{found[BLOCK_DIGITS:]}"


def block_of(point: str) -> int:
    """Return the block of a point that lies in one."""
    return int(point[:BLOCK_DIGITS], 16)


def seed_of(study_seed: int, replicate: int, where: str | None = None) -> int:
    """Return the seed of a replicate, one of 2⁶³: the same at every point, unless a point or block is named too."""
    key = f"{study_seed}/{replicate}" + (f"/{where}" if where else "")
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little") >> 1


def sealed(row: Row) -> bytes:
    """Return a run as bytes that can be told from any others: who it is, outcomes in little-endian, code, checksum."""
    values = np.ascontiguousarray(row.outcomes, "<f8")
    body = HEADER.pack(MAGIC, bytes.fromhex(row.point), row.replicate, row.seed, len(values)) + values.tobytes()
    body += row.code.encode().ljust(16, b"\0")[:16]
    return body + hashlib.blake2b(body, digest_size=8).digest()


def opened(data: bytes | mmap, at: int = 0) -> Row | None:
    """Return the run that begins at byte ``at``, or None where the bytes are not exactly as they were sealed."""
    if len(data) < at + HEADER.size:
        return None
    magic, point, replicate, seed, n = HEADER.unpack_from(data, at)
    end = at + HEADER.size + 8 * n
    if magic != MAGIC or len(data) < end + CODE.size:
        return None
    code, seal = CODE.unpack_from(data, end)
    if hashlib.blake2b(data[at : end + 16], digest_size=8).digest() != seal:
        return None
    values = np.frombuffer(data[at + HEADER.size : end], "<f8")
    return Row(point.hex(), replicate, seed, values, "", code.rstrip(b"\0").decode())


def layout(n_outcomes: int) -> np.dtype:
    """Return the bytes of sealed runs as the columns of a table."""
    return np.dtype(
        [("magic", "V4"), ("point", "V8"), ("replicate", "<i8"), ("seed", "<i8"), ("n", "<u4")]
        + [("outcomes", "<f8", (n_outcomes,)), ("code", "V16"), ("seal", "V8")]
    )


def told(data: bytes) -> bytes:
    """Return what a sealed run says, whichever code made it."""
    return data[: -CODE.size]


def mark(*values: str | int) -> str:
    """Return the checksum that seals a line of text in the ledger."""
    return hashlib.blake2b("\x1f".join(map(str, values)).encode("utf-8", "replace"), digest_size=8).hexdigest()
