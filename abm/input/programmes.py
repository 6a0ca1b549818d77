"""Programmes beside or instead of the scenario's own, one by one or many alike.

A file that says ``[[programmes]]`` or ``[every_programme]`` lists the programmes of its world, and cities of none take
part by themselves; ``[[more_programmes]]`` stand beside those that there are, the scenario's own among them. Each may
say who its ``members`` are, when they enter, whom it finds for them (``pairing``), and have ``events`` (or a
``calendar``, a file that has some), ``brokers``, ``shocks`` and ``policies`` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from abm.input.entries import EveryEntry, ProgrammeEntry
from abm.input.files import Source
from abm.input.lists import Said, entries, tables
from abm.input.members import by_column, chosen, lot, members_entry, memberships, span_of
from abm.input.policies import resolved
from abm.input.scenario import ActingPolicy, Every, Membership, Programme, Scenario
from abm.parameters import ConfigError, entry, nearest, shown
from abm.state.words import OPEN, Standing

LIST, ADDED, EVERY = "programmes", "more_programmes", "every_programme"
KEYS = (LIST, ADDED, EVERY)
OWN_LISTS = ("events", "brokers", "shocks", "policies")
APART = (*OWN_LISTS, "calendar", "members", "entry")
Calendars = Callable[[Source, str, Any], list[Said]]


class Read(NamedTuple):
    """A programme as a file says it: its own keys, and its lists entry by entry."""

    said: Any
    source: Source
    key: str
    lists: dict[str, list[Said]]

    def values(self, name: str) -> tuple[Any, ...]:
        """Return the entries of a list."""
        return tuple(one.value for one in self.lists.get(name, []))

    def shocks(self) -> tuple[Any, ...] | None:
        """Return its travel shocks, or None where it answers those of the scenario."""
        return self.values("shocks") if "shocks" in self.lists else None


class Listed(NamedTuple):
    """All that the files of a scenario say of programmes; ``source`` is its own file."""

    source: Source
    own: bool
    programmes: list[Read]
    every: Read | None


def listed(sources: list[Source], calendars: Calendars) -> Listed:
    """Return the programmes that a scenario's files list; ``calendars`` reads the events of a file that one names."""
    own, programmes, every = True, list[Read](), None
    for source in sources:
        document = source.document
        if LIST in document or EVERY in document:
            own, programmes, every = False, [], None
        for key in (LIST, ADDED):
            for n, item in enumerate(tables(source, document.get(key, []), key)):
                programmes.append(_read(source.part(key, n), key, (key, 0), item, ProgrammeEntry, calendars))
        if EVERY in document:
            every = _read(source, EVERY, None, document[EVERY], EveryEntry, calendars)
        if not own:
            _refuse_own(source)
    return Listed(sources[-1], own, programmes, every)


def _refuse_own(source: Source) -> None:
    """Refuse events and brokers of no programme in a file of a world whose programmes are listed."""
    for key in ("events", "more_events", "brokers"):
        if source.document.get(key):
            with source.located((key, 0)):
                raise ConfigError(f"{key} = …: of which programme? write [[programmes.{key.removeprefix('more_')}]]")


def _read(
    source: Source, key: str, place: tuple[str, int] | None, given: Any, declared: type, calendars: Calendars
) -> Read:
    """Return one programme as it is said; ``place`` is where a file has it."""
    with source.located(place):
        if not isinstance(given, Mapping):
            raise ConfigError(f"{key} = {shown(given)}: must be a table of keys")
        said = entry(declared, key, {name: value for name, value in given.items() if name not in APART}, APART)
        if "entry" in given:
            said = said._replace(entry=span_of(given["entry"], f"{key}.entry"))
        if "members" in given:
            if declared is EveryEntry:
                raise ConfigError(f"{key}.members = …: they are the cities of no other programme; leave it out")
            said = said._replace(members=members_entry(given["members"], f"{key}.members"))
    lists = {
        name: entries(source, given[name], f"{key}.{name}", {"name": ""} if name == "brokers" else None, place)
        for name in OWN_LISTS
        if name in given
    }
    if "calendar" in given:
        with source.located(place):
            lists["events"] = [*calendars(source, f"{key}.calendar", given["calendar"]), *lists.get("events", [])]
    return Read(said, source, key, lists)


def with_programmes(scenario: Scenario, found: Listed) -> Scenario:
    """Return a scenario with the programmes that its files list; refuse members that cannot be."""
    named, taken = by_column(scenario.cities), set[int]()
    seen = {scenario.programme or scenario.name} if found.own else set[str]()
    made = []
    with found.source.located():
        _refuse_unknown(scenario, named, {read.said.name for read in found.programmes})
    for read in found.programmes:
        with read.source.located((read.key, 0)):
            if read.said.name in seen or not read.said.name.strip():
                name = shown(read.said.name)
                raise ConfigError(f"{read.key}.name = {name}: must be a name that no other programme has")
            rows = chosen(scenario, read.said, named, f"{read.key}.members")
        members = memberships(scenario, rows, read.said.entry, read.said.name)
        made.append(_programme(scenario, read, read.said.name, members, read.said))
        seen.add(read.said.name)
        taken |= {*rows}
    scenario = scenario._replace(own=found.own, programmes=tuple(made))
    return scenario if found.every is None else _with_every(scenario, found.every, taken)


def _refuse_unknown(scenario: Scenario, named: Mapping[str, Sequence[int]], known: set[str]) -> None:
    """Refuse a programme that a city file names and nobody lists."""
    for name, rows in named.items():
        if name not in known:
            city = scenario.cities[rows[0]].city_id
            raise ConfigError(f"city {shown(city)}: programme = {shown(name)}: no such programme{nearest(name, known)}")


def _programme(scenario: Scenario, read: Read, name: str, members: tuple[Membership, ...], said: Any) -> Programme:
    """Return a programme with its lists, its policies as they act."""
    brokers = tuple(
        broker._replace(name=_broker_name(name, broker.name, n, is_alike=said is None))
        for n, broker in enumerate(read.values("brokers"))
    )
    online = OPEN if read.said.online_sessions is None else read.said.online_sessions
    made = Programme(name, members, read.values("events"), brokers, read.shocks(), (), read.said.pairing, online, said)
    admitted = _policies(scenario, read, made)
    made = made._replace(members=_with_expansions(made, admitted))
    others = _policies(scenario, read, made)  # they concern those, too, whom expansions admit
    acting = (one if one.kind == "expansion" else other for one, other in zip(admitted, others, strict=True))
    return made._replace(policies=tuple(acting))


def _policies(scenario: Scenario, read: Read, of: Programme) -> list[ActingPolicy]:
    """Return the policies of a programme as they act among the members that it has."""
    acting = []
    for one in read.lists.get("policies", []):
        with one.source.located((one.list, one.n)):
            acting.append(resolved(scenario, one.value, one.list, of))
    return acting


def _broker_name(programme: str, own: str, n: int, is_alike: bool) -> str:
    """Return the name of a broker: its own, or that of its programme; of programmes alike both."""
    if own and not is_alike:
        return own
    return f"{programme} {own}" if own else programme if n == 0 else f"{programme} {n + 1}"


def _with_expansions(programme: Programme, acting: Sequence[ActingPolicy]) -> tuple[Membership, ...]:
    """Return the members of a programme with those that its expansions admit, in order of row."""
    members = {member.city: member for member in programme.members}
    for policy in acting:
        if policy.kind == "expansion":
            for i in policy.cities:
                members.setdefault(i, Membership(i, Standing.MEMBER, policy.start, policy.end, policy.strength))
    return tuple(members[i] for i in sorted(members))


def _with_every(scenario: Scenario, read: Read, taken: set[int]) -> Scenario:
    """Return a scenario with one more programme for every so many cities that are of none, which a lot deals out."""
    free = [i for i, city in enumerate(scenario.cities) if i not in taken and city.weight > 0 and city.role]
    n = len(free) // read.said.per_cities
    if n == 0:
        with read.source.located():
            per = f"{EVERY}.per_cities = {read.said.per_cities}"
            raise ConfigError(f"{per}: only {len(free)} cities are of no other programme")
    free.sort(key=lambda i: lot(EVERY, scenario.cities[i].city_id))
    made = []
    for x in range(n):
        name = f"programme {x + 1:0{len(str(n))}}"
        if name in {programme.name for programme in scenario.programmes}:
            with read.source.located():
                raise ConfigError(f"{EVERY}: {shown(name)} is the name of another programme; give that another one")
        members = memberships(scenario, sorted(free[x::n]), read.said.entry, name)
        made.append(_programme(scenario, read, name, members, None))
    lists = (read.values("events"), read.values("brokers"), read.shocks(), read.values("policies"))
    return scenario._replace(programmes=(*scenario.programmes, *made), every=Every(read.said, *lists))


def programmes_of(scenario: Scenario, found: Listed) -> Iterator[tuple[Programme, Read]]:
    """Yield each programme with what was said of it, of those that are alike the first."""
    yield from zip(scenario.programmes, [*found.programmes, *([found.every] if found.every else [])], strict=False)
