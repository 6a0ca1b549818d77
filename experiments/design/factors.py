"""What varies in a study, read from what its file says: checked levels, ranges, scenarios and points of a CSV file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from abm.catalog import salib_problem
from abm.input.files import LARGEST_TABLE, LARGEST_TOML, door
from abm.input.load import load
from abm.input.scenario import PARAMETERS, Scenario
from abm.input.tables import read_table
from abm.parameters import ConfigError, coerce, nearest, shown
from experiments.design.posterior import POSTERIOR, Posterior
from experiments.design.study import SCENARIO, Study
from experiments.factor import Factor, worded

EVERYTHING, UNCERTAINTIES = "everything", "uncertainties"
UNCERTAIN = "uncertainty"
LONGEST_NAME = 60
DEEPEST = 3  # names of parameters have two parts
OTHER_WAYS = {
    "months": "; an outcome of an earlier month is written as pilots_ever@24",
    "seed": "; `replicates` says how many seeds each point has",
    SCENARIO: "; scenarios vary by a list, [vary] scenario = [...]",
}


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return ``broker.capacity = …`` and ``"broker.capacity" = …`` alike: full name to value."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        nested = isinstance(value, Mapping) and not {"low", "high"} <= set(value) and name.count(".") < DEEPEST
        if nested and value and name not in PARAMETERS:
            found.update(flat(value, f"{name}."))
        else:
            found[name] = value
    return found


def everything(fixed: Collection[str]) -> list[str]:
    """Return the names of all that has a prior, but what is fixed."""
    return [name for name in salib_problem()["names"] if name not in fixed]


def spelled_out(vary: Mapping[str, Any], fixed: Collection[str]) -> dict[str, Any]:
    """Return what varies with ``everything = "prior"`` as names; what stands beside it has what is said there.

    ``uncertainties = "prior"`` stands for everything that nobody controls.
    """
    given, found = dict(vary), dict[str, Any]()
    for key in (EVERYTHING, UNCERTAINTIES):
        if key in given:
            if (said := given.pop(key)) != "prior":
                raise ConfigError(f'vary.{key} = {shown(said)}: must be "prior"')
            names = [
                name for name in everything(fixed) if key == EVERYTHING or PARAMETERS[name].par.control == UNCERTAIN
            ]
            found |= dict.fromkeys(names, "prior")
    return found | given


def flat_changes(name: str, said: Any) -> dict[str, Any]:
    """Return the settings of a programme by full name; they are checked where they change a scenario."""
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise ConfigError(f"programmes: {shown(name)} is no name of a programme, 1 to {LONGEST_NAME} characters")
    if not isinstance(said, Mapping):
        raise ConfigError(
            f"programmes.{name} = {shown(said)}: must be a table of settings, such as {{broker.capacity = 8}}"
        )
    return flat(said)


def as_scenarios(base: Scenario, programmes: Mapping[str, Mapping[str, Any]]) -> dict[str, Scenario]:
    """Return the programmes of a study as scenarios: the base with the settings of each."""
    return {name: base.with_changes(said)._replace(name=name, title=name) for name, said in programmes.items()}


def check_programmes(programmes: Mapping[str, Mapping[str, Any]], vary: Mapping[str, Any]) -> None:
    """Refuse programmes that set what varies."""
    if programmes and SCENARIO in vary:
        raise ConfigError(f"vary.scenario = {shown(vary[SCENARIO])}: the scenarios of the study are its [programmes]")
    for name, said in programmes.items():
        apart(said, f"programmes.{name}.", vary)


def apart(said: Mapping[str, Any], table: str, vary: Mapping[str, Any]) -> None:
    """Refuse settings of a table that are of no parameter, or of one that varies."""
    for key, value in said.items():
        known(key, table)
        if key in vary:
            raise ConfigError(f"{table}{key} = {shown(value)}: [vary] names it too")


def known(name: str, table: str = "") -> None:
    """Refuse a name that is no parameter; ``table`` is where it stands."""
    if name in (*Study._fields, SCENARIO):
        raise ConfigError(f"{table}{name}: a study has one at its top, it is no parameter{OTHER_WAYS.get(name, '')}")
    if name not in PARAMETERS:
        raise ConfigError(f"unknown parameter {shown(name)}{nearest(name, PARAMETERS)}")


def scenarios(base: str, varied: Any, path: Path) -> dict[str, Scenario]:
    """Return the scenarios that a study needs, by name; files lie beside the study."""
    wanted = [base] if varied is None else varied
    if not isinstance(wanted, list) or not wanted or not all(isinstance(name, str) for name in wanted):
        raise ConfigError(f"vary.scenario = {shown(varied)}: must be a list of scenarios")
    found = {}
    for name in wanted:
        scenario = load(door(path.parent, name, SCENARIO, LARGEST_TOML) if name.endswith(".toml") else name)
        if scenario.name in found:
            raise ConfigError(f"vary.scenario = {shown(varied)}: {scenario.name} stands there twice")
        found[scenario.name] = scenario
    return found


def factor(name: str, given: Any, bases: Mapping[str, Scenario]) -> Factor:
    """Return what varies: a list of checked levels, or a range."""
    if name == SCENARIO:
        return Factor(name, tuple(bases))
    known(name, "vary.")
    declared = PARAMETERS[name]
    number = declared.kind in (int, float)
    if given == "prior":
        low, high = salib_problem([name])["bounds"][0]
        return Factor(name, (), low, high, declared.kind is int)
    if isinstance(given, Mapping):
        if not number or set(given) != {"low", "high"}:
            raise ConfigError(f"{name} = {shown(given)}: a range is {{low = …, high = …}} of a number")
        low, high = (coerce(declared, given[end]) for end in ("low", "high"))
        if not low < high:
            raise ConfigError(f"{name} = {shown(given)}: low must lie below high")
        return Factor(name, (), low, high, declared.kind is int)
    if not isinstance(given, list | tuple) or not given:
        raise ConfigError(f'{name} = {shown(given)}: must be a list of levels, "prior", or {{low = …, high = …}}')
    levels = tuple(coerce(declared, value) for value in given)
    if len(set(levels)) < len(levels):
        raise ConfigError(f"{name} = {shown(given)}: a level stands there twice")
    return Factor(name, levels)


def from_csv(name: str, path: Path, bases: Mapping[str, Scenario]) -> tuple[tuple[Factor, ...], tuple[Any, ...]]:
    """Return factors and rows of a CSV of points: the header names parameters or ``scenario``."""
    header, lines = read_table(door(path.parent, name, "design.file", LARGEST_TABLE))
    if not lines:
        raise ConfigError(f"design.file = {shown(name)}: needs a header and a point")
    rows = []
    for n, line in lines.items():
        try:
            rows.append(tuple(level(key, cell.strip(), bases) for key, cell in zip(header, line, strict=True)))
        except ConfigError as error:
            raise ConfigError(f"design.file = {shown(name)}: line {n}: {error}") from None
    levels = [tuple(dict.fromkeys(row[x] for row in rows)) for x in range(len(header))]
    return tuple(map(Factor, header, levels)), tuple(rows)


def level(name: str, value: Any, bases: Collection[Any]) -> Any:
    """Return a setting as the type of its factor."""
    if name == SCENARIO:
        if value not in bases:
            raise ConfigError(f"scenario = {shown(value)}: not one of {', '.join(bases)}{nearest(str(value), bases)}")
        return value
    known(name)
    return coerce(PARAMETERS[name], value)


def with_posterior(
    posterior: Posterior, factors: Sequence[Factor], fixed: Collection[str], bases: Mapping[str, Scenario], blocks: bool
) -> tuple[Posterior, tuple[Factor, ...]]:
    """Return the draws, and what varies beside them: no parameter is of both.

    What a study sets, or its scenarios have otherwise, stays as the study says. In blocks the draws are one factor, as
    one parameter changed alone would leave the posterior; what would vary and is drawn, varies with the others.
    """
    names = [factor.name for factor in factors]
    if not blocks:
        return posterior.beside(bases.values(), {*names, *fixed}), tuple(factors)
    posterior = posterior.beside(bases.values(), fixed)
    posterior = posterior._replace(taken=posterior.taken or tuple(name for name in names if name in posterior.names))
    draws = Factor(POSTERIOR, (), 1, len(posterior.rows), whole=True)
    return posterior, (*(factor for factor in factors if factor.name not in posterior.names), draws)


def without(members: Any, taken: Collection[str], factors: Sequence[Factor]) -> Any:
    """Return the members of a group, factors and sections, less those that moved to a posterior."""
    if not isinstance(members, list | tuple) or not taken:
        return members
    left = [factor.name for factor in factors]
    moved = [m for m in members if any(name == m or name.startswith(f"{m}.") for name in taken)]
    return [m for m in members if m not in moved or any(name.startswith(f"{m}.") for name in left)]


def check_baseline(given: Mapping[str, Any], factors: Sequence[Factor]) -> dict[str, Any]:
    """Return the baseline: levels that some factors have."""
    by_name = {f.name: f for f in factors}
    found = {}
    for key, value in given.items():
        if key not in by_name or not by_name[key].levels:
            raise ConfigError(f"baseline.{key} = {shown(value)}: no list of levels of that name{nearest(key, by_name)}")
        found[key] = level(key, value, by_name[key].levels)
        if found[key] not in by_name[key].levels:
            words = ", ".join(str(worded(v)) for v in by_name[key].levels)
            raise ConfigError(f"baseline.{key} = {shown(value)}: must be one of {words}")
    return found
