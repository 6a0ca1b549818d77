"""Neighbours who have something in common become more alike, until none can: Axelrod's culture model.

Every site of a bounded lattice has a trait (a number) for each feature. At an event a site and one of its neighbours
are drawn; with a probability equal to the share of features in which they agree, the site takes over one trait in which
they differ. It ends when all neighbours agree in everything or in nothing; the sites that are connected through equal
neighbours are then a stable region (Axelrod 1997, J. Conflict Resolution 41(2), 203–226).
"""

from __future__ import annotations

import numpy as np

from abm.draws import NOBODY, child, draw, process, whole
from abm.machine.jit import kernel

TRAITS = process("docking.culture.traits")
EVENTS = process("docking.culture.events")


@kernel
def neighbour(i: int, direction: int, side: int) -> int:
    """Return the site above, below, left or right (0 … 3) of site ``i``, or −1 beyond the border."""
    row, column = i // side, i % side
    if direction < 2:
        row += 2 * direction - 1
    else:
        column += 2 * direction - 5
    return row * side + column if 0 <= row < side and 0 <= column < side else -1


@kernel
def n_shared(culture: np.ndarray, i: int, j: int) -> int:
    """Count the features in which two sites agree."""
    n = 0
    for f in range(culture.shape[1]):
        n += culture[i, f] == culture[j, f]
    return n


@kernel
def first_culture(seed: np.uint64, side: int, n_features: int, n_traits: int) -> np.ndarray:
    """Return independent, equally likely traits, shape (side², n_features)."""
    culture = np.empty((side * side, n_features), np.int64)
    for i in range(side * side):
        for f in range(n_features):
            culture[i, f] = whole(draw(seed, TRAITS, 0, np.uint64(i), NOBODY, f), n_traits)
    return culture


@kernel
def influence(culture: np.ndarray, i: int, j: int, chance: np.uint64, choice: np.uint64) -> None:
    """Let site ``j`` hand one trait to site ``i``, with a probability equal to their similarity."""
    n_features = culture.shape[1]
    shared = n_shared(culture, i, j)
    if shared == n_features or whole(chance, n_features) >= shared:
        return
    nth = whole(choice, n_features - shared)
    for f in range(n_features):
        if culture[i, f] != culture[j, f]:
            if nth == 0:
                culture[i, f] = culture[j, f]
                return
            nth -= 1


@kernel
def is_stable(culture: np.ndarray, side: int) -> bool:
    """Say whether all neighbours agree in everything or in nothing."""
    for i in range(side * side):
        for direction in (1, 3):
            j = neighbour(i, direction, side)
            if j >= 0 and 0 < n_shared(culture, i, j) < culture.shape[1]:
                return False
    return True


@kernel
def n_regions(culture: np.ndarray, side: int) -> int:
    """Count the regions: sites connected through neighbours that agree in everything."""
    n_sites, n_features = culture.shape
    seen, stack, n = np.zeros(n_sites, np.bool_), np.empty(n_sites, np.int64), 0
    for start in range(n_sites):
        if seen[start]:
            continue
        n += 1
        seen[start], stack[0], height = True, start, 1
        while height > 0:
            height -= 1
            i = stack[height]
            for direction in range(4):
                j = neighbour(i, direction, side)
                if j >= 0 and not seen[j] and n_shared(culture, i, j) == n_features:
                    seen[j], stack[height] = True, j
                    height += 1
    return n


@kernel
def settle(seed: np.uint64, side: int, n_features: int, n_traits: int) -> np.ndarray:
    """Return the culture at stability, shape (side², n_features)."""
    culture, n_rounds, n_sites = first_culture(seed, side, n_features, n_traits), 0, side * side
    while not is_stable(culture, side):
        n_rounds += 1
        for event in range(10 * n_sites):
            luck = draw(seed, EVENTS, n_rounds, NOBODY, NOBODY, event)
            i = whole(luck, n_sites)
            x, j = 2, -1
            while j < 0:  # a direction beyond the border is drawn anew, so that all neighbours are equally likely
                j = neighbour(i, whole(child(luck, x), 4), side)
                x += 1
            influence(culture, i, j, child(luck, 0), child(luck, 1))
    return culture


def stable_regions(n_runs: int, n_traits: int, n_features: int = 5, side: int = 10) -> np.ndarray:
    """Return the number of stable regions of runs with seeds 0, 1, …, shape (n_runs,)."""
    return np.array([n_regions(settle(np.uint64(seed), side, n_features, n_traits), side) for seed in range(n_runs)])
