"""How results came about: the study as given and as resolved, seeds, versions, machine, timings, counts, digest."""

from __future__ import annotations

import csv
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from abm.machine.cache import code_digest
from experiments.design.posterior import CSV, JSON, POSTERIOR
from experiments.design.study import SCENARIO, Study
from experiments.factor import Factor, groups_of, worded
from experiments.files import plain, toml, versions, whole_file, whole_folder, write_json, write_scenario
from experiments.lab.folder import CLAIMS, PROVENANCE, RESOLVED, SCENARIOS
from experiments.lab.ledger import Ledger

POINTS = "points.csv"


def machine() -> dict[str, Any]:
    """Return what results and timings depend on: versions, code, processor."""
    return versions() | {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}


def write_study(folder: Path, study: Study, given: Path) -> None:
    """Write the study as given, with its claims, and as resolved: a study file that needs nothing but this folder."""
    if given.resolve().parent != folder.resolve():
        with whole_file(folder / f"given{given.suffix}") as path:
            path.write_bytes(given.read_bytes())
        if (claims := given.with_name(given.stem + CLAIMS)).is_file():
            with whole_file(folder / (Path(RESOLVED).stem + CLAIMS)) as path:
                path.write_bytes(claims.read_bytes())
    for at, scenario in zip(scenario_folders(study), study.scenarios.values(), strict=True):
        with whole_folder(folder / at) as room:
            write_scenario(room, scenario)
    if study.agents:
        with whole_file(folder / "agents.py") as path:
            path.write_text(study.agents, encoding="utf-8")
    if study.listed:
        with whole_file(folder / POINTS) as path, path.open("w", encoding="utf-8", newline="") as file:
            table = [[factor.name for factor in study.factors], *plain(study.listed)]
            csv.writer(file, lineterminator="\n").writerows(table)
    if study.posterior:
        with whole_file(folder / CSV) as path, whole_file(folder / JSON) as verdict:
            study.posterior.write(path, verdict)
    with whole_file(folder / RESOLVED) as path:
        path.write_text(resolved(study), encoding="utf-8")


def scenario_folders(study: Study) -> list[str]:
    """Return where the scenarios of a study lie: numbered, for a name is text and no path."""
    return [f"{SCENARIOS}/scenario-{x}" for x in range(1, len(study.scenarios) + 1)]


def resolved(study: Study) -> str:
    """Return a study as TOML with every default in it."""
    files = [f"{at}/scenario.toml" for at in scenario_folders(study)]
    said = {"file": POINTS} if study.listed else study.design.options._asdict()
    shared = (
        {}
        if study.kind.blocks
        else {
            "common_random_numbers": study.common_random_numbers,
            "counted_seeds": study.counted_seeds,
            "baseline": study.baseline,
            "precision": study.precision,
        }
    )
    head = toml(
        {
            "name": study.name,
            "title": study.title,
            "hypothesis": study.hypothesis,
            "scenario": files[0],
            "months": study.months,
            "outcomes": study.outcomes,
            "replicates": study.replicates // study.n_draws,
            "seed": study.seed,
            "agents": "agents.py" if study.agents else None,
            "success": [str(each) for each in study.success],
            "design": {"kind": study.design.kind} | said,
            "groups": groups_of(study.factors),
            "posterior": {"folder": ".", "draws": len(study.posterior.rows)} if study.posterior else None,
            **shared,
        }
    )
    varied = [f for f in study.factors if f.name == SCENARIO or not (study.listed or f.name == POSTERIOR)]
    lines = [f"{json.dumps(f.name)} = {files if f.name == SCENARIO else levels(f)}" for f in varied]
    return "\n".join([head, "[vary]", *lines]) + "\n"


def levels(factor: Factor) -> str:
    """Return what a factor varies over on one line: the order of the factors is that of the lines."""
    if not factor.levels:
        return f"{{low = {factor.low!r}, high = {factor.high!r}}}"
    words = [worded(level) for level in factor.levels]
    return json.dumps(words)


def write_provenance(folder: Path, study: Study, ledger: Ledger, timings: Mapping[str, Any]) -> dict[str, Any]:
    """Write and return how the results came about: seeds, versions, machine, timings, counts, digest, command."""
    failed = ledger.errors()
    each = "the replicate" if study.common_random_numbers else "the replicate and the point"
    each = "the replicate and the block" if study.kind.blocks else each
    hashed = f"a hash of study seed {study.seed}, {each}"
    found = {
        "study": study.name,
        "hypothesis": study.hypothesis,
        "posterior": study.posterior.told() if study.posterior else None,
        "seeds": "the number of the replicate" if study.counted_seeds else hashed,
        "machine": machine(),
        "code": code_digest(),
        "other_code": sorted(ledger.codes() - {code_digest()}),
        "timings": timings,
        "points": ledger.count("point"),
        "runs": {"finished": ledger.count("run"), "failed": sum(failed.values()), "errors": failed},
        "table_digest": ledger.digest(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": f"twinhelix sweep {RESOLVED}" + " --allow-code" * bool(study.agents),
    }
    with whole_file(folder / PROVENANCE) as path:
        write_json(path, found)
    return found
