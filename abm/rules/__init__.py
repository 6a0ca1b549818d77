"""The mechanisms, one file each: docstring with the equation, parameters, decision, step.

A rule is entered in :data:`RULES`; its parameters, lists and announcements (:mod:`abm.setup.room`) are found there.
What it does in a month, and when, stands in :mod:`abm.schedule`.
"""

from types import ModuleType

from abm.rules import (
    adoption,
    awareness,
    broker,
    calendar,
    city,
    contact,
    cooperation,
    event,
    helix,
    ladder,
    learning,
    membership,
    own_links,
    pairing,
    policies,
    practice,
    search,
    theme,
    trial,
    world,
)

RULES: tuple[ModuleType, ...] = (
    world,
    city,
    practice,
    membership,
    policies,
    calendar,
    pairing,
    event,
    own_links,
    broker,
    search,
    theme,
    contact,
    cooperation,
    helix,
    ladder,
    awareness,
    trial,
    adoption,
    learning,
)

SECTIONS: dict[str, type] = {rule.__name__.rpartition(".")[2]: rule.Params for rule in RULES if hasattr(rule, "Params")}
