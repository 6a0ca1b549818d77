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
from abm.draws import NOBODY, child, draw, uniform
from abm.jit import kernel
from abm.parameters import Par, Uniform
from abm.tables import N_THEMES, NONE, Ladder, LinkKind, Origin, Path

HEAR = draws.process("awareness.hear")


class Params(NamedTuple):
    """Section ``[awareness]``."""

    chance: Annotated[float, Par("hazard of hearing of a practice by chance (a_0)", "per month", (0, 10),
                                 Uniform(0.0005, 0.002))] = 0.001
    partner: Annotated[float, Par("hazard from a sustained partnership in the theme with an adopter (a_P)", "per month",
                                  (0, 10), Uniform(0.025, 0.1))] = 0.05
    other_theme: Annotated[float, Par("how much a partnership in another theme counts (h)", "1", (0, 1))] = 0.25
    event: Annotated[float, Par("hazard from meeting an adopter at an event (a_E)", "per month", (0, 10),
                                Uniform(0.05, 0.2))] = 0.10
    evidence: Annotated[float, Par("hazard from a fully documented practice in an evidence base (a_D)", "per month",
                                   (0, 10), Uniform(0.005, 0.02))] = 0.01
    organisation: Annotated[float, Par("hazard from a linked organisation that masters the practice (a_O)",
                                       "per month", (0, 10), Uniform(0.015, 0.06))] = 0.03


@kernel
def probability(hazard):
    """Return 1 − e^−Λ."""
    return 1.0 - math.exp(-hazard)


@kernel
def list_met(w, first, met, theme):
    """Fill whom each city met at this month's events and on which theme, cities in order; ``first`` has n + 1 places."""
    rows, events = w.encounters, w.events
    first[:] = 0
    n = w.count.encounters[0]
    for x in range(n):
        if rows.origin[x] == Origin.EVENT:
            first[rows.i[x] + 1] += 1
            first[rows.j[x] + 1] += 1
    for city in range(len(first) - 1):
        first[city + 1] += first[city]
    place = first.copy()
    for x in range(n):
        if rows.origin[x] == Origin.EVENT:
            for city in (rows.i[x], rows.j[x]):
                met[place[city]] = rows.i[x] + rows.j[x] - city
                theme[place[city]] = events.theme[rows.source[x]]
                place[city] += 1


@kernel
def ceilings(w, p, i, n_met, ceiling):
    """Fill the largest hazard that city ``i`` can have in each theme, whoever has adopted what."""
    rows, a = w.partnerships, p.awareness
    base = a.chance + a.organisation
    if n_met > 0:
        base += a.event
    if w.cities.evidence_base[i]:
        base += a.evidence
    ceiling[:] = base
    if w.cities.standing[i] == 0:
        ceiling[:] = a.chance
        return
    for place in range(w.first_tie[i], w.first_tie[i + 1]):
        r = w.ties[place]
        if rows.ended[r] < 0:
            strength = 0.2 * rows.stage[r] * a.partner
            for theme in range(N_THEMES):
                ceiling[theme] += strength * (1.0 if theme == rows.theme[r] else a.other_theme)


@kernel
def add_part(parts, n, hazard, path, source, paths, sources):
    """Append a part of the hazard with its path and source."""
    parts[n] = hazard
    paths[n] = path
    sources[n] = source
    return n + 1


@kernel
def list_parts(w, p, i, k, first, met, met_theme, parts, paths, sources):
    """Fill the parts of Λ_ik with their paths and sources; return how many there are (E14)."""
    rows, a, theme = w.partnerships, p.awareness, w.practices.theme[k]
    n = add_part(parts, 0, a.chance, Path.CHANCE.value, NONE, paths, sources)
    if w.cities.standing[i] == 0:
        return n
    for place in range(w.first_tie[i], w.first_tie[i + 1]):
        r = w.ties[place]
        j = rows.i[r] + rows.j[r] - i
        if rows.ended[r] < 0 and w.ladder[j, k] == Ladder.ADOPTED:
            share = 1.0 if rows.theme[r] == theme else a.other_theme
            n = add_part(parts, n, 0.2 * rows.stage[r] * share * a.partner, Path.PARTNER.value, j, paths, sources)
    for place in range(first[i], first[i + 1]):
        on_topic = met_theme[place] < 0 or met_theme[place] == theme
        if on_topic and w.ladder[met[place], k] == Ladder.ADOPTED:
            n = add_part(parts, n, a.event, Path.EVENT.value, met[place], paths, sources)
            break
    if w.cities.evidence_base[i]:
        n = add_part(parts, n, a.evidence * w.practices.evidence[k], Path.EVIDENCE.value, NONE, paths, sources)
    for place in range(w.first_link[i], w.first_link[i + 1]):
        x = w.linked[place]
        other = w.links.a[x] + w.links.b[x] - i
        if w.links.ended[x] < 0 and w.links.kind[x] <= LinkKind.CITY_FIRM and w.ladder[other, k] == Ladder.ADOPTED:
            return add_part(parts, n, a.organisation, Path.ORGANISATION.value, other, paths, sources)
    return n


@kernel
def hear_one(w, t, i, k, luck, byte, parts, paths, sources, n):
    """Let city ``i`` hear of practice ``k`` by one of the ``n`` paths, or not."""
    total = 0.0
    for x in range(n):
        total += parts[x]
    if not draws.lane_below(luck, byte, probability(total)):
        return
    left = uniform(child(luck, 8 + byte)) * total
    x = 0
    while x < n - 1 and left >= parts[x]:
        left -= parts[x]
        x += 1
    lessons.write(w, i, k, t, Ladder.AWARE.value, paths[x], sources[x])


@kernel
def hear(w, p, seed, t):
    """Let every city hear of the practices it does not know."""
    n_cities, n_met = len(w.cities), 2 * w.count.encounters[0]
    first, met, met_theme = np.empty(n_cities + 1, np.int64), np.empty(n_met, np.int64), np.empty(n_met, np.int64)
    list_met(w, first, met, met_theme)
    longest = 4 + np.max(w.first_tie[1:] - w.first_tie[:-1])
    parts, paths, sources = np.empty(longest), np.empty(longest, np.int64), np.empty(longest, np.int64)
    ceiling = np.empty(N_THEMES)
    luck = NOBODY
    for i in range(n_cities):
        ceilings(w, p, i, first[i + 1] - first[i], ceiling)
        for theme in range(p.world.n_themes):
            limit = 256.0 * probability(ceiling[theme])
            for ordinal in range(w.n_of_theme[theme]):
                byte = ordinal % 8
                if byte == 0:
                    luck = draw(seed, HEAR, t, w.cities.key[i], NOBODY, 4096 * theme + ordinal // 8)
                k = w.of_theme[theme, ordinal]
                if w.ladder[i, k] == Ladder.UNAWARE and draws.lane(luck, byte) < limit:
                    n = list_parts(w, p, i, k, first, met, met_theme, parts, paths, sources)
                    hear_one(w, t, i, k, luck, byte, parts, paths, sources, n)
