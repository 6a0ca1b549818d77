"""Run a study on a SLURM cluster: ``python slurm.py STUDY``, on the login node or in a small job of its own.

Needs ``pip install "twinhelix[cluster]"`` in an environment that all nodes see. The ledger stays with this process;
workers may come and go, and killing everything costs at most the last second: the same command goes on. Scheduler and
workers speak TLS with credentials made for this run: nobody else on the cluster can hand them code. Options say what
your cluster is like; all others go to ``twinhelix sweep``. ``slurm_one_node.sh`` tries it where there is no cluster.
"""

import argparse
import os
import signal
import subprocess
import sys

from dask_jobqueue import SLURMCluster
from distributed import Security

if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("study", help="study file, shipped study, or name of a study begun")
    options.add_argument("--queue", default="normal", help="SLURM calls it a partition")
    options.add_argument("--walltime", default="02:00:00", help="of a job: when it is over, another one is asked for")
    options.add_argument("--cores", default=16, type=int, help="of a job, each a process: what the engine fills")
    options.add_argument("--memory", default="32GB", help="of a job, shared by its processes")
    options.add_argument("--jobs", default=20, type=int, help="at a time")
    given, others = options.parse_known_args()
    credentials = Security.temporary()
    with SLURMCluster(
        queue=given.queue,
        walltime=given.walltime,
        cores=given.cores,
        processes=given.cores,
        memory=given.memory,
        security=credentials,
        shared_temp_directory="~",  # where workers of all nodes find them
    ) as cluster:
        # As many always, and new ones when their time is over: of the study Dask sees only the few runs that are out.
        cluster.adapt(minimum_jobs=given.jobs, maximum_jobs=given.jobs)
        tls = {
            "CA_FILE": credentials.tls_ca_file,
            "CLIENT__CERT": credentials.tls_client_cert,
            "CLIENT__KEY": credentials.tls_client_key,
        }
        known = {f"DASK_DISTRIBUTED__COMM__TLS__{key}": value for key, value in tls.items()}
        command = ["twinhelix", "sweep", given.study, "--scheduler", cluster.scheduler_address, *others]
        signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the study, which says what is safe
        done = subprocess.run(command, env=os.environ | known)
    sys.exit(done.returncode)
