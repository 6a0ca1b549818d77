"""The words behind the numbers of a world's tables."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from abm.input.scenario import Scenario
from abm.state.words import MAX_REGIONS

OTHERS = "other regions"


class Names(NamedTuple):
    """The words behind the numbers of a world's tables; ``blocs`` are the regions that measures tell apart."""

    cities: list[str]
    regions: list[str]
    blocs: list[str]
    countries: list[str]
    brokers: list[str]
    programmes: list[str]


def names(scenario: Scenario) -> Names:
    """Return the names of cities, regions, countries, brokers and programmes, in order of their rows.

    Regions in which nobody takes part come last, so that a city of weight 0 leaves the turns of the blocs as they are.
    """
    rows = scenario.cities
    size = Counter(city.region for city in rows if city.weight > 0)
    regions = sorted({city.region for city in rows}, key=lambda region: (size[region] == 0, region))
    return Names(
        [c.city_id for c in rows],
        regions,
        told_apart(regions, size),
        sorted({c.country for c in rows}),
        [broker.name for part in scenario.parts() for broker in part.brokers],
        [part.name for part in scenario.parts()],
    )


def told_apart(regions: list[str], size: Counter[str]) -> list[str]:
    """Return the regions that measures tell apart: all, or of too many the largest, and the others together.

    The largest are those of most cities that take part; they stand in the order of all.
    """
    if len(regions) <= MAX_REGIONS:
        return regions
    largest = sorted(regions, key=lambda region: -size[region])[: MAX_REGIONS - 1]
    return [*(region for region in regions if region in largest), OTHERS]


def bloc_of(known: Names, region: str) -> int:
    """Return the place of a region among those that measures tell apart."""
    return known.blocs.index(region) if region in known.blocs else len(known.blocs) - 1
