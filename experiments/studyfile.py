"""Read a study from TOML, or from a short Python script that says the same in a dictionary called ``study``.

``[vary]`` names what varies: a list of levels, ``"prior"`` for a range with its declared prior, or a range of its own
``{low = 0, high = 1}``; ``scenario`` can vary too. ``[fixed]`` sets parameters at every point. ``[baseline]`` names for
a factor the level that its others are compared with, all else equal. ``[quick]`` says what a quick look changes.
``agents`` names a script with subclasses of the model's agents in a dictionary, such as ``agents = {"city": Mayor}``.
"""

from __future__ import annotations

import csv
import re
import runpy
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from abm import measures
from abm.catalog import salib_problem
from abm.parameters import ConfigError, Par, coerce, entry, nearest, shown, spelled
from abm.result import outcome_columns, tidy_series
from abm.scenario import PARAMETERS, Scenario, check_months, load
from abm.scenariofile import Source, is_file, read_toml
from abm.world import names
from experiments.designs import Factor
from experiments.study import LARGEST_RUNS, SCENARIO, Design, Kind, Precision, Study

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
MOST_OUTCOMES, LARGEST_FILE = 400, 64 * 1024 * 1024
QUICK = ("replicates", "months", "design", "vary")
TABLES = ("fixed", "vary", "design", "precision", "baseline", "quick")


class Head(NamedTuple):
    """Top-level keys of a study that are numbers, switches or words."""

    name: Annotated[str, Par("name of the study and its folder")] = ""
    title: Annotated[str, Par("heading")] = ""
    hypothesis: Annotated[str, Par("what is expected, and why")] = ""
    scenario: Annotated[str, Par("shipped scenario, or TOML file beside the study")] = "iuc-asia"
    agents: Annotated[str, Par("Python file beside the study with subclasses of agents")] = ""
    replicates: Annotated[int, Par("runs of every point", "runs", (1, LARGEST_RUNS))] = 20
    seed: Annotated[int, Par("seed of the study", "1", (0, 2**63 - 1))] = 1
    common_random_numbers: Annotated[bool, Par("the same seeds at every point")] = True


KEYS = (*Head._fields, "months", "outcomes", *TABLES)


def check_name(name: str, place: str = "name") -> str:
    """Return a study's name, or refuse one that could not be a folder everywhere."""
    if not NAME.fullmatch(name):
        raise ConfigError(f"{place} = {shown(name)}: must be 1 to 64 of a-z, 0-9, - and _, a letter or digit first")
    return name


def read_study(path: Path, quick: bool = False) -> Study:
    """Return the study that a file describes, checked to the last point.

    Raises
    ------
    ConfigError
        One line that names the file, line, key, value, what is legal and the nearest name.
    """
    if not is_file(path):
        raise ConfigError(f"{path.name}: there is no such study file")
    source, own_agents = from_script(path) if path.suffix == ".py" else (from_toml(path), "")
    with located(source):
        document = dict(source.document)
        for key, value in document.items():
            if key not in KEYS:
                raise ConfigError(f"unknown key {key} = {shown(value)}{nearest(key, KEYS)}")
            if key in TABLES and not isinstance(value, Mapping):
                raise ConfigError(f"{key} = {shown(value)}: must be a table, [{key}]")
        changed = document.get("quick", {})
        if odd := next((key for key in changed if key not in QUICK), None):
            raise ConfigError(f"quick.{odd} = {shown(changed[odd])}: [quick] takes {', '.join(QUICK)}")
        if quick:
            document |= {k: {**document.get(k, {}), **v} if isinstance(v, Mapping) else v for k, v in changed.items()}
        study = build(document, path, own_agents, "-quick" if quick else "").checked_size()
        study.rows()  # a design may refuse
        return study


def from_toml(path: Path) -> Source:
    """Return a TOML file, or refuse it."""
    if path.stat().st_size > LARGEST_FILE:
        raise ConfigError(f"{path.name}: {path.stat().st_size:,} bytes; a study file has at most {LARGEST_FILE:,}")
    try:
        return read_toml(path)
    except ConfigError as error:
        raise ConfigError(str(error).replace("a scenario names at least its cities", "all keys are missing")) from None


def from_script(path: Path) -> tuple[Source, str]:
    """Return what a script says in ``study``, and its source if it has ``agents`` of its own."""
    try:
        text = path.read_text(encoding="utf-8")
        said = runpy.run_path(str(path))
    except Exception as error:
        raise ConfigError(f"{path.name}: the script fails: {type(error).__name__}: {error}") from None
    if not isinstance(said.get("study"), dict):
        raise ConfigError(f"{path.name}: must define a dictionary called study")
    return Source(path, said["study"], text), text if said.get("agents") else ""


def build(document: Mapping[str, Any], path: Path, agents: str, suffix: str) -> Study:
    """Return the study of a document whose keys are known."""
    given = {key: document[key] for key in Head._fields if key in document}
    head: Head = entry(Head, "", given, "")
    vary = flat(document.get("vary", {}))
    bases = scenarios(head.scenario, vary.get(SCENARIO), path)
    fixed = flat(document.get("fixed", {}))
    for key in fixed:
        known(key)
        if key in vary:
            raise ConfigError(f"fixed.{key} = {shown(fixed[key])}: [vary] names it too")
    months = check_months(document["months"], "months") if "months" in document else None
    bases = {name: scenario.with_changes(fixed, months) for name, scenario in bases.items()}
    first = next(iter(bases.values()))
    factors = tuple(factor(key, value, bases) for key, value in vary.items())
    design: Design = entry(Design, "design", document.get("design", {}), "")
    if design.kind == Kind.CSV:
        if odd := next((key for key in vary if key != SCENARIO), None):
            raise ConfigError(f"vary.{odd} = {shown(vary[odd])}: the file of points says what varies")
        factors, rows = from_csv(design.file, path, bases)
    else:
        rows = ()
    outcomes = check_outcomes(document.get("outcomes"), bases)
    precision = entry(Precision, "precision", document["precision"], "") if "precision" in document else None
    if precision and precision.outcome not in outcomes:
        near = nearest(precision.outcome, outcomes)
        raise ConfigError(f"precision.outcome = {shown(precision.outcome)}: not one of the outcomes{near}")
    return Study(
        name=check_name(f"{head.name or path.stem}{suffix}"),
        title=head.title or head.name or path.stem,
        hypothesis=head.hypothesis,
        scenarios=bases,
        factors=factors,
        design=design,
        listed=rows,
        replicates=head.replicates,
        precision=precision,
        outcomes=outcomes,
        months=first.months,
        seed=head.seed,
        common_random_numbers=head.common_random_numbers,
        baseline=check_baseline(flat(document.get("baseline", {})), factors),
        agents=agents or (beside(path, head.agents, "agents").read_text(encoding="utf-8") if head.agents else ""),
    )


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return ``broker.capacity = …`` and ``"broker.capacity" = …`` alike: full name to value."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and name not in PARAMETERS and not {"low", "high"} <= set(value) and value:
            found.update(flat(value, f"{name}."))
        else:
            found[name] = value
    return found


def known(name: str) -> None:
    """Refuse a name that is no parameter."""
    if name not in PARAMETERS:
        raise ConfigError(f"unknown parameter {shown(name)}{nearest(name, PARAMETERS)}")


def scenarios(base: str, varied: Any, path: Path) -> dict[str, Scenario]:
    """Return the scenarios that a study needs, by name; files lie beside the study."""
    wanted = [base] if varied is None else varied
    if not isinstance(wanted, list) or not wanted or not all(isinstance(name, str) for name in wanted):
        raise ConfigError(f"vary.scenario = {shown(varied)}: must be a list of scenarios")
    found = {}
    for name in wanted:
        scenario = load(beside(path, name, SCENARIO) if name.endswith(".toml") else name)
        if scenario.name in found:
            raise ConfigError(f"vary.scenario = {shown(varied)}: {scenario.name} stands there twice")
        found[scenario.name] = scenario
    return found


def factor(name: str, given: Any, bases: Mapping[str, Scenario]) -> Factor:
    """Return what varies: a list of checked levels, or a range."""
    if name == SCENARIO:
        return Factor(name, tuple(bases))
    known(name)
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
    text = beside(path, name, "design.file").read_text(encoding="utf-8-sig", errors="replace")
    try:
        table = [line for line in csv.reader(StringIO(text), strict=True) if line]
    except csv.Error as error:
        raise ConfigError(f"design.file = {shown(name)}: not a CSV file: {error}") from None
    if len(table) < 2:
        raise ConfigError(f"design.file = {shown(name)}: needs a header and a point")
    rows = []
    for n, line in enumerate(table[1:], 2):
        if len(line) != len(table[0]):
            raise ConfigError(f"design.file = {shown(name)}: row {n} has {len(line)} cells, not {len(table[0])}")
        rows.append(tuple(level(key, cell, bases) for key, cell in zip(table[0], line, strict=True)))
    if len(set(table[0])) < len(table[0]):
        raise ConfigError(f"design.file = {shown(name)}: a column stands there twice")
    return tuple(Factor(key, tuple(dict.fromkeys(row[x] for row in rows))) for x, key in enumerate(table[0])), tuple(
        rows
    )


def level(name: str, value: Any, bases: Collection[Any]) -> Any:
    """Return a setting as the type of its factor."""
    if name == SCENARIO:
        if value not in bases:
            raise ConfigError(f"scenario = {shown(value)}: not one of {', '.join(bases)}{nearest(str(value), bases)}")
        return value
    known(name)
    return coerce(PARAMETERS[name], value)


def check_outcomes(given: Any, bases: Mapping[str, Scenario]) -> tuple[str, ...]:
    """Return the outcomes, each of which every scenario must have."""
    if not isinstance(given, list | tuple) or not given or not all(isinstance(o, str) for o in given):
        raise ConfigError(f"outcomes = {shown(given)}: must be a list of measures, such as ['pilots_ever']")
    if len(given) > MOST_OUTCOMES or len(set(given)) < len(given):
        raise ConfigError(f"outcomes = {shown(given)}: at most {MOST_OUTCOMES}, each once")
    for scenario in bases.values():
        columns = list(tidy_series(np.zeros(0, measures.LAYOUT), names(scenario).regions).columns[1:])
        outcome_columns(list(given), columns, scenario.months)
    return tuple(given)


def check_baseline(given: Mapping[str, Any], factors: Sequence[Factor]) -> dict[str, Any]:
    """Return the baseline: levels that some factors have."""
    by_name = {f.name: f for f in factors}
    found = {}
    for key, value in given.items():
        if key not in by_name or not by_name[key].levels:
            raise ConfigError(f"baseline.{key} = {shown(value)}: no list of levels of that name{nearest(key, by_name)}")
        found[key] = level(key, value, by_name[key].levels)
        if found[key] not in by_name[key].levels:
            words = ", ".join(spelled(v) if isinstance(v, IntEnum) else str(v) for v in by_name[key].levels)
            raise ConfigError(f"baseline.{key} = {shown(value)}: must be one of {words}")
    return found


def beside(study: Path, name: str, key: str) -> Path:
    """Return a file that lies beside a study or below, and nowhere else."""
    path = study.parent / name
    if ".." in Path(name).parts or Path(name).is_absolute() or not is_file(path):
        raise ConfigError(f"{key} = {shown(name)}: there is no such file beside the study")
    if path.stat().st_size > LARGEST_FILE:
        raise ConfigError(f"{key} = {shown(name)}: larger than {LARGEST_FILE:,} bytes")
    return path


@contextmanager
def located(source: Source) -> Iterator[None]:
    """Begin a refusal with the file and the line that it speaks of."""
    try:
        yield
    except ConfigError as error:
        message = str(error).removeprefix(": ").removeprefix(".")
        said = re.match(r"(?:unknown (?:parameter|key) )?'?([\w.-]+)'?(?: = |;|$)", message)
        line = said and line_of(said[1], source.text)
        raise ConfigError(f"{source.place}{f':{line}' if line else ''}: {message}") from None


def line_of(name: str, text: str) -> int | None:
    """Return the line where ``table.key`` or ``key`` is set, whatever part of the name its table header says."""
    header = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[\[?\s*([\w.\"'-]+)\s*\]", line):
            header = found[1].replace('"', "").replace("'", "") + "."
        elif found := re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*[=:]", line):
            full = header + found[1]
            if full == name or (header.split(".")[0] in ("vary", "fixed", "baseline") and full.endswith(f".{name}")):
                return number
    return None
