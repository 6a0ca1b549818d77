"""What a finished run left behind, in the words of the programme's record: cases, their cities, memoranda.

A pilot case is a project of several cities: a connected component of the partnerships of one theme that ever reached a
pilot. Everything here is *ever*, until some month: a case that ended is still a case, as it is in the record. What a
run measures by itself (:mod:`abm.measures`) is taken from there; here is what only the record asks for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from abm.engine import simulate
from abm.input.scenario import Scenario
from abm.setup.names import names
from abm.state.tables import N_THEMES, NONE, THEMES, Kind, LinkKind, Stage, Standing, World

PROGRAMME_THEMES = [x for x, theme in enumerate(THEMES) if theme != "governance"]  # the six of the programme's list
CITY_LINKS = (LinkKind.CITY_UNIVERSITY, LinkKind.CITY_FIRM)  # what an organisation that joins always makes


class History(NamedTuple):
    """What one run left behind; arrays are copies, since runs share their tables.

    Attributes
    ----------
    series, regions
        Every measure in every month, and the blocs in the order of its columns by region.
    region, member
        Bloc of every city by name, and whether it is a member (an associate is not); shape (n_cities,).
    cities, theme, reached, joined
        Of every partnership, a row an episode: the two cities, the theme, the months in which each stage was reached
        and in which the first university and the first firm joined (−1 never); shapes (n, 2), (n,), (n, 6), (n, 2).
    """

    series: np.ndarray
    regions: list[str]
    region: np.ndarray
    member: np.ndarray
    cities: np.ndarray
    theme: np.ndarray
    reached: np.ndarray
    joined: np.ndarray

    def measure(self, name: str, month: int) -> float:
        """Return a measure at the end of a month, such as ``pilots_ever`` or ``gini_projects.Europe``."""
        column, _, region = name.partition(".")
        value = self.series[column][month]
        return float(value[self.regions.index(region)] if region else value)

    def ever(self, stage: Stage, month: int) -> np.ndarray:
        """Say which partnerships had reached a stage by the end of a month; shape (n,)."""
        when = self.reached[:, stage]
        return np.asarray((when != NONE) & (when <= month))

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
    rows = np.asarray(w.partnerships)[: int(w.count.partnerships)]
    return History(
        series=np.array(w.series),
        regions=names(scenario).regions,
        region=np.array([city.region for city in scenario.cities]),
        member=np.array([city.role == Standing.MEMBER for city in scenario.cities]),
        cities=np.column_stack([rows["i"], rows["j"]]),
        theme=rows["theme"].copy(),
        reached=rows["reached"].copy(),
        joined=np.column_stack([first_link(w, len(rows), kind) for kind in CITY_LINKS]),
    )


def first_link(w: World, n: int, kind: LinkKind) -> np.ndarray:
    """Return the month in which each of ``n`` partnerships got its first link of a kind; −1 never."""
    links = np.asarray(w.links)[: int(w.count.links)]
    links = links[(links["kind"] == kind) & (links["partnership"] != NONE)]
    row, first = np.unique(links["partnership"], return_index=True)  # links are in order of their months
    month = np.full(n, NONE)
    month[row] = links["begun"][first]
    return month


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


def most_memoranda(h: History, region: str, month: int) -> int:
    """Return how many memoranda the member of a bloc has signed that has signed most."""
    signed = np.bincount(h.cities[h.ever(Stage.MEMORANDUM, month)].ravel(), minlength=len(h.region))
    return int(signed[h.members(region)].max(initial=0))


def first_pilot(h: History, month: int) -> float:
    """Return the month of the first pilot; the month after the last where there is none."""
    return float(h.reached[h.ever(Stage.PILOT, month), Stage.PILOT].min(initial=month + 1))


def share_with(h: History, kind: Kind, month: int) -> float:
    """Return the share of pilots that began with a university (or firm); NaN where there is no pilot."""
    pilots = h.ever(Stage.PILOT, month)
    joined = h.joined[pilots, kind]
    there = (joined != NONE) & (joined <= h.reached[pilots, Stage.PILOT])
    return float(there.mean()) if len(there) else math.nan


def largest_share(found: Cases, cities: np.ndarray) -> float:
    """Return the share of all cases in which the busiest of the cities takes part; NaN where there is no case."""
    n = found.takes_part[:, cities].sum(axis=0)
    return float(n.max()) / len(found.theme) if len(found.theme) else math.nan


def theme_balance(found: Cases) -> float:
    """Return how evenly cases spread over the programme's six themes: Shannon entropy over ln 6; NaN without a case."""
    n = np.bincount(found.theme, minlength=N_THEMES)[PROGRAMME_THEMES]
    share = n[n > 0] / n.sum() if n.sum() else np.array([math.nan])
    return float(-(share * np.log(share)).sum() / math.log(len(PROGRAMME_THEMES)))
