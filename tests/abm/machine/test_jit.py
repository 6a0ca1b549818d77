"""What the compiler makes of the rules."""

import json
import os
import subprocess
import sys

import pytest

from abm.machine.jit import kernel

RUN = """
import gc, json
import abm
from abm import engine
from abm.state.handle import handle
from abm.machine.jit import kernel
from numba.core.registry import CPUDispatcher

_, w = engine.simulate(abm.load("iuc-asia"), [1])
kernels = [x for x in gc.get_objects() if isinstance(x, CPUDispatcher) and x.py_func.__module__.startswith("abm.")]
found = {}
for x in kernels:
    known = found.setdefault(f"{x.py_func.__module__}.{x.py_func.__name__}", {"doors": 0, "signatures": []})
    known["signatures"] += [str(signature) for signature in x.overloads if str(signature) not in known["signatures"]]
    known["doors"] += 0 if x.targetoptions.get("no_cpython_wrapper") else len(x.overloads)
print(json.dumps(found))

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
    kernels = {name: found["signatures"] for name, found in json.loads(printed[0]).items()}
    assert sum(map(bool, kernels.values())) > 200, "hardly anything was compiled: the test would see nothing"
    assert {name: found for name, found in kernels.items() if len(found) > 1} == {}


@pytest.mark.slow
@pytest.mark.compiled("nothing is compiled")
def test_only_what_python_calls_has_a_door_for_it(printed):
    """A door costs a quarter of the compiling of a small kernel."""
    doors = {name for name, found in json.loads(printed[0]).items() if found["doors"]}
    assert doors == {"abm.engine.advance", "abm.state.handle._bind"}


@pytest.mark.compiled("nothing is compiled")
def test_a_kernel_has_a_door_for_python_only_when_python_calls_it():
    @kernel
    def twice(n):
        return 2 * n

    @kernel
    def four_times(n):
        return twice(twice(n))

    assert four_times(3) == 12 and not twice.overloads
    assert twice(3) == 6 and twice.overloads


def test_a_kernel_may_call_itself():
    assert fibonacci(6) == 8


@kernel
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
