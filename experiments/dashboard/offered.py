"""What can be asked: scenarios by name, levers and assumptions with unit and range, kinds of event and policy.

Everything is read from the declarations of the model; a request is checked against it, and the page is built from it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from abm.input.load import find, load, shipped
from abm.input.scenario import PARAMETERS, Scenario
from abm.labels import label_of
from abm.machine.cache import code_digest
from abm.parameters import ConfigError, Declaration, nearest, shown, spelled
from abm.rules.policies.kinds import KINDS
from experiments.dashboard import words
from experiments.design.unheeded import unheeded

FIRST = "iuc-asia"
SEEDS = (24, 100, 400)  # the first answer, the second, and the one on request
LONGEST = 240  # months
OUTCOMES = (
    "pilots_ever",
    "contacts_ever",
    "action_plans_ever",
    "sustained_ever",
    "adoptions_ever",
    "pilot_pairs_ever",
    "isolates",
    "broker_units",
    "event_cost",
    "policy_cost",
)
UNNAMED = ("cities", "winners", "partnerships", "broker", "programme")  # kinds that act without naming anybody
SYNTHETIC = re.compile(r"city-\d{6}")  # the city_ids of a world without a city file
SESSIONS = "session"  # online sessions while nobody travels


class Offer(NamedTuple):
    """A scenario as it is offered: its name, the file or name that a TOML extends, and what was loaded."""

    name: str
    said: str
    scenario: Scenario

    @property
    def events(self) -> tuple[str, ...]:
        """Kinds of event that can be left out; a file cannot leave out those of programmes beside its own."""
        kinds = {spelled(entry.type) for entry in self.scenario.calendar}
        kinds -= {spelled(entry.type) for part in self.scenario.programmes for entry in part.calendar}
        return (*sorted(kinds), *[SESSIONS] * bool(self.scenario.shocks and SESSIONS not in kinds))

    @property
    def policies(self) -> tuple[str, ...]:
        """Kinds of policy that it has, which can be left out; not those of programmes beside its own."""
        beside = {policy.kind for part in self.scenario.programmes for policy in part.policies}
        return tuple(dict.fromkeys(one.kind for one in self.scenario.policies if one.kind not in beside))


def offers(names: Sequence[str]) -> dict[str, Offer]:
    """Return the scenarios that are offered, the first first: those named, else all that are shipped."""
    found: dict[str, Offer] = {}
    for said in names or [FIRST, *[name for name in shipped() if name != FIRST]]:
        name = Path(said).stem if said.endswith(".toml") else said
        if name in found:
            raise ConfigError(f"two of the scenarios have the name {shown(name)}")
        found[name] = Offer(name, find(said).name if said.endswith(".toml") else said, load(said))
    return found


@lru_cache(maxsize=1)
def controls() -> dict[str, Declaration]:
    """Return the parameters that can be set: what a programme decides, and what nobody knows and has a label."""
    return {
        name: d
        for name, d in PARAMETERS.items()
        if label_of(name) and (d.par.control == "lever" or (d.par.control == "uncertainty" and d.par.prior))
    }


def control(d: Declaration, values: Sequence[Any]) -> dict[str, Any]:
    """Return a parameter as the page shows it; ``values`` are those of the scenarios, which its range holds."""
    label = label_of(d.name)
    if label is None:
        raise KeyError(d.name)
    made: dict[str, Any] = {
        "name": d.name,
        "label": {"en": label.english, "zh": label.chinese},
        "unit": words.unit(d.par.unit),
        "lever": d.par.control == "lever",
        "sentence": d.par.sentence,
    }
    if issubclass(d.kind, IntEnum):
        return made | {"options": [{"name": spelled(m), "label": words.setting(spelled(m))} for m in d.kind]}
    low, high = d.par.prior or d.par.legal
    if d.par.legal[0] == 0:
        low = 0  # what if there were no such thing?
    low, high = min(low, *values), max(high, *values)
    return made | {"low": low, "high": high, "step": 1 if d.kind is int else step_of(low, high, values)}


def step_of(low: float, high: float, values: Sequence[Any]) -> float:
    """Return the step of a slider: 1, 2 or 5 times a power of ten, a twentieth of its span or less, to meet values."""
    most = (high - low) / 20
    power = 10.0 ** math.floor(math.log10(most))
    widest = next(n for n in (1, 2, 5, 10) if n * power >= most - 1e-12)
    steps = [round(n * power, 12) for n in (10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01) if n <= widest]
    off = [max(abs((x - low) / step - round((x - low) / step)) for x in (high, *values)) for step in steps]
    return next((step for step, far in zip(steps, off, strict=True) if far < 1e-6), steps[-1])


def menu(offered: Mapping[str, Offer]) -> dict[str, Any]:
    """Return everything that the page is built from, as JSON."""
    known = controls()
    scenarios = [offer.scenario for offer in offered.values()]
    return {
        "scenarios": [
            {
                "name": offer.name,
                "title": words.scenario(offer.name, offer.scenario.title),
                "months": offer.scenario.months,
                "start": offer.scenario.start,
                "cities": len(offer.scenario.cities),
                "real": is_real(offer.scenario),
                "values": {name: worded(offer.scenario.values[name]) for name in known},
                "events": offer.events,
                "policies": offer.policies,
                "idle": unheeded([offer.scenario], list(known)),
            }
            for offer in offered.values()
        ],
        "controls": [control(d, [s.values[name] for s in scenarios]) for name, d in known.items()],
        "policies": [policy(name) for name in kinds_to_add()],
        "outcomes": [{"name": name, "label": words.outcome(name)} for name in OUTCOMES],
        "seeds": SEEDS,
        "longest": LONGEST,
        "code": code_digest()[:8],
        "words": words.page(),
    }


def is_real(scenario: Scenario) -> bool:
    """Say whether the cities of a scenario come from a file, and not from a synthetic world."""
    return not all(SYNTHETIC.fullmatch(city.city_id) for city in scenario.cities)


def kinds_to_add() -> list[str]:
    """Return the kinds of policy that an arm can add: those that act without naming anybody."""
    return [name for name, kind in KINDS.items() if kind.where in UNNAMED]


def policy(name: str) -> dict[str, Any]:
    """Return a kind of policy as the page shows it: what its strength is and may be, None where it has none."""
    kind = KINDS[name]
    low, high = kind.legal
    strength = None if low == high else {
        "label": {"en": kind.strength_is, "zh": words.own()["strengths"][name]},
        "usual": kind.strength,
        "low": low,
        "high": high,
        "step": 1 if kind.whole else "any",
    }  # fmt: skip
    return {"name": name, "sentence": kind.sentence, "strength": strength, "months": kind.months}


def worded(value: Any) -> Any:
    """Return a value as a file spells it."""
    return spelled(value) if isinstance(value, IntEnum) else value


def one_of(value: Any, known: Sequence[str], key: str) -> str:
    """Return a word that is known, or refuse it."""
    if not isinstance(value, str) or value not in known:
        raise ConfigError(f"{key} = {shown(value)}: must be one of {', '.join(known)}{nearest(str(value), known)}")
    return value
