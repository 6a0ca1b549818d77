"""Worlds of 10,000 cities: killed on Dask and resumed a study has the table of threads; memory is told before."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from experiments.lab import memory
from experiments.lab.folder import find
from tests.experiments.laboratory import command, ended, n_stored, table_digest, until
from tests.helpers import towns, write_scenario

pytestmark = [
    pytest.mark.slow,
    pytest.mark.compiled("10,000 cities"),
    pytest.mark.skipif(sys.platform != "linux", reason="kills groups of processes, and measures memory as Linux does"),
]

N = 10_000
STUDY = """
scenario = "tiny.toml"
months = 3
replicates = 2
outcomes = ["contacts_ever", "mean_trust"]
[vary]
broker.capacity = [0, 2, 8]
"""
MEASURED = """
import resource, sys
from experiments.cli import answer

code = answer(sys.argv[1:])
sys.stderr.write(str(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
sys.exit(code)
"""


def synthetic(n: int, seed: int = 1) -> list[dict]:
    """Return cities around some centres, their sizes by Zipf's rule."""
    luck = np.random.default_rng(seed)
    centres = np.column_stack([luck.uniform(-40, 65, 60), luck.uniform(-170, 170, 60)])
    places = centres[luck.integers(0, 60, n)] + luck.uniform(-3, 3, (n, 2))
    sizes = 3e7 / luck.permutation(np.arange(1, n + 1))
    return [
        row | {"latitude": lat, "longitude": lon, "population": round(size)}
        for row, (lat, lon), size in zip(towns(n), places, sizes, strict=True)
    ]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The study, in a folder of its own."""
    room = tmp_path_factory.mktemp("large")
    write_scenario(room, synthetic(N), '[[brokers]]\nname = "b"')
    path = room / "large.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def alone(file):
    """The digest of its table from one thread, and the most memory that this took."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "sweep", str(file), "--workers", "1", "--outputs", str(file.parent / "alone")],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    return table_digest(file.parent / "alone" / "large"), float(done.stderr)


def test_memory_is_told_before_about_as_it_was_taken(file, alone):
    told = memory.of_study(find(str(file), file.parent / "none")[0]).of(1)
    assert told / alone[1] == pytest.approx(1, abs=1 / 3), f"told {told / 1e6:.0f} MB, took {alone[1] / 1e6:.0f} MB"


@pytest.mark.cluster
def test_killed_on_dask_and_resumed_it_has_the_table_of_threads(file, alone, tmp_path):
    pytest.importorskip("distributed")
    words = ["sweep", file, "--executor", "dask", "--workers", "2", "--outputs", tmp_path]
    process = command(*words)
    until(lambda: n_stored(tmp_path / "large") > 0 or process.poll() is not None, 600)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    assert ended(process)[0] == -signal.SIGKILL, "it was done before it was killed"
    assert 0 < n_stored(tmp_path / "large") < 6
    code, _, said = ended(command(*words), 600)
    assert (code, said) == (0, "")
    assert n_stored(tmp_path / "large") == 6 and table_digest(tmp_path / "large") == alone[0]
