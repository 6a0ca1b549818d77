"""``twinhelix export``: tables of a study for pandas, R and DuckDB."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer


def export(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    outputs: Annotated[Path, typer.Option(help="Folder of all studies.")] = Path("outputs"),
    to: Annotated[Path | None, typer.Option(help="Folder to write into.", show_default="the study's")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Write the runs of a study, and what they say, as Parquet and CSV."""
    from experiments.analysis import tables
    from experiments.files import strict_json
    from experiments.lab.folder import find_begun, owned
    from experiments.terminal import say

    described, _, folder = find_begun(study, outputs)
    with owned(folder) if to is None else nullcontext():
        made = tables.export(described, folder, to or folder)
    if json:
        said = {"posterior": described.posterior.told()} if described.posterior else {}
        say(strict_json({"study": described.name, "folder": str(to or folder), **made, **said}))
        return
    say(f"{described.name}: {', '.join(made['written'])} in {to or folder}")
    for sentence in described.posterior.sentences() if described.posterior else ():
        say(sentence)
    for line in made["left_out"]:
        say(f"Left out: {line}.")
