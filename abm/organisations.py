"""What organisations share whatever the rule: how apt they are in a theme, how willing, and how they get linked."""

from __future__ import annotations

import math

from abm.draws import at, uniform, waits
from abm.jit import Key, Row, State, Table, kernel
from abm.tables import N_THEMES, NONE, Kind, LinkKind

N_KINDS = len(Kind)


@kernel
def mastered(organisations: Table, o: int, theme: int) -> int:
    """Return how many practices of a theme an organisation masters."""
    if organisations[o].theme[0] == theme:
        return organisations[o].mastered[0]
    return organisations[o].mastered[1] if organisations[o].theme[1] == theme else 0


@kernel
def works_in(organisations: Table, o: int, theme: int) -> bool:
    """Say whether a theme is an organisation's main or second one."""
    return organisations[o].theme[0] == theme or organisations[o].theme[1] == theme


@kernel
def helix(partnership: Row) -> float:
    """Return H of a partnership: ½ for a university and ½ for a firm in their roles (E12)."""
    n_filled = 0
    for role in (partnership.university, partnership.firm):
        n_filled += max(role[0], role[1]) != NONE
    return 0.5 * n_filled


@kernel
def list_by_theme(w: State) -> None:
    """List the organisations by city, theme and kind, each under both of its themes, in order of row."""
    rows, first, by_theme = w.organisations, w.first_by_theme, w.by_theme
    first[:] = 0
    for o in range(len(rows)):
        for x in range(2):
            first[place_of(rows[o].city, rows[o].theme[x], rows[o].kind)] += 1
    for place in range(1, len(first)):
        first[place] += first[place - 1]
    for o in range(len(rows) - 1, -1, -1):  # from behind, so that every list's end becomes its beginning
        for x in range(2):
            place = place_of(rows[o].city, rows[o].theme[x], rows[o].kind)
            first[place] -= 1
            by_theme[first[place]] = o


@kernel
def place_of(city: int, theme: int, kind: int) -> int:
    """Return the place in ``first_by_theme`` of the organisations of a city, theme and kind."""
    return (city * N_THEMES + theme) * N_KINDS + kind


@kernel
def pick_free(w: State, now: Key, key: Key, place: int, end: int, theme: int, slots: int) -> int:
    """Return an organisation with a slot free of those listed by ``theme`` from ``place`` to ``end``, or −1.

    Of several one is drawn ``now``, for the entity ``key``, with weight 1 + practices mastered.
    """
    rows, best, chosen = w.organisations, math.inf, NONE
    first, last = w.first_by_theme[place], w.first_by_theme[end] - 1
    if first == last:
        return w.by_theme[first] if rows[w.by_theme[first]].slots_taken < slots else NONE
    for x in range(first, last + 1):
        o = w.by_theme[x]
        if rows[o].slots_taken < slots:
            wait = waits(at(now, key, rows[o].key, 0), 1.0 + mastered(rows, o, theme), best)
            if wait < best:
                best, chosen = wait, o
    return chosen


@kernel
def unwilling(luck: Key, rate: float) -> bool:
    """Say whether an organisation declines however willing it is: the probability of E12 is at most 2ρ."""
    return uniform(luck) >= 2.0 * rate


@kernel
def willingness(organisations: Table, o: int, theme: int, rate: float, familiarity: float) -> float:
    """Return the probability min(1, ρ·σ(u)/σ(0)) that an organisation asked joins.

    u = familiarity + ln(1 + practices mastered in the theme) − ½·slots taken (E12), the logarithm of the odds.
    """
    odds = (1.0 + mastered(organisations, o, theme)) * math.exp(familiarity - 0.5 * organisations[o].slots_taken)
    return min(1.0, rate * 2.0 * odds / (1.0 + odds))


@kernel
def same_kind(organisations: Table, a: int, b: int) -> int:
    """Return the kind of link between two organisations (LinkKind)."""
    if organisations[a].kind != organisations[b].kind:
        return LinkKind.UNIVERSITY_FIRM.value
    university = organisations[a].kind == Kind.UNIVERSITY
    return LinkKind.UNIVERSITY_UNIVERSITY.value if university else LinkKind.FIRM_FIRM.value


@kernel
def link(w: State, kind: int, a: int, b: int, theme: int, partnership: int, t: int) -> None:
    """Append a link between two actors."""
    x = w.count.links
    w.count.links = x + 1
    w.links[x].kind = kind
    w.links[x].a = a
    w.links[x].b = b
    w.links[x].theme = theme
    w.links[x].partnership = partnership
    w.links[x].begun = t
    w.links[x].met = t
    w.links[x].ended = NONE
