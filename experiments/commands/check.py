"""``twinhelix check``: the model against evidence. The floor above is found by name, never imported from here."""

from __future__ import annotations

from importlib import import_module, util
from typing import Annotated

import typer

HOME = "calibration.check"


def is_there() -> bool:
    """Say whether this installation has the floor of calibration."""
    return util.find_spec("calibration") is not None and util.find_spec(HOME) is not None


def check(
    seeds: Annotated[int, typer.Option(help="How many runs.")] = 100,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compare the model with the record."""
    code = import_module(HOME).check(seeds=seeds, as_json=json)
    raise typer.Exit(code if isinstance(code, int) else 0)
