"""What a newsletter prints of a programme: which projects it lists as cases, whom it names, which plans it shows.

The record is a selection, so a run is compared with it only after the same selection. Of the partnerships of a run
(:mod:`calibration.histories`), T being the last month of the record:

1. *Eligible* are those of the six themes of the list with a pilot by T, dated by it, and, each with probability q,
   those living at T with a plan but no pilot, dated by the plan.
2. In order of date, a partnership joins with probability π one of the cases of its theme that share a city with it,
   all alike; else it founds one. π = 1 gives nearly the connected components of a theme, π = 0 pairs of cities. The
   cities of a partnership are its two and, from its pilot on, those that its project has invited.
3. A case of n cities is *listed* with logit P = logit p_0 + γ ln(n/2).
4. Its universities are *named* with probability r_U if one takes part by T, its firms with r_F; it is *implemented* if
   one of its partnerships has a pilot by T.
5. Of member cities with a plan, the count is wrong by −1, 0 or +1 with probability ¼, ½, ¼.

Draws are keyed by seed, cities, theme and memorandum: the same seed prints the same list, in whatever order rows come.
Independence of listing is an assumption, and known to be wrong: the record has two or three cases of every theme.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from abm.draws import NOBODY, child, draw, process, uniform
from abm.machine.jit import Key, kernel
from abm.state.words import NONE
from calibration.printed import N_THEMES, Cities, Printed

LIST, COUNT = process("observation.list"), process("observation.count")
INVITED = int(np.iinfo(np.uint8).max)  # the theme of those rows of a history that are invited cities
N_DRAWS = 6
SHOWN, JOINS, WHICH, LISTED, UNIVERSITY, FIRM = range(N_DRAWS)


class Listing(NamedTuple):
    """The unknowns of the list: how a programme turns what happened into what it prints.

    Attributes
    ----------
    joining
        π, probability that a project joins a case of its theme with which it shares a city.
    listed, size_effect
        p_0, probability that a case of two cities is listed, and γ, effect of ln(cities/2) on its log-odds.
    plan_shown
        q, probability that a plan without a pilot is shown like a project.
    university_named, firm_named
        r_U and r_F, probabilities that those who take part are named.
    """

    joining: float
    listed: float
    size_effect: float
    plan_shown: float
    university_named: float
    firm_named: float


class Months(NamedTuple):
    """Until when the record reports cases, and when it counted plans, in months from 0."""

    last: int = 47
    plans: int = 41


RECORD = Months()


@kernel
def uniforms(seed: Key, month: np.ndarray, a: np.ndarray, b: np.ndarray, theme: np.ndarray) -> np.ndarray:
    """Return ``N_DRAWS`` uniform numbers for each partnership, shape (n, N_DRAWS)."""
    found = np.empty((len(month), N_DRAWS))
    for x in range(len(month)):
        luck = draw(seed, LIST, month[x], a[x], b[x], theme[x])
        for c in range(N_DRAWS):
            found[x, c] = uniform(child(luck, c))
    return found


def observe(table: np.ndarray, cities: Cities, how: Listing, seed: int, months: Months = RECORD) -> Printed:
    """Print the list of a run from its history; ``seed`` decides which of the lists that could be printed."""
    key = np.uint64(seed)
    plans = n_with_plan(table, cities, months.plans) + miscount(key)
    memoranda = most_memoranda(table, cities, months.last)
    own = takes_part(table, len(cities.key), months.last)
    eligible = (table["theme"] < N_THEMES) & up_to(table["plan"], months.last)
    table, own = table[eligible], own[eligible]
    u = uniforms(
        key,
        table["memorandum"].astype(np.int64),
        cities.key[table["i"]],
        cities.key[table["j"]],
        table["theme"].astype(np.int64),
    )
    date = dates(table, u[:, SHOWN] < how.plan_shown, months.last)
    order = np.argsort(date, kind="stable")[: np.count_nonzero(date <= months.last)]
    table, own, u = table[order], own[order], u[order]
    case, founder = grouped(table["theme"], own, u, how.joining)
    named = np.zeros((len(founder), len(cities.key)), bool)
    np.logical_or.at(named, case, own)
    piloted = up_to(table["pilot"], months.last)

    def any_of(what: np.ndarray) -> np.ndarray:
        """Say of which cases a partnership has something."""
        return np.bincount(case[what], minlength=len(founder)) > 0

    luck = u[founder]
    listed = luck[:, LISTED] < p_listed(named.sum(axis=1), how)
    university = any_of(up_to(table["university"], months.last)) & (luck[:, UNIVERSITY] < how.university_named)
    firm = any_of(up_to(table["firm"], months.last)) & (luck[:, FIRM] < how.firm_named)
    first = table["pilot"][piloted & listed[case]].min(initial=months.last + 1)
    return Printed(
        theme=table["theme"][founder][listed].astype(np.int64),
        named=named[listed],
        university=university[listed],
        firm=firm[listed],
        implemented=any_of(piloted)[listed],
        plans=min(max(plans, 0), len(cities.members)),
        memoranda=memoranda,
        first=float(first) if first <= months.last else np.nan,
    )


def up_to(month: np.ndarray, last: int) -> np.ndarray:
    """Say which months, −1 for never, are not after the last one."""
    return (month != NONE) & (month <= last)


def takes_part(table: np.ndarray, n_cities: int, last: int) -> np.ndarray:
    """Say which cities are those of each row by a month, invited ones included, shape (n_rows, n_cities)."""
    found, x = np.zeros((len(table), n_cities), bool), np.flatnonzero(table["theme"] != INVITED)
    found[x, table["i"][x]] = found[x, table["j"][x]] = True
    guests = table[(table["theme"] == INVITED) & up_to(table["pilot"], last)]
    found[guests["i"], guests["j"]] = True
    return found


def dates(table: np.ndarray, shown: np.ndarray, last: int) -> np.ndarray:
    """Return the month under which each partnership with a plan may become a case; after the last: it does not."""
    alive = ~up_to(table["ended"], last)
    plan = np.where(shown & alive, table["plan"], last + 1)
    return np.where(up_to(table["pilot"], last), table["pilot"], plan)


def grouped(theme: np.ndarray, own: np.ndarray, u: np.ndarray, joining: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the case of each partnership, in order of date, and the partnership that founded each case.

    ``own`` says which cities are those of each, shape (n, n_cities).
    """
    case = np.empty(len(theme), np.int64)
    founder: list[int] = []
    cities: list[int] = []  # of each case, a bit each
    of_theme: list[list[int]] = [[] for _ in range(N_THEMES)]
    bits = [int.from_bytes(row.tobytes(), "little") for row in np.packbits(own, axis=1, bitorder="little")]
    for x, (its_theme, its_cities, luck) in enumerate(zip(theme.tolist(), bits, u.tolist(), strict=True)):
        near = [c for c in of_theme[its_theme] if cities[c] & its_cities] if luck[JOINS] < joining else []
        if near:
            case[x] = near[int(luck[WHICH] * len(near))]
        else:
            case[x] = len(founder)
            of_theme[its_theme].append(len(founder))
            founder.append(x)
            cities.append(0)
        cities[case[x]] |= its_cities
    return case, np.array(founder, np.int64)


def p_listed(n: np.ndarray, how: Listing) -> np.ndarray:
    """Return the probability that cases of ``n`` cities are listed: logit P = logit p_0 + γ ln(n/2)."""
    odds = how.listed * (n / 2) ** how.size_effect
    return odds / (odds + 1 - how.listed)


def n_with_plan(table: np.ndarray, cities: Cities, month: int) -> int:
    """Count the members that had a plan by a month."""
    planned = table[up_to(table["plan"], month)]
    return int(np.isin(cities.members, np.concatenate([planned["i"], planned["j"]])).sum())


@kernel
def miscount(seed: Key) -> int:
    """Return by how many plans the list is wrong: −1, 0 or +1 with probability ¼, ½, ¼."""
    u = uniform(draw(seed, COUNT, 0, NOBODY, NOBODY, 0))
    return (u > 0.75) - (u < 0.25)


def most_memoranda(table: np.ndarray, cities: Cities, last: int) -> int:
    """Return the memoranda of the Chinese member that has signed most."""
    signed = table[up_to(table["memorandum"], last)]
    by_city = np.bincount(np.concatenate([signed["i"], signed["j"]]), minlength=len(cities.key))
    return int(by_city[cities.china].max(initial=0))
