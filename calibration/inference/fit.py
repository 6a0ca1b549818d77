"""Calibrate: run what is left of a study of the prior, learn from it, and leave a posterior with its proof on disk."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.machine.cache import code_digest
from abm.machine.sources import ROOT, meaning, reached
from calibration.inference.answers import headline
from calibration.inference.directions import correlations, profile, ridges
from calibration.inference.evidence import DRAWS, Evidence, gathered, recorded
from calibration.inference.folder import find, write
from calibration.inference.methods import REGRESSION, check_method
from calibration.inference.runs import Runs, stored
from calibration.inference.study import Asked
from calibration.priors import Unknown, values
from calibration.record import CASES, EVENTS, FACTS, NAMED
from experiments.design.posterior import DRAWN, sha256
from experiments.files import versions, whole_folder, write_json, write_table
from experiments.lab.conduct import conduct
from experiments.lab.executors import Executor, in_threads
from experiments.lab.folder import TABLES, owned

POSTERIOR, ABOUT = "posterior.csv", "posterior.json"


class Fit(NamedTuple):
    """A posterior and what is known of it.

    Attributes
    ----------
    asked, folder
        The calibration, and where it lies.
    method
        ``regression`` or ``flow``.
    evidence
        Posterior, gate and tables, by name.
    """

    asked: Asked
    folder: Path
    method: str
    evidence: Evidence

    @property
    def posterior(self) -> pd.DataFrame:
        """Draws of equal weight in units, a column an unknown; those of ``posterior.csv``."""
        return in_units(self.asked.unknowns, self.evidence.sample.draws(DRAWS, self.asked.study.seed))

    @property
    def checks(self) -> dict[str, pd.DataFrame]:
        """Tables of the proof: gate, coverage, canaries, ranks, tarp, recovery, predictive."""
        names = ("gate", "coverage", "canaries", "ranks", "tarp", "recovery", "predictive")
        return {name: self.evidence.tables[name] for name in names}

    @property
    def calibrated(self) -> bool:
        """Whether the word may be used."""
        return self.evidence.gate.calibrated

    def table(self) -> pd.DataFrame:
        """Return prior, posterior and what was learnt of each unknown, with a verdict in words."""
        return self.evidence.tables["summary"]

    def draws(self, n: int, seed: int = 1) -> list[dict[str, Any]]:
        """Return draws of the model's unknowns as overrides, ``{"city.capacity": 13.2, …}``, for ``abm.run_many``."""
        model = [unknown.name for unknown in self.asked.of_model]
        drawn = in_units(self.asked.unknowns, self.evidence.sample.draws(n, seed))[model]
        return [{name: row[name] for name in model} for row in drawn.to_dict("records")]

    def __str__(self) -> str:
        """Return the verdict, with what stands against the word."""
        return f"{self.asked.name}: {self.evidence.gate}"


def in_units(unknowns: tuple[Unknown, ...], z: np.ndarray) -> pd.DataFrame:
    """Return draws on the normal scale in units, whole numbers as such."""
    table = pd.DataFrame(values(unknowns, z), columns=[unknown.name for unknown in unknowns])
    return table.astype({unknown.name: np.int64 for unknown in unknowns if unknown.whole})


def calibrate(
    study: str | Path = "iuc-asia",
    *,
    runs: int | None = None,
    quick: bool = False,
    method: str = REGRESSION,
    outputs: str | Path = "outputs",
    executor: Executor | None = None,
    simulate: bool = True,
    **how: Any,
) -> Fit:
    """Condition a study's unknowns on its record; the folder ``outputs``/name then has posterior, proof and tables.

    Parameters
    ----------
    study
        A shipped calibration such as ``"iuc-asia"``, a TOML file, or the name of one that was begun.
    runs
        Draws of the prior, a run each; the file's number if left out. More than there are are added to them.
    quick
        Take the number of runs of a quick look.
    method
        ``regression`` (ABC), or ``flow`` where the extra `calibration` is installed.
    executor
        Who runs them; threads of this process if left out.
    simulate
        Run what is left; else what is stored has to do.
    how
        Options of :func:`experiments.lab.conduct.conduct`.

    Raises
    ------
    ConfigError
        One line on a study, record or method that cannot be.
    """
    check_method(method)
    asked, folder = find(str(study), Path(outputs), quick, runs)
    ready = simulated(asked, folder, executor, **how) if simulate else stored(asked, folder, True)
    return concluded(asked, folder, ready, method)


def simulated(asked: Asked, folder: Path, executor: Executor | None = None, **how: Any) -> Runs:
    """Run what is left of a calibration and return all its runs."""
    carry_out(asked, folder, executor, **how)
    return stored(asked, folder, True)


def carry_out(asked: Asked, folder: Path, executor: Executor | None = None, **how: Any) -> None:
    """Run what is left of a calibration."""
    recorded(asked)  # refused before anything runs
    with owned(folder):
        write(asked, folder)
    conduct(asked.study, asked.file, folder, executor or partial(in_threads), **how)


def concluded(asked: Asked, folder: Path, runs: Runs, method: str = REGRESSION) -> Fit:
    """Learn from runs; write and return what was learnt."""
    fit = Fit(asked, folder, method, found(asked, runs, method))
    with owned(folder):
        keep(fit, runs)
    return fit


def found(asked: Asked, runs: Runs, method: str = REGRESSION) -> Evidence:
    """Return everything that is learnt from runs, with all its tables."""
    observed = recorded(asked)

    evidence = gathered(asked, runs, method)
    names = [unknown.name for unknown in asked.unknowns]
    evidence.tables.update(
        ridges=ridges(evidence.sample, names),
        correlations=correlations(evidence.sample, names),
        profile=profile(asked, runs, observed),
        headline=headline(asked, runs, evidence.sample),
    )
    return evidence


def keep(fit: Fit, runs: Runs) -> None:
    """Write draws, what they are, and tables, each whole or not at all."""
    asked, evidence = fit.asked, fit.evidence
    about: dict[str, Any] = {
        "name": asked.name,
        "gate": str(evidence.gate),
        "calibrated": evidence.gate.calibrated,
        "title": asked.study.title,
        "scenario": asked.scenario.name,
        "at": {unknown.name: asked.scenario.values[unknown.name] for unknown in asked.of_model},
        "seed": asked.study.seed,
        "runs": {"asked": runs.asked, "finished": len(runs.z), "tests": runs.n_tests},
        "method": fit.method,
        "draws": DRAWS,
        "unknowns": [unknown._asdict() for unknown in asked.unknowns],
        "lines": evidence.tables["gate"],
        "record": {"digest": record_digest(asked.record), "statistics": evidence.observed},
        "digests": {"runs": runs.digest, "code": code_digest(), "calibration": calibration_digest()},
        "versions": versions(),
        "tables": sorted(evidence.tables),
    }
    with whole_folder(fit.folder) as room:
        fit.posterior.to_csv(room / POSTERIOR, index=False, lineterminator="\n")
        about["digests"] |= {DRAWN: sha256(room / POSTERIOR)}
        write_json(room / ABOUT, about)
        (room / TABLES).mkdir()
        for name, table in evidence.tables.items():
            write_table(room / TABLES, name, table)


def record_digest(folder: Path) -> str:
    """Return the SHA-256 of a record's files."""
    found = hashlib.sha256()
    for name in (CASES, NAMED, FACTS, EVENTS):
        found.update((folder / name).read_bytes())
    return found.hexdigest()


def calibration_digest(module: str = __name__) -> str:
    """Return a hash of what a module of inference means, as the digest of the engine is one of the rules."""
    found = hashlib.blake2b(digest_size=8)
    for name, tree in sorted(reached(ROOT, module).items()):
        found.update("\0".join((name, *meaning(tree))).encode())
    return found.hexdigest()
