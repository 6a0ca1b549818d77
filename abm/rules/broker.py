"""Brokers introduce cities to each other and align their expectations (E9).

A broker has C units of work a month; each introduction and each alignment session costs one. ω·C units go to sessions
on the partnerships of its programme of stage ≤ 3 with the largest gap as it sees it, (1−ω)·C to introductions. Scores
are standardised over the pairs of cities and themes that it looks at (`scouting`), N(0, σ_B²) added; what scores alike
is told apart by that draw alone, also by a broker who makes no mistakes.

Scores by strategy: random U(0, 1) · complementarity n_iθ y_jθ + n_jθ y_iθ · bridging −c − 5·[already partners] +
[different components] · equity 1/(1+k_i) + 1/(1+k_j) · deepening: no introductions, ω = 1.
"""

from __future__ import annotations

import math

import numpy as np

from abm import draws
from abm.chances import surely_below
from abm.draws import NOBODY, draw, normal, uniform
from abm.machine.bits import EMPTY, ONE, WORD, bit, lowest, n_bits
from abm.machine.jit import Key, Settings, State, kernel
from abm.machine.sorting import place_best
from abm.parameters import lever, par
from abm.shared.pairs import complementarity, serves
from abm.state import append
from abm.state.memory import Rows, Sized
from abm.state.month import Candidate
from abm.state.neighbours import common_partners, find
from abm.state.programmes import Broker
from abm.state.words import N_THEMES, OPEN, Origin, Stage, Strategy

UNITS, RANDOM, JUDGE, ALIGN, INTRODUCE = (
    draws.process("broker." + what) for what in ("units", "random", "judge", "align", "introduce")
)
LARGEST_CAPACITY = 64
UTMOST = 8.3  # no normal number is larger: the smallest uniform is 2⁻⁵³
LEAST_NOISE = 1e-9  # of a broker who makes no mistakes: enough to tell apart what scores alike
ALREADY_PARTNERS = 5.0
LISTS = {
    "best_rows": Sized(lambda w: most_units(w.brokers_given)),
    "best_values": Sized(lambda w: most_units(w.brokers_given), np.float64),
}


class Params:
    """Section ``[broker]``: what a broker is like unless its own entry says otherwise."""

    # fmt: off
    capacity = lever(4.0, "work of a broker (C)", "units a month", (0, LARGEST_CAPACITY), (0, 16), "scenario")
    alignment_share = lever(0.5, "share of the work spent on alignment sessions (ω)", "1", (0, 1), (0, 1), "scenario")
    noise = par(0.3, "standard deviation of a broker's misjudgement (σ_B)", "1", (0, 10), (0, 1), "scenario")
    sample = par(200, "candidates a broker looks at where it cannot look at all (m)",
                 "candidates", (1, 100_000), (10, 1000), "scenario")
    strategy = lever(Strategy.COMPLEMENTARITY, "how a broker chooses whom to introduce", source="scenario")


def most_units(brokers: Rows[Broker]) -> int:
    """Return the most units of work that a broker can have in any month, whatever the parameters say."""
    return math.ceil(LARGEST_CAPACITY * np.asarray(brokers.most_effort).max(initial=1.0)) + 1


@kernel
def begin(brokers: Rows[Broker], p: Settings) -> None:
    """Let brokers work as the parameters say where their entries leave it open."""
    for b in range(len(brokers)):
        broker = brokers[b]
        if broker.capacity == OPEN:
            broker.capacity = p.broker.capacity
        if broker.alignment_share == OPEN:
            broker.alignment_share = p.broker.alignment_share
        if broker.noise == OPEN:
            broker.noise = p.broker.noise
        if broker.sample == OPEN:
            broker.sample = p.broker.sample
        if broker.strategy == OPEN:
            broker.strategy = p.broker.strategy


@kernel
def plan_work(w: State, seed: Key, t: int, b: int) -> int:
    """Divide this month's units of broker ``b``; return the alignment sessions, note the introductions."""
    rows = w.brokers
    units = draws.rounded(draw(seed, UNITS, t, rows[b].key, NOBODY, 0), rows[b].capacity * rows[b].effort)
    share = 1.0 if rows[b].strategy == Strategy.DEEPENING else rows[b].alignment_share
    sessions = min(units, draws.rounded(draw(seed, UNITS, t, rows[b].key, NOBODY, 1), share * units))
    rows[b].introductions = units - sessions
    return sessions


@kernel
def align(w: State, p: Settings, seed: Key, t: int, b: int, n_sessions: int) -> None:
    """Hold alignment sessions on the partnerships of the programme whose gap looks largest."""
    if n_sessions == 0:
        return
    rows, cities, its = w.partnerships, w.cities, w.programmes[w.brokers[b].programme]
    now, key, region = draws.moment(seed, ALIGN, t), w.brokers[b].key, w.brokers[b].region
    noise = max(w.brokers[b].noise, LEAST_NOISE)
    values, chosen, n, bar, per_noise = w.best_values[:n_sessions], w.best_rows[:n_sessions], 0, -math.inf, 1.0 / noise
    for x in range(its.first_partnership, its.first_partnership + its.n_partnerships):
        r = w.of_programme[x]
        if rows[r].stage <= Stage.ACTION_PLAN and serves(cities, region, rows[r].i, rows[r].j):
            luck = draws.at(now, key, rows[r].key, 0)
            if not surely_below(luck, (bar - rows[r].gap) * per_noise):
                n = place_best(values, chosen, n, rows[r].gap + noise * normal(luck), r)
                bar = values[n - 1] if n == n_sessions else bar
    for x in range(n):
        rows[chosen[x]].sessions += 1
        rows[chosen[x]].met += 1.0
    w.brokers[b].n_sessions += n


@kernel
def most_encounters(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most introductions of month ``t``: all units of all brokers."""
    n = 0
    for b in range(len(w.brokers)):
        n += int(w.brokers[b].capacity * w.brokers[b].most_effort) + 1
    return n


@kernel
def work(w: State, p: Settings, seed: Key, t: int, b: int) -> None:
    """Broker ``b`` divides its month, and holds its alignment sessions."""
    align(w, p, seed, t, b, plan_work(w, seed, t, b))


@kernel
def score_row(w: State, seed: Key, t: int, b: int, x: int, theme: int) -> float:
    """Return the score of candidate ``x`` in a theme under the strategy of broker ``b``."""
    cities, strategy, i, j = w.cities, w.brokers[b].strategy, w.candidates[x].i, w.candidates[x].j
    if strategy == Strategy.COMPLEMENTARITY:
        return complementarity(cities, i, j, theme)
    if strategy == Strategy.EQUITY:
        return 1.0 / (1.0 + cities[i].n_partners) + 1.0 / (1.0 + cities[j].n_partners)
    if strategy == Strategy.BRIDGING:
        score = -1.0 * common_partners(w, i, j)
        if w.neighbours[find(w, i, j)].living != EMPTY:
            score -= ALREADY_PARTNERS
        if cities[i].component != cities[j].component:
            score += 1.0
        return score
    return uniform(draw(seed, RANDOM, t, w.brokers[b].key, w.candidates[x].key, theme))


@kernel
def score(w: State, p: Settings, seed: Key, t: int, b: int) -> None:
    """Fill the scores of every candidate of broker ``b``."""
    rows, cities, usual = w.candidates, w.cities, w.brokers[b].strategy == Strategy.COMPLEMENTARITY
    for x in range(w.count.candidates):
        for theme in range(N_THEMES):
            if usual:
                rows[x].score[theme] = complementarity(cities, rows[x].i, rows[x].j, theme)
            elif rows[x].themes & bit(theme) != EMPTY:
                rows[x].score[theme] = score_row(w, seed, t, b, x, theme)


@kernel
def spread(candidates: Rows[Candidate], n: int) -> tuple[float, float]:
    """Return mean and standard deviation of the scores of ``n`` candidates, in one pass around the first score."""
    first, n_scores, total, squares = candidates[0].score[lowest(candidates[0].themes)], 0, 0.0, 0.0
    for x in range(n):
        left, off, off_squared = candidates[x].themes, 0.0, 0.0
        n_scores += n_bits(left)
        while left != EMPTY:
            z = candidates[x].score[lowest(left)] - first
            off += z
            off_squared += z * z
            left &= left - ONE
        total += off
        squares += off_squared
    mean = total / n_scores
    return first + mean, math.sqrt(max(0.0, squares / n_scores - mean * mean))


@kernel
def is_listed(candidates: Rows[Candidate], chosen: np.ndarray, n: int, key: Key, theme: int) -> bool:
    """Say whether two cities and a theme are among ``n`` chosen introductions already."""
    for y in range(n):
        if candidates[chosen[y] // WORD].key == key and chosen[y] % WORD == theme:
            return True
    return False


@kernel
def themes_from(score: np.ndarray, floor: float) -> Key:
    """Return the themes with a score of at least ``floor``, a bit each."""
    found = EMPTY
    for theme in range(N_THEMES):
        found |= np.uint64(score[theme] >= floor) << np.uint64(theme)
    return found


@kernel
def introduce(w: State, p: Settings, seed: Key, t: int, b: int) -> None:
    """Broker ``b`` introduces the candidates that seem best to it, as many as it has units left."""
    n_candidates, n_units = w.count.candidates, w.brokers[b].introductions
    if n_candidates == 0 or n_units == 0:
        return
    rows, noise = w.candidates, max(w.brokers[b].noise, LEAST_NOISE)
    centre, deviation = spread(rows, n_candidates)
    scale, floor = 1.0 / deviation if deviation > 1e-12 else 0.0, -math.inf
    now, key, per_noise = draws.moment(seed, JUDGE, t), w.brokers[b].key, 1.0 / noise
    values, chosen, n, bar = w.best_values[:n_units], w.best_rows[:n_units], 0, -math.inf
    for x in range(n_candidates):
        left, pair = rows[x].themes & themes_from(rows[x].score, floor), rows[x].key
        while left != EMPTY:
            theme = lowest(left)
            left &= left - ONE
            z = (rows[x].score[theme] - centre) * scale
            luck = draws.at(now, key, pair, theme)
            if not surely_below(luck, (bar - z) * per_noise) and not is_listed(rows, chosen, n, pair, theme):
                n = place_best(values, chosen, n, z + noise * normal(luck), WORD * x + theme)
                if n == n_units:
                    bar = values[n - 1]
                    floor = centre + (bar - noise * UTMOST) * deviation if scale > 0.0 else -math.inf
    for x in range(n):
        row, theme = rows[chosen[x] // WORD], chosen[x] % WORD
        luck = draw(seed, INTRODUCE, t, key, row.key, theme)
        append.encounter(w, INTRODUCE, luck, row.i, row.j, theme, Origin.BROKER, b)
    w.brokers[b].n_offered += n
