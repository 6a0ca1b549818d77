"""Partnerships climb from contact to memorandum, action plan, pilot and sustained work, or dissolve (E13).

r_up = σ_P·ρ^b_κ·μ_s·exp[b_τ(τ−½) − b_g(g−0.3) + 1{s≥3}b_H H + 1{s≥2}b_φ funded]·(ψ_i ψ_j)^{(b_ψ/2)·1{s≥3}}
r_dn = δ_s·exp[−b_τ(τ−½) + b_g(g−0.3)]·M_pol (the political factor on s ≥ 4)

A partnership moves with probability 1 − e^{−(r_up + r_dn)}, upward with probability r_up/(r_up + r_dn); one move a
month. H is ½ for a university, ½ for a firm in its role; ρ = min(1, κ_i/L_i, κ_j/L_j) is the room of the two cities at
their load L; σ_P is below 1 without a programme. No memorandum is signed within m_0 months of the first meeting.
Sources: b_φ = ln 1.84, randomised vouchers (Bakhshi et al. 2015); M_pol = 6 gives the decay of Dutch–Chinese links of
0.012 a month.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from abm import draws
from abm.chances import happens
from abm.draws import NOBODY, at, child, moment, uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import par
from abm.shared.organisations import helix
from abm.shared.support import support
from abm.state import ahead
from abm.state.entities import City, Partnership
from abm.state.memory import Rows
from abm.state.neighbours import note
from abm.state.words import NONE, Stage

MOVE = draws.process("ladder.move")
DOCUMENTS = "programme documents"


class Params:
    """Section ``[ladder]``."""

    # fmt: off
    memorandum_rate = par(0.12, "rate from contact to memorandum (μ_1)", "per month", (0, 10), (0.06, 0.24), DOCUMENTS)
    plan_rate = par(0.12, "rate from memorandum to action plan (μ_2)", "per month", (0, 10), (0.06, 0.24), DOCUMENTS)
    pilot_rate = par(0.02, "rate from action plan to pilot (μ_3)", "per month", (0, 10), (0.002, 0.04))
    sustain_rate = par(0.03, "rate from pilot to sustained work (μ_4)", "per month", (0, 10), (0.015, 0.06), DOCUMENTS)
    contact_exit = par(0.04, "rate of dissolution at contact (δ_1)", "per month", (0, 10), (0.02, 0.08), "prior")
    memorandum_exit = par(0.01, "rate of dissolution with a memorandum (δ_2)",
                          "per month", (0, 10), (0.005, 0.02), "prior")
    plan_exit = par(0.01, "rate of dissolution with a plan (δ_3)", "per month", (0, 10), (0.005, 0.02), "prior")
    pilot_exit = par(0.01, "rate of dissolution in a pilot (δ_4)", "per month", (0, 10), (0.005, 0.02), "prior")
    sustained_exit = par(0.002, "rate of dissolution when sustained (δ_5)",
                         "per month", (0, 10), (0.001, 0.004), "prior")
    trust_effect = par(1.0, "effect of trust (b_τ)", "log rate", (0, 10), (0, 2))
    gap_effect = par(1.5, "effect of the expectation gap (b_g)", "log rate", (0, 10), (0, 3))
    helix_effect = par(0.8, "effect of a full helix from the plan on (b_H)",
                       "log rate", (0, 10), (0, 1.6))
    funding_effect = par(0.61, "effect of funding (b_φ)", "log rate", (0, 10), (0.3, 0.9), "Bakhshi et al. 2015")
    engagement_effect = par(1.5, "exponent of engagement from the plan on (b_ψ)", "1", (0, 10), (0, 4))
    overload_effect = par(0.0, "effect of the room of the two cities, capacity over load (b_κ)", "1", (0, 10), (0, 2),
                          "no effect until confirmed")
    earliest_memorandum = par(0, "months from the first meeting in which no memorandum is signed (m_0)",
                              "months", (0, 120), (0, 6), "no effect until confirmed")
    political_factor = par(1.0, "factor of dissolution from the pilot on (M_pol)", "1", (0, 100), (1, 6),
                           "scenario; up to the decay of Dutch–Chinese links")


@kernel
def climb_rate(p: Settings, stage: int) -> float:
    """Return μ, the basic rate at which a partnership leaves a stage upward."""
    if stage == 1:
        return p.ladder.memorandum_rate
    if stage == 2:
        return p.ladder.plan_rate
    if stage == 3:
        return p.ladder.pilot_rate
    return p.ladder.sustain_rate if stage == 4 else 0.0


@kernel
def exit_rate(p: Settings, stage: int) -> float:
    """Return δ, the basic rate at which a partnership dissolves."""
    if stage == 1:
        return p.ladder.contact_exit
    if stage == 2:
        return p.ladder.memorandum_exit
    if stage == 3:
        return p.ladder.plan_exit
    return p.ladder.pilot_exit if stage == 4 else p.ladder.sustained_exit


@kernel
def room(cities: Rows[City], i: int, j: int) -> float:
    """Return ρ, the share of what they have to look after that the more burdened of two cities can look after."""
    burden = max(cities[i].load / cities[i].capacity, cities[j].load / cities[j].capacity)
    return 1.0 / max(1.0, burden)


@kernel
def conditions(w: State, p: Settings, row: Partnership, t: int) -> float:
    """Return the factor of climbing that lies in the time since the first meeting, the cities and their programme."""
    if row.stage == Stage.CONTACT and t - row.begun < p.ladder.earliest_memorandum:
        return 0.0
    factor = support(w, p, row.i, row.j)
    if p.ladder.overload_effect > 0.0:
        factor *= math.pow(room(w.cities, row.i, row.j), p.ladder.overload_effect)
    return factor


@partial(kernel, inline=True)
def rates(p: Settings, psi: np.ndarray, row: Partnership, t: int) -> tuple[float, float]:
    """Return (r_up, r_dn) of a partnership a month (E13), but for the conditions; ``psi``: engagement of the cities."""
    push = p.ladder.trust_effect * (row.trust - 0.5) - p.ladder.gap_effect * (row.gap - 0.3)
    ease, log_more = math.exp(push), 0.0
    if row.stage >= Stage.ACTION_PLAN:
        log_more += p.ladder.helix_effect * helix(row)
        if p.ladder.engagement_effect > 0.0:
            log_more += 0.5 * p.ladder.engagement_effect * math.log(psi[row.i] * psi[row.j])
    if t < row.funded_until and row.stage >= Stage.MEMORANDUM:
        log_more += p.ladder.funding_effect
    up, down = climb_rate(p, row.stage) * ease, exit_rate(p, row.stage) / ease
    if log_more != 0.0:
        up *= math.exp(log_more)
    if row.stage >= Stage.PILOT:
        down *= p.ladder.political_factor
    return up, down


@kernel
def next_step(up: float, down: float, luck: Key) -> int:
    """Return +1, −1 or 0: one step up, dissolution, or stay."""
    total = up + down
    if not happens(uniform(luck), total):
        return 0
    return 1 if uniform(child(luck, 1)) * total < up else -1


@kernel
def climb(w: State, p: Settings, seed: Key, t: int) -> None:
    """Move every living partnership at most one step, and let the dissolved ones go."""
    rows, live, psi, now, n = w.partnerships, w.live, w.cities.engagement, moment(seed, MOVE, t), 0
    for x in range(w.count.live):
        r = live[x]
        ahead.partnerships(w, x)
        ahead.cities(w, x, psi)
        row = rows[r]
        up, down = rates(p, psi, row, t)
        step = next_step(up * conditions(w, p, row, t), down, at(now, row.key, NOBODY, 0))
        if step < 0:
            dissolve(w, r, t)
            continue
        if step > 0:
            row.stage += 1
            row.ever = row.stage
            row.reached[row.stage] = t
            if row.stage == Stage.PILOT:
                row.helix_at_pilot = helix(row)
            if row.stage == Stage.MEMORANDUM:
                note(w, r)
        live[n] = r
        n += 1
    w.count.live = n


@kernel
def dissolve(w: State, r: int, t: int) -> None:
    """End a partnership; the organisations in its roles get their slots back."""
    rows = w.partnerships
    rows[r].stage = Stage.DISSOLVED
    rows[r].ended = t
    note(w, r)
    for side in range(2):
        for o in (rows[r].university[side], rows[r].firm[side]):
            if o != NONE:
                w.organisations[o].slots_taken -= 1
