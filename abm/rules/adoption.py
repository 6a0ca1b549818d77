"""Trials end in adoption or are given up; what is adopted is documented and meets a need (E18, E19).

Adoption has hazard r_A·e^{b_A H*}, with H* the best helix among the city's partnerships of stage ≥ 3 in the theme,
competing with abandonment, r_B(1 − f q), which leads back to awareness. Each adoption is documented with probability
p_doc: v ← 1 − (1 − v)(1 − ω_v p_doc) for each; the city's need in the theme falls by 0.1·f·q. An adoption that a
partner in the theme had made before is a success of the partnership next month (E11).
"""

from __future__ import annotations

import math

import numpy as np

from abm import draws
from abm.chances import happens
from abm.draws import at, child, moment, uniform
from abm.machine.bits import EMPTY, ONE, WORD, bit, lowest
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import lever, par
from abm.shared.organisations import helix
from abm.shared.pairs import context_fit
from abm.state import ahead, lessons
from abm.state.memory import Sized
from abm.state.practices import move, stands_on
from abm.state.words import N_THEMES, NONE, Ladder, Path, Stage

END = draws.process("adoption.end")
LISTS = {"helices": Sized(lambda w: N_THEMES * len(w.cities), np.float32)}


class Params:
    """Section ``[adoption]``."""

    # fmt: off
    rate = par(0.06, "hazard of adoption without a helix (r_A)", "per month", (0, 10), (0.03, 0.12))
    helix_effect = par(0.8, "effect of the best helix (b_A)", "log rate", (0, 10), (0, 1.6))
    abandon_rate = par(0.04, "hazard of giving up a worthless practice (r_B)", "per month", (0, 10), (0.02, 0.08))
    evidence_gain = par(0.15, "share of doubt that a documented adoption removes (ω_v)", "1", (0, 1), (0, 0.3),
                        "assumed; from none to twice")
    documented = lever(0.3, "probability that an adoption is documented (p_doc)", "1", (0, 1), (0, 0.6),
                       "scenario; from never to twice, as in a living lab")
    need_relief = par(0.1, "fall of need from a perfect practice that fits", "1", (0, 1), (0, 0.2),
                      "assumed; from none to twice")


@kernel
def note_helices(w: State) -> None:
    """Note the best helix of every city and theme, among its partnerships from the action plan on, in ``helices``."""
    best = w.helices
    best[:] = 0.0
    for x in range(w.count.live):
        row = w.partnerships[w.live[x]]
        ahead.partnerships(w, x)
        if row.stage >= Stage.ACTION_PLAN:
            for i in (row.i, row.j):
                place = i * N_THEMES + row.theme
                best[place] = max(best[place], helix(row))


@kernel
def best_helix(w: State, i: int, theme: int) -> float:
    """Return H*, the best helix among the partnerships of city ``i`` in a theme, as it was noted."""
    return np.float64(w.helices[i * N_THEMES + theme])  # they are kept in half the room


@kernel
def rates(p: Settings, helix: float, worth: float) -> tuple[float, float]:
    """Return the monthly hazards of adoption and abandonment; ``worth`` is f·q (E18)."""
    return p.adoption.rate * math.exp(p.adoption.helix_effect * helix), p.adoption.abandon_rate * (1.0 - worth)


@kernel
def most_lessons(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most steps of month ``t``: every trial ends."""
    return len(w.cities) * w.count.practices


@kernel
def end_trial(w: State, p: Settings, luck: Key, t: int, i: int, k: int) -> None:
    """Let the trial of practice ``k`` by city ``i`` end in adoption, in being given up, or go on."""
    fit = context_fit(w.cities, i, w.practices[k].origin, p.trial.context_width)
    up, down = rates(p, best_helix(w, i, w.practices[k].theme), fit * w.practices[k].quality)
    if happens(uniform(luck), up + down):
        adopts = uniform(child(luck, 1)) * (up + down) < up
        after = Ladder.ADOPTED if adopts else Ladder.AWARE
        lessons.write(w, END, i, k, t, Ladder.TRIAL, after, Path.DECISION, NONE)


@kernel
def conclude(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let all trials end or go on; most go on at any helix and worth (1 − e^−Λ ≤ Λ), and need no closer look."""
    note_helices(w)
    on_trial, now = w.rungs[Ladder.TRIAL], moment(seed, END, t)
    up, down = rates(p, 1.0, 0.0)
    for i in range(len(w.cities)):
        for word in range(on_trial.shape[1]):
            left = on_trial[i, word]
            while left != EMPTY:
                k = w.of_place[WORD * word + lowest(left)]
                luck = at(now, w.cities[i].key, w.practices[k].key, 0)
                if uniform(luck) < up + down:
                    end_trial(w, p, luck, t, i, k)
                left &= left - ONE


@kernel
def credit_partners(w: State, i: int, k: int) -> None:
    """Count the adoption as a success of the partnerships in its theme whose other city had adopted before."""
    near, block, theme = w.neighbours, w.neighbours_of[i], w.practices[k].theme
    for x in range(block.first, block.first + block.size):
        if near[x].living & bit(theme) != EMPTY and stands_on(w, Ladder.ADOPTED, near[x].partner, k):
            w.partnerships[w.bonds[near[x].bond].row[theme]].successes += 1


@kernel
def settle(w: State, p: Settings, t: int) -> None:
    """Take this month's steps: first credit the partners on the old state, then move, document, and relieve needs."""
    rows, cities, n_cities = w.lessons, w.cities, len(w.cities)
    for x in range(w.count.first_lesson, w.count.lessons):
        if rows[x].actor < n_cities and rows[x].after == Ladder.ADOPTED:
            credit_partners(w, rows[x].actor, rows[x].practice)
    for x in range(w.count.first_lesson, w.count.lessons):
        actor, k = rows[x].actor, rows[x].practice
        theme = w.practices[k].theme
        move(w, actor, k, rows[x].before, rows[x].after)
        if rows[x].after != Ladder.ADOPTED:
            continue
        if actor < n_cities:
            fit = context_fit(cities, actor, w.practices[k].origin, p.trial.context_width)
            need = cities[actor].need[theme] - p.adoption.need_relief * fit * w.practices[k].quality
            cities[actor].need[theme] = max(0.0, need)
            cities[actor].adopted[theme] += 1
            documented = min(1.0, p.adoption.documented * cities[actor].documenting[theme])
            doubt = 1.0 - p.adoption.evidence_gain * documented
            w.practices[k].evidence = 1.0 - (1.0 - w.practices[k].evidence) * doubt
        else:
            o = actor - n_cities
            w.organisations[o].mastered[0 if w.organisations[o].theme[0] == theme else 1] += 1
