"""Read a study from TOML, or from a short Python script that says the same in a dictionary called ``study``.

``[vary]`` names what varies: a list of levels, ``"prior"`` for a range with its declared prior, or a range of its own
``{low = 0, high = 1}``; ``scenario`` can vary too. ``everything = "prior"`` stands for all that has a prior and is not
in ``[fixed]``, which sets parameters at every point. ``[groups]`` names factors that a design of blocks moves together;
a section, such as ``broker``, stands for those of its factors that no group names. ``[baseline]`` names for a factor
the level that its others are compared with, all else equal. ``[posterior]`` names a folder of draws, at each of which
every point is run. ``[quick]`` says what a quick look changes. ``uncertainties = "prior"`` is like everything, but for
the levers. ``[programmes]`` names settings of levers that are scenarios of the study. ``success`` lists the conditions
that make a run one.
``agents`` names a script with subclasses of the model's agents in a dictionary, such as ``agents = {"city": Mayor}``.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from abm.input.files import LARGEST_TOML, Source, door, is_file, read_toml
from abm.input.scenario import check_months
from abm.parameters import ConfigError, Par, entry, nearest, shortened, shown
from experiments.design.checks import check_blocks, check_design, check_kept, check_outcomes, check_posterior, in_groups
from experiments.design.conditions import conditions
from experiments.design.designs import DESIGNS, LARGEST_RUNS
from experiments.design.factors import (
    apart,
    as_scenarios,
    check_baseline,
    check_programmes,
    factor,
    flat,
    flat_changes,
    from_csv,
    scenarios,
    spelled_out,
    with_posterior,
    without,
)
from experiments.design.kept import keepers
from experiments.design.posterior import Asked, Posterior, in_reach, read
from experiments.design.study import SCENARIO, Precision, Study

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
QUICK = ("replicates", "months", "design", "vary")
TABLES = ("fixed", "vary", "programmes", "groups", "design", "precision", "baseline", "posterior", "quick")


class Head(NamedTuple):
    """Top-level keys of a study that are numbers, switches or words."""

    name: Annotated[str, Par("name of the study and its folder")] = ""
    title: Annotated[str, Par("heading")] = ""
    hypothesis: Annotated[str, Par("what is expected, and why")] = ""
    scenario: Annotated[str, Par("shipped scenario, or TOML file beside the study")] = "iuc-asia"
    agents: Annotated[str, Par("Python file beside the study with subclasses of agents")] = ""
    replicates: Annotated[int | None, Par("runs of every point", "runs", (1, LARGEST_RUNS))] = None
    seed: Annotated[int, Par("seed of the study", "1", (0, 2**63 - 1))] = 1
    common_random_numbers: Annotated[bool, Par("the same seeds at every point")] = True
    counted_seeds: Annotated[bool, Par("the seeds are 1, 2, 3 …, no hashes of the study's")] = False


KEYS = (*Head._fields, "months", "outcomes", "success", *TABLES)


def check_name(name: str, key: str = "name", more: str = "") -> str:
    """Return a study's name, or refuse one that could not be a folder everywhere; ``more`` ends the refusal."""
    if not NAME.fullmatch(name):
        legal = "1 to 64 of a-z, 0-9, - and _, a letter or digit first"
        raise ConfigError(f"{key} = {shown(name)}: must be {legal}{more}")
    return name


def named(said: str, path: Path, suffix: str) -> str:
    """Return the name that a study says, else that of its file; ``suffix`` tells a quick look apart."""
    slug = re.sub(r"[^a-z0-9_]+", "-", path.stem.lower()).strip("-_")[:40] or "my-study"
    return check_name(f"{said or path.stem}{suffix}", more="" if said else f'; set name = "{slug}" in the file')


def read_study(
    path: Path,
    quick: bool = False,
    allow_code: bool = False,
    posterior: Posterior | None = None,
    outputs: Path = Path("outputs"),
) -> Study:
    """Return the study that a file describes, checked to the last point; a script is run if its code is allowed.

    Parameters
    ----------
    posterior
        Draws to run it at, instead of those that it names; its name says so.
    outputs
        Where else a folder of draws may lie that it names.

    Raises
    ------
    ConfigError
        One line that names the file, line, key, value, what is legal and the nearest name.
    """
    if not is_file(path):
        raise ConfigError(f"{path.name}: there is no such study file")
    source, own_agents = from_script(path, allow_code) if path.suffix == ".py" else (from_toml(path), "")
    with source.located():
        document = dict(source.document)
        for key, value in document.items():
            if key not in KEYS:
                raise ConfigError(f"unknown key {shortened(key)} = {shown(value)}{nearest(key, KEYS)}")
            if key in TABLES and not isinstance(value, Mapping):
                raise ConfigError(f"{key} = {shown(value)}: must be a table, [{key}]")
        changed = document.get("quick", {})
        if odd := next((key for key in changed if key not in QUICK), None):
            raise ConfigError(f"quick.{odd} = {shown(changed[odd])}: [quick] takes {', '.join(QUICK)}")
        both = {key: document.get(key, {}) for key, value in changed.items() if isinstance(value, Mapping)}
        merged = {key: {**old, **changed[key]} for key, old in both.items() if isinstance(old, Mapping)}
        quicker = document | changed | merged
        if posterior is None and "posterior" in document:
            asked = entry(Asked, "posterior", document["posterior"])
            posterior = read(in_reach(path, asked.folder, outputs), asked.draws)
        suffix = "-posterior" if posterior and "posterior" not in document else ""
        if changed and not quick:  # what it says is wrong before it is needed
            build(quicker, path, own_agents, "-quick", posterior).checked_size().rows()
        suffix = "-quick" * quick + suffix
        study = build(quicker if quick else document, path, own_agents, suffix, posterior).checked_size()
        study.rows()  # a design may refuse
        return study


def from_toml(path: Path) -> Source:
    """Return a TOML file, or refuse it."""
    return read_toml(path, needs="a study names at least its outcomes")


def from_script(path: Path, allow_code: bool) -> tuple[Source, str]:
    """Return what a script says in ``study``, and its source if it has ``agents`` of its own."""
    if not allow_code:
        raise ConfigError(f"{path.name}: is code; read it, then `twinhelix sweep {path.name} --allow-code` runs it")
    try:
        text = path.read_text(encoding="utf-8")
        said = runpy.run_path(str(path))
    except Exception as error:
        raise ConfigError(f"{path.name}: the script fails: {type(error).__name__}: {error}") from None
    if not isinstance(said.get("study"), dict):
        raise ConfigError(f"{path.name}: must define a dictionary called study")
    return Source(path, said["study"], text), text if said.get("agents") else ""


def build(
    document: Mapping[str, Any], path: Path, agents: str, suffix: str, posterior: Posterior | None = None
) -> Study:
    """Return the study of a document whose keys are known."""
    head: Head = entry(Head, "", {key: document[key] for key in Head._fields if key in document})
    if head.counted_seeds and not head.common_random_numbers:
        raise ConfigError("counted_seeds = True: the same at every point, but common_random_numbers is false")
    fixed = flat(document.get("fixed", {}))
    programmes = {name: flat_changes(name, said) for name, said in document.get("programmes", {}).items()}
    vary = spelled_out(flat(document.get("vary", {})), {*fixed, *chain.from_iterable(programmes.values())})
    check_programmes(programmes, vary)
    bases = scenarios(head.scenario, vary.get(SCENARIO), path)
    apart(fixed, "fixed.", vary)
    months = check_months(document["months"]) if "months" in document else None
    bases = {name: scenario.with_changes(fixed, months) for name, scenario in bases.items()}
    if programmes:
        bases = as_scenarios(next(iter(bases.values())), programmes)
        vary = {SCENARIO: list(bases), **vary}
    design = check_design(document.get("design", {}))
    factors = tuple(factor(key, value, bases) for key, value in vary.items())
    rows: tuple[Any, ...] = ()
    if design.kind == "csv":
        if odd := next((key for key in vary if key != SCENARIO), None):
            raise ConfigError(f"vary.{odd} = {shown(vary[odd])}: the file of points says what varies")
        factors, rows = from_csv(design.options.file, path, bases)
    groups = document.get("groups", {})
    if posterior:
        check_posterior(design, document)
        posterior, factors = with_posterior(posterior, factors, fixed, bases, DESIGNS[design.kind].blocks is not None)
        groups = {name: left for name, some in groups.items() if (left := without(some, posterior.taken, factors))}
    factors = in_groups(factors, groups, design)
    check_blocks(design, head.replicates, factors, document)
    outcomes = check_outcomes(document.get("outcomes"), bases)
    if kept := keepers().keys() & set(outcomes):
        check_kept(kept.pop(), document, head.agents)
    precision = entry(Precision, "precision", document["precision"]) if "precision" in document else None
    if precision and precision.outcome not in outcomes:
        near = nearest(precision.outcome, outcomes)
        raise ConfigError(f"precision.outcome = {shown(precision.outcome)}: not one of the outcomes{near}")
    study = Study(
        name=named(head.name, path, suffix),
        title=head.title or head.name or path.stem,
        hypothesis=head.hypothesis,
        scenarios=bases,
        factors=factors,
        design=design,
        listed=rows,
        replicates=head.replicates or DESIGNS[design.kind].replicates,
        precision=precision,
        outcomes=outcomes,
        months=next(iter(bases.values())).months,
        seed=head.seed,
        common_random_numbers=head.common_random_numbers,
        counted_seeds=head.counted_seeds,
        baseline=check_baseline(flat(document.get("baseline", {})), factors),
        fixed=tuple(fixed),
        success=conditions(document.get("success", ()), outcomes),
        agents=agents or (read_agents(path, head.agents) if head.agents else ""),
        posterior=posterior,
    )
    return study._replace(replicates=study.replicates * study.n_draws)


def read_agents(study: Path, name: str) -> str:
    """Return the source of a script with subclasses of agents."""
    try:
        return door(study.parent, name, "agents", LARGEST_TOML).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"agents = {shown(name)}: not UTF-8 text") from None
