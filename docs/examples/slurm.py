"""Run a study on a SLURM cluster: ``python slurm.py STUDY``, on the login node or in a small job of its own.

Needs ``pip install "twinhelix[cluster]"`` in an environment that all nodes see. The ledger stays with this process;
workers may come and go, and killing everything costs at most the last second: the same command goes on. Scheduler and
workers speak TLS with credentials made for this run: nobody else on the cluster can hand them code.
"""

import os
import subprocess
import sys

from dask_jobqueue import SLURMCluster
from distributed import Security

if __name__ == "__main__":
    credentials = Security.temporary()
    with SLURMCluster(
        queue="normal",
        walltime="02:00:00",
        cores=16,
        processes=16,  # a process a core: one thread each is what the compiled engine fills
        memory="32GB",
        security=credentials,
        shared_temp_directory=os.path.expanduser("~"),  # where workers of all nodes find them
        job_script_prologue=["export TWINHELIX_CACHE=$HOME/.cache/twinhelix"],  # rules are compiled once for all nodes
    ) as cluster:
        cluster.adapt(minimum_jobs=1, maximum_jobs=20)
        tls = {
            "CA_FILE": credentials.tls_ca_file,
            "CLIENT__CERT": credentials.tls_client_cert,
            "CLIENT__KEY": credentials.tls_client_key,
        }
        known = {f"DASK_DISTRIBUTED__COMM__TLS__{key}": value for key, value in tls.items()}
        command = ["twinhelix", "sweep", sys.argv[1], "--scheduler", cluster.scheduler_address]
        done = subprocess.run(command, env=os.environ | known)
    sys.exit(done.returncode)
