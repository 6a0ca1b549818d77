"""Run the shipped studies, or what is left of them, and draw their figures: ``python -m experiments.studies``."""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.lab.folder import shipped
from experiments.report.studies import conducted
from experiments.terminal import compile_if_needed

if __name__ == "__main__":
    compile_if_needed()
    for study in shipped():
        where = conducted(study, Path(sys.argv[1] if len(sys.argv) > 1 else "outputs"), "--quick" in sys.argv)
        sys.stdout.write(f"{study}: {where}\n")
