"""What organisations share whatever the rule: how apt they are in a theme, how willing, and how they get linked."""

from __future__ import annotations

import math

from abm.draws import at, uniform, waits
from abm.machine.jit import Key, State, kernel
from abm.state import append
from abm.state.entities import Organisation, Partnership
from abm.state.memory import Rows
from abm.state.words import N_THEMES, NONE, Kind, LinkKind

N_KINDS = len(Kind)


@kernel
def mastered(organisations: Rows[Organisation], o: int, theme: int) -> int:
    """Return how many practices of a theme an organisation masters."""
    if organisations[o].theme[0] == theme:
        return organisations[o].mastered[0]
    return organisations[o].mastered[1] if organisations[o].theme[1] == theme else 0


@kernel
def works_in(organisations: Rows[Organisation], o: int, theme: int) -> bool:
    """Say whether a theme is an organisation's main or second one."""
    return organisations[o].theme[0] == theme or organisations[o].theme[1] == theme


@kernel
def helix(partnership: Partnership) -> float:
    """Return H of a partnership: ½ for a university and ½ for a firm in their roles (E12)."""
    n_filled = 0
    for role in (partnership.university, partnership.firm):
        n_filled += max(role[0], role[1]) != NONE
    return 0.5 * n_filled


@kernel
def list_by_theme(w: State) -> None:
    """List the organisations of each city and kind that work in a theme.

    Organisation ``o`` has entry 1 + 2·o for its main theme and 2 + 2·o for its second one. ``by_theme`` holds the first
    entry of each list, ``next_by_theme`` for each entry the following one; 0 stands behind the last.
    """
    rows, by_theme, following = w.organisations, w.by_theme, w.next_by_theme
    by_theme[:] = 0
    for o in range(len(rows) - 1, -1, -1):
        for x in range(2 if rows[o].theme[1] != rows[o].theme[0] else 1):
            place = place_of(rows[o].city, rows[o].kind, int(rows[o].theme[x]))
            following[1 + 2 * o + x] = by_theme[place]
            by_theme[place] = 1 + 2 * o + x


@kernel
def place_of(city: int, kind: int, theme: int) -> int:
    """Return where the organisations of a city, kind and theme stand in ``by_theme``."""
    return (city * N_THEMES + theme) * N_KINDS + kind


@kernel
def organisation_at(entry: int) -> int:
    """Return the organisation of an entry in a list by theme; −1 behind the last."""
    return (entry - 1) // 2


@kernel
def pick_free(w: State, now: Key, key: Key, city: int, kind: int, theme: int, slots: int) -> int:
    """Return a home organisation of a city with a slot free in a theme, drawn ∝ 1 + practices mastered, or −1.

    ``kind`` of −1 stands for either kind.
    """
    rows, best, chosen = w.organisations, math.inf, NONE
    for asked in range(N_KINDS) if kind == NONE else range(kind, kind + 1):
        entry = w.by_theme[place_of(city, asked, theme)]
        while entry != 0:
            o = organisation_at(entry)
            if rows[o].slots_taken < slots:
                wait = waits(at(now, key, rows[o].key, 0), 1.0 + rows[o].mastered[(entry - 1) % 2], best)
                if wait < best:
                    best, chosen = wait, o
            entry = w.next_by_theme[entry]
    return chosen


@kernel
def unwilling(luck: Key, rate: float) -> bool:
    """Say whether an organisation declines however willing it is: the probability of E12 is at most 2ρ."""
    return uniform(luck) >= 2.0 * rate


@kernel
def willingness(organisations: Rows[Organisation], o: int, theme: int, rate: float, familiarity: float) -> float:
    """Return the probability min(1, ρ·σ(u)/σ(0)) that an organisation asked joins.

    u = familiarity + ln(1 + practices mastered in the theme) − ½·slots taken (E12), the logarithm of the odds.
    """
    odds = (1.0 + mastered(organisations, o, theme)) * math.exp(familiarity - 0.5 * organisations[o].slots_taken)
    return min(1.0, rate * 2.0 * odds / (1.0 + odds))


@kernel
def same_kind(organisations: Rows[Organisation], a: int, b: int) -> int:
    """Return the kind of link between two organisations (LinkKind)."""
    if organisations[a].kind != organisations[b].kind:
        return LinkKind.UNIVERSITY_FIRM
    university = organisations[a].kind == Kind.UNIVERSITY
    return LinkKind.UNIVERSITY_UNIVERSITY if university else LinkKind.FIRM_FIRM


@kernel
def link(w: State, why: Key, kind: int, a: int, b: int, theme: int, partnership: int, t: int) -> None:
    """Append a link between two actors."""
    new = w.links[append.link(w, why)]
    new.kind = kind
    new.a = a
    new.b = b
    new.theme = theme
    new.partnership = partnership
    new.begun = t
    new.met = t


@kernel
def organisations_linked(w: State, i: int, j: int, theme: int) -> bool:
    """Say whether an organisation of city ``i`` has a living link with one of city ``j`` in the theme.

    Organisations link only in themes in which they work.
    """
    for kind in range(N_KINDS):
        entry = w.by_theme[place_of(i, kind, theme)]
        while entry != 0:
            if is_linked_with(w, organisation_at(entry), j, theme):
                return True
            entry = w.next_by_theme[entry]
    return False


@kernel
def is_linked_with(w: State, o: int, j: int, theme: int) -> bool:
    """Say whether organisation ``o`` has a living link with one of city ``j`` in the theme."""
    n_cities, block = len(w.cities), w.links_of[len(w.cities) + o]
    for x in range(block.first, block.first + block.living):
        other = w.linked[x].other - n_cities
        if other >= 0 and w.links[w.linked[x].link].theme == theme and w.organisations[other].city == j:
            return True
    return False
