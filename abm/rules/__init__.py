"""The mechanisms, one file each: docstring with the equation, parameters, decision, step.

A rule is entered in :data:`RULES`; its parameters, lists and announcements (:mod:`abm.setup.room`) are found there.
What it does in a month, and when, stands in :mod:`abm.schedule`.
"""

from types import ModuleType
from typing import NamedTuple, get_type_hints

from abm.rules import (
    adoption,
    awareness,
    broker,
    calendar,
    city,
    contact,
    cooperation,
    event,
    founding,
    helix,
    ladder,
    learning,
    membership,
    own_links,
    pairing,
    policies,
    practice,
    project,
    scouting,
    search,
    theme,
    trial,
    world,
)

RULES: tuple[ModuleType, ...] = (
    world,
    city,
    practice,
    founding,
    membership,
    policies,
    calendar,
    pairing,
    event,
    own_links,
    scouting,
    broker,
    search,
    theme,
    contact,
    cooperation,
    helix,
    ladder,
    project,
    awareness,
    trial,
    adoption,
    learning,
)


class Settings(NamedTuple):
    """All parameters, as kernels take them: ``p.contact.baseline``."""

    world: world.Params
    city: city.Params
    practice: practice.Params
    membership: membership.Params
    calendar: calendar.Params
    pairing: pairing.Params
    event: event.Params
    broker: broker.Params
    search: search.Params
    contact: contact.Params
    cooperation: cooperation.Params
    helix: helix.Params
    ladder: ladder.Params
    project: project.Params
    awareness: awareness.Params
    trial: trial.Params
    adoption: adoption.Params
    learning: learning.Params


SECTIONS: dict[str, type] = get_type_hints(Settings)
