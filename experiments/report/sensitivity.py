"""Sensitivity from the first block to the answer: run, analysed, doubled until it is known well enough, written."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from abm.parameters import ConfigError
from experiments import sensitivity as sa
from experiments.analysis import sensitivity as analysis
from experiments.design.designs import DESIGNS, Morris
from experiments.design.factors import everything, factor
from experiments.design.posterior import POSTERIOR
from experiments.design.study import Design, Study
from experiments.files import whole_folder, write_table
from experiments.lab.conduct import conduct, extend
from experiments.lab.executors import Executor
from experiments.lab.folder import TABLES, owned
from experiments.lab.ledger import FILE, Ledger

KIND, SCREENING = "sensitivity", "morris"
SAMPLED = 32  # blocks of a forecast


class Answer(NamedTuple):
    """What a sensitivity study found.

    Attributes
    ----------
    study, provenance
        The study, as large as it became, and how its runs came about.
    founds
        The analyses of its halves, the last of all blocks.
    verdict
        Whether its indices are known well enough, and why.
    """

    study: Study
    provenance: dict[str, Any]
    founds: list[sa.Found]
    verdict: sa.Converged

    @property
    def found(self) -> sa.Found:
        """The analysis of all blocks."""
        return self.founds[-1]


def aimed(study: Study, folder: Path, blocks: int | None, half_width: float | None) -> Study:
    """Return a study of as many blocks as are wanted, or refuse fewer than it was run with."""
    there = 0
    if study.design.kind != KIND:
        said = "half-width" if blocks is None else "blocks"
        raise ConfigError(f"--{said}: is for '{KIND}'; design.kind of {study.name} is '{study.design.kind}'")
    if (folder / FILE).exists():
        with Ledger(folder / FILE, write=False) as ledger:
            there = ledger.extension().get("points", 0)
    if blocks is not None and blocks < there:
        raise ConfigError(f"--blocks {blocks:,}: the study has {there:,} already, and blocks are only added")
    return study.aimed(blocks=blocks, half_width=half_width)


def answered(study: Study, file: Path, folder: Path, executor: Executor, once: bool = False, **how: Any) -> Answer:
    """Run a study of blocks and double it until its indices are known well enough or its runs are used up.

    Parameters
    ----------
    once
        Do not double it: the number of blocks was asked for.
    how
        Options of :func:`experiments.lab.conduct.conduct`.

    Raises
    ------
    ConfigError
        If the study has another design.
    Unanswerable
        If more than one block in twenty has a failed run.
    """
    if study.design.kind != KIND:
        raise ConfigError(
            f"design.kind = '{study.design.kind}': indices need '{KIND}'; --screen makes a design of its own, and "
            "--given reads a finished Latin hypercube"
        )
    while True:
        made = conduct(study, file, folder, executor, **how)
        with naming(made["runs"]["errors"], study.name):
            founds = analysis.doublings(study, folder)
        verdict = founds[-1].converged(study.design.options.half_width, founds[:-1])
        larger = None if once or verdict else doubled(study)
        if larger is None:
            answer = Answer(study, made, founds, verdict)
            write(folder, tables_of(answer))
            return answer
        study = extend(study, file, folder, points=larger.size)


def doubled(study: Study) -> Study | None:
    """Return the study of twice the blocks, or None if those are more than it wants or than can be."""
    if 2 * study.n_rows() * study.replicates > study.design.options.most_runs:
        return None
    try:
        return study.extended(points=2 * study.size)
    except ConfigError:
        return None


@contextmanager
def naming(errors: Mapping[str, int], study: str) -> Iterator[None]:
    """Add to a refusal for failed runs by what they failed, and where that stands in full."""
    try:
        yield
    except sa.Unanswerable as refused:
        if not errors:
            raise
        kinds = ", ".join(f"{name} ({n:,})" for name, n in errors.items())
        said = f"runs failed by {kinds}, which `twinhelix export {study}` puts into failures.csv"
        raise sa.Unanswerable(f"{refused}; {said}") from None


def foreseen(study: Study, executor: Executor) -> dict[str, Any]:
    """Return what a study of blocks will cost and how sure it will be, from some blocks that are run and not kept.

    Widths fall with the root of the number of blocks, so those of 32 blocks say about how wide they will be at the
    first and the last number of blocks.
    """
    begun = time.perf_counter()
    small = study._replace(design=study.design._replace(options=study.design.options._replace(blocks=SAMPLED)))
    design, y, failed, names, months = analysis.performed(small, executor)
    found = sa.indices(y, design, names, months, failed)
    seconds = (time.perf_counter() - begun) / small.n_rows() / small.replicates
    sizes = [study]
    while larger := doubled(sizes[-1]):
        sizes.append(larger)
    blocks = list(dict.fromkeys((sizes[0].size, sizes[-1].size)))
    runs = list(dict.fromkeys(size.n_rows() * size.replicates for size in (sizes[0], sizes[-1])))
    widths = found.half_widths()
    named = widths["outcome"] + "@" + widths["month"].astype(str)
    each = list(zip(named, (widths["half_width"] * SAMPLED**0.5).tolist(), found.luck["says"], strict=True))
    return {
        "study": study.name,
        "factors": len(study.factors),
        "points": design.n_points,
        "replicates": study.replicates,
        "blocks": blocks,
        "runs": runs,
        "seconds": [count * seconds for count in runs],
        "half_widths": {name: [width / many**0.5 for many in blocks] for name, width, why in each if not why},
        "says": {name: why for name, _, why in each if why},
    }


def tables_of(answer: Answer) -> dict[str, pd.DataFrame]:
    """Return the tables of an answer by their names; draws of a posterior have no order, and so no curve."""
    found = answer.found
    return {
        "indices": found.table,
        "pairs": found.pairs,
        "luck": found.luck,
        "curves": found.curves[found.curves["factor"] != POSTERIOR].reset_index(drop=True),
        "convergence": sa.convergence(answer.founds),
    }


def screening(study: Study) -> Study:
    """Return the study that screens everything with a prior, by Morris trajectories; what a study fixes stays."""
    if study.design.kind == SCREENING:
        return study
    if len(study.scenarios) > 1:
        raise ConfigError("vary.scenario: a screening is of one scenario")
    if study.posterior:
        raise ConfigError("[posterior]: a screening changes one parameter alone; draws move together")
    return study._replace(
        name=f"{study.name}-screen",
        factors=tuple(factor(name, "prior", study.scenarios) for name in everything(study.fixed)),
        design=Design(SCREENING, Morris()),
        listed=(),
        replicates=DESIGNS[SCREENING].replicates,
        precision=None,
        baseline={},
        common_random_numbers=True,
        counted_seeds=False,
    ).checked_size()


def screened(study: Study, file: Path, folder: Path, executor: Executor, **how: Any) -> pd.DataFrame:
    """Run a screening, or what is left of it; write and return its table, the largest of each outcome first."""
    made = conduct(study, file, folder, executor, **how)
    with naming(made["runs"]["errors"], study.name):
        table = analysis.screened(study, folder)
    write(folder, {"screening": table})
    return table


def proposed(table: pd.DataFrame) -> list[str]:
    """Return the factors that a screening proposes to vary, the one that moves most in any outcome first.

    Sizes of different outcomes are compared as parts of the largest size of each.
    """
    moving = table[table["moves"]]
    part = moving["size"] / table.groupby(["outcome", "month"])["size"].transform("max")[moving.index]
    return list(part.groupby(moving["factor"]).max().sort_values(ascending=False, kind="stable").index)


def given(study: Study, folder: Path, surrogate: bool = False) -> dict[str, pd.DataFrame]:
    """Write and return what a finished sweep of random points tells: first order, PAWN, and a surrogate if wanted."""
    tables = analysis.given(study, folder, surrogate)
    write(folder, tables)
    return tables


def write(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables into the folder of a study, each whole or not at all."""
    with owned(folder), whole_folder(folder / TABLES) as room:
        for name, table in tables.items():
            write_table(room, name, table)
