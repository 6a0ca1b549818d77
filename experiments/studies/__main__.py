"""Run the shipped studies, or what is left of them, and draw their figures: ``python -m experiments.studies``.

``python -m experiments.studies outputs docs/figures`` also puts those that the documents show into a second folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.lab.folder import shipped
from experiments.report.studies import conducted, documented
from experiments.terminal import compile_if_needed

if __name__ == "__main__":
    if any(said.startswith("-") and said != "--quick" for said in sys.argv[1:]):
        sys.exit("usage: python -m experiments.studies [OUTPUTS [FIGURES]] [--quick]")
    compile_if_needed()
    outputs, *pages = [Path(said) for said in sys.argv[1:] if said != "--quick"] or [Path("outputs")]
    for study in shipped():
        where = conducted(study, outputs, "--quick" in sys.argv)
        for folder in pages:
            documented(study, where, folder)
        sys.stdout.write(f"{study}: {where}\n")
