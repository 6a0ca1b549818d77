"""What a change of the code changes: ``python before_after.py before.csv OUTCOME …``, before it and after it.

The first call writes what ten runs of two years give; later ones compare with that, seed by seed.
"""

import sys
from pathlib import Path

import pandas as pd

import abm
from experiments.intervals import paired

file, outcomes = Path(sys.argv[1]), sys.argv[2:]
runs = abm.run_many("iuc-asia", seeds=10, months=24, outcomes=outcomes, progress=False)
if not file.exists():
    runs.to_csv(file, index=False)
    print(f"{file} written: 10 runs of 24 months")
else:
    before = pd.read_csv(file)
    for outcome in outcomes:
        pairs, _, difference, low, high, *_ = paired(runs[outcome].to_numpy(), before[outcome].to_numpy())
        print(f"{outcome}: {difference:+.2f} ({low:.2f} to {high:.2f}), {pairs} pairs")
