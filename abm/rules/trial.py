"""A city that knows a practice decides whether to try it (E15–E17).

Trial has hazard r_T·α·σ(κ_V(V − V*)), where

V = n_θ f q̂ − χ σ_q √((1 − 0.8 v)(1 − κ_T·twin)(1 − κ_K·kpi)), q̂ = (1 − v)·⅔ + v·q (need n, fit f, evidence v),
α = 0.4 + 0.3·[a home or linked university works in θ] + 0.2·[a firm does] + 0.1·[one of them masters k].

α is absorptive capacity (E15; Cohen & Levinthal 1990). Evidence, a digital twin and measurement by KPIs act through
uncertainty alone; a living lab multiplies the hazard in its city and theme.

At the start V lies between −0.24 and 0.17 for nine in ten pairs of a city and a practice, and two cities are 0.52 apart
in context on average: sources below say what the ends of a prior make of that.
"""

from __future__ import annotations

import math

from abm import draws
from abm.chances import happens, logistic
from abm.draws import draw, uniform
from abm.machine.bits import EMPTY, ONE, WORD, lowest
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import lever, par
from abm.shared.organisations import organisation_at, place_of, works_in
from abm.shared.pairs import context_fit
from abm.state import append, lessons
from abm.state.practices import rung_of, stands_on
from abm.state.words import N_THEMES, NONE, Kind, Ladder, Path

TRY = draws.process("trial.try")
PRIOR_QUALITY = 2.0 / 3.0  # mean of Beta(4, 2)


class Params:
    """Section ``[trial]``."""

    # fmt: off
    rate = par(0.06, "hazard of a trial at full capacity and value (r_T)", "per month", (0, 10), (0.03, 0.12))
    steepness = par(6.0, "how sharply value decides (κ_V)", "1", (0, 100), (3, 12),
                    "assumed; half to twice: 0.34 to 0.12 of the hazard remain on average")
    threshold = par(0.15, "value at which half of the hazard remains (V*)", "1", (-10, 10), (0, 0.3),
                    "assumed; from any gain at all to one that few practices promise")
    risk_aversion = par(1.0, "how much uncertainty deters (χ)", "1", (0, 10), (0, 2),
                        "assumed; from indifferent to twice")
    uncertainty = par(0.3, "standard deviation of an undocumented practice's value (σ_q)", "1", (0, 10), (0.18, 0.5),
                      "assumed; from that of quality itself, Beta(4, 2), to the most that values from 0 to 1 can have")
    twin_relief = lever(0.3, "share of variance that a digital twin removes (κ_T)", "1", (0, 1), (0, 0.6),
                        "scenario; from none to twice")
    kpi_relief = lever(0.2, "share of variance that measurement by KPIs removes (κ_K)", "1", (0, 1), (0, 0.4),
                       "scenario; from none to twice")
    context_width = par(0.5, "distance of contexts at which fit fades (σ_x)", "1", (0.01, 100), (0.25, 1),
                        "assumed; half to twice: fit is 0.25 to 0.85 on average")


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
    rows, n_cities, theme, mastery = w.organisations, len(w.cities), w.practices[k].theme, False
    home = place_of(i, Kind.UNIVERSITY, theme), place_of(i, Kind.FIRM, theme)
    for place in home:
        entry = w.by_theme[place]
        while entry != 0:
            mastery = mastery or stands_on(w, Ladder.ADOPTED, n_cities + organisation_at(entry), k)
            entry = w.next_by_theme[entry]
    university, firm, block = w.by_theme[home[0]] != 0, w.by_theme[home[1]] != 0, w.links_of[i]
    for x in range(block.first, block.first + block.living):
        o = w.linked[x].other - n_cities
        if works_in(rows, o, theme):
            university = university or rows[o].kind == Kind.UNIVERSITY
            firm = firm or rows[o].kind == Kind.FIRM
            mastery = mastery or stands_on(w, Ladder.ADOPTED, n_cities + o, k)
    return 0.4 + (0.3 if university else 0.0) + (0.2 if firm else 0.0) + (0.1 if mastery else 0.0)


@kernel
def worth_row(w: State, p: Settings, i: int, k: int) -> float:
    """Return V of practice ``k`` for city ``i``."""
    cities, theme = w.cities, w.practices[k].theme
    fit = context_fit(cities, i, w.practices[k].origin, p.trial.context_width)
    return value(
        p, cities[i].need[theme], fit, w.practices[k].quality, w.practices[k].evidence, cities[i].twin, cities[i].kpi
    )


@kernel
def tries_given(w: State, p: Settings, i: int, k: int, luck: Key) -> bool:
    """Say whether city ``i`` tries practice ``k``, given its draw."""
    u, worth, factor = uniform(luck), worth_row(w, p, i, k), w.cities[i].trying[w.practices[k].theme]
    if u >= hazard(p, 1.0, worth) * factor:
        return False  # not even with full capacity, which is slow to work out; 1 − e^−Λ is at most Λ
    return happens(u, hazard(p, absorptive_capacity(w, i, k), worth) * factor)


@kernel
def tries(w: State, p: Settings, seed: Key, t: int, i: int, k: int) -> bool:
    """Say whether city ``i`` tries practice ``k`` this month."""
    return tries_given(w, p, i, k, draw(seed, TRY, t, w.cities[i].key, w.practices[k].key, 0))


@kernel
def decide(w: State, p: Settings, seed: Key, t: int) -> None:
    """List the trials that cities decide on this month."""
    w.count.trials = 0
    aware, now = w.rungs[Ladder.AWARE], draws.moment(seed, TRY, t)
    for i in range(len(w.cities)):
        for theme in range(p.world.n_themes):
            most = p.trial.rate * w.cities[i].trying[theme]  # hazard at full capacity and value
            word = theme
            while word < aware.shape[1]:
                left = aware[i, word]
                while left != EMPTY:
                    k = w.of_place[WORD * word + lowest(left)]
                    left &= left - ONE
                    luck = draws.at(now, w.cities[i].key, w.practices[k].key, 0)
                    if uniform(luck) < most and tries_given(w, p, i, k, luck):
                        list_trial(w, i, k)
                word += N_THEMES


@kernel
def list_trial(w: State, i: int, k: int) -> None:
    """Note that city ``i`` tries practice ``k``."""
    x = append.trial(w, TRY)
    w.trials[x].city = i
    w.trials[x].practice = k


@kernel
def most_trials(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most trials of month ``t``: every city tries every practice."""
    return len(w.cities) * w.count.practices


@kernel
def most_lessons(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most steps of month ``t``: one for each trial."""
    return w.most.trials


@kernel
def settle(w: State, t: int) -> None:
    """Write down the trials that were decided on."""
    for x in range(w.count.trials):
        i, k = w.trials[x].city, w.trials[x].practice
        lessons.write(w, TRY, i, k, t, rung_of(w, i, k), Ladder.TRIAL, Path.DECISION, NONE)
