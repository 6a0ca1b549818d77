"""Cities hear of practices (E14).

City i, unaware of practice k of theme θ, becomes aware with probability 1 − e^−Λ,

Λ = a_0 + a_P Σ_partnerships (s/5)·h·[partner adopted k] + a_E·[met an adopter at an event of no theme or of θ]
    + a_D v_k·[has an evidence base] + a_O·[a linked organisation masters k],

with h = 1 where the partnership has the practice's theme, else ¼. A city outside the programme hears by a_0 alone. The
path is drawn in proportion to the parts of Λ. One draw gives eight practices a first look: only where its byte lies
below the largest possible Λ of the city and theme is Λ itself worked out.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from abm import draws, lessons
from abm.draws import NOBODY, ONE, child, uniform
from abm.jit import Key, Settings, State, Table, kernel
from abm.parameters import Par, Uniform
from abm.tables import NONE, Ladder, LinkKind, Origin, Path

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
def probability(hazard: float) -> float:
    """Return 1 − e^−Λ."""
    return 1.0 - math.exp(-hazard)


@kernel
def add_source(sources: Table, n: int, actor: int, theme: int, hazard: float, path: int) -> int:
    """Append an actor from which a city may hear of practices; return how many there are now."""
    sources.actor[n] = actor
    sources.theme[n] = theme
    sources.hazard[n] = hazard
    sources.path[n] = path
    return n + 1


@kernel
def list_sources(w: State, p: Settings, i: int, first_met: np.ndarray, met: np.ndarray) -> int:
    """Fill from whom city ``i`` may hear this month: partners, cities met at events, linked organisations."""
    sources, rows, ties, links, linked, a = w.sources, w.partnerships, w.ties, w.links, w.linked, p.awareness
    n = 0
    if w.cities.standing[i] == 0:
        return n
    for place in range(w.first_tie[i], w.first_tie[i + 1]):
        r = ties[place]
        if rows.ended[r] < 0:
            hazard = 0.2 * rows.stage[r] * a.partner
            n = add_source(sources, n, rows.i[r] + rows.j[r] - i, rows.theme[r], hazard, Path.PARTNER.value)
    for place in range(first_met[i], first_met[i + 1]):
        x = met[place]
        other = w.encounters.i[x] + w.encounters.j[x] - i
        theme = w.events.theme[w.encounters.source[x]]
        n = add_source(sources, n, other, theme, a.event, Path.EVENT.value)
    for place in range(w.first_link[i], w.first_link[i + 1]):
        x = linked[place]
        if links.ended[x] < 0 and links.kind[x] <= LinkKind.CITY_FIRM:
            other = links.a[x] + links.b[x] - i
            n = add_source(sources, n, other, NONE, a.organisation, Path.ORGANISATION.value)
    return n


@kernel
def list_met(encounters: Table, n: int, first_met: np.ndarray, met: np.ndarray) -> None:
    """Fill the rows of this month's meetings at events, city by city; ``first_met`` has n_cities + 1 places."""
    first_met[:] = 0
    for x in range(n):
        if encounters.origin[x] == Origin.EVENT:
            first_met[encounters.i[x] + 1] += 1
            first_met[encounters.j[x] + 1] += 1
    for city in range(len(first_met) - 1):
        first_met[city + 1] += first_met[city]
    place = first_met.copy()
    for x in range(n):
        if encounters.origin[x] == Origin.EVENT:
            for city in (encounters.i[x], encounters.j[x]):
                met[place[city]] = x
                place[city] += 1


@kernel
def weight_of(sources: Table, x: int, theme: int, other_theme: float) -> float:
    """Return the hazard of source ``x`` for a practice of a theme that it has adopted or masters."""
    if sources.path[x] == Path.PARTNER:
        return sources.hazard[x] * (1.0 if sources.theme[x] == theme else other_theme)
    return sources.hazard[x] if sources.theme[x] < 0 or sources.theme[x] == theme else 0.0


@kernel
def ceiling(sources: Table, n: int, theme: int, other_theme: float, always: float) -> float:
    """Return the largest hazard there can be for a theme; meetings and links count once each."""
    total, event, organisation = always, 0.0, 0.0
    for x in range(n):
        weight = weight_of(sources, x, theme, other_theme)
        if sources.path[x] == Path.PARTNER:
            total += weight
        elif sources.path[x] == Path.EVENT:
            event = max(event, weight)
        else:
            organisation = max(organisation, weight)
    return total + event + organisation


@kernel
def hear_of(
    sources: Table, n: int, ladder: np.ndarray, k: int, theme: int, other_theme: float, stop: float
) -> tuple[float, int]:
    """Return the summed hazard of practice ``k`` over the sources, and the source at which it passes ``stop``."""
    total, met, linked = 0.0, False, False
    for x in range(n):
        if ladder[sources.actor[x], k] != Ladder.ADOPTED:
            continue
        path = sources.path[x]
        if (path == Path.EVENT and met) or (path == Path.ORGANISATION and linked):
            continue
        weight = weight_of(sources, x, theme, other_theme)
        met = met or (path == Path.EVENT and weight > 0.0)
        linked = linked or path == Path.ORGANISATION
        total += weight
        if total > stop:
            return total, x
    return total, NONE


@kernel
def hear_one(w: State, p: Settings, t: int, i: int, k: int, luck: Key, byte: Key, n: int) -> None:
    """Let city ``i`` hear of practice ``k`` by one of its ``n`` sources or by itself, or not (E14)."""
    a, theme, sources = p.awareness, w.practices.theme[k], w.sources
    evidence = a.evidence * w.practices.evidence[k] if w.cities.evidence_base[i] else 0.0
    others, _ = hear_of(sources, n, w.ladder, k, theme, a.other_theme, math.inf)
    total = others + a.chance + evidence
    if not draws.lane_below(luck, byte, probability(total)):
        return
    left = uniform(child(luck, 8 + byte)) * total
    if left < a.chance:
        lessons.write(w, i, k, t, Ladder.AWARE.value, Path.CHANCE.value, NONE)
    elif left < a.chance + evidence:
        lessons.write(w, i, k, t, Ladder.AWARE.value, Path.EVIDENCE.value, NONE)
    else:
        _, x = hear_of(sources, n, w.ladder, k, theme, a.other_theme, left - a.chance - evidence)
        x = n - 1 if x == NONE else x
        lessons.write(w, i, k, t, Ladder.AWARE.value, sources.path[x], sources.actor[x])


@kernel
def hear(w: State, p: Settings, seed: Key, t: int) -> None:
    """Let every city hear of the practices it does not know."""
    n_cities, n_encounters, a = len(w.cities), w.count.encounters[0], p.awareness
    first_met, met = np.empty(n_cities + 1, np.int64), np.empty(2 * n_encounters, np.int64)
    list_met(w.encounters, n_encounters, first_met, met)
    ladder, of_theme, n_of_theme, cities, sources = w.ladder, w.of_theme, w.n_of_theme, w.cities, w.sources
    now = draws.moment(seed, HEAR, t)
    for i in range(n_cities):
        if cities.weight[i] == 0.0:  # what it learned would add to everybody's evidence
            continue
        n = list_sources(w, p, i, first_met, met)
        always = a.chance + (a.evidence if cities.evidence_base[i] else 0.0)
        for theme in range(p.world.n_themes):
            limit = probability(ceiling(sources, n, theme, a.other_theme, always))
            for block in range(0, n_of_theme[theme], 8):
                luck = draws.at(now, cities.key[i], NOBODY, 4096 * theme + block)
                mask = draws.low_lanes(luck, limit)
                while mask != NOBODY:
                    byte = draws.first_lane(mask)
                    mask &= mask - ONE
                    if block + byte < n_of_theme[theme]:
                        k = of_theme[theme, block + byte]
                        if ladder[i, k] == Ladder.UNAWARE:
                            hear_one(w, p, t, i, k, luck, byte, n)
