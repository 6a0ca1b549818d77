"""Declare a parameter once, where it acts; check it, coerce it.

A rule declares its parameters in a class ``Params``, a line each, by :func:`par`, :data:`lever` or :data:`constant`.
The name of the section in TOML is given when the sections are put together (:data:`abm.rules.SECTIONS`); the full
name ``section.field`` is the same in TOML, on the command line, in kernels (``p.section.field``) and in results.
An entry of a scenario (a broker, an event, a shock) is kept as a value, so it is a ``NamedTuple`` whose fields are
``Annotated[type, Par(...)]``; both are checked alike, so every refusal reads alike.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_type_hints

import numpy as np


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
    source: str = "assumed"
    control: Control = "uncertainty"


class Declaration(NamedTuple):
    """One declared parameter: its full name, type, default and what is known of it."""

    name: str
    kind: type
    default: Any
    par: Par


def par(
    default: Any,
    sentence: str,
    unit: str = "1",
    legal: tuple[float, float] = (-math.inf, math.inf),
    prior: tuple[float, float] | None = None,
    source: str = "assumed",
    *,
    control: Control = "uncertainty",
) -> Any:
    """Declare a parameter of a rule, of the type of its default: 12.0 is a number, 12 a whole number, True a switch.

    Parameters
    ----------
    default
        What it is if nobody says otherwise.
    sentence
        What it is, with its letter in the equation.
    unit
        Its unit; ``1`` for a share or a pure number.
    legal
        The least and the largest value that is not refused.
    prior
        The ends of the uniform prior; none if it is never sampled.
    source
        Where the default comes from.
    control
        Who decides: a programme (:data:`lever`), the model (:data:`constant`), or nobody, as it is not known.

    Raises
    ------
    TypeError
        If a default is a whole number, such as 1 for 1.0, although its range is not.
    """
    if type(default) is int and any(x != int(x) for x in (*legal, *(prior or ())) if math.isfinite(x)):
        raise TypeError(f"par({default}, {sentence!r}): a whole number beside {legal} and {prior}; write {default}.0")
    return Declaration(
        "", type(default), default, Par(sentence, unit, legal, prior and Uniform(*prior), source, control)
    )


lever = partial(par, control="lever")
constant = partial(par, control="constant")


def declarations(section: str, declared: type) -> list[Declaration]:
    """Return what the ``Params`` of a rule or the ``NamedTuple`` of an entry declares, in its order."""
    fields = _fields_of_entry(declared) if issubclass(declared, tuple) else vars(declared)
    return [d._replace(name=f"{section}.{field}") for field, d in fields.items() if isinstance(d, Declaration)]


def _fields_of_entry(declared: type) -> dict[str, Declaration]:
    defaults = declared._field_defaults  # type: ignore[attr-defined]
    fields = {}
    for field, hint in get_type_hints(declared, include_extras=True).items():
        kind, known = get_args(hint)
        kind = next((k for k in get_args(kind) if k is not NoneType), kind)  # `float | None` is a float left out
        fields[field] = Declaration("", kind, defaults.get(field), known)
    return fields


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
        hint = nearest(shown(value), names) if names else in_quotes(value)
        raise ConfigError(f"{declaration.name} = {shown(value)}: must be {legal_text(declaration)}{hint}") from None
    return coerced


def shown(value: Any) -> str:
    """Return a value as one short line for a message."""
    try:
        return shortened(value.isoformat() if is_date(value) else " ".join(repr(value).split()))
    except (ValueError, RecursionError):  # Python writes no number of more than 4,300 digits
        return "a number or table too large to show"


def is_date(value: Any) -> bool:
    """Say whether a value is a date, as TOML has one where no quotes are."""
    return hasattr(value, "isoformat")


def in_quotes(value: Any) -> str:
    """Return ``; write it in quotes, …`` for a date, which is text here, or nothing."""
    return f'; write it in quotes, "{value.isoformat()[:7]}"' if is_date(value) else ""


def shortened(name: Any) -> str:
    """Return a name as it can stand in a line: not too long, and without what would move the cursor."""
    text = str(name) if str(name).isprintable() else repr(name)
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
        whole = isinstance(value, int) or (isinstance(value, str) and value.strip().lstrip("+-").isdecimal())
        return int(value) if whole else int(number) if number == int(number) else _refuse()  # 2.0 is 2, also as text
    return float(value)


def _refuse() -> Any:
    raise ValueError


def checked(known: Mapping[str, Declaration], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by full name as their declared types; one that is unknown or not legal is refused."""
    values = {}
    for name, value in given.items():
        if name not in known:
            raise ConfigError(f"unknown parameter {shortened(name)} = {shown(value)}{nearest(name, known)}")
        values[name] = coerce(known[name], value)
    return values


def entry(declared: type, what: str, given: Any, beside: Iterable[str] = ()) -> Any:
    """Return a checked ``NamedTuple`` made from one table of a file, such as a broker; no ``what``: the file itself.

    ``beside`` has keys that somebody else reads, which a misspelt one may mean.
    """
    if not isinstance(given, Mapping):
        raise ConfigError(f"{what} must be a table of keys, not {shown(given)}")
    known = {d.name.rpartition(".")[2]: d._replace(name=d.name.lstrip(".")) for d in declarations(what, declared)}
    for key, value in given.items():
        if key not in known:
            name = shortened(f"{what}.{key}".lstrip("."))
            raise ConfigError(f"unknown key {name} = {shown(value)}{nearest(key, [*known, *beside])}")
    for key, declaration in known.items():
        if key not in given and key not in declared._field_defaults:  # type: ignore[attr-defined]
            raise ConfigError(f"{what} needs {key} ({legal_text(declaration)})")
    return declared(**{key: coerce(known[key], value) for key, value in given.items()})
