"""A world of cities that are nowhere: sizes by Zipf's law, places in clusters, countries and blocs, a seed of its own.

City k is a function of the seed, k and what is asked of the world, not of how many cities there are: those that are
added at the end leave the earlier ones as they were. Sizes are Pareto draws between the smallest and the largest, of
exponent ζ: the k-th largest city has about k^(−1/ζ) of the inhabitants of the largest (Gabaix 1999). Blocs lie apart on
the globe; their countries share them out by the golden angle, larger ones with larger areas; two thirds of a country's
cities lie in one of its twelve clusters, the others anywhere in it. Each country has one city before any has a second.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from abm.input.cities import MOST_BLOCS, CityRow
from abm.parameters import ConfigError, Par
from abm.shared.pairs import EARTH_RADIUS_KM

INHABITED = 1e8  # km² that the countries share
GOLDEN = math.pi * (3.0 - math.sqrt(5.0))
STEEP = 0.8  # the area of the k-th country falls as k to the power of this
CLUSTERS, CLUSTERED, NARROW = 12, 2 / 3, 0.35  # clusters a country, cities in them, their spread in radii of a cell
SOUTHMOST, NORTHMOST = -0.5, 0.8  # sines of the latitudes between which blocs have their middles
DRAWS = 6  # numbers drawn for each city


class SyntheticEntry(NamedTuple):
    """The table ``[synthetic]``: a world without a city file."""

    cities: Annotated[int, Par("how many cities", "cities", (2, 1_000_000))]
    countries: Annotated[int, Par("countries; the first cities get one each", "countries", (1, 1000))] = 200
    blocs: Annotated[int, Par("blocs, to which the countries belong in turn", "blocs", (1, MOST_BLOCS))] = 6
    zipf: Annotated[float, Par("exponent of the sizes (ζ)", "1", (0.3, 5))] = 1.0
    smallest: Annotated[float, Par("inhabitants of the smallest city", "people", (1, 1e8))] = 5_000.0
    largest: Annotated[float, Par("inhabitants that no city exceeds", "people", (1, 1e9))] = 4e7
    seed: Annotated[int, Par("seed of the world, apart from those of runs", "1", (0, 2**53))] = 1


def synthetic(asked: SyntheticEntry) -> tuple[CityRow, ...]:
    """Return the cities of a synthetic world in order of ``city_id``."""
    if asked.largest <= asked.smallest:
        raise ConfigError(f"synthetic.largest = {asked.largest}: must be above smallest = {asked.smallest}")
    u = uniforms(asked.seed, 0, asked.cities, DRAWS)
    sizes = np.round(populations(u[:, 0], asked))
    share = areas(asked)
    country = np.searchsorted(np.cumsum(share), u[:, 1], side="right").clip(max=asked.countries - 1)
    country[: asked.countries] = np.arange(min(asked.cities, asked.countries))
    latitude, longitude = places(country, u, share, asked)
    return tuple(
        CityRow(f"city-{k + 1:06}", f"City {k + 1}", f"Country {c + 1:03}", f"Bloc {c % asked.blocs + 1}", y, x, size)
        for k, (c, y, x, size) in enumerate(
            zip(country.tolist(), latitude.tolist(), longitude.tolist(), sizes.tolist(), strict=True)
        )
    )


def uniforms(seed: int, stream: int, n: int, width: int) -> np.ndarray:
    """Return uniform numbers in [0, 1), shape (n, width), of which the first rows are the same for every ``n``."""
    bits = np.random.Philox(key=np.array([seed, stream], np.uint64)).random_raw(n * width)
    return (bits >> np.uint64(11)).reshape(n, width) * 2.0**-53


def populations(u: np.ndarray, asked: SyntheticEntry) -> np.ndarray:
    """Return sizes by Zipf's law: Pareto draws of exponent ζ between the smallest and the largest."""
    rest = (asked.smallest / asked.largest) ** asked.zipf
    sizes: np.ndarray = asked.smallest * (1.0 - u * (1.0 - rest)) ** (-1.0 / asked.zipf)
    return sizes


def areas(asked: SyntheticEntry) -> np.ndarray:
    """Return the share of each country in the inhabited area, which is its share of the cities too."""
    share = np.arange(1.0, asked.countries + 1.0) ** -STEEP
    normed: np.ndarray = share / share.sum()
    return normed


def places(
    country: np.ndarray, u: np.ndarray, share: np.ndarray, asked: SyntheticEntry
) -> tuple[np.ndarray, np.ndarray]:
    """Return latitude and longitude of cities in degrees, to four digits (some ten metres)."""
    middles, radius = middles_of_countries(share, asked)
    of_clusters = uniforms(asked.seed, 2, asked.countries * CLUSTERS, 2).reshape(asked.countries, CLUSTERS, 2)
    own, r = of_clusters[country, (u[:, 2] * CLUSTERS).astype(int)], radius[country]
    from_cluster = NARROW * r / math.sqrt(CLUSTERS) * np.sqrt(-2.0 * np.log1p(-u[:, 3]))  # Rayleigh: a normal spread
    x, y = in_disc(own, r) + from_cluster * np.array([np.cos(2 * np.pi * u[:, 4]), np.sin(2 * np.pi * u[:, 4])])
    anywhere = in_disc(u[:, 3:5], r)
    x, y = np.where(u[:, 5] < CLUSTERED, (x, y), anywhere)
    found = moved(middles[country], x, y)
    return np.round(np.degrees(found[:, 0]), 4), np.round(np.degrees(found[:, 1]), 4)


def in_disc(u: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Return points spread evenly over discs, east and north of their middles; shape (2, n)."""
    r = radius * np.sqrt(u[:, 0])
    return np.array([r * np.cos(2 * np.pi * u[:, 1]), r * np.sin(2 * np.pi * u[:, 1])])


def middles_of_countries(share: np.ndarray, asked: SyntheticEntry) -> tuple[np.ndarray, np.ndarray]:
    """Return latitude and longitude of the countries' middles in radians, shape (n, 2), and their radii in km."""
    bloc = np.arange(asked.countries) % asked.blocs
    u = uniforms(asked.seed, 1, asked.blocs, 2)
    longitude = 2 * np.pi * (u[0, 0] + np.arange(asked.blocs) / asked.blocs)
    of_blocs = np.column_stack([np.arcsin(SOUTHMOST + (NORTHMOST - SOUTHMOST) * u[:, 1]), longitude])
    inside = np.empty(asked.countries)
    for b in range(asked.blocs):
        own = share[bloc == b]
        inside[bloc == b] = np.cumsum(own) - own / 2  # area of the bloc nearer to its middle
    r, angle = np.sqrt(INHABITED * inside / np.pi), GOLDEN * np.arange(asked.countries)
    return moved(of_blocs[bloc], r * np.cos(angle), r * np.sin(angle)), np.sqrt(INHABITED * share / np.pi)


def moved(start: np.ndarray, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Return where one comes from places by going so many km straight in a direction; radians, shape (n, 2)."""
    angle, heading = np.hypot(east, north) / EARTH_RADIUS_KM, np.arctan2(east, north)
    sine = np.sin(start[:, 0]) * np.cos(angle) + np.cos(start[:, 0]) * np.sin(angle) * np.cos(heading)
    turn = np.arctan2(np.sin(heading) * np.sin(angle) * np.cos(start[:, 0]), np.cos(angle) - np.sin(start[:, 0]) * sine)
    longitude = (start[:, 1] + turn + np.pi) % (2 * np.pi) - np.pi
    return np.column_stack([np.arcsin(np.clip(sine, -1.0, 1.0)), longitude])
