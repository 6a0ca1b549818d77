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

import numpy as np

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
def list_met(encounters: Table, n: int, first_met: np.ndarray, met: np.ndarray) -> None:
    """Fill the rows of this month's meetings at events, city by city; ``first_met`` has n_cities + 1 places."""
    for city in range(len(first_met)):
        first_met[city] = 0
    for x in range(n):
        if encounters[x].origin == Origin.EVENT:
            first_met[encounters[x].i] += 1
            first_met[encounters[x].j] += 1
    for city in range(len(first_met) - 1):
        first_met[city + 1] += first_met[city]
    for x in range(n - 1, -1, -1):  # from behind, so that every city's end becomes its beginning
        if encounters[x].origin == Origin.EVENT:
            for city in (encounters[x].i, encounters[x].j):
                first_met[city] -= 1
                met[first_met[city]] = x


@kernel
def hear_by_chance(w: State, p: Settings, now: Key, t: int, i: int) -> None:
    """Let city ``i`` hear of practices with nobody's help: of any of all n at rate a_0 n."""
    n, luck = w.count.practices, draws.at(now, w.cities[i].key, NOBODY, 0)
    left = 1.0 - waits(luck, p.awareness.chance * n, 1.0)
    while left > 0.0:
        k = draws.whole(child(luck, 1), n)
        lessons.learn(w, i, k, t, Ladder.AWARE.value, Path.CHANCE.value, NONE)
        luck = child(luck, 0)
        left -= waits(luck, p.awareness.chance * n, left)


@kernel
def hear_from_partners(w: State, p: Settings, now: Key, t: int, i: int) -> None:
    """Let city ``i`` hear from the partners it has."""
    rows, a, aware = w.partnerships, p.awareness, Ladder.AWARE.value
    unaware, adopted = w.rungs[Ladder.UNAWARE, i], w.rungs[Ladder.ADOPTED]
    for place in range(w.first_tie[i], w.first_tie[i + 1]):
        r = w.ties[place]
        if rows[r].ended >= 0:
            continue
        other, theme, h = rows[r].i + rows[r].j - i, rows[r].theme, a.other_theme
        hazard = 0.2 * rows[r].stage * a.partner * w.cities[other].example
        luck = draws.at(now, w.cities[i].key, rows[r].key, 0)
        if may_pass_on(w, luck, hazard, theme, h, other):
            path = Path.PARTNER.value
            pass_on(w, t, i, unaware, adopted[other], hazard, theme, h, luck, aware, path, other)


@kernel
def add(known: np.ndarray, adopted: np.ndarray, theme: int) -> None:
    """Add what an actor has adopted or masters, in a theme or in all, to what is known."""
    first, last = words_of(theme, len(known))
    for word in range(first, last):
        known[word] |= adopted[word]


@kernel
def take_news(news: np.ndarray, adopted: np.ndarray, theme: int, known: np.ndarray) -> None:
    """Fill ``news`` with what an actor has adopted or masters, in a theme or in all, beyond what is known."""
    news[:] = EMPTY
    first, last = words_of(theme, len(news))
    for word in range(first, last):
        news[word] = adopted[word] & ~known[word]


@kernel
def hear_from(
    w: State, t: int, i: int, known: np.ndarray, other: int, theme: int, hazard: float, path: int, luck: Key
) -> None:
    """Let city ``i`` hear from another actor what is not ``known`` from actors before it, then add that to it."""
    adopted, unaware = w.rungs[Ladder.ADOPTED, other], w.rungs[Ladder.UNAWARE, i]
    if may_pass_on(w, luck, hazard, NONE, 1.0, other):
        news = w.work_bits[len(known) : 2 * len(known)]
        take_news(news, adopted, theme, known)
        pass_on(w, t, i, unaware, news, hazard, NONE, 1.0, luck, Ladder.AWARE.value, path, other)
    add(known, adopted, theme)


@kernel
def hear_from_met(w: State, p: Settings, now: Key, t: int, i: int, met: np.ndarray) -> None:
    """Let city ``i`` hear from the cities that it ``met`` at events (rows of encounters)."""
    rows, known = w.encounters, w.work_bits[: w.rungs.shape[2]]
    known[:] = EMPTY
    for x in met:
        other, theme = rows[x].i + rows[x].j - i, w.events[rows[x].source].theme
        luck = draws.at(now, w.cities[i].key, rows[x].key, 0)
        hear_from(w, t, i, known, other, theme, p.awareness.event, Path.EVENT.value, luck)


@kernel
def hear_from_organisations(w: State, p: Settings, now: Key, t: int, i: int) -> None:
    """Let city ``i`` hear from the organisations with which it has a living link."""
    links, known, path = w.links, w.work_bits[: w.rungs.shape[2]], Path.ORGANISATION.value
    known[:] = EMPTY
    for place in range(w.first_link[i], w.first_link[i + 1]):
        x = w.linked[place]
        if links[x].ended < 0 and links[x].kind <= LinkKind.CITY_FIRM:
            other = links[x].a + links[x].b - i
            luck = draws.at(now, w.cities[i].key, w.organisations[other - len(w.cities)].key, 0)
            hear_from(w, t, i, known, other, NONE, p.awareness.organisation, path, luck)


@kernel
def hear_in_public(w: State, p: Settings, now: Key, t: int, i: int) -> None:
    """Let city ``i`` hear of documented practices from its evidence base, of others' practices from its network."""
    network = w.cities[i].network
    for k in range(w.count.practices):
        evidence = p.awareness.evidence * w.practices[k].evidence if w.cities[i].evidence_base else 0.0
        peers = w.cities[i].imitation * w.peers[network, k] if network != NONE else 0.0
        luck = draws.at(now, w.cities[i].key, w.practices[k].key, 0)
        if happens(uniform(luck), evidence + peers):
            from_base = uniform(child(luck, 0)) * (evidence + peers) < evidence
            path = Path.EVIDENCE.value if from_base else Path.NETWORK.value
            lessons.learn(w, i, k, t, Ladder.AWARE.value, path, NONE)


@kernel
def hear(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every city hear of the practices it does not know."""
    n_cities = len(w.cities)
    first_met, met = w.work_rows[: n_cities + 1], w.work_rows[n_cities + 1 :]
    list_met(w.encounters, w.count.encounters, first_met, met)
    chance, partner = draws.moment(seed, CHANCE, t), draws.moment(seed, PARTNER, t)
    event, organisation = draws.moment(seed, MET, t), draws.moment(seed, LINKED, t)
    public = draws.moment(seed, PUBLIC, t)
    for i in range(n_cities):
        if w.cities[i].weight == 0.0:  # what it learned would add to everybody's evidence
            continue
        hear_by_chance(w, p, chance, t, i)
        if w.cities[i].standing > 0:
            hear_from_partners(w, p, partner, t, i)
            hear_from_met(w, p, event, t, i, met[first_met[i] : first_met[i + 1]])
            hear_from_organisations(w, p, organisation, t, i)
        if w.cities[i].evidence_base or w.cities[i].network != NONE:
            hear_in_public(w, p, public, t, i)
