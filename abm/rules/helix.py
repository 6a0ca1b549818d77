"""Universities and firms decide to join partnerships (E12): the triple helix.

From the memorandum on, an open university (firm) role is offered to a free university (firm) of each of the two cities
that works in the theme, drawn ∝ 1 + practices mastered; a city asks one university and one firm a month, on the
partnership that its drawn priority puts first. It joins with probability min(1, ρ·σ(u)/σ(0)),
u = β_P·[linked to the partner city before] + ln(1 + mastered) − ½·slots taken; ρ_F is multiplied by 1.5 in a month in
which the cities met at a matchmaking event. Each is then linked with the partner city, university with firm, and two
that join from both cities in one month with each other. H = ½(U + F).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm import draws
from abm.draws import draw, uniform
from abm.jit import Key, Settings, State, Table, kernel
from abm.neighbours import by_priority, ever_linked
from abm.organisations import link, pick_free, same_kind, willingness
from abm.parameters import Par, Uniform
from abm.tables import NONE, Kind, LinkKind, Stage

ASK, JOIN, PRIORITY = (draws.process("helix." + what) for what in ("ask", "join", "priority"))
MATCHMAKING = 1.5


class Params(NamedTuple):
    """Section ``[helix]``."""

    university_rate: Annotated[
        float,
        Par(
            "probability that a neutral university joins when asked (ρ_U)",
            "per month",
            (0, 1),
            Uniform(0.1, 0.5),
            source="calibrated",
        ),
    ] = 0.15
    firm_rate: Annotated[
        float,
        Par(
            "probability that a neutral firm joins when asked (ρ_F)",
            "per month",
            (0, 1),
            Uniform(0.1, 0.5),
            source="calibrated",
        ),
    ] = 0.1
    familiarity: Annotated[
        float, Par("effect of an earlier link with the partner city (β_P)", "log-odds", (0, 10), Uniform(0, 1.4))
    ] = 0.7
    slots: Annotated[
        int, Par("partnerships an organisation can serve at a time", "partnerships", (0, 1000), control="constant")
    ] = 3


@kernel
def offer_role(w: State, p: Settings, seed: Key, t: int, r: int, kind: int) -> None:
    """Offer the role of a kind in partnership ``r`` to one organisation of each city."""
    rows = w.partnerships
    for side in range(2):
        city = rows.i[r] if side == 0 else rows.j[r]
        o = pick_free(w, seed, ASK, t, rows.key[r], city, kind, rows.theme[r], p.helix.slots)
        if o == NONE:
            continue
        x = w.count.offers[0]
        w.count.offers[0] = x + 1
        w.offers.partnership[x] = r
        w.offers.side[x] = side
        w.offers.kind[x] = kind
        w.offers.organisation[x] = o
        w.offers.joins[x] = False
        w.offers.priority[x] = draw(seed, PRIORITY, t, rows.key[r], w.organisations.key[o], kind)


@kernel
def offer(w: State, p: Settings, seed: Key, t: int) -> None:
    """Offer the open roles of all partnerships from the memorandum on."""
    rows = w.partnerships
    w.count.offers[0] = 0
    for x in range(w.count.live[0]):
        r = w.live[x]
        if rows.stage[r] < Stage.MEMORANDUM:
            continue
        if rows.university[r, 0] == NONE and rows.university[r, 1] == NONE:
            offer_role(w, p, seed, t, r, Kind.UNIVERSITY.value)
        if rows.firm[r, 0] == NONE and rows.firm[r, 1] == NONE:
            offer_role(w, p, seed, t, r, Kind.FIRM.value)
    keep_one_a_city(w.offers, w.count, w.organisations.city, len(w.cities))


@kernel
def keep_one_a_city(offers: Table, count: Table, home: np.ndarray, n_cities: int) -> None:
    """Keep, of the offers to universities and to firms of a city, the one of lowest drawn priority each."""
    first = np.full((n_cities, 2), NONE)
    for x in range(count.offers[0]):
        city, kind = home[offers.organisation[x]], offers.kind[x]
        if first[city, kind] == NONE or offers.priority[x] < offers.priority[first[city, kind]]:
            first[city, kind] = x
    n = 0
    for x in range(count.offers[0]):
        if first[home[offers.organisation[x]], offers.kind[x]] == x:
            offers[n] = offers[x]
            n += 1
    count.offers[0] = n


@kernel
def joins(w: State, p: Settings, seed: Key, t: int, x: int) -> bool:
    """Say whether the organisation asked in offer ``x`` wants to join."""
    o, r = w.offers.organisation[x], w.offers.partnership[x]
    rows = w.partnerships
    abroad = rows.j[r] if w.offers.side[x] == 0 else rows.i[r]
    rate = p.helix.university_rate
    if w.offers.kind[x] == Kind.FIRM:
        rate = p.helix.firm_rate * (MATCHMAKING if rows.matched[r] else 1.0)
    known = p.helix.familiarity if ever_linked(w, len(w.cities) + o, abroad) else 0.0
    luck = draw(seed, JOIN, t, rows.key[r], w.organisations.key[o], w.offers.kind[x])
    return uniform(luck) < willingness(w.organisations, o, rows.theme[r], rate, known)


@kernel
def decide(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every organisation asked decide."""
    for x in range(w.count.offers[0]):
        w.offers.joins[x] = joins(w, p, seed, t, x)


@kernel
def settle(w: State, p: Settings, seed: Key, t: int) -> None:
    """Give the roles to those who agreed, in order of priority, while they have slots; then link them."""
    rows, offers = w.partnerships, w.offers
    agreed, n = np.empty(w.count.offers[0], np.int64), 0
    for x in range(w.count.offers[0]):
        if offers.joins[x]:
            agreed[n] = x
            n += 1
    for place in by_priority(offers.priority[agreed[:n]], n):
        x = agreed[place]
        o, r = offers.organisation[x], offers.partnership[x]
        if w.organisations.slots_taken[o] >= p.helix.slots:
            offers.joins[x] = False
            continue
        w.organisations.slots_taken[o] += 1
        if offers.kind[x] == Kind.UNIVERSITY:
            rows.university[r, offers.side[x]] = o
        else:
            rows.firm[r, offers.side[x]] = o
    for place in range(n):
        if offers.joins[agreed[place]]:
            link_up(w, t, agreed[place])
    for x in range(w.count.live[0]):
        rows.matched[w.live[x]] = False


@kernel
def link_up(w: State, t: int, x: int) -> None:
    """Link the organisation that joined in offer ``x`` with the partner city and the others in the partnership."""
    o, r, kind, side = w.offers.organisation[x], w.offers.partnership[x], w.offers.kind[x], w.offers.side[x]
    rows, theme, actor = w.partnerships, w.partnerships.theme[r], len(w.cities) + o
    abroad = rows.j[r] if side == 0 else rows.i[r]
    city_link = LinkKind.CITY_UNIVERSITY.value if kind == Kind.UNIVERSITY else LinkKind.CITY_FIRM.value
    link(w, city_link, abroad, actor, theme, r, t)
    twin = rows.university[r, 1 - side] if kind == Kind.UNIVERSITY else rows.firm[r, 1 - side]
    if twin != NONE and side == 0:  # from both cities in one month: link once
        link(w, same_kind(w.organisations, o, twin), actor, len(w.cities) + twin, theme, r, t)
    for other_side in range(2):
        other = rows.firm[r, other_side] if kind == Kind.UNIVERSITY else rows.university[r, other_side]
        if other != NONE and (kind == Kind.UNIVERSITY or not joined_now(w, r, other, x)):
            link(w, LinkKind.UNIVERSITY_FIRM.value, actor, len(w.cities) + other, theme, r, t)


@kernel
def joined_now(w: State, r: int, o: int, x: int) -> bool:
    """Say whether organisation ``o`` joined partnership ``r`` by an offer of this month other than ``x``."""
    for y in range(w.count.offers[0]):
        if y != x and w.offers.joins[y] and w.offers.partnership[y] == r and w.offers.organisation[y] == o:
            return True
    return False
