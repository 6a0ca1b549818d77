"""A small study, runs that cost nothing, and the two ways to run it: in this process, or by the command."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments.design.points import Row
from experiments.design.study import Study
from experiments.lab.conduct import conduct
from experiments.lab.executors import in_threads
from experiments.lab.folder import find
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.runner import Chunk, Done
from tests.helpers import towns, write_scenario

OUTCOMES = ("contacts_ever", "pilots_ever", "mean_trust")
SIX_POINTS = "[vary]\nbroker.capacity = [0, 2, 8]\nsearch.rate = [0.1, 0.5]\n[baseline]\nbroker.capacity = 0\n"


def write_study(folder: Path, more: str = "", replicates: int = 10, months: int = 12, vary: str = SIX_POINTS) -> Path:
    """Write ``trial.toml`` with its scenario beside it: six points unless ``vary`` says otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    write_scenario(folder, towns(6), '[[brokers]]\nname = "b"')
    path = folder / "trial.toml"
    head = f'scenario = "tiny.toml"\nmonths = {months}\nreplicates = {replicates}\noutcomes = {list(OUTCOMES)}\n'
    path.write_text(head + more + "\n" + vary, encoding="utf-8")
    return path


def posterior(folder: Path, rows: Any) -> Path:
    """Write a posterior of two parameters and an unknown of the list, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["contact.baseline,pairing.partners,list.joining", *(",".join(map(str, row)) for row in rows)]
    (folder / "posterior.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "posterior.json").write_text('{"gate": "conditioned, not calibrated"}', encoding="utf-8")
    return folder


def cheap(chunk: Chunk) -> Done:
    """Perform runs whose outcomes are a hash of point and seed; some are missing."""
    rows = []
    for group in chunk.groups:
        for replicate, seed in zip(group.replicates, group.seeds, strict=True):
            bits = hashlib.shake_128(f"{group.point}{seed}".encode()).digest(4 * len(chunk.outcomes))
            values = np.frombuffer(bits, "<u4") / 2**32
            rows.append(Row(group.point, replicate, seed, np.where(values < 0.05, np.nan, values)))
    return Done(rows, 1e-4 * len(rows))


def carry(file: Path, outputs: Path, work: Any = cheap, threads: int = 2, **more: Any) -> dict[str, Any]:
    """Run a study in this process and return its provenance."""
    study, given, folder = find(str(file), outputs)
    return conduct(study, given, folder, more.pop("executor", partial(in_threads, n=threads)), work=work, **more)


def stored(folder: Path) -> dict[tuple[str, int], bytes]:
    """Return the outcomes of every run in a study's folder."""
    with Ledger(folder / FILE, write=False) as ledger:
        return {(row.point, row.replicate): row.outcomes.tobytes() for row in ledger.rows()}


def table_digest(folder: Path) -> str:
    """Return the digest of the table in a study's folder."""
    with Ledger(folder / FILE, write=False) as ledger:
        return ledger.digest()


def expected(study: Study) -> dict[tuple[str, int], bytes]:
    """Return the outcomes of every run of a study by :func:`cheap`, computed by themselves."""
    from experiments.lab.runner import Group

    groups = [
        Group(p.id, study.scenario_at(p.settings), (r,), (study.seed_at(p.id, r),))
        for p in study.points()
        for r in range(1, study.replicates + 1)
    ]
    rows = cheap(Chunk(tuple(groups), study.outcomes, "", "")).rows
    return {(row.point, row.replicate): row.outcomes.tobytes() for row in rows}


def command(*arguments: str | Path, **more: Any) -> subprocess.Popen[str]:
    """Start ``twinhelix`` in a process group of its own; ``planted`` names a bug that it has then."""
    bug = more.pop("planted", "")
    module = ["tests.experiments.planted", bug] if bug else ["experiments.cli"]
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen(
        [*more.pop("prefix", ()), sys.executable, "-m", *module, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        start_new_session=os.name == "posix",
        **more,
    )


def ended(process: subprocess.Popen[str], seconds: float = 60) -> tuple[int, str, str]:
    """Return exit code, output and notices of a command."""
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out, err


def until(condition: Any, seconds: float = 60) -> None:
    """Wait until something is the case."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.02)


def n_stored(folder: Path) -> int:
    """Return how many runs a study has, none before it begins."""
    try:
        with Ledger(folder / FILE, write=False) as ledger:
            return ledger.count("run")
    except OSError:
        return 0
