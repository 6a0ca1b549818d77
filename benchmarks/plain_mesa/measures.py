"""What the plain Mesa program records each month: measures of the engine, by the same names; it need not have all.

Here are the stocks (measures 1–7, 12, 13), knowledge (15–17) and costs (23); the others are in
:mod:`benchmarks.plain_mesa.sharing` and :mod:`benchmarks.plain_mesa.networks`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from abm.state.words import THEMES, Stage
from benchmarks.plain_mesa.networks import brokerage, city_network, shape
from benchmarks.plain_mesa.sharing import coverage, equity, pilot_incidence, projects, ratio

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel

NAMES = {
    Stage.CONTACT: "contacts",
    Stage.MEMORANDUM: "memoranda",
    Stage.ACTION_PLAN: "action_plans",
    Stage.PILOT: "pilots",
    Stage.SUSTAINED: "sustained",
}


def measures(model: PlainModel) -> dict[str, float]:
    graph = city_network(model)
    return {
        **stocks(model),
        **coverage(model),
        **pilot_incidence(model),
        **projects(model),
        **knowledge(model),
        **equity(model),
        **shape(graph, model.regions),
        **brokerage(model, graph),
        **costs(model),
    }


def stocks(model: PlainModel) -> dict[str, float]:
    now = Counter(tie.stage for tie in model.partnerships)
    highest = Counter(tie.ever for tie in model.partnerships)
    ever = {stage: sum(highest[s] for s in Stage if s >= stage) for stage in Stage}
    ended = sum(tie.ended == model.month for tie in model.partnerships)
    n_living = len(model.living)
    return {
        **{name: now[stage] for stage, name in NAMES.items()},
        **{f"{name}_ever": ever[stage] for stage, name in NAMES.items()},
        "memoranda_per_contact": ratio(ever[Stage.MEMORANDUM], ever[Stage.CONTACT]),
        "plans_per_memorandum": ratio(ever[Stage.ACTION_PLAN], ever[Stage.MEMORANDUM]),
        "pilots_per_plan": ratio(ever[Stage.PILOT], ever[Stage.ACTION_PLAN]),
        "sustained_per_pilot": ratio(ever[Stage.SUSTAINED], ever[Stage.PILOT]),
        "dissolved_ever": now[Stage.DISSOLVED],
        "dissolution_rate": ratio(ended, n_living + ended),
        "mean_trust": ratio(sum(tie.trust for tie in model.living), n_living),
        "mean_gap": ratio(sum(tie.gap for tie in model.living), n_living),
    }


def knowledge(model: PlainModel) -> dict[str, float]:
    cities = [city for city in model.cities if city.standing]
    organisations = [o for o in model.organisations if o.city.row.weight > 0]
    chances = len(cities) * len(model.practices)
    by_theme = Counter(practice.theme for practice in model.practices)
    across = sum(city.across(practice.origin) for city, practice in model.adoptions)
    return {
        "awareness": ratio(sum(len(city.ladder) for city in cities), chances),
        "adoption": ratio(sum(len(city.adopted) for city in cities), chances),
        "mastery": ratio(sum(len(o.mastered) for o in organisations), len(organisations)),
        "adoptions_ever": len(model.adoptions),
        "cross_region_adoptions": across,
        "cross_region_share": ratio(across, len(model.adoptions)),
        "need_met": 1.0 - ratio(sum(sum(city.need) for city in cities), sum(sum(city.first_need) for city in cities)),
        **{
            f"adoption_by_theme.{name}": ratio(
                sum(city.n_adopted[theme] for city in cities), len(cities) * by_theme[theme]
            )
            for theme, name in enumerate(THEMES)
        },
    }


def costs(model: PlainModel) -> dict[str, float]:
    units = sum(broker.units for broker in model.brokers)
    events = sum(event.cost for event in model.events)
    policies = 0.0
    for policy in model.plan.policies:
        policies += policy.cost * max(0, min(model.month + 1, policy.end) - policy.start)
    pilots = sum(tie.ever >= Stage.PILOT for tie in model.partnerships)
    return {
        "broker_units": units,
        "event_cost": events,
        "travel_km": sum(event.travel for event in model.events),
        "policy_cost": policies,
        "pilots_per_cost": ratio(pilots, units + events + policies),
    }
