"""Partnerships by stage, how far they ever got, how they end, trust and gap (measures 1–7, 12, 13)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm.machine.jit import State, kernel
from abm.measures.declare import Measure


class Columns(NamedTuple):
    """The columns of this family."""

    contacts: Annotated[float, Measure("living partnerships at contact", "partnerships", 1)]
    memoranda: Annotated[float, Measure("living partnerships with a memorandum", "partnerships", 2)]
    action_plans: Annotated[float, Measure("living partnerships with an action plan", "partnerships", 3)]
    pilots: Annotated[float, Measure("living partnerships in a pilot", "partnerships", 4)]
    sustained: Annotated[float, Measure("living partnerships that are sustained", "partnerships", 5)]
    contacts_ever: Annotated[float, Measure("partnerships ever begun", "partnerships", 6)]
    memoranda_ever: Annotated[float, Measure("partnerships that ever signed a memorandum", "partnerships", 6)]
    action_plans_ever: Annotated[float, Measure("partnerships that ever had an action plan", "partnerships", 6)]
    pilots_ever: Annotated[float, Measure("partnerships that ever reached a pilot", "partnerships", 6)]
    sustained_ever: Annotated[float, Measure("partnerships that ever were sustained", "partnerships", 6)]
    memoranda_per_contact: Annotated[float, Measure("share of contacts that ever signed a memorandum", "1", 7)]
    plans_per_memorandum: Annotated[float, Measure("share of memoranda that ever became a plan", "1", 7)]
    pilots_per_plan: Annotated[float, Measure("share of plans that ever became a pilot", "1", 7)]
    sustained_per_pilot: Annotated[float, Measure("share of pilots ever sustained", "1", 7)]
    dissolved_ever: Annotated[float, Measure("partnerships that ended", "partnerships", 12)]
    dissolution_rate: Annotated[
        float, Measure("share of the partnerships of this month that ended in it", "per month", 12)
    ]
    mean_trust: Annotated[float, Measure("mean trust of living partnerships", "0…1", 13)]
    mean_gap: Annotated[float, Measure("mean expectation gap of living partnerships", "0…1", 13)]


@kernel
def ratio(part: float, whole: float) -> float:
    """Return ``part / whole``, or NaN where there is no whole."""
    return part / whole if whole > 0 else np.nan


@kernel
def record(w: State, t: int) -> None:
    """Fill the columns of this family from the census of the month."""
    s, now, highest = w.series, w.tally.stage, w.tally.highest
    sustained = float(highest[5])
    pilots = sustained + highest[4]
    plans = pilots + highest[3]
    memoranda = plans + highest[2]
    contacts = memoranda + highest[1]
    living = contacts - now[0]
    ended = now[0] - (s[t - 1].dissolved_ever if t > 0 else 0.0)
    s[t].contacts, s[t].memoranda, s[t].action_plans = now[1], now[2], now[3]
    s[t].pilots, s[t].sustained = now[4], now[5]
    s[t].contacts_ever, s[t].memoranda_ever, s[t].action_plans_ever = contacts, memoranda, plans
    s[t].pilots_ever, s[t].sustained_ever = pilots, sustained
    s[t].memoranda_per_contact = ratio(memoranda, contacts)
    s[t].plans_per_memorandum = ratio(plans, memoranda)
    s[t].pilots_per_plan = ratio(pilots, plans)
    s[t].sustained_per_pilot = ratio(sustained, pilots)
    s[t].dissolved_ever = now[0]
    s[t].dissolution_rate = ratio(ended, living + ended)
    s[t].mean_trust = ratio(w.tally.trust, living)
    s[t].mean_gap = ratio(w.tally.gap, living)
