"""``twinhelix verify`` and ``repair``: is every stored run right, and what to keep of a damaged ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DAMAGED, OTHER = 4, 5


def verify(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    again: Annotated[int, typer.Option("--rerun", help="Run so many stored runs again and compare bits.", min=0)] = 0,
    outputs: Annotated[Path, typer.Option(help="Folder of all studies.")] = Path("outputs"),
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check every stored run of a study, and repeat some."""
    from experiments.files import strict_json
    from experiments.lab import verify as checks
    from experiments.lab.folder import find_begun
    from experiments.terminal import compile_if_needed, notice

    described, _, folder = find_begun(study, outputs, damaged=True)
    wrong, n, other = checks.verify(described, folder), 0, list[str]()
    if again and not wrong:
        compile_if_needed()
        n, other = checks.rerun(described, folder, again)
    if json:
        typer.echo(strict_json({"study": described.name, "wrong": wrong, "repeated": n, "other_bits": other}))
    for line in (*wrong, *other):
        notice(f"{folder}: {line}")
    if wrong:
        notice(f"`twinhelix repair {described.name}` keeps every run that is intact")
        raise typer.Exit(DAMAGED)
    if other:
        raise typer.Exit(OTHER)
    if not json:
        repeated = f"; {n:,} runs were repeated, all bits the same" if n else ""
        typer.echo(f"{described.name}: every stored run is intact{repeated}.")


def repair(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    outputs: Annotated[Path, typer.Option(help="Folder of all studies.")] = Path("outputs"),
) -> None:
    """Keep every intact run of a damaged ledger; `resume` then runs the others again."""
    from experiments.lab import verify as checks
    from experiments.lab.folder import find_begun

    described, _, folder = find_begun(study, outputs, damaged=True)
    kept = checks.repair(described, folder)
    typer.echo(f"{described.name}: {kept:,} intact runs are kept; `twinhelix resume {described.name}` runs the others.")
