"""Load a scenario: a TOML file that names cities, programmes, calendars, brokers and shocks, and parameters.

Top-level keys say what it is; lists such as ``[[events]]`` are declared in :mod:`abm.input.entries`, programmes beside
its own in :mod:`abm.input.programmes`; every other table is a parameter section (``[contact]``, ``[broker]`` …).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from abm.input.checks import CHECKS, Place, place
from abm.input.cities import CityRow, check_blocs, merged, read_cities
from abm.input.entries import LISTS, BrokerEntry, month_number
from abm.input.files import LARGEST_TABLE, LARGEST_TOML, Source, door, is_file, lineage, text_of
from abm.input.geonames import LICENCE, GeonamesEntry, places
from abm.input.listfiles import with_lists
from abm.input.lists import Said, joined
from abm.input.networks.network import LARGEST_NETWORK
from abm.input.organisations import read_organisations
from abm.input.policies import resolved
from abm.input.programmes import KEYS, Listed, listed, programmes_of, with_programmes
from abm.input.scenario import PARAMETERS, ActingPolicy, Scenario, check_months
from abm.input.synthetic import SyntheticEntry, synthetic
from abm.input.ties import TiesEntry, check_stage, standing_ties
from abm.machine.garbage import no_garbage_collection
from abm.parameters import ConfigError, checked, entry, nearest, shortened, shown
from abm.rules import SECTIONS

HERE = Path(__file__).parents[1]
SHIPPED = HERE / "scenarios"
DATA = HERE / "data"

HEAD = (
    *("name", "title", "description", "source", "start", "months", "programme"),
    *("cities", "more_cities", "organisations"),
)
TABLES: dict[str, type] = {"synthetic": SyntheticEntry, "geonames": GeonamesEntry, "ties": TiesEntry}
CITIES = ("cities", "synthetic", "geonames")  # where cities come from; the last file that says it, says it alone
LINEAGE = ("extends", "drop_policies")  # what a file says of those that it starts from
KNOWN = (*HEAD, *TABLES, *LISTS, *KEYS, *LINEAGE)
OWN = ("name", "title", "description")  # said of one file only; everything else comes down through ``extends``
MADE: dict[str, Callable[[Any], tuple[CityRow, ...]]] = {"synthetic": synthetic, "geonames": places}


def shipped() -> dict[str, Path]:
    """Return the scenarios that come with the package: names in order, with their files."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def find(name: str | Path) -> Path:
    """Return the file of a scenario: a shipped name, or a path that ends in ``.toml``."""
    if str(name) in shipped():
        return shipped()[str(name)]
    path = Path(os.path.expanduser(name))
    if path.suffix == ".toml":
        if not is_file(path):
            raise ConfigError(f"{path.name}: there is no such scenario file")
        return path
    raise ConfigError(
        f"unknown scenario {shown(str(name))}{nearest(str(name), shipped())}; "
        f"shipped are {', '.join(shipped())}; a file of one's own ends in .toml"
    )


def load(name: str | Path | Scenario, override: Mapping[str, Any] | None = None, months: int | None = None) -> Scenario:
    """Return a scenario by its shipped name, from a TOML file or as given, with some parameters changed.

    Raises
    ------
    ConfigError
        One line that names the file, line, key, value, the legal values and the nearest name.
    """
    with no_garbage_collection():
        scenario = name if isinstance(name, Scenario) else _merged(_sources(name))
    return scenario.with_changes(override, months)


def files_of(name: str | Path) -> list[Path]:
    """Return the files that a scenario is read from: its own, those it extends, and the tables that they name."""
    sources, calendars = _sources(name), list[Path]()

    def noted(source: Source, what: str, name: str) -> list[Said]:
        """Write down the files of a calendar, whose events are of no account here."""
        read = _read(calendar_file(source, what, name))
        calendars.extend([*[one.path for one in read], *_tables(read)])
        return []

    listed(sources, noted)
    head = _head(sources)
    given = [*_city_files(head), *_given_files(head).values()]
    return [*[source.path for source in sources], *given, *_tables(sources), *calendars]


def _tables(sources: list[Source]) -> list[Path]:
    """Return the CSV files that have lists of scenario files."""
    return [source.path.parent / file for source in sources for file, _ in (source.tables or {}).values()]


def _sources(name: str | Path) -> list[Source]:
    """Return the files that make up a scenario, the oldest first."""
    return _read(find(name))


def _read(path: Path) -> list[Source]:
    """Return a scenario file with those that it extends, the oldest first."""
    return [with_lists(source) for source in lineage(path, shipped())]


def _merged(sources: list[Source]) -> Scenario:
    """Return the scenario that a file and those it extends make together, the oldest first."""
    head, lists, stem, found = _head(sources), joined(sources), sources[-1].path.stem, listed(sources, _calendar)
    values = {name: declaration.default for name, declaration in PARAMETERS.items()}
    for source in sources:
        with source.located():
            values |= _parameters(source.document)
    said = {key: one.value for key, one in head.items() if one.value}
    entries = {name: tuple(one.value for one in found) for name, found in lists.items()}
    scenario = Scenario(
        name=said.get("name", stem),
        title=said.get("title", stem),
        description=said.get("description", ""),
        source="; ".join(filter(None, [said.get("source", ""), LICENCE if "geonames" in said else ""])),
        months=said.get("months", 48),
        start=said.get("start", "2017-01"),
        cities=_cities(head, sources[-1]),
        calendar=entries.get("events", ()),
        brokers=entries.get("brokers", (BrokerEntry(name="broker"),) if found.own else ()),
        shocks=entries.get("shocks", ()),
        policies=(),
        values=values,
        programme=said.get("programme", ""),
    )
    scenario = _with_given(scenario._replace(policies=_policies(scenario, lists.get("policies", []))), head)
    scenario = with_programmes(scenario, found)
    _check(scenario, lists, found)
    return scenario


def _check(scenario: Scenario, lists: Mapping[str, list[Said]], found: Listed) -> None:
    """Refuse entries of the scenario's own lists, and of those of its programmes, that cannot be used."""
    at = place(scenario)
    _check_lists(at, lists)
    for programme, read in programmes_of(scenario, found):
        _check_lists(at.of(programme), read.lists)
    names = {broker.name for part in scenario.parts() for broker in part.brokers}
    if len(names) < sum(len(part.brokers) for part in scenario.parts()):
        _refuse_namesakes(scenario, found)


def _check_lists(at: Place, lists: Mapping[str, list[Said]]) -> None:
    for name, found in lists.items():
        for x, one in enumerate(found):
            with one.source.located((one.list, one.n)):
                CHECKS[name](at, x, one.list)


def _refuse_namesakes(scenario: Scenario, found: Listed) -> None:
    """Refuse a broker of a programme that has the name of another programme's broker."""
    seen = {broker.name for broker in scenario.brokers}
    for programme, read in programmes_of(scenario, found):
        for broker, one in zip(programme.brokers, read.lists.get("brokers", []), strict=True):
            if broker.name in seen:
                with one.source.located((one.list, one.n)):
                    raise ConfigError(f"{one.list}.name = {shown(broker.name)}: another broker has this name")
        seen |= {broker.name for broker in programme.brokers}


def _calendar(source: Source, what: str, name: Any) -> list[Said]:
    """Return the events of a calendar that a programme names: of a file beside it, or of a shipped scenario."""
    if not isinstance(name, str):
        raise ConfigError(f"{what} = {shown(name)}: must be text, the name of a file or of a shipped scenario")
    found = joined(_read(calendar_file(source, what, name))).get("events", [])
    if not found:
        raise ConfigError(f"{what} = {shown(name)}: it has no [[events]]")
    return found


def calendar_file(source: Source, what: str, name: str) -> Path:
    """Return the file of a calendar."""
    if name in shipped():
        return shipped()[name]
    if not name.endswith(".toml"):
        raise ConfigError(f"{what} = {shown(name)}: no such scenario{nearest(name, shipped())}; a file ends in .toml")
    return door(source.path.parent, name, what, LARGEST_TOML)


def _head(sources: list[Source]) -> dict[str, Said]:
    """Return what the files say at their top, the last that says a thing winning."""
    head: dict[str, Said] = {}
    for source in sources:
        if named := [key for key in CITIES if key in source.document]:
            head = {key: one for key, one in head.items() if key not in CITIES}
        if len(named) > 1:
            with source.located():
                raise ConfigError(f"{named[1]}: cities come from {named[0]} already; name one of {', '.join(CITIES)}")
        for key in HEAD:
            if key in source.document and (source is sources[-1] or key not in OWN):
                with source.located():
                    head[key] = Said(_top(source, key), source)
        for key, declared in TABLES.items():
            if key in source.document:
                with source.located():
                    head[key] = Said(entry(declared, key, source.document[key]), source)
    return head


def _top(source: Source, key: str) -> Any:
    if key == "months":
        return check_months(source.document[key])
    text = text_of(source, key)
    if key == "start":
        month_number(text, key)
    return text


def _cities(head: Mapping[str, Said], own: Source) -> tuple[CityRow, ...]:
    """Return the cities of the files that a scenario names, or of the world that it asks for."""
    cities: tuple[CityRow, ...] = ()
    for key, made in MADE.items():
        if key in head:
            with head[key].source.located():
                cities = made(head[key].value)
    for file in _city_files(head):
        cities = merged(cities, read_cities(file), file.name)
    if not cities:
        with own.located():
            raise ConfigError("needs cities, the name of a city file")
    with own.located():
        check_blocs(cities)
    return cities


def _given_files(head: Mapping[str, Said]) -> dict[str, Path]:
    """Return the files of organisations and ties that a scenario names, by the key that does."""
    named = {"organisations": head["organisations"].value} if "organisations" in head else {}
    if "ties" in head:
        named |= {"ties.file": head["ties"].value.file, "ties.map": head["ties"].value.map}
    found = {}
    for key, name in named.items():
        if name:
            source = head[key.partition(".")[0]].source
            with source.located():
                found[key] = door(source.path.parent, name, key, LARGEST_NETWORK)
    return found


def _with_given(scenario: Scenario, head: Mapping[str, Said]) -> Scenario:
    """Return a scenario with the organisations and the standing ties of its files."""
    files, cities = _given_files(head), scenario.cities
    if "organisations" in files:
        scenario = scenario._replace(organisations=read_organisations(files["organisations"], cities))
    if "ties.file" in files:
        with head["ties"].source.located():
            check_stage(head["ties"].value)
        ties = standing_ties(head["ties"].value, files["ties.file"], files.get("ties.map"), cities, scenario.start)
        scenario = scenario._replace(ties=ties)
    return scenario


def _city_files(head: Mapping[str, Said]) -> Iterator[Path]:
    """Yield the city files that a scenario names."""
    for key in ("cities", "more_cities"):
        if key in head and head[key].value:
            with head[key].source.located():
                yield _city_file(head[key].source.path.parent, key, head[key].value)


def _city_file(folder: Path, key: str, name: str) -> Path:
    """Return a city file: beside the scenario that names it, else one of the shipped."""
    if (DATA / name).parent == DATA and not is_file(folder / name) and is_file(DATA / name):
        return DATA / name
    return door(folder, name, key, LARGEST_TABLE)


def _parameters(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a file sets, by full name."""
    flat: dict[str, Any] = {}
    for section, table in document.items():
        if section in KNOWN:
            continue
        if section not in SECTIONS:
            near = nearest(section, [*SECTIONS, *KNOWN])
            raise ConfigError(f"unknown key {shortened(section)} = {shown(table)}{near}")
        if not isinstance(table, dict):
            raise ConfigError(f"{section} = {shown(table)}: must be a table, [{section}]")
        flat.update({f"{section}.{key}": value for key, value in table.items()})
    return checked(PARAMETERS, flat)


def _policies(scenario: Scenario, said: list[Said]) -> tuple[ActingPolicy, ...]:
    """Return the policies as they act in a scenario that has all else."""
    acting = []
    for one in said:
        with one.source.located((one.list, one.n)):
            acting.append(resolved(scenario, one.value, one.list))
    return tuple(acting)
