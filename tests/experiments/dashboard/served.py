"""A dashboard of its own process, as the command starts it."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from typing import NamedTuple

TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Served(NamedTuple):
    """A server that runs: its process and the link that it printed."""

    process: subprocess.Popen
    link: str

    @property
    def cpu(self):
        """Seconds of work of the process so far."""
        fields = self.stat("stat").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    @property
    def memory(self):
        """Megabytes that it holds."""
        return int(re.search(r"VmRSS:\s+(\d+) kB", self.stat("status"))[1]) / 1024

    def stat(self, name):
        """Return what the system knows of the process."""
        with open(f"/proc/{self.process.pid}/{name}", encoding="utf-8") as file:
            return file.read()

    def wait_until_ready(self, seconds=300):
        """Wait until rules are compiled and loaded."""
        for _ in range(10 * seconds):
            with urllib.request.urlopen(self.link + "state.json") as answer:
                if b'"ready":true' in answer.read():
                    return self
            time.sleep(0.1)
        raise TimeoutError("the rules were not ready")

    def end(self):
        """End it and what it started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def served(*arguments, **environment):
    """Start a dashboard on a free port of this machine, and end it."""
    command = [sys.executable, "-m", "experiments", "dashboard", "--no-browser", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True, env={**os.environ, **environment}
    )
    try:
        link = re.search(r"http://\S+", process.stdout.readline())[0]
        yield Served(process, link)
    finally:
        Served(process, "").end()
        process.stdout.close()
