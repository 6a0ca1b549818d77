"""What a finished run left behind, in the words of the programme's record: plans, memoranda, pilot cases.

A pilot case is a project of several cities: a connected component of the partnerships of one theme that ever reached a
pilot. Everything here is *ever*, until some month: a case that ended is still a case, as it is in the record.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from abm.engine import simulate
from abm.scenario import Scenario
from abm.tables import N_THEMES, NONE, THEMES, Stage, Standing, World

PROGRAMME_THEMES = [x for x, theme in enumerate(THEMES) if theme != "governance"]  # the six of the programme's list


class History(NamedTuple):
    """The partnerships of one run, a row an episode; arrays are copies, since runs share their tables.

    Attributes
    ----------
    region, member
        Bloc of every city by name, and whether it is a member (an associate is not); shape (n_cities,).
    cities, theme, reached, helix
        The two cities, the theme, the month in which each stage was reached (−1 never) and the helix on entry to the
        pilot; shapes (n, 2), (n,), (n, 6), (n,).
    """

    region: np.ndarray
    member: np.ndarray
    cities: np.ndarray
    theme: np.ndarray
    reached: np.ndarray
    helix: np.ndarray

    def ever(self, stage: Stage, month: int) -> np.ndarray:
        """Say which partnerships had reached a stage by the end of a month; shape (n,)."""
        when = self.reached[:, stage]
        return (when != NONE) & (when <= month)

    def members(self, region: str) -> np.ndarray:
        """Return the rows of the members of a bloc."""
        return np.flatnonzero(self.member & (self.region == region))


class Cases(NamedTuple):
    """Pilot cases: the theme of each, shape (n_cases,), and who takes part, shape (n_cases, n_cities)."""

    theme: np.ndarray
    takes_part: np.ndarray


def histories(scenario: Scenario, seeds: Sequence[int]) -> Iterator[History]:
    """Run a scenario seed by seed and yield what each run left behind."""
    w = None
    for seed in seeds:
        _, w = simulate(scenario, [seed], w)
        yield history(scenario, w)


def history(scenario: Scenario, w: World) -> History:
    """Return what a finished run left behind."""
    rows = np.asarray(w.partnerships)[: int(w.count.partnerships[0])]
    return History(
        region=np.array([city.region for city in scenario.cities]),
        member=np.array([city.role == Standing.MEMBER for city in scenario.cities]),
        cities=np.column_stack([rows["i"], rows["j"]]),
        theme=rows["theme"].copy(),
        reached=rows["reached"].copy(),
        helix=rows["helix_at_pilot"].copy(),
    )


def cases(h: History, month: int) -> Cases:
    """Return the pilot cases until a month: partnerships of one theme are one case where they share a city."""
    pilots, n = h.ever(Stage.PILOT, month), len(h.region)
    nodes = h.cities[pilots] + n * h.theme[pilots, None]  # a node is a city in a theme
    links = coo_array((np.ones(len(nodes)), (nodes[:, 0], nodes[:, 1])), shape=(n * N_THEMES, n * N_THEMES))
    _, component = connected_components(links, directed=False)
    nodes = np.unique(nodes)
    found, case = np.unique(component[nodes], return_inverse=True)
    takes_part = np.zeros((len(found), n), bool)
    takes_part[case, nodes % n] = True
    theme = np.zeros(len(found), int)
    theme[case] = nodes // n
    return Cases(theme, takes_part)


def cities_with(h: History, stage: Stage, month: int) -> int:
    """Count the members with a partnership that ever reached a stage."""
    return int(h.member[np.unique(h.cities[h.ever(stage, month)])].sum())


def pairs_with(h: History, stage: Stage, month: int) -> int:
    """Count the pairs of cities with a partnership that ever reached a stage, whatever its themes."""
    return len(np.unique(np.sort(h.cities[h.ever(stage, month)], axis=1), axis=0))


def most_memoranda(h: History, region: str, month: int) -> int:
    """Return how many memoranda the member of a bloc has signed that has signed most."""
    signed = np.bincount(h.cities[h.ever(Stage.MEMORANDUM, month)].ravel(), minlength=len(h.region))
    return int(signed[h.members(region)].max(initial=0))


def full_helix_share(h: History, month: int) -> float:
    """Return the share of pilots that began with both a university and a firm; NaN where there is no pilot."""
    helix = h.helix[h.ever(Stage.PILOT, month)]
    return float(np.mean(helix >= 1)) if len(helix) else math.nan


def first_pilot(h: History, month: int) -> float:
    """Return the month of the first pilot; the month after the last where there is none."""
    return float(h.reached[h.ever(Stage.PILOT, month), Stage.PILOT].min(initial=month + 1))


def cities_in(found: Cases, cities: np.ndarray) -> int:
    """Count those of the cities that take part in a case."""
    return int(found.takes_part[:, cities].any(axis=0).sum())


def largest_share(found: Cases, cities: np.ndarray) -> float:
    """Return the share of all cases in which the busiest of the cities takes part; NaN where there is no case."""
    n = found.takes_part[:, cities].sum(axis=0)
    return float(n.max()) / len(found.theme) if len(found.theme) else math.nan


def gini_of(found: Cases, cities: np.ndarray) -> float:
    """Return the Gini coefficient of the number of cases over cities; NaN where they take part in none.

    G = 2 Σ k x_(k) / (n Σ x) − (n + 1)/n for counts x in rising order.
    """
    x = np.sort(found.takes_part[:, cities].sum(axis=0))
    n = len(x)
    return float(2 * (np.arange(1, n + 1) * x).sum() / (n * x.sum()) - (n + 1) / n) if x.sum() else math.nan


def theme_balance(found: Cases) -> float:
    """Return how evenly cases spread over the programme's six themes: Shannon entropy over ln 6; NaN without a case."""
    n = np.bincount(found.theme, minlength=N_THEMES)[PROGRAMME_THEMES]
    share = n[n > 0] / n.sum() if n.sum() else np.array([math.nan])
    return float(-(share * np.log(share)).sum() / math.log(len(PROGRAMME_THEMES)))
