"""What a calibration asks: scenario, unknowns and their priors, statistics in the fit and held out, runs, record.

Its file says what varies as any study does, ``[vary]`` and ``[fixed]``; ``[list]`` gives the unknowns of the list,
``runs`` how many draws of the prior are run, once each, ``record`` a folder of the record's files, the shipped ones if
left out. ``[rivals]`` changes this or that of it, and is no part of it (:mod:`calibration.inference.rivals`). What is
run is a study of independent points that keeps histories: status, resume, extend, verify and repair know it. The list,
the statistics and the record are no part of it: they may change, and no run is made anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from abm.input.files import read_toml
from abm.input.load import DATA
from abm.input.scenario import Scenario
from abm.parameters import ConfigError, Par, entry, nearest, shortened, shown
from calibration.check import until_the_record_ends
from calibration.histories import LONGEST
from calibration.inference.kept import NAME
from calibration.observation import RECORD
from calibration.priors import OF_LIST, Unknown
from calibration.statistics import FITTED, HELD_OUT, NAMES
from experiments.design.designs import LARGEST_POINTS
from experiments.design.files import build
from experiments.design.study import Study

QUICK, LOOK = 12_000, "-quick"  # runs of a quick look, and the end of its name


class Head(NamedTuple):
    """Top-level keys of a calibration that a study does not have, or has otherwise."""

    runs: Annotated[int, Par("draws of the prior, a run each", "runs", (100, LARGEST_POINTS))] = 120_000
    record: Annotated[str, Par("folder of the record's files beside this one; the shipped record if empty")] = ""


class Quick(NamedTuple):
    """``[quick]``: what a quick look has otherwise."""

    runs: Annotated[int, Par("draws of the prior in a quick look", "runs", (100, LARGEST_POINTS))] = QUICK


OF_STUDY = ("name", "title", "hypothesis", "scenario", "seed", "fixed", "vary")
TABLES = ("fixed", "vary", "list", "rivals", "quick")
KEYS = (*dict.fromkeys((*OF_STUDY, *Head._fields, "fit", "hold_outs", *TABLES)),)


class Asked(NamedTuple):
    """A checked calibration.

    Attributes
    ----------
    study
        The runs: independent points of the prior that keep histories.
    of_list
        The unknowns of the list.
    fit, hold_outs
        Statistics that are conditioned on, and those that test.
    record
        Folder of the record's files.
    file
        Where it was read.
    """

    study: Study
    of_list: tuple[Unknown, ...]
    fit: tuple[str, ...]
    hold_outs: tuple[str, ...]
    record: Path
    file: Path

    @property
    def name(self) -> str:
        """Name of it and of its folder."""
        return self.study.name

    @property
    def scenario(self) -> Scenario:
        """What is run, at its defaults."""
        return next(iter(self.study.scenarios.values()))

    @property
    def of_model(self) -> tuple[Unknown, ...]:
        """The unknowns of the model."""
        return tuple(Unknown(f.name, float(f.low), float(f.high), f.whole) for f in self.study.factors)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """All unknowns, those of the model first."""
        return (*self.of_model, *self.of_list)


def read(file: Path, quick: bool = False, runs: int | None = None) -> Asked:
    """Return the calibration that a file describes; ``runs`` instead of those that it says.

    Raises
    ------
    ConfigError
        One line that names the file, line, key, value, what is legal and the nearest name.
    """
    source = read_toml(file, needs="a calibration names at least what varies")
    with source.located():
        said = checked(source.document)
        faster: Quick = entry(Quick, "quick", said.get("quick", {}))
        return asked_of(said, file, runs or (faster.runs if quick else None), LOOK if quick else "")


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file says, or refuse a key that is unknown and a table that is none."""
    for key, value in document.items():
        if key not in KEYS:
            raise ConfigError(f"unknown key {shortened(key)} = {shown(value)}{nearest(key, KEYS)}")
        if key in TABLES and not isinstance(value, Mapping):
            raise ConfigError(f"{key} = {shown(value)}: must be a table, [{key}]")
    return dict(document)


def asked_of(said: Mapping[str, Any], file: Path, runs: int | None = None, suffix: str = "") -> Asked:
    """Return the calibration of a document whose keys are known; ``suffix`` ends its name."""
    given: Head = entry(Head, "", {key: said[key] for key in Head._fields if key in said})
    wanted: Head = given if runs is None else entry(Head, "", {"runs": runs})
    fit = statistics_of(said, "fit", FITTED)
    return Asked(
        study_of(said, file, wanted.runs, suffix),
        list_of(said.get("list", {})),
        fit,
        statistics_of(said, "hold_outs", HELD_OUT, fit),
        record_of(given.record, file),
        file,
    )


def study_of(said: Mapping[str, Any], file: Path, runs: int, suffix: str) -> Study:
    """Return the study of a calibration's runs, or refuse what it cannot be of."""
    document = {key: said[key] for key in OF_STUDY if key in said} | {
        "months": RECORD.last + 1,
        "outcomes": [NAME],
        "replicates": 1,
        "common_random_numbers": False,
        "design": {"kind": "independent", "points": runs},
    }
    study = build(document, file, "", suffix).checked_size()
    if not study.factors:
        raise ConfigError("vary: nothing varies; name parameters with a prior")
    if odd := next((factor for factor in study.factors if factor.levels), None):
        raise ConfigError(f'vary.{odd.name}: a list; an unknown has "prior" or {{low = …, high = …}}')
    scenario = until_the_record_ends(next(iter(study.scenarios.values())))
    if len(scenario.cities) > np.iinfo(np.uint16).max or scenario.months > LONGEST:
        raise ConfigError(f"scenario = {shown(scenario.name)}: too many cities or months for a history")
    return study


def list_of(said: Mapping[str, Any]) -> tuple[Unknown, ...]:
    """Return the unknowns of the list with the priors that are given, or those that they come with."""
    known = {x.name.partition(".")[2]: x._replace(low=float(x.low), high=float(x.high)) for x in OF_LIST}
    for key, value in said.items():
        if key not in known:
            raise ConfigError(f"unknown key list.{shortened(key)} = {shown(value)}{nearest(key, known)}")
        most = max(1.0, known[key].high)
        is_range = isinstance(value, Mapping) and set(value) == {"low", "high"}
        ends = [value["low"], value["high"]] if is_range else []
        if not all(type(end) in (int, float) for end in ends) or not ends or not 0 <= ends[0] < ends[1] <= most:
            legal = f"{{low = …, high = …}} with 0 ≤ low < high ≤ {most:g}"
            raise ConfigError(f"list.{key} = {shown(value)}: must be {legal}")
        known[key] = known[key]._replace(low=float(ends[0]), high=float(ends[1]))
    return tuple(known.values())


def statistics_of(
    said: Mapping[str, Any], key: str, usual: Sequence[str], other: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the statistics that are named, or refuse one that is unknown, named twice, or used already."""
    names = said.get(key, [name for name in usual if name not in other])
    if not isinstance(names, list) or not names:
        raise ConfigError(f"{key} = {shown(names)}: must be a list of statistics, such as {NAMES[1]!r}")
    for name in names:
        if name not in NAMES:
            raise ConfigError(f"{key}: unknown statistic {shown(name)}{nearest(str(name), NAMES)}")
        if name in other or names.count(name) > 1:
            raise ConfigError(f"{key}: {name} is named twice{', it is in the fit' if name in other else ''}")
    return tuple(names)


def record_of(name: str, file: Path) -> Path:
    """Return the folder of the record."""
    if not name:
        return DATA
    folder = file.parent / name
    if not folder.resolve().is_relative_to(file.parent.resolve()) or not folder.is_dir():
        raise ConfigError(f"record = {shown(name)}: there is no such folder beside this file or below")
    return folder
