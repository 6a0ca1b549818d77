"""Universities and firms decide to join partnerships (E12): the triple helix.

From the memorandum on, an open university (firm) role is offered to a free university (firm) of each of the two cities
that works in the theme, drawn ∝ 1 + practices mastered; a city asks one university and one firm a month, on the
partnership that its drawn priority puts first. It joins with probability min(1, ρ·σ(u)/σ(0)),
u = β_P·[linked to the partner city before] + ln(1 + mastered) − ½·slots taken; ρ_F is multiplied by m in a month in
which the cities met at a matchmaking event. Each is then linked with the partner city, university with firm, and two
that join from both cities in one month with each other. H = ½(U + F).
"""

from __future__ import annotations

import numpy as np

from abm import draws
from abm.draws import uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.machine.sorting import put_in_order
from abm.parameters import constant, par
from abm.shared.organisations import (
    N_KINDS,
    link,
    organisation_at,
    pick_free,
    place_of,
    same_kind,
    unwilling,
    willingness,
)
from abm.state import append
from abm.state.entities import Partnership
from abm.state.links import ever_linked
from abm.state.memory import Sized
from abm.state.words import NONE, Kind, LinkKind, Stage

ASK, JOIN, PRIORITY = (draws.process("helix." + what) for what in ("ask", "join", "priority"))
LISTS = {
    "open_roles": Sized(lambda w: N_KINDS * len(w.partnerships), used=lambda w: 0),
    "agreed_offers": Sized(lambda w: len(w.offers)),
    "lowest_priority": Sized(lambda w: N_KINDS * len(w.cities), np.uint64),
}
LAST = np.uint64(2**64 - 1)  # no drawn priority is behind it


class Params:
    """Section ``[helix]``."""

    # fmt: off
    university_rate = par(0.15, "probability that a neutral university joins when asked (ρ_U)",
                          "per month", (0, 1), (0.1, 0.5), "assumed; no data")
    firm_rate = par(0.1, "probability that a neutral firm joins when asked (ρ_F)",
                    "per month", (0, 1), (0.1, 0.5), "assumed; no data")
    familiarity = par(0.7, "effect of an earlier link with the partner city (β_P)", "log-odds", (0, 10), (0, 1.4))
    matchmaking = par(1.5, "factor of a firm's joining rate where a matchmaking event brought the two together (m)",
                      "1", (0, 10), (1, 2), "assumed; from no effect to twice as ready")
    slots = constant(3, "partnerships an organisation can serve at a time", "partnerships", (0, 1000))


@kernel
def open_roles(w: State) -> np.ndarray:
    """Return the open roles of all partnerships from the memorandum on, each as N_KINDS·row + kind."""
    live, roles, n = w.live, w.open_roles, 0
    for x in range(w.count.live):
        row = w.partnerships[live[x]]
        may = row.stage >= Stage.MEMORANDUM
        roles[n] = N_KINDS * live[x] + Kind.UNIVERSITY
        n += may & (row.university[0] == NONE) & (row.university[1] == NONE)
        roles[n] = N_KINDS * live[x] + Kind.FIRM
        n += may & (row.firm[0] == NONE) & (row.firm[1] == NONE)
    return roles[:n]


@kernel
def most_offers(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most offers of month ``t``: either role of every partnership on either side; new ones have none."""
    return 2 * N_KINDS * w.count.live


@kernel
def home(partnership: Partnership, side: int) -> int:
    """Return the city on one side of a partnership."""
    return partnership.i if side == 0 else partnership.j


@kernel
def asked(w: State, p: Settings, now: Key, row: Partnership, city: int, kind: int) -> int:
    """Return the organisation of a city that is asked to take an open role in a partnership, or −1."""
    entry = w.by_theme[place_of(city, kind, row.theme)]
    o = organisation_at(entry)
    if w.next_by_theme[entry] != 0:  # one of several
        return pick_free(w, now, row.key, city, kind, row.theme, p.helix.slots)
    return o if o != NONE and w.organisations[o].slots_taken < p.helix.slots else NONE


@kernel
def offer(w: State, p: Settings, seed: Key, t: int) -> None:
    """Offer each open role to one organisation of each city, where there is one free."""
    rows, now, in_turn = w.partnerships, draws.moment(seed, ASK, t), draws.moment(seed, PRIORITY, t)
    w.count.offers = 0
    for role in open_roles(w):
        r, kind = role // N_KINDS, role % N_KINDS
        for side in range(2):
            o = asked(w, p, now, rows[r], home(rows[r], side), kind)
            if o != NONE:
                new = w.offers[append.offer(w, ASK)]
                new.partnership = r
                new.side = side
                new.kind = kind
                new.organisation = o
                new.priority = draws.at(in_turn, rows[r].key, w.organisations[o].key, kind)
    keep_one_a_city(w)


@kernel
def keep_one_a_city(w: State) -> None:
    """Keep, of the offers to universities and to firms of a city, the one of lowest drawn priority each."""
    offers, homes, lowest, n = w.offers, w.organisations, w.lowest_priority, 0
    lowest[:] = LAST
    for x in range(w.count.offers):
        place = N_KINDS * homes[offers[x].organisation].city + offers[x].kind
        lowest[place] = min(lowest[place], offers[x].priority)
    for x in range(w.count.offers):
        place = N_KINDS * homes[offers[x].organisation].city + offers[x].kind
        offers[n] = offers[x]
        n += offers[x].priority == lowest[place]
    w.count.offers = n


@kernel
def wants(w: State, p: Settings, now: Key, x: int) -> bool:
    """Say whether the organisation asked in offer ``x`` wants to join, by what it draws ``now``."""
    offer = w.offers[x]
    o, row = offer.organisation, w.partnerships[offer.partnership]
    rate = p.helix.university_rate * w.cities[w.organisations[o].city].university_joining
    if offer.kind == Kind.FIRM:
        rate = p.helix.firm_rate * (p.helix.matchmaking if row.matched else 1.0)
    luck = draws.at(now, row.key, w.organisations[o].key, offer.kind)
    if unwilling(luck, rate):
        return False
    abroad = home(row, 1 - offer.side)
    known = p.helix.familiarity if ever_linked(w, len(w.cities) + o, abroad) else 0.0
    return uniform(luck) < willingness(w.organisations, o, row.theme, rate, known)


@kernel
def joins(w: State, p: Settings, seed: Key, t: int, x: int) -> bool:
    """Say whether the organisation asked in offer ``x`` wants to join."""
    return wants(w, p, draws.moment(seed, JOIN, t), x)


@kernel
def decide(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every organisation asked decide."""
    now = draws.moment(seed, JOIN, t)
    for x in range(w.count.offers):
        w.offers[x].joins = wants(w, p, now, x)


@kernel
def settle(w: State, p: Settings, seed: Key, t: int) -> None:
    """Give the roles to those who agreed, in order of priority, while they have slots; then link them."""
    rows, offers = w.partnerships, w.offers
    agreed, n = w.agreed_offers, 0
    for x in range(w.count.offers):
        if offers[x].joins:
            agreed[n] = x
            n += 1
    put_in_order(agreed[:n], offers.priority)
    for x in agreed[:n]:
        o, r = offers[x].organisation, offers[x].partnership
        if w.organisations[o].slots_taken >= p.helix.slots:
            offers[x].joins = False
            continue
        w.organisations[o].slots_taken += 1
        if offers[x].kind == Kind.UNIVERSITY:
            rows[r].university[offers[x].side] = o
        else:
            rows[r].firm[offers[x].side] = o
    for x in range(w.count.offers):
        if offers[x].joins:
            link_up(w, t, x)
    for x in range(w.count.encounters):
        if w.encounters[x].row != NONE:
            rows[w.encounters[x].row].matched = False


@kernel
def most_links(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most links of month ``t``: of either kind one organisation a city joins, or all roles are filled.

    Who joins links with the partner city, its like and two of the other kind (see :func:`link_up`); two universities
    and two firms that join one partnership have ten links.
    """
    return min(4 * N_KINDS * len(w.cities), 10 * w.count.live)


@kernel
def link_up(w: State, t: int, x: int) -> None:
    """Link the organisation that joined in offer ``x`` with the partner city and the others in the partnership."""
    o, r, kind, side = w.offers[x].organisation, w.offers[x].partnership, w.offers[x].kind, w.offers[x].side
    rows, theme, actor = w.partnerships, w.partnerships[r].theme, len(w.cities) + o
    abroad = home(rows[r], 1 - side)
    city_link = LinkKind.CITY_UNIVERSITY if kind == Kind.UNIVERSITY else LinkKind.CITY_FIRM
    link(w, JOIN, city_link, abroad, actor, theme, r, t)
    twin = rows[r].university[1 - side] if kind == Kind.UNIVERSITY else rows[r].firm[1 - side]
    if twin != NONE and side == 0:  # from both cities in one month: link once
        link(w, JOIN, same_kind(w.organisations, o, twin), actor, len(w.cities) + twin, theme, r, t)
    for other_side in range(2):
        other = rows[r].firm[other_side] if kind == Kind.UNIVERSITY else rows[r].university[other_side]
        if other != NONE and (kind == Kind.UNIVERSITY or not joined_now(w, r, other, x)):
            link(w, JOIN, LinkKind.UNIVERSITY_FIRM, actor, len(w.cities) + other, theme, r, t)


@kernel
def joined_now(w: State, r: int, o: int, x: int) -> bool:
    """Say whether organisation ``o`` joined partnership ``r`` by an offer of this month other than ``x``.

    Offers of one partnership stand side by side.
    """
    y = x
    while y > 0 and w.offers[y - 1].partnership == r:
        y -= 1
    while y < w.count.offers and w.offers[y].partnership == r:
        if y != x and w.offers[y].joins and w.offers[y].organisation == o:
            return True
        y += 1
    return False
