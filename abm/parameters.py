"""Declare a parameter once, where it acts; check it, coerce it, merge it: defaults < file < scenario < flag.

A rule declares its parameters as a ``NamedTuple`` whose fields are ``Annotated[type, Par(...)]`` with a default. The
class name of the section in TOML is given when the sections are put together (:data:`abm.rules.SECTIONS`); the full
name ``section.field`` is the same in TOML, on the command line, in kernels (``p.section.field``) and in results.
The same declarations check the entries of a scenario (brokers, events, shocks), so every refusal reads alike.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_type_hints

import numpy as np

from abm.machine.records import by_name


class ConfigError(ValueError):
    """Something that the user wrote cannot be used; the message is one line that says what, where and what is legal."""


class Uniform(NamedTuple):
    """A uniform prior on [low, high]."""

    low: float
    high: float


Control = Literal["lever", "uncertainty", "constant"]


@dataclass(frozen=True)
class Par:
    """What a user must know of a parameter: a sentence, its unit, legal range, prior, who controls it, its source."""

    sentence: str
    unit: str = "1"
    legal: tuple[float, float] = (-math.inf, math.inf)
    prior: Uniform | None = None
    control: Control = "uncertainty"
    source: str = "assumed"


class Declaration(NamedTuple):
    """One declared parameter: its full name, type, default and what is known of it."""

    name: str
    kind: type
    default: Any
    par: Par


def declarations(section: str, declared: type) -> list[Declaration]:
    """Return the parameters that a ``NamedTuple`` class declares, in its order."""
    hints = get_type_hints(declared, include_extras=True)
    defaults = declared._field_defaults  # type: ignore[attr-defined]
    found = []
    for field, hint in hints.items():
        kind, par = get_args(hint)
        kind = next((k for k in get_args(kind) if k is not NoneType), kind)  # `float | None` is a float left out
        found.append(Declaration(f"{section}.{field}", kind, defaults.get(field), par))
    return found


def nearest(name: str, names: Iterable[str]) -> str:
    """Return ``; did you mean …?`` for the known name closest to a misspelt one, or nothing."""
    close = difflib.get_close_matches(str(name), list(names), n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else ""


def legal_text(declaration: Declaration) -> str:
    """Return the legal values of a parameter in words."""
    kind, (low, high) = declaration.kind, declaration.par.legal
    if issubclass(kind, IntEnum):
        return "one of " + ", ".join(spelled(member) for member in kind)
    if kind is bool:
        return "true or false"
    if kind is str:
        return "text"
    if kind is tuple:
        return "a list of texts"
    what = "a whole number" if kind is int else "a number"
    if math.isinf(low) and math.isinf(high):
        return what
    if math.isinf(high):
        return f"{what} of at least {low:g}"
    return f"{what} from {low:g} to {high:g}"


def spelled(member: IntEnum) -> str:
    """Return a category as users write it: ``MATCHMAKING_EVENT`` is ``matchmaking-event``."""
    return member.name.lower().replace("_", "-")


def coerce(declaration: Declaration, value: Any) -> Any:
    """Return ``value`` as the declared type, or raise :class:`ConfigError` naming key, value and legal range."""
    try:
        coerced = _coerced(declaration.kind, value)
        low, high = declaration.par.legal
        if isinstance(coerced, int | float) and not isinstance(coerced, bool | IntEnum):
            if not low <= coerced <= high:  # a NaN fails this too
                raise ValueError
    except (ValueError, TypeError, KeyError, OverflowError):
        names = [spelled(m) for m in declaration.kind] if issubclass(declaration.kind, IntEnum) else []
        hint = nearest(str(value), names) if names else ""
        raise ConfigError(f"{declaration.name} = {shown(value)}: must be {legal_text(declaration)}{hint}") from None
    return coerced


def shown(value: Any) -> str:
    """Return a value as one short line for a message."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "…"


def _coerced(kind: type, value: Any) -> Any:
    if issubclass(kind, IntEnum):
        return value if isinstance(value, kind) else kind[str(value).upper().replace("-", "_").replace(" ", "_")]
    if kind is bool:
        return value if isinstance(value, bool) else {"true": True, "false": False}[str(value).lower()]
    if kind is str:
        return value if isinstance(value, str) else _refuse()
    if kind is tuple:
        texts = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        return tuple(value) if texts else _refuse()
    if isinstance(value, bool) or not isinstance(value, int | float | str | np.integer | np.floating):
        return _refuse()
    if kind is int:
        number = float(value)
        return int(value) if number == int(number) else _refuse()
    return float(value)


def _refuse() -> Any:
    raise ValueError


def resolve(known: Mapping[str, Declaration], layers: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Merge layers of ``full name -> value``, later ones winning, over the defaults.

    Parameters
    ----------
    known
        Every declared parameter by full name.
    layers
        Pairs (where it was written, values); the place begins the message of a refusal.
    """
    values = {name: declaration.default for name, declaration in known.items()}
    for place, layer in layers:
        for name, value in layer.items():
            if name not in known:
                raise ConfigError(f"{place}: unknown parameter {name} = {shown(value)}{nearest(name, known)}")
            try:
                values[name] = coerce(known[name], value)
            except ConfigError as error:
                raise ConfigError(f"{place}: {error}") from None
    return values


def entry(declared: type, what: str, given: Mapping[str, Any], place: str) -> Any:
    """Return a checked ``NamedTuple`` made from one entry of a scenario file, such as a broker or a shock."""
    if not isinstance(given, Mapping):
        raise ConfigError(f"{place}: {what} must be a table of keys, not {shown(given)}")
    known = {d.name.partition(".")[2]: d for d in declarations(what, declared)}
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise ConfigError(f"{place}: unknown key {what}.{key} = {shown(value)}{nearest(key, known)}")
        try:
            values[key] = coerce(known[key], value)
        except ConfigError as error:
            raise ConfigError(f"{place}: {error}") from None
    for key in known:
        if key not in values and key not in declared._field_defaults:  # type: ignore[attr-defined]
            raise ConfigError(f"{place}: {what} needs {key} ({legal_text(known[key])})")
    return declared(**values)


def section_dtype(declared: type) -> np.dtype:
    """Return the record layout of a section: whole numbers and categories as i8, numbers as f8, switches as b1."""
    return np.dtype(
        [
            (d.name.partition(".")[2], "b1" if d.kind is bool else "f8" if d.kind is float else "i8")
            for d in declarations("", declared)
        ],
        align=True,
    )


def parameter_layout(sections: Mapping[str, type]) -> np.dtype:
    """Return the layout of all parameters as nested records, ``p.section.field``."""
    return np.dtype([(name, section_dtype(declared)) for name, declared in sections.items()], align=True)


def as_record(layout: np.dtype, values: Mapping[str, Any]) -> Any:
    """Return one row of nested records from values by full name; shape (1,)."""
    row = np.zeros(1, layout)
    for name, value in values.items():
        section, _, field = name.partition(".")
        row[section][field] = value
    return by_name(row, "Settings")
