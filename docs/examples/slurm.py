"""Run a study on a SLURM cluster: ``python slurm.py STUDY``, on the login node or in a small job of its own.

Needs ``pip install "twinhelix[cluster]"`` in an environment that all nodes see. The ledger stays with this process;
workers may come and go, and killing everything costs at most the last second: the same command goes on.
"""

import subprocess
import sys

from dask_jobqueue import SLURMCluster

if __name__ == "__main__":
    with SLURMCluster(
        queue="normal",
        walltime="02:00:00",
        cores=16,
        processes=16,  # a process a core: one thread each is what the compiled engine fills
        memory="32GB",
        job_script_prologue=["export TWINHELIX_CACHE=$HOME/.cache/twinhelix"],  # rules are compiled once for all nodes
    ) as cluster:
        cluster.adapt(minimum_jobs=1, maximum_jobs=20)
        done = subprocess.run(["twinhelix", "sweep", sys.argv[1], "--scheduler", cluster.scheduler_address])
    sys.exit(done.returncode)
