"""Organisations meet at events and link on their own (E12b).

To a curated event in person every attending city brings one free home organisation of the theme, drawn ∝ 1 + practices
mastered. Where two cities meet there, of one bloc or of two, their organisations link if both want to, with the
willingness of E12: familiarity with the other's city counts, and matchmaking multiplies a firm's rate. No partnership
of cities is needed. The link eases a later contact of the cities in the theme (β_OO of E4) and lasts 24 months after
the last meeting.
"""

from __future__ import annotations

from abm import draws
from abm.draws import draw, uniform
from abm.machine.jit import Key, Settings, State, kernel
from abm.shared.organisations import link, pick_free, same_kind, unwilling, willingness
from abm.state.links import ever_linked, unlist_link
from abm.state.words import NONE, EventType, Kind

BRING, AGREE = draws.process("own_links.bring"), draws.process("own_links.agree")
LIFETIME_MONTHS = 24


@kernel
def brought_by(w: State, p: Settings, now: Key, e: int, city: int) -> int:
    """Return the free organisation of the theme that a city in person at curated event ``e`` brings, or −1."""
    event = w.events[e]
    return pick_free(w, now, event.key, city, NONE, event.theme, p.helix.slots)


@kernel
def agrees(w: State, p: Settings, seed: Key, e: int, o: int, other: int) -> bool:
    """Say whether organisation ``o`` wants a link with one that it met at event ``e``."""
    rows = w.organisations
    rate = p.helix.university_rate * w.cities[rows[o].city].university_joining
    known = p.helix.familiarity if ever_linked(w, len(w.cities) + o, rows[other].city) else 0.0
    if rows[o].kind == Kind.FIRM:
        rate = p.helix.firm_rate * (p.helix.matchmaking if w.events[e].type == EventType.MATCHMAKING else 1.0)
    luck = draw(seed, AGREE, w.events[e].month, rows[o].key, rows[other].key, w.events[e].type)
    return not unwilling(luck, rate) and uniform(luck) < willingness(rows, o, w.events[e].theme, rate, known)


@kernel
def living_link(w: State, a: int, b: int) -> int:
    """Return the living own link of two actors, or −1."""
    for entry in range(w.links_of[a].first, w.links_of[a].first + w.links_of[a].living):
        if w.linked[entry].other == b and w.links[w.linked[entry].link].partnership == NONE:
            return w.linked[entry].link
    for x in range(w.count.linked, w.count.links):
        if w.links[x].a == min(a, b) and w.links[x].b == max(a, b) and w.links[x].partnership == NONE:
            return x
    return NONE


@kernel
def meet(w: State, p: Settings, seed: Key, t: int, e: int, first_encounter: int) -> None:
    """Let the organisations brought to event ``e`` link where their cities met; keep old links alive."""
    if not w.events[e].curated or w.events[e].theme < 0:
        return
    rows, n_cities, now = w.encounters, len(w.cities), draws.moment(seed, BRING, 0)
    for x in range(first_encounter, w.count.encounters):
        if not rows[x].curated:
            continue
        a, b = brought_by(w, p, now, e, rows[x].i), brought_by(w, p, now, e, rows[x].j)
        if a == NONE or b == NONE:
            continue
        old = living_link(w, n_cities + a, n_cities + b)
        if old != NONE:
            w.links[old].met = t
        elif agrees(w, p, seed, e, a, b) and agrees(w, p, seed, e, b, a):
            low, high = min(a, b), max(a, b)
            link(
                w, AGREE, same_kind(w.organisations, a, b), n_cities + low, n_cities + high, w.events[e].theme, NONE, t
            )


@kernel
def most_links(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most links of month ``t``: every meeting makes one."""
    return w.most.encounters


@kernel
def end(w: State, t: int) -> None:
    """End the links of dissolved partnerships, and own links two years after the last meeting."""
    links, living, n = w.links, w.living_links, 0
    for x in living[: w.count.living_links]:
        r = links[x].partnership
        if (r >= 0 and w.partnerships[r].ended >= 0) or (r < 0 and t - links[x].met >= LIFETIME_MONTHS):
            links[x].ended = t
            unlist_link(w, x)
        living[n] = x
        n += links[x].ended < 0
    w.count.living_links = n
