"""``twinhelix export``: tables of a study for pandas, R and DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    outputs: Annotated[Path, typer.Option(help="Folder of all studies.")] = Path("outputs"),
) -> None:
    """Write the runs of a study, and what they say, as Parquet and CSV."""
    from experiments.analysis import tables
    from experiments.lab.folder import find_begun, owned

    described, _, folder = find_begun(study, outputs)
    with owned(folder):
        written = tables.export(described, folder)
    typer.echo(f"{described.name}: {', '.join(written)} in {folder}")
