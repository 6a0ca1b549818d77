"""What a run leaves for a list to be made of: its partnerships from the memorandum on, eleven bytes each.

A city that a project has invited is one more row, of theme ``INVITED``: ``i`` is the row, in the same table, of the
partnership that founded the project, ``j`` the city, ``pilot`` the month; its other months are −1.

Kept once, a run is read by any observation model without being run again. The engine knows nothing of it: the tables
that a run leaves are looked at before the next one takes them, a tenth of a millisecond after two of running.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from abm import warm
from abm.digest import in_use
from abm.engine import simulate
from abm.input.scenario import Scenario
from abm.parameters import ConfigError
from abm.setup.build import parameters
from abm.state.words import NONE, LinkKind, Stage
from abm.state.world import World
from calibration.observation import INVITED

MONTHS = ("memorandum", "plan", "pilot", "ended", "university", "firm")
HISTORY = np.dtype([("i", "u2"), ("j", "u2"), ("theme", "u1"), *((name, "i1") for name in MONTHS)])
LONGEST = int(np.iinfo(np.int8).max)
STAGES = {"memorandum": Stage.MEMORANDUM, "plan": Stage.ACTION_PLAN, "pilot": Stage.PILOT}
JOINED = {"university": LinkKind.CITY_UNIVERSITY, "firm": LinkKind.CITY_FIRM}
CHUNK = 128
MOST_ROWS = int(np.iinfo(np.uint16).max)


def history(w: World) -> np.ndarray:
    """Return the partnerships of a run that signed a memorandum, in order of their contact, as rows of ``HISTORY``.

    Cities ``i`` < ``j`` and ``theme`` are rows; the rest are months: of memorandum, plan and pilot, of the end, and of
    the first university and firm in it; −1 is never. Behind them stand the cities that were invited.

    Raises
    ------
    ConfigError
        If cities were invited and partnerships are too many for the bytes in which an invitation names one.
    """
    t, links = in_use(w, "partnerships"), in_use(w, "links")
    signed = np.flatnonzero(t["reached"][:, Stage.MEMORANDUM] != NONE)
    table = np.empty(len(signed), HISTORY)
    for name in ("i", "j", "theme", "ended"):
        table[name] = t[name][signed]
    for name, stage in STAGES.items():
        table[name] = t["reached"][signed, stage]
    for name, kind in JOINED.items():
        table[name] = first_months(links[links["kind"] == kind], len(t))[signed]
    return np.concatenate([table, invitations(in_use(w, "participants"), signed)])


def invitations(participants: np.ndarray, signed: np.ndarray) -> np.ndarray:
    """Return the cities that were invited; ``signed`` are the partnerships, in rising order, that they refer to."""
    if len(participants) and len(signed) > MOST_ROWS:
        raise ConfigError(f"{len(signed)} memoranda: with invited cities, histories are kept of at most {MOST_ROWS}")
    table = np.full(len(participants), NONE, HISTORY)
    table["i"], table["j"] = np.searchsorted(signed, participants["partnership"]), participants["city"]
    table["theme"], table["pilot"] = INVITED, participants["month"]
    return table


def first_months(links: np.ndarray, n: int) -> np.ndarray:
    """Return the month in which the first of some links began in each of ``n`` partnerships; −1: none."""
    own = links[links["partnership"] != NONE]
    first = np.full(n, LONGEST)
    np.minimum.at(first, own["partnership"], own["begun"])
    return np.where(first == LONGEST, NONE, first)


def histories(scenario: Scenario, seeds: Sequence[int], p: Any = None, threads: int | None = None) -> list[np.ndarray]:
    """Run seeds on all cores, each with its row of parameters ``p`` (left out: the scenario's), and keep histories.

    Raises
    ------
    ConfigError
        If months or cities are too many for the bytes that they are kept in.
    """
    if scenario.months > LONGEST or len(scenario.cities) > np.iinfo(np.uint16).max:
        raise ConfigError(f"months = {scenario.months}: histories are kept of at most {LONGEST} months")
    p = parameters(scenario) if p is None else p

    def work(start: int) -> list[np.ndarray]:
        """Return the histories of a chunk of seeds, which use the same tables in turn."""
        w, found = None, []
        for x in range(start, min(start + CHUNK, len(seeds))):
            row = min(x, len(p) - 1)
            _, w = simulate(scenario, [seeds[x]], w, p[row : row + 1])
            found.append(history(w))
        return found

    warm.get_ready(progress=False)
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        return [table for chunk in pool.map(work, range(0, len(seeds), CHUNK)) for table in chunk]
