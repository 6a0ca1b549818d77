"""Rivals: the model with this or that changed, run equally often, each from its own prior, and which comes nearer.

In a calibration's file ``[rivals.NAME]`` says what differs from it: a range or ``"prior"`` for what is unknown then,
``list.…`` too, or a number that it is set to. The first rival is the calibration as it is. They share the draws of
what they share, their folders lie under one, and each is a calibration that status, resume and verify know there.

What is found is exploratory: the statistics that rivals are judged on were looked at when the rivals were thought of.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.input.files import read_toml
from abm.machine.cache import code_digest
from abm.parameters import ConfigError, nearest, shown
from calibration.inference import cost
from calibration.inference.evidence import recorded
from calibration.inference.fit import calibration_digest, carry_out, record_digest
from calibration.inference.folder import as_long_as, shipped
from calibration.inference.nearness import compared
from calibration.inference.runs import finished, several
from calibration.inference.study import LOOK, Asked, asked_of, checked
from experiments.design.factors import flat
from experiments.design.files import check_name
from experiments.files import whole_folder, write_json, write_table
from experiments.lab.executors import Executor
from experiments.lab.folder import TABLES, inside, owned
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.live import duration

EXPLORATORY = "exploratory: the hold-outs it is judged on were looked at before"
AS_IT_IS, ABOUT = "as-it-is", "rivals.json"
RUNS, QUICK, LISTS = 8_000, 1_000, 5  # runs a rival, those of a quick look, and lists printed of each


class Rival(NamedTuple):
    """One rival: its calibration, its folder, and in words what differs from the first."""

    asked: Asked
    folder: Path
    changes: str


class Rivalry(NamedTuple):
    """What was found of rivals; :func:`calibration.inference.nearness.compared` says what the tables hold.

    Attributes
    ----------
    name, folder
        Of all of them.
    table
        A row a rival: rival, changes, runs, and how near it comes.
    hold_outs
        A row a rival and statistic held out.
    """

    name: str
    folder: Path
    table: pd.DataFrame
    hold_outs: pd.DataFrame

    @property
    def preferred(self) -> list[str]:
        """The rivals with at least twice as many lists near the record as the first, by the fit."""
        return self.table.loc[self.table["verdict"] == "nearer", "rival"].tolist()

    def __str__(self) -> str:
        """Return which rivals come nearer, and what that is worth."""
        return f"{self.name}: nearer by the fit: {', '.join(self.preferred) or 'none'}; {EXPLORATORY}"


def rivals(
    study: str | Path = "iuc-asia",
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    runs: int | None = None,
    quick: bool = False,
    outputs: str | Path = "outputs",
    executor: Executor | None = None,
    simulate: bool = True,
    **how: Any,
) -> Rivalry:
    """Set rivals of a calibration against the record; the folder ``outputs``/name-rivals then has runs and tables.

    Parameters
    ----------
    study
        A shipped calibration such as ``"iuc-asia"``, or a TOML file.
    changes
        What differs in each rival, ``{"size": {"city.size_effect": {"low": 0.5, "high": 0.9}}, …}``; if left out, what
        the calibration says in ``[rivals]``.
    runs
        Draws of the prior of each, a run each; of a rival that has more the first are taken.
    quick
        Take the number of runs of a quick look.
    executor
        Who runs them; threads of this process if left out.
    simulate
        Run what is left; else what is stored has to do.
    how
        Options of :func:`experiments.lab.conduct.conduct`.

    Raises
    ------
    ConfigError
        One line on a study, rival or record that cannot be, or on runs that are missing.
    """
    name, found = asked_for(str(study), Path(outputs), changes, runs, quick)
    if simulate:
        run(found, executor, **how)
    return settled(name, found)


def asked_for(
    study: str, outputs: Path, changes: Mapping[str, Any] | None = None, runs: int | None = None, quick: bool = False
) -> tuple[str, list[Rival]]:
    """Return the name of all rivals together, and the rivals, the calibration as it is first."""
    file = Path(study) if study.endswith(".toml") else shipped().get(study)
    if file is None:
        raise ConfigError(f"unknown calibration {shown(study)}{nearest(study, shipped())}; a file ends in .toml")
    source, n = read_toml(file, needs="a calibration names at least what varies"), runs or (QUICK if quick else RUNS)
    with source.located():
        said = checked(source.document)
        name = check_name(f"{asked_of(said, file).name}-rivals{LOOK if quick else ''}", "name")
        wanted = said.get("rivals", {}) if changes is None else changes
        if not wanted:
            raise ConfigError('rivals: there are none; [rivals.size] with city.size_effect = "prior" would be one')
        room, names = inside(outputs, name), {AS_IT_IS: {}, **wanted}
        return name, [rival(said, file, n, room, key, names[key], key in wanted) for key in names]


def rival(said: Mapping[str, Any], file: Path, runs: int, room: Path, name: str, changes: Any, named: bool) -> Rival:
    """Return the calibration with what a rival changes, or refuse it; ``named``: somebody chose its name."""
    try:
        if name in (AS_IT_IS, TABLES) and named:
            raise ConfigError("the name is taken; give the rival another")
        if not isinstance(changes, Mapping):
            raise ConfigError(f"{shown(changes)}: must be a table of what differs")
        folder, given = inside(room, name), flat(changes)
        asked = asked_of({**said, **changed(said, given), "name": name}, file, runs)
    except ConfigError as error:
        raise ConfigError(f"rivals.{name}: {error}" if named else str(error)) from None
    return Rival(asked, folder, "; ".join(worded(asked, key, value) for key, value in given.items()))


def changed(said: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the tables ``vary``, ``fixed`` and ``list`` of a calibration with some of it changed."""
    ranges = {key: x for key, x in given.items() if x == "prior" or isinstance(x, Mapping | list)}
    of_list = {key.partition(".")[2]: x for key, x in given.items() if key.startswith("list.")}
    vary, fixed = ({k: x for k, x in flat(said.get(t, {})).items() if k not in given} for t in ("vary", "fixed"))
    vary |= {key: x for key, x in ranges.items() if not key.startswith("list.")}
    fixed |= {key: x for key, x in given.items() if key not in ranges and not key.startswith("list.")}
    return {"vary": vary, "fixed": fixed, "list": {**said.get("list", {}), **of_list}}


def worded(asked: Asked, name: str, value: Any) -> str:
    """Return in words what a rival changes of one unknown or parameter."""
    ends = next((f"{x.low:g} … {x.high:g}" for x in asked.unknowns if x.name == name), "")
    return f"{name} {ends}" if ends else f"{name} = {value}"


def run(found: list[Rival], executor: Executor | None = None, **how: Any) -> None:
    """Run what is left of all rivals."""
    for one in found:
        carry_out(as_long_as(one.asked, one.folder), one.folder, executor, **how)


def settled(name: str, found: list[Rival], progress: bool = True) -> Rivalry:
    """Set the stored runs of rivals against the record; write and return what was found."""
    first, lists, digests = found[0].asked, {}, {}
    for one in found:
        lists[one.asked.name], digests[one.asked.name] = printed(one, progress)
    table, hold_outs = compared(lists, recorded(first), first.fit, first.hold_outs)
    table.insert(1, "changes", [one.changes for one in found])
    table.insert(2, "runs", first.study.size)
    made = Rivalry(name, found[0].folder.parent, table, hold_outs)
    about = {
        "name": name,
        "found": str(made),
        "scenario": first.scenario.name,
        "seed": first.study.seed,
        "runs": first.study.size,
        "lists": LISTS,
        "fit": first.fit,
        "record": record_digest(first.record),
        "digests": {"runs": digests, "code": code_digest(), "calibration": calibration_digest(__name__)},
    }
    with owned(made.folder), whole_folder(made.folder) as room:
        write_json(room / ABOUT, about)
        (room / TABLES).mkdir()
        write_table(room / TABLES, "rivals", table)
        write_table(room / TABLES, "hold-outs", hold_outs)
    return made


def printed(one: Rival, progress: bool) -> tuple[np.ndarray, str]:
    """Return the lists of a rival's first runs and the digest of its ledger, or refuse one that lacks some."""
    n, kept = one.asked.study.size, finished(one.asked, one.folder)
    some = kept.first(n)
    if len(some.seeds) < n:
        go_on = f"`twinhelix resume {one.asked.name} --failed --outputs {one.folder.parent}` runs the rest"
        raise ConfigError(f"{one.asked.name}: {len(some.seeds):,} of {n:,} runs are there; {go_on}")
    return several(one.asked, some, LISTS, progress), kept.digest


def foreseen(found: list[Rival], workers: int | None = None) -> dict[str, Any]:
    """Return runs of all rivals, those to do, seconds of running and of printing lists, bytes; the last is sampled."""
    made, left = cost.foreseen(found[-1].asked, found[-1].folder, workers), sum(map(n_left, found))
    runs = len(found) * found[-1].asked.study.size
    return {
        "rivals": len(found),
        "runs": runs,
        "left": left,
        "workers": made["workers"],
        "seconds": left * made["milliseconds_a_run"] / 1000 / made["workers"],
        "seconds_after": LISTS * runs * made["seconds_a_list"],
        "bytes": len(found) * made["bytes"],
    }


def n_left(one: Rival) -> int:
    """Return how many of a rival's runs are to do."""
    if not (one.folder / FILE).exists():
        return one.asked.study.size
    with Ledger(one.folder / FILE, write=False) as ledger:
        return max(0, one.asked.study.size - ledger.count("run") - ledger.count("failure"))


def told_beforehand(name: str, made: Mapping[str, Any]) -> str:
    """Return a forecast in a sentence."""
    return (
        f"{name}: {made['rivals']} rivals, {made['runs']:,} runs, {made['left']:,} of them to do: "
        f"about {duration(made['seconds'])} on {made['workers']} threads, {made['bytes'] / 1e6:,.0f} MB; "
        f"then about {duration(made['seconds_after'])} of printing {LISTS} lists of each."
    )
