"""What organisations share whatever the rule: how apt they are in a theme, how willing, and how they get linked."""

from __future__ import annotations

import math

from abm.draws import draw, exponential
from abm.jit import Key, State, Table, kernel
from abm.tables import NONE, Kind, LinkKind


@kernel
def mastered(organisations: Table, o: int, theme: int) -> int:
    """Return how many practices of a theme an organisation masters."""
    if organisations.theme[o, 0] == theme:
        return organisations.mastered[o, 0]
    return organisations.mastered[o, 1] if organisations.theme[o, 1] == theme else 0


@kernel
def works_in(organisations: Table, o: int, theme: int) -> bool:
    """Say whether a theme is an organisation's main or second one."""
    return organisations.theme[o, 0] == theme or organisations.theme[o, 1] == theme


@kernel
def pick_free(w: State, seed: Key, why: Key, t: int, key: Key, city: int, kind: int, theme: int, slots: int) -> int:
    """Return a home organisation of a city with a slot free in a theme, drawn ∝ 1 + practices mastered, or −1.

    ``kind`` of −1 stands for either kind.
    """
    rows = w.organisations
    best, chosen = math.inf, NONE
    first = w.cities.first_organisation[city]
    for o in range(first, first + w.cities.n_organisations[city]):
        if (kind == NONE or rows.kind[o] == kind) and rows.slots_taken[o] < slots and works_in(rows, o, theme):
            wait = exponential(draw(seed, why, t, key, rows.key[o], 0)) / (1.0 + mastered(rows, o, theme))
            if wait < best:
                best, chosen = wait, o
    return chosen


@kernel
def willingness(organisations: Table, o: int, theme: int, rate: float, familiarity: float) -> float:
    """Return the probability min(1, ρ·σ(u)/σ(0)) that an organisation asked joins.

    u = familiarity + ln(1 + practices mastered in the theme) − ½·slots taken (E12).
    """
    u = familiarity + math.log(1.0 + mastered(organisations, o, theme)) - 0.5 * organisations.slots_taken[o]
    return min(1.0, rate * 2.0 / (1.0 + math.exp(-u)))


@kernel
def same_kind(organisations: Table, a: int, b: int) -> int:
    """Return the kind of link between two organisations (LinkKind)."""
    if organisations.kind[a] != organisations.kind[b]:
        return LinkKind.UNIVERSITY_FIRM.value
    university = organisations.kind[a] == Kind.UNIVERSITY
    return LinkKind.UNIVERSITY_UNIVERSITY.value if university else LinkKind.FIRM_FIRM.value


@kernel
def link(w: State, kind: int, a: int, b: int, theme: int, partnership: int, t: int) -> None:
    """Append a link between two actors."""
    x = w.count.links[0]
    w.count.links[0] = x + 1
    w.links.kind[x] = kind
    w.links.a[x] = a
    w.links.b[x] = b
    w.links.theme[x] = theme
    w.links.partnership[x] = partnership
    w.links.begun[x] = t
    w.links.met[x] = t
    w.links.ended[x] = NONE
