"""How results came about: the study as given and as resolved, seeds, versions, machine, timings, counts, digest."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from abm.machine.jit import code_digest
from abm.parameters import spelled
from experiments.design.study import SCENARIO, Kind, Study
from experiments.files import plain, toml_value, versions, whole_file, whole_folder, write_json, write_scenario
from experiments.lab.folder import PROVENANCE, RESOLVED, SCENARIOS
from experiments.lab.ledger import Ledger


def machine() -> dict[str, Any]:
    """Return what results and timings depend on: versions, code, processor."""
    return versions() | {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}


def write_study(folder: Path, study: Study, given: Path) -> None:
    """Write the study as given, and as resolved: a study file that needs nothing but this folder."""
    if given.resolve().parent != folder.resolve():
        with whole_file(folder / f"given{given.suffix}") as path:
            path.write_bytes(given.read_bytes())
    for at, scenario in zip(scenario_folders(study), study.scenarios.values(), strict=True):
        with whole_folder(folder / at) as room:
            write_scenario(room, scenario)
    if study.agents:
        with whole_file(folder / "agents.py") as path:
            path.write_text(study.agents, encoding="utf-8")
    if study.design.kind == Kind.CSV:
        with whole_file(folder / "points.csv") as path:
            lines = [",".join(factor.name for factor in study.factors)]
            lines += [",".join(str(plain(value)) for value in row) for row in study.listed]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with whole_file(folder / RESOLVED) as path:
        path.write_text(resolved(study), encoding="utf-8")


def scenario_folders(study: Study) -> list[str]:
    """Return where the scenarios of a study lie: numbered, for a name is text and no path."""
    return [f"{SCENARIOS}/scenario-{x}" for x in range(1, len(study.scenarios) + 1)]


def resolved(study: Study) -> str:
    """Return a study as TOML with every default in it."""
    files = [f"{at}/scenario.toml" for at in scenario_folders(study)]
    head: dict[str, Any] = {
        "name": study.name,
        "title": study.title,
        "hypothesis": study.hypothesis,
        "scenario": files[0],
        "months": study.months,
        "outcomes": study.outcomes,
        "replicates": study.replicates,
        "seed": study.seed,
        "common_random_numbers": study.common_random_numbers,
    } | ({"agents": "agents.py"} if study.agents else {})
    lines = [f"{key} = {value_as_toml(value)}" for key, value in head.items()]
    lines += ["", "[vary]"]
    for f in study.factors:
        said = files if f.name == SCENARIO else f.levels if f.levels else {"low": f.low, "high": f.high}
        if f.name == SCENARIO or study.design.kind != Kind.CSV:
            lines.append(f"{value_as_toml(f.name)} = {value_as_toml(said)}")
    design = study.design._asdict() | ({"file": "points.csv"} if study.design.kind == Kind.CSV else {})
    tables: dict[str, Mapping[str, Any]] = {"design": design, "baseline": study.baseline}
    if study.precision:
        tables["precision"] = study.precision._asdict()
    for table, values in tables.items():
        lines += ["", f"[{table}]", *[f"{value_as_toml(k)} = {value_as_toml(v)}" for k, v in values.items()]]
    return "\n".join(lines) + "\n"


def value_as_toml(value: Any) -> str:
    """Return a value, list or table on one line of TOML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {value_as_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(value_as_toml, value)) + "]"
    return toml_value(spelled(value) if isinstance(value, IntEnum) else value)


def write_provenance(folder: Path, study: Study, ledger: Ledger, timings: Mapping[str, Any]) -> dict[str, Any]:
    """Write and return how the results came about: seeds, versions, machine, timings, counts, digest, command."""
    failed = ledger.errors()
    crn = study.common_random_numbers
    found = {
        "study": study.name,
        "hypothesis": study.hypothesis,
        "seeds": f"a hash of study seed {study.seed}, the replicate{'' if crn else ' and the point'}",
        "machine": machine(),
        "code": code_digest(),
        "other_code": sorted(ledger.codes() - {code_digest()}),
        "timings": timings,
        "points": ledger.count("point"),
        "runs": {"finished": ledger.count("run"), "failed": sum(failed.values()), "errors": failed},
        "table_digest": ledger.digest(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": f"twinhelix sweep {RESOLVED}",
    }
    with whole_file(folder / PROVENANCE) as path:
        write_json(path, found)
    return found
