"""Whose class is whose: one class for a kind of actor, or some by name, looked at before any agent is made.

What is misspelt would otherwise be passed over, and the plain model taken for somebody's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from inspect import signature
from typing import Any

from abm.face.agents import Broker, City, Firm, University
from abm.parameters import ConfigError, nearest, shown

Classes = type | Mapping[str, type]

BASES: dict[str, type] = {"city": City, "university": University, "firm": Firm, "broker": Broker}
DECISIONS: dict[str, tuple[str, ...]] = {
    "city": ("consent", "choose_theme", "try_practice"),
    "university": ("join",),
    "firm": ("join",),
    "broker": ("score",),
}


def check_kinds(agents: Any) -> None:
    """Refuse what is no dictionary from kinds of agents to classes."""
    if not isinstance(agents, Mapping):
        raise ConfigError(f"{shown(agents)}: must be a dictionary, such as {{'city': Mayor}}")
    for kind in agents:
        if kind not in BASES:
            raise ConfigError(
                f"no kind of agent {shown(kind)}{nearest(str(kind), BASES)}; there are {', '.join(BASES)}"
            )


def check_classes(kind: str, given: Any, names: Collection[str]) -> None:
    """Refuse the classes given for a kind of agent, or for some by name: names nobody has, classes that do not fit."""
    for name in given if isinstance(given, Mapping) else ():
        if name not in names:
            raise ConfigError(f"{kind} = {{{shown(name)}: …}}: no such {kind}{nearest(str(name).lower(), names)}")
    for made in given.values() if isinstance(given, Mapping) else (given,):
        if not (isinstance(made, type) and issubclass(made, BASES[kind])):
            raise ConfigError(f"{kind} = {shown(made)}: must be a subclass of abm.{BASES[kind].__name__}")
        check_decisions(kind, made)


def check_decisions(kind: str, made: type) -> None:
    """Refuse a class whose decisions take other arguments, or that has a method named almost like a decision."""
    for decision in DECISIONS[kind]:
        wanted = signature(getattr(BASES[kind], decision))
        try:
            signature(getattr(made, decision)).bind(*wanted.parameters)
        except (TypeError, ValueError):
            takes = ", ".join(wanted.parameters)
            raise ConfigError(f"{made.__name__}.{decision}: must be a method that takes ({takes})") from None
    for method in _own_methods(made, BASES[kind]):
        if close := get_close_matches(method, DECISIONS[kind], n=1, cutoff=0.8):
            raise ConfigError(f"{made.__name__}.{method}: no decision of a {kind}; did you mean {close[0]}?")


def _own_methods(made: type, base: type) -> Iterator[str]:
    """Yield the public methods that a class has beyond those of its base."""
    for name in dir(made):
        if not name.startswith("_") and not hasattr(base, name) and callable(getattr(made, name)):
            yield name


def class_of(given: Classes, usual: type, name: str) -> type:
    """Return the class of one actor."""
    return given.get(name, usual) if isinstance(given, Mapping) else given
