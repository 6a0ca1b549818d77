"""What a report stands on: the runs of a study, or those that `compare` left in a folder, and how they came about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.machine.cache import code_digest
from abm.parameters import ConfigError
from experiments.analysis.comparison import OUTCOMES, SCENARIO
from experiments.analysis.effects import DRAW, SEED
from experiments.analysis.tables import check_outcomes, runs
from experiments.design.files import build
from experiments.design.posterior import Posterior, read
from experiments.design.study import Study
from experiments.files import read_table
from experiments.lab.folder import PROVENANCE, RESOLVED, TABLES, find_begun
from experiments.lab.ledger import FILE, Ledger, OtherResults
from experiments.lab.pending import unsettled
from experiments.output import VERSIONS, said_in

COMPARISON = "comparison"


class Evidence(NamedTuple):
    """What a report is made from.

    Attributes
    ----------
    study, file, folder
        The study, the file that describes it, and where its runs and tables lie. A comparison is a study of scenarios.
    runs
        One row a run: point, replicate, seed, factors, outcomes; none of a design of blocks, whose tables are read.
    finished, planned, failed, open_points
        Runs that ended well, that were asked for, and that failed; points that are not known well enough yet.
    digest, codes
        Of the table of runs, and of the code that made them.
    made
        How it was made, as the folder says: machine, versions, timings, when.
    again, resolved
        Commands that make it again, and the study in full as TOML, empty of a comparison.
    posterior
        What it ran draws of, if it did.
    """

    study: Study
    file: Path
    folder: Path
    runs: pd.DataFrame
    finished: int
    planned: int
    failed: int
    open_points: int
    digest: str
    codes: tuple[str, ...]
    made: dict[str, Any]
    again: tuple[str, ...]
    resolved: str
    posterior: Posterior | None = None

    @property
    def draws(self) -> np.ndarray | None:
        """Draw of every replicate in their order, shape (n_replicates,); None where replicates are no draws."""
        if DRAW not in self.runs:
            return None
        return self.runs.drop_duplicates("replicate").sort_values("replicate")[DRAW].to_numpy()

    @property
    def whole(self) -> bool:
        """Whether every run is there, none failed, and every point is known as well as was wanted."""
        return self.finished >= self.planned and not self.failed and not self.open_points

    @property
    def own_code(self) -> bool:
        """Whether the code of today made all runs, so that one of them can be run again."""
        return set(self.codes) <= {code_digest()}

    @property
    def blocks(self) -> bool:
        """Whether its points stand in blocks, so that arms of it mean nothing alone."""
        return bool(self.study.kind.blocks)


class Unfinished(ConfigError):
    """A study that has not all its runs."""

    code = 3


def evidence(name: str, outputs: Path, so_far: bool = False, accept: bool = False) -> Evidence:
    """Return what there is of a study, by name or file, or of the folder of a comparison.

    Raises
    ------
    Unfinished
        If runs are missing or failed, unless a report ``so_far`` is wanted.
    OtherResults
        If other code made runs, unless that is accepted.
    """
    folder = Path(name)
    found = of_comparison(folder) if folder.is_dir() and not (folder / FILE).exists() else of_study(name, outputs)
    if not (found.own_code or accept):
        raise OtherResults(
            f"{found.folder}: the results in it come from other code ({', '.join(found.codes)}; this is "
            f"{code_digest()}); run them anew under another name, or report them all the same with "
            "--accept-other-code"
        )
    if not (found.whole or so_far):
        raise Unfinished(f"{found.study.name}: {missing(found)}; --so-far reports what there is")
    if not found.finished:
        raise Unfinished(f"{found.study.name}: no run is finished yet; `twinhelix resume {found.study.name}` goes on")
    return found


def missing(found: Evidence) -> str:
    """Return what a study lacks, and what mends that."""
    name = found.study.name
    if left := found.planned - found.finished - found.failed:
        return f"{left:,} of {found.planned:,} runs are missing (`twinhelix resume {name}` goes on)"
    if found.failed:
        return (
            f"{found.failed:,} of {found.planned:,} runs failed (`twinhelix resume {name} --failed` tries them again)"
        )
    return f"{found.open_points:,} points are not known as well as the study wants"


def of_study(name: str, outputs: Path) -> Evidence:
    """Return what there is of a study that was begun."""
    folder = Path(name)
    if (folder / FILE).exists():
        name, outputs = folder.resolve().name, folder.resolve().parent
    study, file, folder = find_begun(name, outputs)
    check_outcomes(study)
    blocks = bool(study.kind.blocks)
    with Ledger(folder / FILE, write=False) as ledger:
        finished, failed = ledger.count("run"), ledger.count("failure")
        open_points = 0 if blocks else unsettled(study, ledger)
        digest, codes = ledger.digest(), tuple(sorted(ledger.codes()))
    n = len(study.points())
    return Evidence(
        study,
        file,
        folder,
        pd.DataFrame() if blocks else runs(study, folder),
        finished,
        max(n * study.replicates, finished + failed),
        failed,
        open_points,
        digest,
        codes,
        read_json(folder / PROVENANCE),
        (
            f"twinhelix {verb(study, folder)} {RESOLVED}",
            f"twinhelix verify {study.name} --rerun 20",
            f"twinhelix report {study.name}",
        ),
        (folder / RESOLVED).read_text(encoding="utf-8") if (folder / RESOLVED).exists() else "",
        study.posterior,
    )


def verb(study: Study, folder: Path) -> str:
    """Return the command that made what there is of a study."""
    if study.design.kind == "worlds":
        return "robust"
    if study.kind.blocks:
        return "sensitivity"
    return "discover" if (folder / TABLES / "boxes.parquet").is_file() else "sweep"


def of_comparison(folder: Path) -> Evidence:
    """Return what `compare` left in a folder, as a study of scenarios."""
    made = said_in(folder / VERSIONS)
    if made.get("command") != "compare":
        raise ConfigError(f"{folder}: holds neither a study nor what `twinhelix compare --output` wrote")
    design, table = made["design"], read_table(folder / "results.parquet", SCENARIO, SEED)
    files = [f"scenario-{x}/scenario.toml" for x in range(1, len(design["scenarios"]) + 1)]
    said = {
        "name": COMPARISON,
        "title": " · ".join(design["scenarios"]),
        "months": int(design["months"]),
        "replicates": int(table[SEED].nunique()),
        "counted_seeds": True,
        "outcomes": [column for column in table.columns if column not in (SCENARIO, SEED, DRAW)],
        "vary": {SCENARIO: files},
        "baseline": {SCENARIO: design["scenarios"][0]},
    }
    study = build(said, folder / RESOLVED, "", "")
    ids = {point.settings[0]: point.id for point in study.points()}
    table.insert(0, "point", table[SCENARIO].map(ids))
    table.insert(1, "replicate", table[SEED])
    n, digest = len(table), hashlib.sha256((folder / "results.parquet").read_bytes()).hexdigest()
    code, posterior = (str(made["code"]),), None
    if "posterior" in design:
        posterior = read(folder, int(design["posterior"]["draws"]))
    again = repeated(study, files, len(posterior.rows) if posterior else 0)
    return Evidence(
        study,
        folder / VERSIONS,
        folder,
        table,
        n,
        n,
        0,
        0,
        digest,
        code,
        {"machine": made},
        (again,),
        "",
        posterior,
    )


def repeated(study: Study, files: Sequence[str], draws: int) -> str:
    """Return the command that makes a comparison again, from its folder."""
    outcomes = "" if study.outcomes == OUTCOMES else "".join(f" --outcome {name}" for name in study.outcomes)
    at = f" --posterior . --draws {draws}" if draws else ""
    seeds = study.replicates // max(1, draws)
    return f"twinhelix compare {' '.join(files)} --seeds {seeds} --months {study.months}{outcomes}{at}"


def read_json(path: Path) -> dict[str, Any]:
    """Return what a file of ours says, nothing where there is none."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
