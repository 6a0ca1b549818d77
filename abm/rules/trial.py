"""A city that knows a practice decides whether to try it (E15–E17).

Trial has hazard r_T·α·σ(κ_V(V − V*)), where

V = n_θ f q̂ − χ σ_q √((1 − 0.8 v)(1 − κ_T·twin)(1 − κ_K·kpi)), q̂ = (1 − v)·⅔ + v·q (need n, fit f, evidence v),
α = 0.4 + 0.3·[a home or linked university works in θ] + 0.2·[a firm does] + 0.1·[one of them masters k].

α is absorptive capacity (E15; Cohen & Levinthal 1990). Evidence, a digital twin and measurement by KPIs act through
uncertainty alone. Bytes of one draw give eight practices a first look against the largest possible hazard.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from abm import draws, lessons
from abm.draws import NOBODY, ONE
from abm.jit import Key, Settings, State, Table, kernel
from abm.organisations import works_in
from abm.pairs import context_fit
from abm.parameters import Par, Uniform
from abm.tables import NONE, Kind, Ladder, LinkKind, Path

TRY = draws.process("trial.try")
PRIOR_QUALITY = 2.0 / 3.0  # mean of Beta(4, 2)


class Params(NamedTuple):
    """Section ``[trial]``."""

    rate: Annotated[
        float, Par("hazard of a trial at full capacity and value (r_T)", "per month", (0, 10), Uniform(0.03, 0.12))
    ] = 0.06
    steepness: Annotated[float, Par("how sharply value decides (κ_V)", "1", (0, 100))] = 6.0
    threshold: Annotated[float, Par("value at which half of the hazard remains (V*)", "1", (-10, 10))] = 0.15
    risk_aversion: Annotated[float, Par("how much uncertainty deters (χ)", "1", (0, 10))] = 1.0
    uncertainty: Annotated[float, Par("standard deviation of an undocumented practice's value (σ_q)", "1", (0, 10))] = (
        0.3
    )
    twin_relief: Annotated[
        float,
        Par("share of variance that a digital twin removes (κ_T)", "1", (0, 1), control="lever", source="scenario"),
    ] = 0.3
    kpi_relief: Annotated[
        float,
        Par(
            "share of variance that measurement by KPIs removes (κ_K)", "1", (0, 1), control="lever", source="scenario"
        ),
    ] = 0.2
    context_width: Annotated[float, Par("distance of contexts at which fit fades (σ_x)", "1", (0.01, 100))] = 0.5


@kernel
def logistic(u: float) -> float:
    """Return σ(u) = 1/(1 + e^−u)."""
    return 1.0 / (1.0 + math.exp(-u))


@kernel
def value(p: Settings, need: float, fit: float, quality: float, evidence: float, twin: bool, kpi: bool) -> float:
    """Return V, the certainty equivalent of trying a practice (E17)."""
    expected = (1.0 - evidence) * PRIOR_QUALITY + evidence * quality
    variance = 1.0 - 0.8 * evidence
    if twin:
        variance *= 1.0 - p.trial.twin_relief
    if kpi:
        variance *= 1.0 - p.trial.kpi_relief
    return need * fit * expected - p.trial.risk_aversion * p.trial.uncertainty * math.sqrt(variance)


@kernel
def hazard(p: Settings, capacity: float, worth: float) -> float:
    """Return the monthly hazard of a trial from absorptive capacity and value (E17)."""
    return p.trial.rate * capacity * logistic(p.trial.steepness * (worth - p.trial.threshold))


@kernel
def absorptive_capacity(w: State, i: int, k: int) -> float:
    """Return α of city ``i`` for practice ``k`` from its home and linked organisations (E15)."""
    n_cities, theme = len(w.cities), w.practices.theme[k]
    university, firm, mastery = False, False, False
    rows, links, linked, ladder = w.organisations, w.links, w.linked, w.ladder
    first, n_home = w.cities.first_organisation[i], w.cities.n_organisations[i]
    from_link = w.first_link[i]
    n_linked = w.first_link[i + 1] - from_link
    for x in range(n_home + n_linked):
        if x < n_home:
            o = first + x
        else:
            link = linked[from_link + x - n_home]
            if links.ended[link] >= 0 or links.kind[link] > LinkKind.CITY_FIRM:
                continue
            o = links.a[link] + links.b[link] - i - n_cities
        if works_in(rows, o, theme):
            university = university or rows.kind[o] == Kind.UNIVERSITY
            firm = firm or rows.kind[o] == Kind.FIRM
            mastery = mastery or ladder[n_cities + o, k] == Ladder.ADOPTED
    return 0.4 + (0.3 if university else 0.0) + (0.2 if firm else 0.0) + (0.1 if mastery else 0.0)


@kernel
def worth_row(w: State, p: Settings, i: int, k: int) -> float:
    """Return V of practice ``k`` for city ``i``."""
    cities, theme = w.cities, w.practices.theme[k]
    fit = context_fit(cities, i, w.practices.origin[k], p.trial.context_width)
    return value(
        p, cities.need[i, theme], fit, w.practices.quality[k], w.practices.evidence[k], cities.twin[i], cities.kpi[i]
    )


@kernel
def luck_of(now: Key, key: Key, theme: int, ordinal: int) -> Key:
    """Return the draw of which byte ordinal mod 8 decides on the practice of a theme with that ordinal."""
    return draws.at(now, key, NOBODY, 4096 * theme + ordinal - ordinal % 8)


@kernel
def tries(w: State, p: Settings, seed: Key, t: int, i: int, k: int) -> bool:
    """Say whether city ``i`` tries practice ``k`` this month."""
    theme, ordinal, worth = w.practices.theme[k], w.practices.ordinal[k], worth_row(w, p, i, k)
    luck = luck_of(draws.moment(seed, TRY, t), w.cities.key[i], theme, ordinal)
    if not draws.lane_below(luck, ordinal % 8, 1.0 - math.exp(-hazard(p, 1.0, worth))):
        return False  # not even with full capacity, which is slow to work out
    chance = 1.0 - math.exp(-hazard(p, absorptive_capacity(w, i, k), worth))
    return draws.lane_below(luck, ordinal % 8, chance)


@kernel
def decide(w: State, p: Settings, seed: Key, t: int) -> None:
    """List the trials that cities decide on this month."""
    w.count.trials[0] = 0
    ladder, of_theme, n_of_theme, keys = w.ladder, w.of_theme, w.n_of_theme, w.cities.key
    limit = 1.0 - math.exp(-p.trial.rate)
    now = draws.moment(seed, TRY, t)
    for i in range(len(w.cities)):
        for theme in range(p.world.n_themes):
            for block in range(0, n_of_theme[theme], 8):
                luck = luck_of(now, keys[i], theme, block)
                mask = draws.low_lanes(luck, limit)
                while mask != NOBODY:
                    ordinal = block + draws.first_lane(mask)
                    mask &= mask - ONE
                    if ordinal < n_of_theme[theme]:
                        k = of_theme[theme, ordinal]
                        if ladder[i, k] == Ladder.AWARE and tries(w, p, seed, t, i, k):
                            list_trial(w.trials, w.count, i, k)


@kernel
def list_trial(trials: Table, count: Table, i: int, k: int) -> None:
    """Note that city ``i`` tries practice ``k``."""
    x = count.trials[0]
    trials.city[x] = i
    trials.practice[x] = k
    count.trials[0] = x + 1


@kernel
def settle(w: State, t: int) -> None:
    """Write down the trials that were decided on."""
    for x in range(w.count.trials[0]):
        lessons.write(w, w.trials.city[x], w.trials.practice[x], t, Ladder.TRIAL.value, Path.DECISION.value, NONE)
