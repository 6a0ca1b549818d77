"""What the compiler makes of the rules."""

import json
import os
import subprocess
import sys

import pytest

RUN = """
import gc, json
import abm
from abm import engine
from abm.state.handle import handle
from abm.machine.jit import kernel
from numba.core.registry import CPUDispatcher

_, w = engine.simulate(abm.load("iuc-asia"), [1])
kernels = [x for x in gc.get_objects() if isinstance(x, CPUDispatcher) and x.py_func.__module__.startswith("abm.")]
print(json.dumps({
    f"{x.py_func.__module__}.{x.py_func.__name__}": [str(signature) for signature in x.overloads] for x in kernels
}))

def last(w, row):
    return w.cities.need[row, 0]

try:
    kernel(last)(handle(w), -1)
    print("read")
except IndexError:
    print("refused")
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Run once, with an empty cache and every index checked; what is loaded from a cache shows no signatures."""
    folder = tmp_path_factory.mktemp("cache")
    paths = {"TWINHELIX_CACHE": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    (folder / "run.py").write_text(RUN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, folder / "run.py"],
        env={**os.environ, **paths, "NUMBA_BOUNDSCHECK": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.compiled("nothing is compiled")
def test_no_kernel_indexes_a_table_out_of_bounds(printed):
    """The run passed with every index checked, and the check refuses −1: a table has no rows before its first."""
    assert printed[1] == "refused"


@pytest.mark.slow
@pytest.mark.compiled("nothing is compiled")
def test_a_run_compiles_every_kernel_for_one_signature(printed):
    """A kernel called with other types is compiled again."""
    kernels = json.loads(printed[0])
    assert sum(map(bool, kernels.values())) > 200, "hardly anything was compiled: the test would see nothing"
    assert {name: found for name, found in kernels.items() if len(found) > 1} == {}
