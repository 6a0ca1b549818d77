"""Who is of a programme, and from when on: by the city file, by lists, by rules, by lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from abm.draws import entity
from abm.input.cities import CityRow
from abm.input.entries import By, MembersEntry, ProgrammeEntry, month_number
from abm.input.scenario import Membership, Scenario
from abm.parameters import ConfigError, entry, nearest, shown
from abm.state.words import Standing

FEWEST = 2
SPAN = ("from", "to")


def lot(*who: object) -> float:
    """Return a number from 0 to 1 that is always the same for the same names."""
    return int(entity("lot", *who)) / 2.0**64


def members_entry(given: Any, what: str) -> MembersEntry:
    """Return what ``members`` says: a list of city_ids, or a table."""
    table = {"cities": given} if isinstance(given, list) else given
    if not isinstance(table, Mapping):
        raise ConfigError(f"{what} = {shown(given)}: must be a list of city_ids, or a table")
    table = {k: [v] if k in ("region", "country") and isinstance(v, str) else v for k, v in table.items()}
    return entry(MembersEntry, what, table)


def span_of(given: Any, what: str) -> tuple[str, ...]:
    """Return first and last month of ``entry``: a month, a list of two, or a table with ``from`` and ``to``."""
    if isinstance(given, Mapping):
        if set(given) != set(SPAN):
            raise ConfigError(f"{what} = {shown(given)}: needs from and to, the first and last month, and nothing else")
        given = [given[key] for key in SPAN]
    months = [given] if isinstance(given, str) else given
    if not isinstance(months, list | tuple) or len(months) not in (1, 2) or not all(isinstance(m, str) for m in months):
        raise ConfigError(
            f'{what} = {shown(given)}: must be a month, "2017-03", or {{ from = "2017-01", to = "2018-12" }}'
        )
    first, last = month_number(months[0], what), month_number(months[-1], what)
    if last < first:
        raise ConfigError(f"{what} = {shown(given)}: the last month must not come before the first")
    return months[0], months[-1]


def by_column(cities: Sequence[CityRow]) -> dict[str, list[int]]:
    """Return the rows of the cities that the column ``programme`` of the city file puts into each programme."""
    found: dict[str, list[int]] = {}
    for i, city in enumerate(cities):
        for name in filter(None, map(str.strip, city.programme.split(";"))):
            found.setdefault(name, []).append(i)
    return found


def chosen(scenario: Scenario, said: ProgrammeEntry, named: Mapping[str, Sequence[int]], what: str) -> list[int]:
    """Return the rows of the members of a programme, in order; a city of weight 0 takes part in nothing."""
    cities, wanted = scenario.cities, said.members
    if wanted is None:
        rows = named.get(said.name) or ([] if named else [i for i, city in enumerate(cities) if city.role])
        rows = [i for i in rows if cities[i].weight > 0]
    else:
        _check_names(cities, wanted, what)
        allowed = [None if asked is None else set(asked) for asked in (wanted.cities, wanted.region, wanted.country)]
        rows = [
            i
            for i, city in enumerate(cities)
            if city.weight > 0
            and all(
                asked is None or value in asked
                for asked, value in zip(allowed, (city.city_id, city.region, city.country), strict=True)
            )
        ]
        if wanted.count is not None:
            if wanted.count > len(rows):
                raise ConfigError(f"{what}.count = {wanted.count}: only {len(rows)} cities are as it says")
            rows = sorted(_in_turn(scenario, rows, wanted.by, said.name)[: wanted.count])
    if len(rows) < FEWEST:
        raise ConfigError(f"{what}: {said.name} has {len(rows)} cities; a programme needs {FEWEST}")
    return rows


def _check_names(cities: Sequence[CityRow], wanted: MembersEntry, what: str) -> None:
    """Refuse cities, blocs and countries that there are not."""
    for key, column in (("cities", "city_id"), ("region", "region"), ("country", "country")):
        asked = getattr(wanted, key)
        if asked is not None:
            known = {getattr(city, column) for city in cities}
            for name in asked:
                if name not in known:
                    raise ConfigError(
                        f"{what}.{key} = {shown(name)}: no such {column.partition('_')[0]}{nearest(name, known)}"
                    )


def _in_turn(scenario: Scenario, rows: Sequence[int], by: By, name: str) -> list[int]:
    """Return cities in the order in which a programme takes them; what is alike is told apart by lot."""
    cities, effect = scenario.cities, scenario.values["city.size_effect"]

    def first(i: int) -> tuple[float, float]:
        """Return what is lowest for the city that is taken first."""
        chance = lot(name, cities[i].city_id)
        if by == By.LOT:
            return 0.0, chance
        if by == By.POPULATION:
            return -cities[i].population, chance
        return -cities[i].weight * cities[i].population ** effect, chance

    return sorted(rows, key=first)


def memberships(scenario: Scenario, rows: Sequence[int], entry: tuple[str, ...], name: str) -> tuple[Membership, ...]:
    """Return the memberships of the cities of some rows: in the months of ``entry`` by lot, else by the city file."""
    first, last = (max(0, scenario.month_of(month, "entry")) for month in entry) if entry else (0, 0)
    found = []
    for i in rows:
        city = scenario.cities[i]
        month = first + int(lot(name, city.city_id, "entry") * (last - first + 1)) if entry else city.entry_month
        found.append(Membership(i, city.role or Standing.MEMBER, month, cohort=month // 12))
    return tuple(found)
