"""What the plain Mesa program records each month: the engine's measures 1–7, 12, 13 and 15–17, by the same names."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from abm.tables import Stage

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
    return stocks(model) | knowledge(model)


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


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
    chances = len(cities) * len(model.practices)
    across = sum(city.across(practice.origin) for city, practice in model.adoptions)
    return {
        "awareness": ratio(sum(len(city.ladder) for city in cities), chances),
        "adoption": ratio(sum(len(city.adopted) for city in cities), chances),
        "mastery": ratio(sum(len(o.mastered) for o in model.organisations), len(model.organisations)),
        "adoptions_ever": len(model.adoptions),
        "cross_region_share": ratio(across, len(model.adoptions)),
        "need_met": 1.0 - ratio(sum(sum(city.need) for city in cities), sum(sum(city.first_need) for city in cities)),
    }
