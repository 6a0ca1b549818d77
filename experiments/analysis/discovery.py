"""Stored runs as discovery takes them: worlds with their successes, programmes with their outcomes, and EMA's form."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from experiments.analysis.tables import runs
from experiments.design.conditions import Condition, successes
from experiments.design.posterior import POSTERIOR
from experiments.design.study import Study
from experiments.factor import SCENARIO, worded
from experiments.files import whole_file

SHARE = "success"


def arranged(study: Study, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the settings of every point, in the order of the design, and a row a run: every point, every replicate.

    A run that failed, or is not there, has no outcomes.
    """
    said, turns = list(study.points()), range(1, study.replicates + 1)
    table = runs(study, folder).set_index(["point", "replicate"])
    ids = [point.id for point in said]
    every = table.reindex(pd.MultiIndex.from_product([ids, turns], names=["point", "replicate"]))
    rows = [tuple(map(worded, point.settings)) for point in said]
    points = pd.DataFrame(rows, columns=[factor.name for factor in study.factors])
    return points, every[list(study.outcomes)]


def won(study: Study, every: pd.DataFrame, wanted: Sequence[Condition]) -> np.ndarray:
    """Return the successes of every point, shape (n_points, replicates)."""
    return successes(wanted, every).reshape(-1, study.replicates)


def programmes(study: Study, folder: Path, wishes: Sequence[Condition]) -> tuple[list[str], pd.DataFrame, np.ndarray]:
    """Return the programmes of a study, its worlds, and outcomes of shape (programmes, worlds, replicates, wishes)."""
    points, every = arranged(study, folder)
    names = list(study.scenarios)
    y = np.stack([wish.value(every) for wish in wishes], axis=-1)
    y = y.reshape(-1, len(names), study.replicates, len(wishes)).swapaxes(0, 1)
    worlds = points[:: len(names)].drop(columns=SCENARIO).reset_index(drop=True)
    if study.posterior:
        draws = pd.DataFrame([study.posterior.draw(int(number)) for number in worlds.pop(POSTERIOR)])
        worlds = worlds.join(draws.map(worded))
    return names, worlds, y


def write_ema(path: Path, study: Study, points: pd.DataFrame, every: pd.DataFrame, share: np.ndarray) -> None:
    """Write points and outcomes as EMA Workbench loads them (``load_results``): a row of each an experiment.

    An outcome is the mean over the replicates of a point; ``success`` is their share of successes.
    """
    means = every.to_numpy(float).reshape(len(points), study.replicates, -1).mean(axis=1)
    outcomes = {**dict(zip(study.outcomes, means.T, strict=True)), SHARE: share.mean(axis=1)}
    table = points.astype({name: "object" for name, of in points.items() if not is_numeric_dtype(of)})
    files = {"experiments.csv": table.to_csv(index=False)}
    files |= {f"{name}.csv": pd.Series(values).to_csv(header=False, index=False) for name, values in outcomes.items()}
    said = {
        "version": 0.1,
        "outcomes": [["ScalarOutcome", name, f"{name}.csv"] for name in outcomes],
        "experiments": {name: dtype.name for name, dtype in table.dtypes.items()},
    }
    with whole_file(path) as whole, tarfile.open(whole, "w:gz") as archive:
        for name, text in {**files, "metadata.json": json.dumps(said)}.items():
            data = text.encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
