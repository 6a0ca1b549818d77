"""The words behind the numbers of a world's tables."""

from __future__ import annotations

from typing import NamedTuple

from abm.input.scenario import Scenario


class Names(NamedTuple):
    """The words behind the numbers of a world's tables."""

    cities: list[str]
    regions: list[str]
    countries: list[str]
    brokers: list[str]
    programmes: list[str]


def names(scenario: Scenario) -> Names:
    """Return the names of cities, regions, countries, brokers and programmes, in order of their rows.

    Regions in which nobody takes part come last, so that a city of weight 0 leaves the turns of the blocs as they are.
    """
    rows = scenario.cities
    regions = sorted({c.region for c in rows}, key=lambda r: (all(c.weight == 0 for c in rows if c.region == r), r))
    return Names(
        [c.city_id for c in rows],
        regions,
        sorted({c.country for c in rows}),
        [broker.name for part in scenario.parts() for broker in part.brokers],
        [part.name for part in scenario.parts()],
    )
