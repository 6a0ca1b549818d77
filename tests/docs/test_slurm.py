"""The example of a cluster runs on a SLURM of one node: needs slurm-wlm and munge, and the extra `cluster`."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "slurm_one_node.sh"
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin"])
MISSING = [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(name, path=PATH)]


@pytest.mark.slow
@pytest.mark.cluster
@pytest.mark.compiled("kills fall into the time of a compiled study")
@pytest.mark.skipif(bool(MISSING), reason=f"no {', '.join(MISSING)}: apt-get install slurm-wlm munge")
def test_a_study_that_is_killed_on_slurm_has_the_table_of_threads():
    pytest.importorskip("dask_jobqueue")
    with tempfile.TemporaryDirectory() as room:
        os.chmod(room, 0o755)  # munge wants it
        more = {"PATH": PATH, "TMPDIR": room, "PYTHONPATH": str(EXAMPLE.parents[2])}
        done = subprocess.run(["bash", str(EXAMPLE)], capture_output=True, text=True, env=os.environ | more)
        left = os.listdir(room)
    assert done.returncode == 0 and done.stdout.endswith("They are the same.\n"), done.stdout + done.stderr
    assert not left
