"""`python -m calibration.docking FOLDER`: run both docking cases (some minutes) and write their figures and tables."""

import sys
from pathlib import Path
from typing import Any

import pandas as pd

from calibration.docking import mean_knowledge, stable_regions
from calibration.docking.figures import barter_figure, culture_figure
from experiments.figures import save
from experiments.files import write_table

SHARES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
RULES: dict[str, dict[str, Any]] = {
    "one for one": {},
    "every category": {"one_for_one": False},
    "every category, cut short": {"one_for_one": False, "most_meetings": 400_000},
}


def main(folder: Path, n_runs: int = 4000, n_seeds: int = 20) -> None:
    """Write docking_culture and docking_barter, each as PNG, CSV and Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    regions = {n_traits: stable_regions(n_runs, n_traits) for n_traits in (5, 10, 15)}
    write_table(folder, "docking_culture", pd.DataFrame(regions).rename(columns=str))
    save(culture_figure(regions), folder / "docking_culture.png")
    arms = [
        mean_knowledge(SHARES, range(n_seeds), n_experts, **how).assign(rule=rule, n_experts=n_experts)
        for n_experts in (10, 0)
        for rule, how in RULES.items()
    ]
    table = pd.concat(arms, ignore_index=True)
    write_table(folder, "docking_barter", table)
    save(barter_figure(table), folder / "docking_barter.png")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "outputs/docking"))
