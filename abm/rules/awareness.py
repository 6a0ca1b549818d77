"""Cities hear of practices (E14).

City i, unaware of practice k of theme θ, becomes aware with probability 1 − e^−Λ,

Λ = a_0 + a_P Σ_partnerships (s/5)·h·[partner adopted k] + a_E·[met an adopter at an event of no theme or of θ]
    + a_D v_k·[has an evidence base] + a_O·[a linked organisation masters k] + a_I·(share of its peers that adopted k),

with h = 1 where the partnership has the practice's theme, else ¼; what a partner's example is worth multiplies a_P, and
peers are the other cities of a network that a policy set up. A city outside the programme hears by a_0 alone. The path
is drawn in proportion to the parts of Λ. One draw gives eight practices a first look: only where its byte lies below
the largest possible Λ of a practice that is known to such neighbours is Λ itself worked out.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from abm import draws, lessons
from abm.bits import EMPTY, ONE, WORD, bit, eight
from abm.chances import probability
from abm.draws import NOBODY, child, uniform
from abm.jit import Key, Row, Settings, State, kernel
from abm.parameters import Par, Uniform
from abm.practices import first_place
from abm.sources import GROUP_SETS, LINKED, MET, PARTNERS, add_source, list_met, loud_lanes, set_limits, survey
from abm.tables import NONE, Ladder, LinkKind, Path

HEAR = draws.process("awareness.hear")


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
def list_sources(w: State, p: Settings, i: int, first_met: np.ndarray, met: np.ndarray) -> tuple[int, int]:
    """Fill from whom city ``i`` may hear this month: partners, cities met at events, linked organisations.

    Returns how many are partners, and how many they are in all.
    """
    sources, rows, ties, links, linked, a = w.sources, w.partnerships, w.ties, w.links, w.linked, p.awareness
    n = 0
    if w.cities[i].standing == 0:
        return n, n
    for place in range(w.first_tie[i], w.first_tie[i + 1]):
        r = ties[place]
        if rows[r].ended < 0:
            other = rows[r].i + rows[r].j - i
            hazard = 0.2 * rows[r].stage * a.partner * w.cities[other].example
            n = add_source(sources, n, other, rows[r].theme, hazard, Path.PARTNER.value)
    n_partners = n
    for place in range(first_met[i], first_met[i + 1]):
        x = met[place]
        other = w.encounters[x].i + w.encounters[x].j - i
        theme = w.events[w.encounters[x].source].theme
        n = add_source(sources, n, other, theme, a.event, Path.EVENT.value)
    for place in range(w.first_link[i], w.first_link[i + 1]):
        x = linked[place]
        if links[x].ended < 0 and links[x].kind <= LinkKind.CITY_FIRM:
            other = links[x].a + links[x].b - i
            n = add_source(sources, n, other, NONE, a.organisation, Path.ORGANISATION.value)
    return n_partners, n


@kernel
def weight_of(source: Row, theme: int, other_theme: float) -> float:
    """Return the hazard of a source for a practice of a theme that it has adopted or masters."""
    if source.path == Path.PARTNER:
        return source.hazard * (1.0 if source.theme == theme else other_theme)
    return source.hazard if source.theme < 0 or source.theme == theme else 0.0


@kernel
def from_partners(w: State, p: Settings, n_partners: int, k: int) -> float:
    """Return the hazard of practice ``k`` over the partners of the city at hand."""
    theme, total = w.practices[k].theme, 0.0
    for x in range(n_partners):
        if w.ladder[w.sources[x].actor, k] == Ladder.ADOPTED:
            total += weight_of(w.sources[x], theme, p.awareness.other_theme)
    return total


@kernel
def source_at(w: State, p: Settings, n: int, k: int, left: float) -> int:
    """Return the source of practice ``k`` at which the hazards, summed in order, pass ``left``."""
    sources, met, linked, last = w.sources, False, False, NONE
    for x in range(n):
        path = sources[x].path
        if w.ladder[sources[x].actor, k] != Ladder.ADOPTED or (met and path == Path.EVENT):
            continue
        if linked and path == Path.ORGANISATION:
            continue
        weight = weight_of(sources[x], w.practices[k].theme, p.awareness.other_theme)
        met = met or (path == Path.EVENT and weight > 0.0)
        linked = linked or path == Path.ORGANISATION
        left -= weight
        last = x
        if left < 0.0:
            break
    return last


@kernel
def hear_one(
    w: State,
    p: Settings,
    t: int,
    i: int,
    k: int,
    luck: Key,
    byte: int,
    n_partners: int,
    n: int,
    known: np.ndarray,
) -> None:
    """Let city ``i`` hear of practice ``k`` by one of its ``n`` sources or by itself, or not (E14)."""
    a, n_words = p.awareness, w.rungs.shape[2]
    word, one = w.practices[k].place // WORD, bit(w.practices[k].place)
    evidence = a.evidence * w.practices[k].evidence if w.cities[i].evidence_base else 0.0
    network = w.cities[i].network
    peers = w.cities[i].imitation * w.peers[network, k] if network != NONE else 0.0
    total = a.chance + evidence + peers
    if known[MET * n_words + word] & one != EMPTY:
        total += a.event
    if known[LINKED * n_words + word] & one != EMPTY:
        total += a.organisation
    if known[PARTNERS * n_words + word] & one != EMPTY:
        total += from_partners(w, p, n_partners, k)
    if not (draws.lane_may_be_below(luck, byte, total) and draws.lane_below(luck, byte, probability(total))):
        return
    left = uniform(child(luck, 8 + byte)) * total - a.chance
    if left < 0.0:
        lessons.write(w, i, k, t, Ladder.AWARE.value, Path.CHANCE.value, NONE)
    elif left < evidence:
        lessons.write(w, i, k, t, Ladder.AWARE.value, Path.EVIDENCE.value, NONE)
    elif left < evidence + peers:
        lessons.write(w, i, k, t, Ladder.AWARE.value, Path.NETWORK.value, NONE)
    else:
        source = w.sources[source_at(w, p, n, k, left - evidence - peers)]
        lessons.write(w, i, k, t, Ladder.AWARE.value, source.path, source.actor)


@kernel
def hear_all(
    w: State, p: Settings, t: int, i: int, now: Key, n_partners: int, n: int, known: np.ndarray, loudness: np.ndarray
) -> None:
    """Let city ``i`` hear of the practices it does not know from its ``n`` sources."""
    unknown, a, limits, n_places = w.rungs[Ladder.UNAWARE], p.awareness, w.work_rows[:GROUP_SETS], len(w.of_place)
    always = a.chance + (a.evidence if w.cities[i].evidence_base else 0.0) + w.cities[i].imitation
    for theme in range(p.world.n_themes):
        set_limits(limits, always, loudness[theme], a.event, a.organisation)
        first = first_place(w, theme)
        for block in range(0, w.n_of_theme[theme], 8):
            place = first + block
            new = draws.lanes(eight(unknown[i], place))
            if new == EMPTY:
                continue
            partners, met = draws.lanes(eight(known, place)), draws.lanes(eight(known, n_places + place))
            linked = draws.lanes(eight(known, 2 * n_places + place))
            luck = draws.at(now, w.cities[i].key, NOBODY, 4096 * theme + block)
            mask = new & loud_lanes(luck, limits, partners, met, linked)
            while mask != EMPTY:
                byte = draws.first_lane(mask)
                mask &= mask - ONE
                hear_one(w, p, t, i, w.of_place[place + byte], luck, byte, n_partners, n, known)


@kernel
def hear(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every city hear of the practices it does not know."""
    n_cities, n_encounters = len(w.cities), w.count.encounters
    lists = w.work_rows[GROUP_SETS:]  # the limits of the first look stand before them
    first_met, met = lists[: n_cities + 1], lists[n_cities + 1 :]
    list_met(w.encounters, n_encounters, first_met, met)
    known, loudness = w.work_bits, w.work_values
    now = draws.moment(seed, HEAR, t)
    for i in range(n_cities):
        if w.cities[i].weight == 0.0:  # what it learned would add to everybody's evidence
            continue
        n_partners, n = list_sources(w, p, i, first_met, met)
        survey(w, p, n, known, loudness)
        hear_all(w, p, t, i, now, n_partners, n, known, loudness)
