"""The network that a run leaves, of cities whose places are known: what is set beside networks of sister cities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import networkx as nx

from abm.state.words import Pairing, Stage

if TYPE_CHECKING:
    from abm.input.scenario import Scenario
    from abm.result import Result


def associations(scenario: Scenario) -> list[str]:
    """Return the names of the programmes that bring all their members together."""
    return [part.name for part in scenario.parts() if part.pairing == Pairing.MUTUAL]


def signed(result: Result) -> nx.Graph:
    """Return the network of the pairs that ever signed a memorandum.

    Who enters an association signs with all its members by that, as the collections of sister cities count it.
    """
    rows = result.partnerships
    joined = (rows["origin"] == "programme") & rows["programme"].isin(associations(result.scenario))
    found = rows[joined | (rows["highest_stage"] >= Stage.MEMORANDUM)]
    return between(result.scenario, zip(found["city_a"], found["city_b"], strict=True))


def between(scenario: Scenario, pairs: Iterable[tuple[str, str]]) -> nx.Graph:
    """Return the network of some pairs of cities, each once, with the country and place of every city in it."""
    made = nx.Graph()
    made.add_edges_from(sorted(set(pairs)))
    for city in scenario.cities:
        if city.city_id in made:
            made.nodes[city.city_id].update(country=city.country, latitude=city.latitude, longitude=city.longitude)
    return made
