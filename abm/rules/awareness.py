"""Cities hear of practices (E14).

City i, unaware of practice k of theme θ, becomes aware with probability 1 − e^−Λ,

Λ = a_0 + a_P Σ_partnerships (s/5)·h·[partner adopted k] + a_E·[met an adopter at an event of no theme or of θ]
    + a_D v_k·[has an evidence base] + a_O·[a linked organisation masters k] + a_I·(share of its peers that adopted k),

with h = 1 where the partnership has the practice's theme, else ¼; what a partner's example is worth multiplies a_P, and
peers are the other cities of a network that a policy set up. A city outside the programme hears by a_0 alone. Each part
of Λ has its own draws (:mod:`abm.shared.diffusion`): a city hears by chance, then from partners, cities met, linked
organisations, evidence base and peers, and what two of them tell it in one month is put down to the first.
"""

from __future__ import annotations

from abm import draws
from abm.chances import happens
from abm.draws import NOBODY, child, uniform, waits
from abm.machine.ahead import ask_for
from abm.machine.bits import EMPTY, n_bits
from abm.machine.jit import Key, Settings, State, kernel
from abm.parameters import par
from abm.shared.diffusion import may_happen, pass_on
from abm.state import ahead, lessons
from abm.state.entities import City
from abm.state.memory import Rows
from abm.state.practices import n_adopted
from abm.state.words import N_THEMES, NONE, Ladder, LinkKind, Origin, Path

CHANCE, PARTNER, MET, LINKED, PUBLIC = (
    draws.process("awareness." + what) for what in ("chance", "partner", "met", "linked", "public")
)


class Params:
    """Section ``[awareness]``."""

    # fmt: off
    chance = par(0.001, "hazard of hearing of a practice by chance (a_0)", "per month", (0, 10), (0.0005, 0.002))
    partner = par(0.05, "hazard from a sustained partnership in the theme with an adopter (a_P)",
                  "per month", (0, 10), (0.025, 0.1))
    other_theme = par(0.25, "how much a partnership in another theme counts (h)", "1", (0, 1), (0, 0.5),
                      "assumed; from nothing to twice")
    event = par(0.10, "hazard from meeting an adopter at an event (a_E)", "per month", (0, 10), (0.05, 0.2))
    evidence = par(0.01, "hazard from a fully documented practice in an evidence base (a_D)",
                   "per month", (0, 10), (0.005, 0.02))
    organisation = par(0.03, "hazard from a linked organisation that masters the practice (a_O)",
                       "per month", (0, 10), (0.015, 0.06))


@kernel
def listens(cities: Rows[City], i: int) -> bool:
    """Say whether a city hears from others: what a city of weight 0 learned would add to everybody's evidence."""
    return cities[i].standing > 0 and cities[i].weight > 0.0


@kernel
def hear_by_chance(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every city hear of practices with nobody's help: of any of all n at rate a_0 n."""
    n, now, cities = w.count.practices, draws.moment(seed, CHANCE, t), w.cities
    rate = p.awareness.chance * n
    for i in range(len(cities)):
        luck = draws.at(now, cities[i].key, NOBODY, 0)
        left = 1.0 - waits(luck, rate, 1.0) if cities[i].weight > 0.0 else 0.0
        while left > 0.0:
            k = draws.whole(child(luck, 1), n)
            lessons.learn(w, CHANCE, i, k, t, Ladder.AWARE, Path.CHANCE, NONE)
            luck = child(luck, 0)
            left -= waits(luck, rate, left)


@kernel
def hear_from_partner(w: State, p: Settings, now: Key, t: int, r: int, i: int, other: int) -> None:
    """Let city ``i`` hear from the other city of partnership ``r``."""
    row, partner, h = w.partnerships[r], w.cities[other], p.awareness.other_theme
    luck = draws.at(now, w.cities[i].key, row.key, 0)
    hazard = 0.2 * row.stage * p.awareness.partner * partner.example
    all_it_knows = h * n_adopted(partner) + (1.0 - h) * partner.adopted[row.theme]
    if may_happen(luck, hazard * all_it_knows) and listens(w.cities, i):
        missing, known = w.rungs[Ladder.UNAWARE, i], w.rungs[Ladder.ADOPTED, other]
        aware, path = Ladder.AWARE, Path.PARTNER
        pass_on(w, PARTNER, t, i, missing, known, hazard, row.theme, h, luck, aware, path, other)


@kernel
def hear_from_partners(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let the cities of every living partnership hear from each other."""
    now = draws.moment(seed, PARTNER, t)
    for x in range(w.count.live):
        r = w.live[x]
        hear_from_partner(w, p, now, t, r, w.partnerships[r].i, w.partnerships[r].j)
        hear_from_partner(w, p, now, t, r, w.partnerships[r].j, w.partnerships[r].i)


@kernel
def tell(w: State, now: Key, t: int, i: int, other: int, key: Key, theme: int, hazard: float, path: int) -> None:
    """Let city ``i`` hear from another actor, of a theme or of all, what nobody before it could tell in this step."""
    missing, known, told, news, n = w.rungs[Ladder.UNAWARE, i], w.rungs[Ladder.ADOPTED, other], w.told[i], w.news, 0
    news[:] = EMPTY
    word, step = (0, 1) if theme == NONE else (theme, N_THEMES)
    while word < len(news):
        news[word] = missing[word] & known[word] & ~told[word]
        told[word] |= known[word]
        n += n_bits(news[word])
        word += step
    luck = draws.at(now, w.cities[i].key, key, 0)
    if may_happen(luck, hazard * n) and listens(w.cities, i):
        why = MET if path == Path.EVENT else LINKED
        pass_on(w, why, t, i, missing, news, hazard, NONE, 1.0, luck, Ladder.AWARE, path, other)


@kernel
def hear_at_events(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let cities that met at an event hear from each other."""
    rows, now, event = w.encounters, draws.moment(seed, MET, t), Path.EVENT
    w.told[:] = EMPTY
    for x in range(w.count.encounters):
        if rows[x].origin == Origin.EVENT:
            i, j, key, theme = rows[x].i, rows[x].j, rows[x].key, w.events[rows[x].source].theme
            tell(w, now, t, i, j, key, theme, p.awareness.event, event)
            tell(w, now, t, j, i, key, theme, p.awareness.event, event)


@kernel
def hear_from_organisations(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let cities hear from the organisations with which they have a living link."""
    links, organisations, n_cities, now = w.links, w.organisations, len(w.cities), draws.moment(seed, LINKED, t)
    w.told[:] = EMPTY
    for n in range(w.count.living_links):
        ask_ahead(w, n)
        x = w.living_links[n]
        if links[x].kind <= LinkKind.CITY_FIRM:
            i, actor, path = links[x].a, links[x].b, Path.ORGANISATION
            tell(w, now, t, i, actor, organisations[actor - n_cities].key, NONE, p.awareness.organisation, path)


@kernel
def ask_ahead(w: State, n: int) -> None:
    """Ask for what is looked at over the living link some turns behind place ``n`` of ``living_links``."""
    x = ahead.link(w, n)
    if x != NONE and w.links[x].kind <= LinkKind.CITY_FIRM:
        i, actor = w.links[x].a, w.links[x].b
        ask_for(w.cities.key, i)
        ask_for(w.organisations.key, actor - len(w.cities))
        for word in (0, w.told.shape[1] - 1):  # they may lie in two lines
            ask_for(w.told[:, word], i)
            ask_for(w.rungs[Ladder.UNAWARE, :, word], i)
            ask_for(w.rungs[Ladder.ADOPTED, :, word], actor)


@kernel
def hear_in_public(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let cities hear of documented practices from their evidence base, of others' practices from their network."""
    cities, now = w.cities, draws.moment(seed, PUBLIC, t)
    for i in range(len(cities)):
        network, has_base = cities[i].network, cities[i].evidence_base
        if cities[i].weight == 0.0 or (network == NONE and not has_base):
            continue
        for k in range(w.count.practices):
            evidence = p.awareness.evidence * w.practices[k].evidence if has_base else 0.0
            peers = cities[i].imitation * w.peers[network, k] if network != NONE else 0.0
            luck = draws.at(now, cities[i].key, w.practices[k].key, 0)
            if happens(uniform(luck), evidence + peers):
                from_base = uniform(child(luck, 0)) * (evidence + peers) < evidence
                path = Path.EVIDENCE if from_base else Path.NETWORK
                lessons.learn(w, PUBLIC, i, k, t, Ladder.AWARE, path, NONE)


@kernel
def most_lessons(w: State, p: Settings, seed: Key, t: int) -> int:
    """Return the most steps of month ``t``: every city hears of every practice."""
    return len(w.cities) * w.count.practices


@kernel
def hear(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every city hear of the practices it does not know."""
    hear_by_chance(w, p, seed, t)
    hear_from_partners(w, p, seed, t)
    hear_at_events(w, p, seed, t)
    hear_from_organisations(w, p, seed, t)
    hear_in_public(w, p, seed, t)
