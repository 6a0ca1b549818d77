"""Sensitivity of a study: its stored runs as arrays, the indices they give, and whether more blocks are needed."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.machine.cache import code_digest
from abm.outcomes import outcomes_of
from experiments import sensitivity as sa
from experiments.analysis.tables import runs
from experiments.design.points import Row
from experiments.design.study import Points, Study
from experiments.factor import Factor, worded
from experiments.lab.executors import Executor
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.runner import Chunk, Group, perform
from experiments.sensitivity.found import FEWEST, KEY

TOGETHER = 50  # points of a chunk


class Answers(NamedTuple):
    """Outcomes of the runs of a design of blocks, and which of them failed.

    Attributes
    ----------
    design
        Blocks or trajectories, all that were run.
    y, failed
        Shapes (n_blocks, n_points, replicates, n_outcomes) and (n_blocks, n_points, replicates); a point that equals an
        earlier one of its block has its runs.
    outcomes, months
        Measure and month of each outcome: ``pilots_ever@24`` is that of month 24. An outcome that a study names in two
        ways is there once.
    """

    design: Any
    y: np.ndarray
    failed: np.ndarray
    outcomes: list[str]
    months: list[int]


def answers(study: Study, folder: Path) -> Answers:
    """Return the stored runs of a study of blocks.

    Raises
    ------
    OSError
        If the ledger is damaged, or has not all runs yet.
    """
    with Ledger(folder / FILE, write=False) as ledger:
        failures = (Row(point, replicate, seed, None, error) for point, replicate, seed, error in ledger.failures())
        found, missing = arranged(study, chain(ledger.rows(), failures))
    check_finished(study, folder, missing)
    return found


def check_finished(study: Study, folder: Path, missing: int) -> None:
    """Refuse a study that has not all its runs."""
    if missing > 0:
        said = f"{missing:,} runs are not there yet; `twinhelix resume {study.name}` makes them"
        raise OSError(errno.ENODATA, said, str(folder / FILE))


def performed(study: Study, executor: Executor) -> Answers:
    """Return the runs of a study of blocks without keeping them."""
    points = study.points()
    turns = tuple(range(1, study.replicates + 1))
    groups = [
        Group(p.id, study.scenario_at(p.settings), turns, tuple(study.seed_at(p.id, r) for r in turns)) for p in points
    ]
    some = (tuple(groups[x : x + TOGETHER]) for x in range(0, len(groups), TOGETHER))
    chunks = (Chunk(few, study.outcomes, study.agents, code_digest()) for few in some)
    return arranged(study, (row for done in executor(chunks, perform) for row in done.rows))[0]


def arranged(study: Study, rows: Iterable[Row]) -> tuple[Answers, int]:
    """Return runs as arrays, in the order of the design, and how many are missing."""
    design, points = study.blocks(), Points(study)
    shape = (len(design), design.n_points, study.replicates)
    y, failed = np.full((*shape, len(study.outcomes)), np.nan), np.zeros(shape, bool)
    place = {point.id: divmod(int(at), design.n_points) for point, at in zip(points, design.own, strict=True)}
    missing = len(place) * study.replicates
    for row in rows:
        if row.point in place and row.replicate <= study.replicates:
            at, missing = (*place[row.point], row.replicate - 1), missing - 1
            failed[at] = row.outcomes is None
            y[at] = np.nan if row.outcomes is None else row.outcomes
    keys = named(study)
    once = [keys.index(key) for key in dict.fromkeys(keys)]
    names, months = [keys[at][0] for at in once], [keys[at][1] for at in once]
    found = Answers(design, design.filled(y)[..., once], design.filled(failed), names, months)
    return found, missing


def named(study: Study) -> list[tuple[str, int]]:
    """Return measure and month of every outcome of a study."""
    known = outcomes_of(next(iter(study.scenarios.values())), study.outcomes)
    return [(name.removesuffix(f"@{outcome.month + 1}"), outcome.month + 1) for name, outcome in known.items()]


def doublings(study: Study, folder: Path) -> list[sa.Found]:
    """Return the indices of the first 128 blocks of a study, of 256, and so on to all of them.

    Raises
    ------
    Unanswerable
        If so many blocks have failed runs that the indices would mislead.
    """
    design, y, failed, names, months = answers(study, folder)
    sizes = [len(design) >> halves for halves in range(len(design).bit_length())][::-1]
    looked_at = [n for n in sizes if n >= FEWEST] or [len(design)]
    return [sa.indices(y[:n], design.head(n), names, months, failed[:n]) for n in looked_at]


def screened(study: Study, folder: Path) -> pd.DataFrame:
    """Return the effects of every factor of a study of Morris trajectories, the largest of each outcome first."""
    design, y, _, names, months = answers(study, folder)
    found = sa.screened(y, design, names, months)
    parts = [rows.sort_values("size", ascending=False, kind="stable") for _, rows in found.groupby(KEY, sort=False)]
    return pd.concat(parts, ignore_index=True)


def given(study: Study, folder: Path, surrogate: bool = False) -> dict[str, pd.DataFrame]:
    """Return what a finished sweep of random points tells: first-order indices, PAWN, and a surrogate if wanted.

    Raises
    ------
    Unanswerable
        If its points or seeds cannot tell, or a surrogate does not predict the runs.
    OSError
        If the sweep is not finished.
    """
    if study.n_draws > 1:
        raise sa.Unanswerable("its runs are at draws of a posterior, from which luck cannot be told at a point")
    table = runs(study, folder)
    check_finished(study, folder, len(study.points()) * study.replicates - len(table))
    n = table.groupby("point", sort=False).size()
    if (n != n.iloc[0]).any():
        raise sa.Unanswerable("points have different numbers of runs; resume the study, or extend it by replicates")
    first = table.drop_duplicates("point")
    columns = [[f.place(_level(f, value)) for value in first[f.name].tolist()] for f in study.factors]
    points, names = np.array(columns).T, list(study.outcomes)
    y = table[names].to_numpy().reshape(len(first), -1, len(names))
    how = (points, y, study.factors, study.design.kind, study.common_random_numbers or study.counted_seeds, names)
    found = {"given": sa.first_order(*how), "distribution": sa.distribution(*how)}
    if surrogate:
        found["surrogate"] = sa.surrogate(points, y, study.factors, how[4], names)
    return found


def _level(factor: Factor, value: Any) -> Any:
    """Return a value as the factor has it: tables spell categories."""
    return {str(worded(v)): v for v in factor.levels}.get(str(value), value)
