"""What the compiler makes of the rules."""

import json
import os
import subprocess
import sys

import pytest

from abm import jit

SIGNATURES = """
import gc, json
import abm
from abm import engine
from numba.core.registry import CPUDispatcher

engine.simulate(abm.load("iuc-asia"), [1])
kernels = [x for x in gc.get_objects() if isinstance(x, CPUDispatcher) and x.py_func.__module__.startswith("abm.")]
print(json.dumps({
    f"{x.py_func.__module__}.{x.py_func.__name__}": [str(signature) for signature in x.overloads] for x in kernels
}))
"""


@pytest.mark.slow
@pytest.mark.skipif(not jit.is_compiled(), reason="kernels are interpreted")
def test_a_run_compiles_every_kernel_for_one_signature(tmp_path):
    """A kernel called with other types is compiled again; what is loaded from a cache does not show, so it is empty."""
    done = subprocess.run(
        [sys.executable, "-c", SIGNATURES],
        env={**os.environ, "TWINHELIX_CACHE": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    kernels = json.loads(done.stdout)
    assert sum(map(bool, kernels.values())) > 200, "hardly anything was compiled: the test would see nothing"
    assert {name: found for name, found in kernels.items() if len(found) > 1} == {}
