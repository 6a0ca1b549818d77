"""Cities hear of practices (E14).

City i, unaware of practice k of theme θ, becomes aware with probability 1 − e^−Λ,

Λ = a_0 + a_P Σ_partnerships (s/5)·h·[partner adopted k] + a_E·[met an adopter at an event of no theme or of θ]
    + a_D v_k·[has an evidence base] + a_O·[a linked organisation masters k] + a_I·(share of its peers that adopted k),

with h = 1 where the partnership has the practice's theme, else ¼; what a partner's example is worth multiplies a_P, and
peers are the other cities of a network that a policy set up. A city outside the programme hears by a_0 alone. Each part
of Λ has its own draws (:mod:`abm.diffusion`): a city hears by chance, then from partners, cities met, linked
organisations, evidence base and peers, and what two of them tell it in one month is put down to the first.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from abm import draws, lessons
from abm.bits import EMPTY
from abm.chances import happens
from abm.diffusion import may_pass_on, pass_on
from abm.draws import NOBODY, child, uniform, waits
from abm.jit import Key, Settings, State, Table, kernel
from abm.parameters import Par, Uniform
from abm.practices import words_of
from abm.tables import NONE, Ladder, LinkKind, Origin, Path

CHANCE, PARTNER, MET, LINKED, PUBLIC = (
    draws.process("awareness." + what) for what in ("chance", "partner", "met", "linked", "public")
)


class Params(NamedTuple):
    """Section ``[awareness]``."""

    chance: Annotated[
        float, Par("hazard of hearing of a practice by chance (a_0)", "per month", (0, 10), Uniform(0.0005, 0.002))
    ] = 0.001
    partner: Annotated[
        float,
        Par(
            "hazard from a sustained partnership in the theme with an adopter (a_P)",
            "per month",
            (0, 10),
            Uniform(0.025, 0.1),
        ),
    ] = 0.05
    other_theme: Annotated[float, Par("how much a partnership in another theme counts (h)", "1", (0, 1))] = 0.25
    event: Annotated[
        float, Par("hazard from meeting an adopter at an event (a_E)", "per month", (0, 10), Uniform(0.05, 0.2))
    ] = 0.10
    evidence: Annotated[
        float,
        Par(
            "hazard from a fully documented practice in an evidence base (a_D)",
            "per month",
            (0, 10),
            Uniform(0.005, 0.02),
        ),
    ] = 0.01
    organisation: Annotated[
        float,
        Par(
            "hazard from a linked organisation that masters the practice (a_O)",
            "per month",
            (0, 10),
            Uniform(0.015, 0.06),
        ),
    ] = 0.03


@kernel
def listens(cities: Table, i: int) -> bool:
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
            lessons.learn(w, i, k, t, Ladder.AWARE.value, Path.CHANCE.value, NONE)
            luck = child(luck, 0)
            left -= waits(luck, rate, left)


@kernel
def hear_from_partner(w: State, p: Settings, t: int, r: int, i: int, other: int, luck: Key) -> None:
    """Let city ``i`` hear from the other city of partnership ``r``."""
    row, h = w.partnerships[r], p.awareness.other_theme
    hazard = 0.2 * row.stage * p.awareness.partner * w.cities[other].example
    if listens(w.cities, i) and may_pass_on(w, luck, hazard, row.theme, h, other):
        known, aware, path = w.rungs[Ladder.ADOPTED, other], Ladder.AWARE.value, Path.PARTNER.value
        pass_on(w, t, i, w.rungs[Ladder.UNAWARE, i], known, hazard, row.theme, h, luck, aware, path, other)


@kernel
def hear_from_partners(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let the cities of every living partnership hear from each other."""
    rows, live, cities, now = w.partnerships, w.live, w.cities, draws.moment(seed, PARTNER, t)
    for x in range(w.count.live):
        r = live[x]
        i, j, key = rows[r].i, rows[r].j, rows[r].key
        hear_from_partner(w, p, t, r, i, j, draws.at(now, cities[i].key, key, 0))
        hear_from_partner(w, p, t, r, j, i, draws.at(now, cities[j].key, key, 0))


@kernel
def tell(w: State, t: int, i: int, other: int, theme: int, hazard: float, path: int, luck: Key) -> None:
    """Let city ``i`` hear from another actor, of a theme or of all, what nobody before it could tell this month.

    What they could is kept in ``w.work_bits``, city by city; behind the last stands what is new.
    """
    if not listens(w.cities, i):
        return
    n_words, n_cities = w.rungs.shape[2], len(w.cities)
    told, adopted = w.work_bits[i * n_words : (i + 1) * n_words], w.rungs[Ladder.ADOPTED, other]
    news = w.work_bits[n_cities * n_words : (n_cities + 1) * n_words]
    first, last = words_of(theme, n_words)
    if may_pass_on(w, luck, hazard, NONE, 1.0, other):
        news[:] = EMPTY
        for word in range(first, last):
            news[word] = adopted[word] & ~told[word]
        unaware, aware = w.rungs[Ladder.UNAWARE, i], Ladder.AWARE.value
        pass_on(w, t, i, unaware, news, hazard, NONE, 1.0, luck, aware, path, other)
    for word in range(first, last):
        told[word] |= adopted[word]


@kernel
def hear_at_events(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let cities that met at an event hear from each other."""
    rows, cities, now, event = w.encounters, w.cities, draws.moment(seed, MET, t), Path.EVENT.value
    w.work_bits[:] = EMPTY
    for x in range(w.count.encounters):
        if rows[x].origin == Origin.EVENT:
            i, j, key, theme = rows[x].i, rows[x].j, rows[x].key, w.events[rows[x].source].theme
            tell(w, t, i, j, theme, p.awareness.event, event, draws.at(now, cities[i].key, key, 0))
            tell(w, t, j, i, theme, p.awareness.event, event, draws.at(now, cities[j].key, key, 0))


@kernel
def hear_from_organisations(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let cities hear from the organisations with which they have a living link."""
    links, organisations, n_cities, now = w.links, w.organisations, len(w.cities), draws.moment(seed, LINKED, t)
    w.work_bits[:] = EMPTY
    for x in range(w.count.links):
        if links[x].ended < 0 and links[x].kind <= LinkKind.CITY_FIRM:
            i, actor = links[x].a, links[x].b
            luck = draws.at(now, w.cities[i].key, organisations[actor - n_cities].key, 0)
            tell(w, t, i, actor, NONE, p.awareness.organisation, Path.ORGANISATION.value, luck)


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
                path = Path.EVIDENCE.value if from_base else Path.NETWORK.value
                lessons.learn(w, i, k, t, Ladder.AWARE.value, path, NONE)


@kernel
def hear(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every city hear of the practices it does not know."""
    hear_by_chance(w, p, seed, t)
    hear_from_partners(w, p, seed, t)
    hear_at_events(w, p, seed, t)
    hear_from_organisations(w, p, seed, t)
    hear_in_public(w, p, seed, t)
