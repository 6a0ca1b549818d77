"""What is printed of a programme, by it or by a run of it: cities, a list of cases, and numbers beside it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from abm.draws import entity
from abm.input.scenario import Scenario
from abm.state.words import Standing, ThemeChoice

N_THEMES = int(ThemeChoice.GOVERNANCE)  # those of the list: all before governance, which it does not have


class Cities(NamedTuple):
    """The cities of a record: names and keys, shape (n_cities,), and the rows of members and associates.

    ``log_size`` is the natural logarithm of their inhabitants in millions.
    """

    names: tuple[str, ...]
    key: np.ndarray
    log_size: np.ndarray
    europe: np.ndarray
    china: np.ndarray
    associates: np.ndarray

    @property
    def members(self) -> np.ndarray:
        """Rows of the members of both blocs."""
        return np.concatenate([self.europe, self.china])


class Printed(NamedTuple):
    """What is printed: a list of cases, and three numbers beside it.

    Attributes
    ----------
    theme
        Theme of each case, shape (n_cases,).
    named
        Which cities stand in it, shape (n_cases, n_cities).
    university, firm, implemented
        Whether universities and firms are named, and whether it is at work, shape (n_cases,).
    plans
        Member cities with a plan.
    memoranda
        Most memoranda that a Chinese member has signed.
    first
        Month of the first implemented case; NaN where there is none.
    """

    theme: np.ndarray
    named: np.ndarray
    university: np.ndarray
    firm: np.ndarray
    implemented: np.ndarray
    plans: int
    memoranda: int
    first: float


def cities_of(scenario: Scenario) -> Cities:
    """Return the cities of a scenario as a list sees them."""
    rows = scenario.cities

    def those(role: Standing, region: str = "") -> np.ndarray:
        """Return the rows of a role, in a region or anywhere."""
        found = [i for i, city in enumerate(rows) if city.role == role and region in ("", city.region)]
        return np.array(found, np.int64)

    return Cities(
        names=tuple(city.city_id for city in rows),
        key=np.array([entity("city", city.city_id) for city in rows], np.uint64),
        log_size=np.log([city.population / 1e6 for city in rows]),
        europe=those(Standing.MEMBER, "Europe"),
        china=those(Standing.MEMBER, "China"),
        associates=those(Standing.ASSOCIATE),
    )


def merged(printed: Printed) -> Printed:
    """Return the list with all cases of a theme made one that share a city: its components, as the engine counts."""
    group = np.arange(len(printed.theme))
    together = (printed.named.astype(int) @ printed.named.T > 0) & (printed.theme[:, None] == printed.theme)
    for _ in group:  # the lowest number spreads along shared cities
        group = np.where(together, group, len(group)).min(axis=1, initial=len(group))
    first, case = np.unique(group, return_inverse=True)

    def any_of(what: np.ndarray) -> np.ndarray:
        """Say of which components a case has something."""
        return np.array([what[case == c].any(axis=0) for c in range(len(first))], bool).reshape(-1, *what.shape[1:])

    return printed._replace(
        theme=printed.theme[first],
        named=any_of(printed.named),
        university=any_of(printed.university),
        firm=any_of(printed.firm),
        implemented=any_of(printed.implemented),
    )
