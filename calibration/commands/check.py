"""``twinhelix check``: the model against evidence."""

from __future__ import annotations

from typing import Annotated

import typer


def check(
    scenario: Annotated[str, typer.Argument(help="Shipped scenario or TOML file.")] = "iuc-asia",
    seeds: Annotated[
        int | None, typer.Option(help="How many runs; 500, of a world of 10,000 cities or more 3.", min=2)
    ] = None,
    listed: Annotated[
        bool,
        typer.Option("--listed", help="Read record and runs as printed lists, as calibrate does."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compare the model with the record of IUC Asia, or a large world with the networks of sister cities."""
    from calibration.check import SEEDS
    from calibration.check import check as compare_with_evidence
    from experiments.terminal import compile_if_needed

    compile_if_needed()
    if listed:
        tell_lists(scenario, seeds or SEEDS, json)
    else:
        compare_with_evidence(scenario, seeds=seeds, as_json=json)


def tell_lists(name: str, seeds: int, as_json: bool) -> None:
    """Say how lists printed of a scenario compare with that of the record."""
    from abm.input.load import load
    from calibration.check import until_the_record_ends
    from calibration.inference.again import listed
    from calibration.inference.folder import shipped
    from calibration.inference.study import read
    from calibration.inference.told import of_predictive
    from experiments.files import strict_json
    from experiments.terminal import console, say

    table = listed(read(shipped()["iuc-asia"]), until_the_record_ends(load(name)), seeds)
    if as_json:
        say(strict_json(table))
    else:
        console().print(of_predictive(table, f"{name}: the record and lists printed of it"))
