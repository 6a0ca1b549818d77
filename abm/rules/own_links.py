"""Organisations meet at events and link on their own (E12b).

To a curated event in person every attending city brings one free home organisation of the theme. Where two cities of
different blocs (E0) meet there, their organisations link if both want to, with the willingness of E12; matchmaking
multiplies a firm's by 1.5. No partnership of cities is needed. The link eases a later contact of the cities in the
theme (β_OO of E4) and lasts 24 months after the last meeting.
"""

from __future__ import annotations

from abm import draws
from abm.draws import draw, uniform
from abm.jit import Key, Settings, State, kernel
from abm.organisations import link, pick_free, same_kind, willingness
from abm.tables import NONE, EventType, Kind

BRING, AGREE = draws.process("own_links.bring"), draws.process("own_links.agree")
MATCHMAKING = 1.5
LIFETIME_MONTHS = 24


@kernel
def bring(w: State, p: Settings, seed: Key, e: int) -> None:
    """Every city in person at curated event ``e`` brings one free organisation of the theme."""
    for x in range(w.count.attendees[0]):
        w.attendees.brings[x] = NONE
        if w.events.curated[e] and w.attendees.in_person[x] and w.events.theme[e] >= 0:
            w.attendees.brings[x] = pick_free(
                w, seed, BRING, 0, w.events.key[e], w.attendees.city[x], NONE, w.events.theme[e], p.helix.slots
            )


@kernel
def brought_by(w: State, city: int) -> int:
    """Return the organisation that a city brought to the event at hand, or −1."""
    for x in range(w.count.attendees[0]):
        if w.attendees.city[x] == city:
            return w.attendees.brings[x]
    return NONE


@kernel
def agrees(w: State, p: Settings, seed: Key, e: int, o: int, other: int) -> bool:
    """Say whether organisation ``o`` wants a link with one that it met at event ``e``."""
    rows = w.organisations
    rate = p.helix.university_rate
    if rows.kind[o] == Kind.FIRM:
        rate = p.helix.firm_rate * (MATCHMAKING if w.events.type[e] == EventType.MATCHMAKING else 1.0)
    luck = draw(seed, AGREE, w.events.month[e], rows.key[o], rows.key[other], w.events.type[e])
    return uniform(luck) < willingness(rows, o, w.events.theme[e], rate, 0.0)


@kernel
def living_link(w: State, a: int, b: int) -> int:
    """Return the living own link of two actors, or −1."""
    for place in range(w.first_link[a], w.first_link[a + 1]):
        x = w.linked[place]
        if w.links.a[x] + w.links.b[x] - a == b and w.links.ended[x] < 0 and w.links.partnership[x] == NONE:
            return x
    for x in range(w.count.linked[0], w.count.links[0]):
        if w.links.a[x] == min(a, b) and w.links.b[x] == max(a, b) and w.links.partnership[x] == NONE:
            return x
    return NONE


@kernel
def meet(w: State, p: Settings, seed: Key, t: int, e: int, first_encounter: int) -> None:
    """Let the organisations brought to event ``e`` link where their cities met; keep old links alive."""
    if not w.events.curated[e] or w.events.theme[e] < 0:
        return
    bring(w, p, seed, e)
    n_cities = len(w.cities)
    for x in range(first_encounter, w.count.encounters[0]):
        if not (w.encounters.curated[x] and w.encounters.may_form[x]):
            continue
        a, b = brought_by(w, w.encounters.i[x]), brought_by(w, w.encounters.j[x])
        if a == NONE or b == NONE:
            continue
        old = living_link(w, n_cities + a, n_cities + b)
        if old != NONE:
            w.links.met[old] = t
        elif agrees(w, p, seed, e, a, b) and agrees(w, p, seed, e, b, a):
            low, high = min(a, b), max(a, b)
            link(w, same_kind(w.organisations, a, b), n_cities + low, n_cities + high, w.events.theme[e], NONE, t)


@kernel
def end(w: State, t: int) -> None:
    """End the links of dissolved partnerships, and own links two years after the last meeting."""
    links = w.links
    for x in range(w.count.links[0]):
        if links.ended[x] < 0:
            r = links.partnership[x]
            if (r >= 0 and w.partnerships.ended[r] >= 0) or (r < 0 and t - links.met[x] >= LIFETIME_MONTHS):
                links.ended[x] = t
