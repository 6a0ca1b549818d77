"""Meetings become contacts, where both cities want it and have room (E1–E4).

A meeting of cities with a living partnership in its theme is an interaction of it. Of the rest, one online counts with
probability ε_on; city i then consents with probability σ(u), σ(u) = 1/(1 + e^−u),

u = β0 + β_C n_iθ y_jθ + β_L L(d_ij) − β_I I_ij − β_Z |z_i − z_j| + β_S c/(1+c) + β_D ln(1+k_j) + β_R R_ij
    + β_B·brokered + β_W·award_j + β_OO·[linked organisations in θ],

and city j likewise, by its own draw. L(d) = max(0, (d/d*)(2 − d/d*)) is an inverted U of cognitive distance (Wuyts et
al. 2005), I = 1 across blocs, z log size, c common partners, k partners, R whether they ever signed a memorandum.
Consenting meetings are settled in order of a drawn priority: a contact forms if both cities are below capacity, later
meetings of the same cities and theme are interactions. A contact loads a city by ¼, a memorandum or more by 1; the
ladder may carry a city above its capacity later, a new contact only if the programme waived the question.
"""

from __future__ import annotations

import math

from abm import draws
from abm.draws import NOBODY, draw, uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.machine.sorting import put_in_order
from abm.parameters import par
from abm.shared.organisations import organisations_linked
from abm.shared.pairs import cognitive_distance
from abm.shared.partnerships import establish
from abm.state.entities import City
from abm.state.memberships import common_programme
from abm.state.memory import Rows, Sized
from abm.state.month import Encounter
from abm.state.neighbours import common_partners, find, living_partnership
from abm.state.words import NONE, EventType, Origin, Stage

COUNTS, CONSENT, PRIORITY, BEGIN = (
    draws.process("contact." + what) for what in ("counts", "consent", "priority", "begin")
)
LISTS = {
    "meetings_in_turn": Sized(lambda w: len(w.encounters)),
    "formed_by": Sized(lambda w: len(w.encounters)),  # by partnership of this month
}
SAOM = "signs of stochastic actor-oriented models of sister cities; Scherngell & Barber 2009"


class Params:
    """Section ``[contact]``."""

    # fmt: off
    baseline = par(-1.2, "log-odds of consent with nothing for or against (β0)",
                   "log-odds", (-20, 20), (-2, -0.4), "assumed; no data")
    complementarity = par(2.0, "effect of own need times the other's skill (β_C)", "log-odds", (0, 20), (0, 4), SAOM)
    learning = par(1.0, "effect of the learning value of cognitive distance (β_L)", "log-odds", (0, 20), (0, 2), SAOM)
    best_distance = par(0.2, "cognitive distance at which learning is best (d*)", "1", (0.01, 1), (0.1, 0.5))
    bloc_barrier = par(0.3, "cost of reaching across blocs (β_I)", "log-odds", (0, 20), (0, 0.6), SAOM)
    size_barrier = par(0.1, "cost of a difference in log population (β_Z)", "log-odds", (0, 20), (0, 0.2), SAOM)
    common_partners = par(0.5, "effect of common partners, c/(1+c) (β_S)", "log-odds", (0, 20), (0, 1), SAOM)
    popularity = par(0.2, "effect of the other's partners, ln(1+k) (β_D)", "log-odds", (0, 20), (0, 0.4), SAOM)
    memory = par(1.0, "effect of a memorandum ever signed (β_R)", "log-odds", (0, 20), (0, 2), SAOM)
    brokered_bonus = par(0.56, "what a broker's introduction adds (β_B)",
                         "log-odds", (0, 3), (0.1, 1.2), "Boudreau et al. 2017: ln 1.75")
    award_bonus = par(0.5, "what the other's award adds (β_W)", "log-odds", (0, 5), (0, 1))
    organisation_bonus = par(0.5, "what linked organisations add (β_OO)", "log-odds", (0, 5), (0, 1))


@kernel
def learning_value(distance: float, best: float) -> float:
    """Return L(d), the learning value of a cognitive distance: an inverted U with peak 1 at ``best`` (E3)."""
    x = distance / best
    return max(0.0, x * (2.0 - x))


@kernel
def shared_utility(w: State, p: Settings, x: int) -> float:
    """Return the part of u that is the same for both cities of encounter ``x``, in log-odds (E4)."""
    row, cities = w.encounters[x], w.cities
    i, j = row.i, row.j
    u = p.contact.baseline
    u += p.contact.learning * learning_value(cognitive_distance(cities, i, j), p.contact.best_distance)
    if cities[i].region != cities[j].region:
        u -= p.contact.bloc_barrier
    u -= p.contact.size_barrier * abs(cities[i].log_size - cities[j].log_size)
    common = common_partners(w, i, j)
    u += p.contact.common_partners * common / (1.0 + common)
    if w.neighbours[find(w, i, j)].memorandum:
        u += p.contact.memory
    if row.origin == Origin.BROKER:
        u += p.contact.brokered_bonus
    if organisations_linked(w, i, j, row.theme):
        u += p.contact.organisation_bonus
    return u


@kernel
def own_utility(cities: Rows[City], p: Settings, t: int, i: int, j: int, theme: int) -> float:
    """Return the part of u_{i←j,θ} that city ``i`` sees in ``j``."""
    u = p.contact.complementarity * cities[i].need[theme] * cities[j].skill[theme]
    u += p.contact.popularity * math.log(1.0 + cities[j].n_partners)
    if t < cities[j].award_until:
        u += p.contact.award_bonus
    return u


@kernel
def wants(w: State, p: Settings, now: Key, t: int, x: int, i: int, j: int, shared: float) -> bool:
    """Say whether city ``i`` wants the contact with ``j`` that encounter ``x`` offers, by what it draws ``now``."""
    odds = math.exp(shared + own_utility(w.cities, p, t, i, j, w.encounters[x].theme))
    return uniform(draws.at(now, w.encounters[x].key, w.cities[i].key, 0)) < odds / (1.0 + odds)


@kernel
def consents(w: State, p: Settings, seed: Key, t: int, x: int, i: int, j: int) -> bool:
    """Say whether city ``i`` consents to the contact with ``j`` that encounter ``x`` offers."""
    return wants(w, p, draws.moment(seed, CONSENT, t), t, x, i, j, shared_utility(w, p, x))


@kernel
def gather(w: State, p: Settings, seed: Key, t: int) -> None:
    """Count interactions of living partnerships, and mark the meetings whose cities are to be asked."""
    rows = w.encounters
    w.count.first_new = w.count.partnerships
    for x in range(w.count.encounters):
        if not rows[x].may_form:
            continue
        r = living_partnership(w, rows[x].i, rows[x].j, rows[x].theme)
        if r != NONE:
            interact(w, x, r)
        elif rows[x].waived:
            rows[x].consent_i = True
            rows[x].consent_j = True
        else:
            rows[x].asked = uniform(draw(seed, COUNTS, t, rows[x].key, NOBODY, 0)) < rows[x].counts


@kernel
def interact(w: State, x: int, r: int) -> None:
    """Let encounter ``x`` count as an interaction of partnership ``r``."""
    w.encounters[x].row = r
    w.partnerships[r].met += w.encounters[x].weight
    if w.encounters[x].origin == Origin.EVENT and w.events[w.encounters[x].source].type == EventType.MATCHMAKING:
        w.partnerships[r].matched = True


@kernel
def decide(w: State, p: Settings, seed: Key, t: int) -> None:
    """Ask the two cities of every marked meeting for their consent."""
    rows, now = w.encounters, draws.moment(seed, CONSENT, t)
    for x in range(w.count.encounters):
        if rows[x].asked:
            shared = shared_utility(w, p, x)
            rows[x].consent_i = wants(w, p, now, t, x, rows[x].i, rows[x].j, shared)
            rows[x].consent_j = wants(w, p, now, t, x, rows[x].j, rows[x].i, shared)


@kernel
def weigh(w: State) -> None:
    """Count how many partnerships every city looks after: a contact ¼, anything more 1."""
    rows, cities, live = w.partnerships, w.cities, w.live
    for i in range(len(cities)):
        cities[i].load = 0.0
    for x in range(w.count.live):
        r = live[x]
        weight = 1.0 - 0.75 * (rows[r].stage == Stage.CONTACT)
        cities[rows[r].i].load += weight
        cities[rows[r].j].load += weight


@kernel
def settle(w: State, p: Settings, seed: Key, t: int) -> None:
    """Form contacts in order of priority, as far as there is room; later meetings are interactions."""
    rows, cities, in_turn, n, now = w.encounters, w.cities, w.meetings_in_turn, 0, draws.moment(seed, PRIORITY, t)
    for x in range(w.count.encounters):
        if rows[x].may_form and rows[x].row == NONE and rows[x].consent_i and rows[x].consent_j:
            rows[x].priority = draws.at(now, rows[x].key, NOBODY, 0)
            in_turn[n] = x
            n += 1
    put_in_order(in_turn[:n], rows.priority)
    for x in in_turn[:n]:
        i, j = min(rows[x].i, rows[x].j), max(rows[x].i, rows[x].j)
        has_room = cities[i].load < cities[i].capacity and cities[j].load < cities[j].capacity
        if (has_room or rows[x].waived) and living_partnership(w, i, j, rows[x].theme) == NONE:
            w.formed_by[w.count.partnerships - w.count.first_new] = x
            form(w, seed, t, x, i, j)
    meet_again(w, now)


@kernel
def meet_again(w: State, now: Key) -> None:
    """Let meetings be interactions of a partnership that one of lower priority has formed, in order of priority."""
    rows, in_turn, first_new, n = w.encounters, w.meetings_in_turn, w.count.first_new, 0
    for x in range(w.count.encounters):
        if rows[x].may_form and rows[x].row == NONE and (rows[x].asked or rows[x].waived):
            r = living_partnership(w, rows[x].i, rows[x].j, rows[x].theme)
            if r != NONE and w.formed_by[r - first_new] != x:
                rows[x].priority = draws.at(now, rows[x].key, NOBODY, 0)
                in_turn[n] = x
                n += int(rows[x].priority > rows[w.formed_by[r - first_new]].priority)
    put_in_order(in_turn[:n], rows.priority)
    for x in in_turn[:n]:
        interact(w, x, living_partnership(w, rows[x].i, rows[x].j, rows[x].theme))


@kernel
def most_partnerships(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most partnerships that begin in month ``t``: every meeting becomes one."""
    return w.most.encounters


@kernel
def programme_of(w: State, meeting: Encounter) -> int:
    """Return the programme that arranged a meeting; of a search the first in which both cities take part, or −1."""
    if meeting.origin == Origin.EVENT:
        return w.events[meeting.source].programme
    if meeting.origin == Origin.BROKER:
        return w.brokers[meeting.source].programme
    if meeting.origin == Origin.PROGRAMME:
        return meeting.source
    return common_programme(w, meeting.i, meeting.j)


@kernel
def form(w: State, seed: Key, t: int, x: int, i: int, j: int) -> None:
    """Begin the partnership that encounter ``x`` led to; trust and gap follow in the phase of partnerships."""
    meeting = w.encounters[x]
    new = w.partnerships[establish(w, BEGIN, t, i, j, meeting.theme, Stage.CONTACT)]
    new.origin = meeting.origin
    new.source = meeting.source
    new.programme = programme_of(w, meeting)
    w.cities[i].load += 0.25
    w.cities[j].load += 0.25
    if new.origin == Origin.BROKER:
        w.brokers[new.source].n_accepted += 1
