"""``twinhelix check``: the model against evidence."""

from __future__ import annotations

from typing import Annotated

import typer


def check(
    scenario: Annotated[str, typer.Argument(help="Shipped scenario or TOML file.")] = "iuc-asia",
    seeds: Annotated[int, typer.Option(help="How many runs.", min=2)] = 500,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compare the model with the record."""
    from calibration.check import check as compare_with_record
    from experiments.terminal import compile_if_needed

    compile_if_needed()
    compare_with_record(scenario, seeds=seeds, as_json=json)
