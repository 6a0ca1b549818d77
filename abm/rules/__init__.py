"""The mechanisms, one file each: docstring with the equation, parameters, decision, step.

:data:`SECTIONS` names the parameter section of each; ``abm.schedule`` puts the steps in order.
"""

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
    pairing,
    practice,
    search,
    trial,
    world,
)

SECTIONS: dict[str, type] = {
    "world": world.Params,
    "city": city.Params,
    "practice": practice.Params,
    "calendar": calendar.Params,
    "pairing": pairing.Params,
    "event": event.Params,
    "broker": broker.Params,
    "search": search.Params,
    "contact": contact.Params,
    "cooperation": cooperation.Params,
    "helix": helix.Params,
    "ladder": ladder.Params,
    "awareness": awareness.Params,
    "trial": trial.Params,
    "adoption": adoption.Params,
    "learning": learning.Params,
}
