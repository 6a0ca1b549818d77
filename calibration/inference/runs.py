"""From what a ledger keeps to arrays: unknowns, and statistics of a list printed of every run; fresh runs besides.

A run is one draw of the prior of the model; the unknowns of its list are drawn with the same number. Lists are printed
of stored histories as often as one likes: a third of a millisecond each, where a run takes two.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from abm import warm
from abm.outcomes import outcomes_of, taken
from abm.parameters import ConfigError
from abm.progress import shown_while
from abm.runs import recorded
from calibration.histories import histories
from calibration.inference.kept import unpacked
from calibration.inference.study import Asked
from calibration.observation import observe
from calibration.printed import cities_of
from calibration.priors import from_prior, listings, rows, values
from calibration.statistics import NAMES, statistics
from experiments.design.designs import LARGEST_POINTS
from experiments.design.points import seed_of
from experiments.lab.ledger import FILE, Ledger

MOST_TESTS, TESTED = 1000, 4  # runs to test on: at most so many, and at most one in so many
CHUNK = 64


class Runs(NamedTuple):
    """Runs of the prior, in the order of the design.

    Attributes
    ----------
    z
        Unknowns on the normal scale, shape (n_runs, n_unknowns).
    table
        Statistics of the list of each, shape (n_runs, n_statistics).
    seeds
        Seed of each.
    asked
        How many runs were asked for; some may have failed, or are not there yet.
    digest
        Of the ledger's table of results.
    """

    z: np.ndarray
    table: np.ndarray
    seeds: tuple[int, ...]
    asked: int
    digest: str

    @property
    def n_tests(self) -> int:
        """How many of them, the first ones, are kept to test on: no posterior is learnt from them."""
        return tests_of(len(self.z))


def tests_of(runs: int) -> int:
    """Return how many of so many runs are kept to test on."""
    return min(MOST_TESTS, runs // TESTED)


class Kept(NamedTuple):
    """Runs that a ledger has, in the order of the design: place in it, seed, packed history; digest of the ledger."""

    places: np.ndarray
    seeds: tuple[int, ...]
    histories: tuple[np.ndarray, ...]
    digest: str

    def first(self, n: int) -> Kept:
        """Return those of the first ``n`` draws."""
        some = int(np.searchsorted(self.places, n))
        return Kept(self.places[:some], self.seeds[:some], self.histories[:some], self.digest)


def finished(asked: Asked, folder: Path) -> Kept:
    """Return the runs that a ledger has, or refuse a study that was not begun."""
    if not (folder / FILE).exists():
        raise ConfigError(f"{asked.name}: was not begun in {folder.parent}; `twinhelix calibrate` begins it")
    with Ledger(folder / FILE, write=False) as ledger:
        place = {point: int(at) for point, at, _ in ledger.texts("point")}
        left = sorted((place[row.point], row.seed, row.outcomes) for row in ledger.rows() if row.point in place)
        digest = ledger.digest()
    places = np.array([at for at, _, _ in left], np.int64)
    seeds = tuple(seed for _, seed, _ in left)
    return Kept(places, seeds, tuple(numbers for _, _, numbers in left if numbers is not None), digest)


def stored(asked: Asked, folder: Path, progress: bool = False) -> Runs:
    """Return the runs that a ledger has, each with the statistics of its list, or refuse a study that was not begun."""
    kept = finished(asked, folder)
    z = from_prior(asked.unknowns, asked.study.seed, asked.study.size)[kept.places]
    lists = printed(asked, values(asked.unknowns, z), map(unpacked, kept.histories), kept.seeds, progress)
    return Runs(z, lists, kept.seeds, asked.study.size, kept.digest)


def several(asked: Asked, kept: Kept, n: int, progress: bool = False) -> np.ndarray:
    """Return statistics of ``n`` lists of each run, shape (n · n_runs, n_statistics): the one of :func:`stored` first.

    Each is printed by unknowns of the list of its own, and by luck of its own.
    """
    found = []
    for k in range(n):
        z = from_prior(asked.unknowns, asked.study.seed, asked.study.size, first=k * LARGEST_POINTS)[kept.places]
        seeds = [seed_of(seed, k, "list") for seed in kept.seeds] if k else kept.seeds
        found.append(printed(asked, values(asked.unknowns, z), map(unpacked, kept.histories), seeds, progress))
    return np.concatenate(found)


def printed(
    asked: Asked, theta: np.ndarray, tables: Iterable[np.ndarray], seeds: Sequence[int], progress: bool = False
) -> np.ndarray:
    """Return statistics of a list of every history, printed as its row of ``theta`` says, (n_runs, n_statistics)."""
    cities, hows = cities_of(asked.scenario), listings(asked.unknowns, theta)
    lists = (observe(one, cities, how, seed) for one, how, seed in zip(tables, hows, seeds, strict=True))
    found = [statistics(one, cities) for one in shown_while(lists, len(theta), progress, "lists")]
    return np.array(found).reshape(-1, len(NAMES))


def predicted(asked: Asked, theta: np.ndarray) -> np.ndarray:
    """Return statistics of lists of fresh runs, one at each row of values, shape (n_draws, n_statistics)."""
    seeds = fresh(asked, "predictive", len(theta))
    return printed(asked, theta, histories(asked.scenario, seeds, rows(asked.scenario, asked.unknowns, theta)), seeds)


def fresh(asked: Asked, what: str, n: int) -> list[int]:
    """Return seeds that no run of the prior has; those of equal numbers and purpose are equal."""
    return [seed_of(asked.study.seed, x, what) for x in range(n)]


def measured(asked: Asked, p: Any, seeds: Sequence[int], outcomes: Sequence[str]) -> np.ndarray:
    """Return outcomes of fresh runs, each with its row of parameters ``p``, shape (n_runs, n_outcomes)."""
    wanted = list(outcomes_of(asked.scenario, outcomes).values())

    def work(start: int) -> np.ndarray:
        """Return the outcomes of some runs."""
        some = slice(start, start + CHUNK)
        return taken(recorded(asked.scenario, seeds[some], p[some]), wanted)

    return np.concatenate(in_threads(work, range(0, len(seeds), CHUNK)))


def in_threads(work: Callable[[int], np.ndarray], starts: Iterable[int]) -> list[np.ndarray]:
    """Return what comes of chunks in order, made on all cores."""
    warm.get_ready(progress=False)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(work, starts))
