"""What worlds are held against: the shapes that three collections of the world's sister cities have in common.

KONECT of 2017, Wikipedia of 2012 and Wikidata of 2022 are collections of one thing (:mod:`experiments.analysis.twins`).
What is expected of a world is their mean, and how far that may be off is their standard deviation; the last two alone
say where their cities are. One association, 27 towns that are all twinned with each other, has almost half of KONECT's
triangles, so that a world of own search is held against what is left of them without their largest clique, and one that
has an association against them as they are. How many ties there are is no shape: that is `search.rate`. All of these
were looked at when the numbers of `world-300` were chosen, so none of them is a hold-out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from abm.input.scenario import Scenario
from abm.parameters import ConfigError
from abm.runs import run
from abm.state.words import Pairing
from calibration.targets import Target
from experiments.analysis.networks import shape
from experiments.analysis.twins import NETWORKS, twins
from experiments.analysis.worlds import associations, signed

LEAST, SEEDS = 10_000, 3
WITHOUT = " without its clique"
SHAPES = {  # name of a target: measure of a network, unit
    "transitivity": ("transitivity", "1"),
    "mean local clustering": ("mean_local_clustering", "1"),
    "degree assortativity": ("degree_assortativity", "1"),
    "Gini of degrees": ("degree_gini", "1"),
    "degree, 90 in 100": ("degree_q90", "cities"),
    "degree, 99 in 100": ("degree_q99", "cities"),
    "largest degree": ("degree_max", "cities"),
    "share with one tie": ("share_of_degree_1", "1"),
    "largest component": ("largest_component_share", "1"),
    "mean distance in it": ("mean_distance", "ties"),
    "between countries": ("international", "1"),
    "median length": ("median_km", "km"),
    "below 250 km": ("ratio_below_250_km", "1"),
    "250 to 1,000 km": ("ratio_250_to_1000_km", "1"),
    "8,000 to 10,000 km": ("ratio_8000_to_10000_km", "1"),
}


def targets(association: bool = False) -> tuple[Target, ...]:
    """Return what is expected of a world: as the networks are, or as they are without their largest clique."""
    known = twins()
    networks = {name: known[name if association else name + WITHOUT] for name in NETWORKS}
    made = []
    for name, (measure, unit) in SHAPES.items():
        having = {network: found[measure] for network, found in networks.items() if measure in found}
        mean, spread = np.mean([*having.values()]), np.std([*having.values()], ddof=1)
        told = ", ".join(f"{network} {value:.3g}" for network, value in having.items())
        made.append(Target(name, "fit", float(mean), float(spread), unit, measure, "twin_networks.csv", told, date=""))
    return tuple(made)


def outcomes(scenario: Scenario, seeds: int | Sequence[int] = SEEDS) -> pd.DataFrame:
    """Run a world and return a row a run and a column a target: its number in the network of who ever signed."""
    refuse_others(scenario)
    chosen = range(1, seeds + 1) if isinstance(seeds, int) else seeds
    found = [shape(ties) if (ties := signed(run(scenario, seed=seed))) else {} for seed in chosen]
    return pd.DataFrame([{name: one.get(measure, np.nan) for name, (measure, _) in SHAPES.items()} for one in found])


def concern(scenario: Scenario) -> bool:
    """Say whether a world is large enough to be held against the sister cities of the world."""
    return len(scenario.cities) >= LEAST


def expected_of(scenario: Scenario) -> tuple[Target, ...]:
    """Return what is expected of a world, with its association if it has one."""
    return targets(association=bool(associations(scenario)))


def refuse_others(scenario: Scenario) -> None:
    """Refuse a world in which programmes bring together who would not have found each other."""
    pairs = scenario.values["pairing.partners"] > 0
    for part in scenario.parts():
        if part.calendar or part.brokers or (pairs and part.pairing == Pairing.COMPLEMENTARY):
            raise ConfigError(
                f"{scenario.name}: its programme {part.name} pairs cities, holds events or has brokers; sister cities "
                'are held against own search, with or without associations (pairing = "mutual")'
            )
