"""A study of 10⁵ points and 10⁶ runs: every verb answers in seconds, in little memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.design.points import Row
from experiments.lab.folder import find
from experiments.lab.ledger import FILE, Ledger
from experiments.lab.provenance import write_provenance, write_study
from tests.experiments import laboratory

VARY = """[vary]
broker.noise = {low = 0.1, high = 0.5}
search.rate = {low = 0.1, high = 0.5}
broker.capacity = [0, 8]
[design]
kind = "latin-hypercube"
points = 100000
[baseline]
broker.capacity = 0
"""
MEASURED = """
import resource, sys, time
from experiments import cli
from experiments.lab import conduct
from tests.experiments.laboratory import cheap

class Terminal:
    def __getattr__(self, name): return getattr(sys.__stderr__, name)
    def isatty(self): return True

if "--terminal" in sys.argv:
    sys.argv.remove("--terminal")
    sys.stderr = Terminal()
conduct.conduct.__kwdefaults__["work"] = cheap
commit, first = conduct.Ledger.commit, []

def noted(self, rows):
    commit(self, rows)
    first.append(time.process_time())
    if sys.argv[1] == "sweep": raise KeyboardInterrupt

conduct.Ledger.commit = noted
code = cli.answer(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
sys.__stdout__.write(f"\\n{code} {(first or [time.process_time()])[0]} {peak}")
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A folder with a finished study of a million runs."""
    room = tmp_path_factory.mktemp("scale")
    file = laboratory.write_study(room, replicates=10, vary=VARY)
    study, _, folder = find(str(file), room / "outputs")
    folder.mkdir(parents=True)
    points = study.points()
    seeds = [study.seed_at("", r) for r in range(1, 11)]
    with Ledger(folder / FILE) as ledger:
        from abm.machine.cache import code_digest

        ledger.begin(study.identity(), code_digest())
        ledger.note("opened", host="here", pid=1)
        values = laboratory.np.array([1.0, 2.0, 3.0])
        for x in range(0, len(points), 5_000):
            some = points[x : x + 5_000]
            for point in some:
                ledger.register(point.id, point.place, study.shown(point.settings))
            ledger.commit(Row(p.id, r, seeds[r - 1], values + r) for p in some for r in range(1, 11))
        write_study(folder, study, file)
        write_provenance(folder, study, ledger, {})
    return room


def measured(room, *arguments) -> tuple[int, float, float]:
    """Return exit code, seconds of the processor (to the first row, of a sweep) and megabytes of a command."""
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        capture_output=True, text=True, cwd=room, env=os.environ | {"PYTHONPATH": root},
    )  # fmt: skip
    code, seconds, peak = done.stdout.split()[-3:]
    return int(code), float(seconds), float(peak)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [
        (["status", "trial"], 3),
        (["status", "trial", "--json"], 3),
        (["verify", "trial"], 15),
        (["export", "trial"], 15),
        (["resume", "trial"], 15),
        (["resume", "trial", "--terminal"], 15),
        (["sweep", "trial.toml", "--outputs", "anew"], 2),
        (["sweep", "trial.toml", "--outputs", "seen", "--terminal"], 2),
    ],
    ids=range(8),
)
def test_a_million_runs_are_handled_in_seconds(room, arguments, seconds):  # 14
    code, took, peak = measured(room, *arguments)
    assert code == (130 if arguments[0] == "sweep" else 0)
    assert took < seconds and peak < 400, f"{took:.1f} s, {peak:.0f} MB"


@pytest.mark.parametrize(
    ("design", "vary"),
    [
        ('kind = "fractional"\nfraction = 8', 26),
        ('kind = "fractional"\nfraction = 11', 30),
        ('kind = "sobol"\npoints = 524288', 30),
        ('kind = "latin-hypercube"\npoints = 1000000', 30),
        ('kind = "latin-hypercube"\npoints = 100000\nblock = 1', 3),
        ('kind = "sobol"\npoints = 131072', 8),
    ],
    ids=range(6),
)
def test_a_legal_design_begins_in_seconds_or_is_refused(verb, tmp_path, design, vary):  # 14
    import time

    from abm.input.scenario import PARAMETERS

    names = [d.name for d in PARAMETERS.values() if d.kind is float and d.par.prior][:vary]
    lines = "\n".join(f'{name} = "prior"' for name in names)
    laboratory.write_study(tmp_path, replicates=1, vary=f"[vary]\n{lines}\n[design]\n{design}\n")
    began = time.process_time()
    code, said, line = verb("sweep", "trial.toml", "--dry-run", "--json")
    assert code in (0, 2) and time.process_time() - began < 4
    assert json.loads(said)["points"] > 1000 if code == 0 else "at most" in line
