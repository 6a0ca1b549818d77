"""Sensitivity of a study: its stored runs as arrays, the indices they give, and whether more blocks are needed."""

from __future__ import annotations

import errno
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.outcomes import outcomes_of
from abm.parameters import spelled
from experiments import sensitivity as sa
from experiments.analysis.tables import runs
from experiments.design.points import layout
from experiments.design.study import Points, Study
from experiments.factor import Factor
from experiments.lab.ledger import FILE, Ledger

FIRST = 128  # blocks: with fewer, intervals cover less often than they say
Design = sa.Blocks | sa.Trajectories


class Answers(NamedTuple):
    """Outcomes of the runs of a design of blocks, and which of them failed.

    Attributes
    ----------
    design
        Blocks or trajectories, all that were run.
    y, failed
        Shapes (n_blocks, n_points, replicates, n_outcomes) and (n_blocks, n_points, replicates); a point that equals an
        earlier one of its block has its runs.
    """

    design: Any
    y: np.ndarray
    failed: np.ndarray


def answers(study: Study, folder: Path) -> Answers:
    """Return the stored runs of a study of blocks.

    Raises
    ------
    OSError
        If the ledger is damaged, or has not all runs yet.
    """
    design, points = study.blocks(), Points(study)
    shape = (len(design), design.n_points, study.replicates)
    y, failed = np.full((*shape, len(study.outcomes)), np.nan), np.zeros(shape, bool)
    place = {point.id: divmod(int(at), design.n_points) for point, at in zip(points, design.own, strict=True)}
    found, kind = 0, layout(len(study.outcomes))
    with Ledger(folder / FILE, write=False) as ledger:
        for row, data in ledger.sealed_rows():
            if row.point in place and len(data) == kind.itemsize:
                y[(*place[row.point], row.replicate - 1)] = row.outcomes
                found += 1
        for point, replicate, *_ in ledger.failures():
            failed[(*place[point], replicate - 1)] = True
    missing = len(place) * study.replicates - found - int(failed.sum())
    if missing:
        said = f"{missing:,} runs are not there yet; `twinhelix resume {study.name}` makes them"
        raise OSError(errno.ENODATA, said, str(folder / FILE))
    block = np.arange(len(design))[:, None]
    return Answers(design, y[block, design.first], failed[block, design.first])


def named(study: Study) -> tuple[list[str], list[int]]:
    """Return measure and month of every outcome of a study: ``pilots_ever@24`` is that of month 24."""
    scenario = next(iter(study.scenarios.values()))
    months = [outcome.month + 1 for outcome in outcomes_of(scenario, study.outcomes).values()]
    return [name.removesuffix(f"@{month}") for name, month in zip(study.outcomes, months, strict=True)], months


def doublings(study: Study, folder: Path) -> list[sa.Found]:
    """Return the indices of the first 128 blocks of a study, of 256, and so on to all of them.

    Raises
    ------
    Unanswerable
        If so many blocks have failed runs that the indices would mislead.
    """
    design, y, failed = answers(study, folder)
    names, months = named(study)
    sizes = [len(design) >> halves for halves in range(len(design).bit_length())][::-1]
    looked_at = [n for n in sizes if n >= FIRST] or [len(design)]
    return [sa.indices(y[:n], design.head(n), names, months, failed[:n]) for n in looked_at]


def screened(study: Study, folder: Path) -> pd.DataFrame:
    """Return the effects of every factor of a study of Morris trajectories, the largest of each outcome first."""
    design, y, _ = answers(study, folder)
    found = sa.screened(y, design, *named(study))
    return found.sort_values(["outcome", "month", "size"], ascending=[True, True, False], kind="stable")


def given(study: Study, folder: Path, surrogate: bool = False) -> dict[str, pd.DataFrame]:
    """Return what a finished sweep of random points tells: first-order indices, PAWN, and a surrogate if wanted.

    Raises
    ------
    Unanswerable
        If its points or seeds cannot tell, or a surrogate does not predict the runs.
    """
    table = runs(study, folder)
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
    return {str(spelled(v) if isinstance(v, IntEnum) else v): v for v in factor.levels}.get(str(value), value)
