"""What a study found: run to its end, or what is left of it, and set out in tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from experiments.analysis.tables import compare, design_of, export, runs
from experiments.design.study import Study
from experiments.files import whole_folder, write_table
from experiments.lab.conduct import conduct
from experiments.lab.executors import in_threads
from experiments.lab.folder import owned
from experiments.lab.live import Screen

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Findings(NamedTuple):
    """A study, its runs (a row each), means of every arm, paired differences to its baselines, and its source.

    A fraction of a design has the effects of its factors in place of differences. The source is the name of the study
    and the digest of its table, for the foot of a figure.
    """

    study: Study
    runs: pd.DataFrame
    means: pd.DataFrame
    differences: pd.DataFrame
    source: str = ""

    @property
    def n_runs(self) -> int:
        """Runs of every arm."""
        return int(self.means["runs"].max())


def findings(study: Study, file: Path, folder: Path, progress: bool = True) -> Findings:
    """Run what is left of a study into its folder, write its tables there, and return them."""
    made = conduct(study, file, folder, partial(in_threads), watch=Screen(progress).watch)
    source = source_of(study, made)
    with owned(folder):
        export(study, folder)
        table = runs(study, folder)
    found = compare(study, table, design_of(study))
    return Findings(study, table, found["means"], found["effects" if "effects" in found else "differences"], source)


def source_of(study: Study, provenance: Mapping[str, Any]) -> str:
    """Return where numbers come from: the name of the study, and the digest of its table."""
    return f"{study.name} · {provenance['table_digest'][:16]}"


def keep(folder: Path, figures: Iterable[tuple[str, Figure]], source: str = "", **tables: pd.DataFrame) -> list[str]:
    """Write tables beside those of the study, and figures, each as soon as it is drawn; return the names of these.

    Figures carry their source at the foot.
    """
    from experiments.figures import save, signed

    with owned(folder):
        with whole_folder(folder / "tables") as room:
            for name, table in tables.items():
                write_table(room, name, table)
        return [save(signed(figure, source), folder / f"{name}.png").name for name, figure in figures]
