"""Partners work together: trust grows, expectations come together (E10, E11).

A month's interaction weight is W = Bernoulli(σ_P ι_stage) + meetings and sessions + w_s·successes, where a success is
an adoption, last month, of a practice of the partnership's theme that the partner had adopted before. With W > 0, 1 − τ
← (1 − τ)(1 − λ₊(1 − g))^W; else τ ← τ(1 − λ₋). Then the gap closes: g ← g(1 − η_0)^W (1 − η_B)^S with S alignment
sessions. A new partnership has τ ~ U(0.2, 0.8), g = clip(|a_i − a_j| + 0.2 I_ij + U(0, 0.2)), times 1 − η_B if
brokered, 1 − η_P if paired, and 1 − η_G where a city has a guide to twinning.
"""

from __future__ import annotations

import math

from abm import draws
from abm.draws import NOBODY, at, child, draw, moment, uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import constant, par
from abm.shared.support import support
from abm.state import ahead
from abm.state.words import Origin

BEGIN, INTERACT = draws.process("cooperation.begin"), draws.process("cooperation.interact")


class Params:
    """Section ``[cooperation]``."""

    # fmt: off
    contact_activity = par(0.1, "monthly probability of work at contact (ι_1)", "per month", (0, 1), (0.05, 0.2))
    memorandum_activity = par(0.2, "the same with a memorandum (ι_2)", "per month", (0, 1), (0.1, 0.4))
    plan_activity = par(0.3, "the same with an action plan (ι_3)", "per month", (0, 1), (0.15, 0.6))
    pilot_activity = par(0.5, "the same in a pilot (ι_4)", "per month", (0, 1), (0.25, 1))
    sustained_activity = par(0.3, "the same when sustained (ι_5)", "per month", (0, 1), (0.15, 0.6))
    trust_gain = par(0.2, "share of distrust that an interaction removes at no gap (λ₊)",
                     "1", (0, 1), (0.1, 0.4), "by pattern (c)")
    trust_loss = par(0.1, "share of trust lost in a month without interaction (λ₋)",
                     "per month", (0, 1), (0.05, 0.2), "by pattern (c)")
    first_trust_low = constant(0.2, "lowest trust at first contact (τ_0)", "1", (0, 1), source="by pattern (c)")
    first_trust_high = constant(0.8, "highest trust at first contact (τ_0)", "1", (0, 1), source="by pattern (c)")
    success_weight = par(1.0, "interaction weight of a success (w_s)", "meetings", (0, 10), (0, 2))
    bloc_gap = par(0.2, "how much more expectations differ across blocs", "1", (0, 1), (0, 0.4),
                   "assumed; from no more to twice")
    chance_gap = par(0.2, "largest chance part of the first gap", "1", (0, 1), (0, 0.4),
                     "assumed; from none to twice")
    natural_closing = par(0.02, "share of the gap that an interaction closes (η_0)", "1", (0, 1), (0, 0.1))
    broker_closing = par(0.5, "share that a broker's introduction or alignment session closes (η_B)",
                         "1", (0, 1), (0.2, 0.8), "assumed; no data")
    pairing_closing = par(0.5, "share that programme pairing closes (η_P)", "1", (0, 1), (0.2, 0.8))


@kernel
def first_gap(ambition_i: float, ambition_j: float, across: bool, chance: float, p: Settings, origin: int) -> float:
    """Return the gap between the expectations of two cities at first contact (E10)."""
    gap = abs(ambition_i - ambition_j) + p.cooperation.chance_gap * chance
    if across:
        gap += p.cooperation.bloc_gap
    gap = min(1.0, max(0.0, gap))
    if origin == Origin.BROKER:
        gap *= 1.0 - p.cooperation.broker_closing
    if origin == Origin.PROGRAMME:
        gap *= 1.0 - p.cooperation.pairing_closing
    return gap


@kernel
def begin(w: State, p: Settings, seed: Key, t: int) -> None:
    """Give the partnerships of this month their first trust and gap."""
    rows, cities = w.partnerships, w.cities
    low, high = p.cooperation.first_trust_low, p.cooperation.first_trust_high
    for r in range(w.count.first_new, w.count.partnerships):
        i, j = rows[r].i, rows[r].j
        luck = draw(seed, BEGIN, t, rows[r].key, NOBODY, 0)
        rows[r].trust = low + (high - low) * uniform(luck)
        across = cities[i].region != cities[j].region
        rows[r].gap = first_gap(
            cities[i].ambition, cities[j].ambition, across, uniform(child(luck, 1)), p, rows[r].origin
        ) * min(cities[i].first_gap, cities[j].first_gap)


@kernel
def activity(p: Settings, stage: int) -> float:
    """Return ι, the monthly probability that partners at a stage work together of themselves."""
    if stage == 1:
        return p.cooperation.contact_activity
    if stage == 2:
        return p.cooperation.memorandum_activity
    if stage == 3:
        return p.cooperation.plan_activity
    return p.cooperation.pilot_activity if stage == 4 else p.cooperation.sustained_activity


@kernel
def left_after(share: float, weight: float) -> float:
    """Return what is left after ``weight`` interactions that each take a share away; mostly none or one."""
    if weight != 0.0 and weight != 1.0:
        return math.pow(1.0 - share, weight)
    return 1.0 - share * weight


@kernel
def next_trust(trust: float, gap: float, weight: float, gain: float, loss: float) -> float:
    """Return trust after a month of interaction weight ``weight`` (E11)."""
    after = 1.0 - (1.0 - trust) * left_after(gain * (1.0 - gap), weight)
    return after if weight > 0.0 else trust * (1.0 - loss)


@kernel
def next_gap(gap: float, weight: float, sessions: int, natural: float, aligned: float) -> float:
    """Return the gap after a month of interaction weight ``weight`` and alignment sessions (E10)."""
    gap *= left_after(natural, weight)
    for _ in range(sessions):
        gap *= 1.0 - aligned
    return gap


@kernel
def interact(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every living partnership work together for a month."""
    rows, live, now = w.partnerships, w.live, moment(seed, INTERACT, t)
    for x in range(w.count.live):
        r = live[x]
        ahead.partnerships(w, x)
        weight = rows[r].met + p.cooperation.success_weight * rows[r].successes
        by_themselves = activity(p, rows[r].stage) * support(w, p, rows[r].i, rows[r].j)
        if uniform(at(now, rows[r].key, NOBODY, 0)) < by_themselves:
            weight += 1.0
        gap = rows[r].gap
        rows[r].trust = next_trust(rows[r].trust, gap, weight, p.cooperation.trust_gain, p.cooperation.trust_loss)
        rows[r].gap = next_gap(
            gap, weight, rows[r].sessions, p.cooperation.natural_closing, p.cooperation.broker_closing
        )
        rows[r].met = 0.0
        rows[r].sessions = 0
        rows[r].successes = 0
