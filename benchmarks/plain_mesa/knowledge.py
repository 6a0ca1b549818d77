"""How practices spread: cities hear of them, try and adopt them; organisations learn and invent (E14–E19).

Everyone decides on the state at the start of the phase; the steps are taken together at its end.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from abm.rules.trial import PRIOR_QUALITY
from abm.state.words import Kind, Ladder, Origin, Stage
from benchmarks.plain_mesa.actors import City, Organisation
from benchmarks.plain_mesa.ties import Partnership, Practice

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel

Meetings = dict[City, list[tuple[City, int | None]]]


def spread(model: PlainModel) -> None:
    met: Meetings = defaultdict(list)
    for meeting in model.encounters:
        if meeting.origin == Origin.EVENT:
            met[meeting.i].append((meeting.j, meeting.event.theme))
            met[meeting.j].append((meeting.i, meeting.event.theme))
    steps = [(city, practice, after) for city in model.cities for practice, after in decisions(city, met)]
    lessons = [(o, practice) for o in model.organisations for practice in learns(o)]
    lessons += [(o, practice) for theme in range(model.n_themes) for o, practice in inventions(model, theme)]
    adoptions = [(city, practice) for city, practice, after in steps if after == Ladder.ADOPTED]
    for city, practice in adoptions:
        credit_partners(city, practice)
    for city, practice, after in steps:
        city.ladder[practice] = after
    model.adoptions += [(city, practice) for city, practice in adoptions if city.standing]
    for city, practice in adoptions:
        city.adopt([practice])
        document(city, practice)
    for organisation, practice in lessons:
        organisation.master(practice)
        if practice.origin is organisation.city:
            organisation.city.ladder.setdefault(practice, Ladder.AWARE)


def decisions(city: City, met: Meetings) -> list[tuple[Practice, Ladder]]:
    steps = [(practice, Ladder.AWARE) for practice in hears(city, met)]
    ties, near = city.living_ties(), city.organisations + city.linked_organisations()
    for practice, state in city.ladder.items():
        if state == Ladder.AWARE and happens(city, trial_hazard(city, practice, near)):
            steps.append((practice, Ladder.TRIAL))
        elif state == Ladder.TRIAL:
            up, down = adoption_hazards(city, practice, ties)
            if happens(city, up + down):
                adopts = city.random.random() * (up + down) < up
                steps.append((practice, Ladder.ADOPTED if adopts else Ladder.AWARE))
    return steps


def happens(actor: City | Organisation, hazard: float) -> bool:
    return actor.random.random() < 1.0 - math.exp(-hazard)


def hears(city: City, met: Meetings) -> list[Practice]:
    p = city.model.p
    hazard = {practice: p["awareness.chance"] for practice in city.model.practices if practice not in city.ladder}
    if city.standing:
        for tie in city.living_ties():
            for practice in tie.other(city).adopted:
                if practice in hazard:
                    share = 1.0 if practice.theme == tie.theme else p["awareness.other_theme"]
                    hazard[practice] += 0.2 * tie.stage * share * p["awareness.partner"]
        seen = {
            practice
            for other, theme in met[city]
            for practice in other.adopted
            if theme is None or practice.theme == theme
        }
        for practice in seen & hazard.keys():
            hazard[practice] += p["awareness.event"]
        for practice in {k for o in city.linked_organisations() for k in o.mastered} & hazard.keys():
            hazard[practice] += p["awareness.organisation"]
    return [practice for practice, total in hazard.items() if happens(city, total)]


def trial_hazard(city: City, practice: Practice, near: list[Organisation]) -> float:
    p, theme = city.model.p, practice.theme
    apt = [o for o in near if theme in o.themes]
    capacity = (
        0.4
        + 0.3 * any(o.kind == Kind.UNIVERSITY for o in apt)
        + 0.2 * any(o.kind == Kind.FIRM for o in apt)
        + 0.1 * any(practice in o.mastered for o in apt)
    )
    quality = (1.0 - practice.evidence) * PRIOR_QUALITY + practice.evidence * practice.quality
    doubt = p["trial.uncertainty"] * math.sqrt(1.0 - 0.8 * practice.evidence)
    value = city.need[theme] * city.fit(practice) * quality - p["trial.risk_aversion"] * doubt
    return p["trial.rate"] * capacity / (1.0 + math.exp(-p["trial.steepness"] * (value - p["trial.threshold"])))


def adoption_hazards(city: City, practice: Practice, ties: list[Partnership]) -> tuple[float, float]:
    p = city.model.p
    best = max(
        (tie.helix() for tie in ties if tie.stage >= Stage.ACTION_PLAN and tie.theme == practice.theme), default=0.0
    )
    return (
        p["adoption.rate"] * math.exp(p["adoption.helix_effect"] * best),
        p["adoption.abandon_rate"] * (1.0 - city.fit(practice) * practice.quality),
    )


def credit_partners(city: City, practice: Practice) -> None:
    for tie in city.living_ties():
        if tie.theme == practice.theme and tie.other(city).ladder.get(practice) == Ladder.ADOPTED:
            tie.successes += 1


def document(city: City, practice: Practice) -> None:
    p = city.model.p
    relief = p["adoption.need_relief"] * city.fit(practice) * practice.quality
    city.need[practice.theme] = max(0.0, city.need[practice.theme] - relief)
    practice.evidence = 1.0 - (1.0 - practice.evidence) * (1.0 - p["adoption.evidence_gain"] * p["adoption.documented"])


def learns(organisation: Organisation) -> list[Practice]:
    p = organisation.model.p
    hazard = {practice: p["learning.home"] for practice in organisation.city.adopted if organisation.lacks(practice)}
    for other in organisation.linked_organisations():
        for practice in other.mastered:
            if organisation.lacks(practice):
                hazard[practice] = hazard.get(practice, 0.0) + p["learning.link"]
    return [practice for practice, total in hazard.items() if happens(organisation, total)]


def inventions(model: PlainModel, theme: int) -> list[tuple[Organisation, Practice]]:
    inventors = [o for o in model.organisations if o.kind == Kind.UNIVERSITY and theme in o.themes]
    found = []
    for _ in range(model.rng.poisson(model.p["learning.invention_rate"]) if inventors else 0):
        inventor = model.random.choices(inventors, [1 + o.mastered_in[theme] for o in inventors])[0]
        found.append((inventor, model.add_practice(theme, inventor.city)))
    return found
