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
    scenario: Annotated[str, typer.Argument(help="Shipped scenario or TOML file.")] = "iuc-asia",
    seeds: Annotated[int, typer.Option(help="How many runs.", min=2)] = 500,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compare the model with the record."""
    from experiments.terminal import compile_if_needed

    compile_if_needed()
    import_module(HOME).check(scenario, seeds=seeds, as_json=json)
