"""``twinhelix doctor``: is this machine ready."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

UNWRITABLE = 4


def doctor(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Check this installation: versions, cores, cache, disk."""
    from experiments.files import strict_json
    from experiments.terminal import console, table

    found = examined()
    if json:
        typer.echo(strict_json(found))
    else:
        packages = ", ".join(f"{name} {version or '(not installed)'}" for name, version in found["packages"].items())
        lines = [(key.replace("_", " "), word(value)) for key, value in found.items() if key != "packages"]
        console().print(table("This installation", ["what", "found"], [*lines, ("packages", packages)], left=2))
    if not (found["results_writable"] and found["cache_writable"]):
        raise typer.Exit(UNWRITABLE)


def examined() -> dict[str, Any]:
    """Return what a helper would ask first."""
    from abm.labels.fonts import families
    from abm.machine.cache import cache_folder, cache_is_kept, has_compiled_before
    from abm.machine.jit import is_compiled
    from experiments.files import versions

    made = versions()
    results = Path("outputs").absolute()
    return {
        "python": made["python"],
        "platform": made["platform"],
        "cores": os.cpu_count() or 1,
        "code": made["code"],
        "compiler": is_compiled(),
        "cache": str(cache_folder()),
        "cache_writable": cache_is_kept(),
        "rules_compiled": has_compiled_before(),
        "results": str(results),
        "results_writable": writable(results),
        "chinese_font": families()[1] if len(families()) > 1 else None,
        "packages": made["packages"],
    }


def writable(folder: Path) -> bool:
    """Say whether a folder, or the nearest one above it that exists, takes a file."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def word(value: Any) -> str:
    """Return a finding as a word."""
    if value is None:
        return "none found"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
