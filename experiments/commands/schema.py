"""``twinhelix schema``: what a scenario or study file may say, for the editor it is written in."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Of(StrEnum):
    """Files that have a schema."""

    SCENARIO = "scenario"
    STUDY = "study"


def schema(of: Annotated[Of, typer.Argument(help="Which file.")]) -> None:
    """Print the JSON Schema of a scenario or study file."""
    from experiments.design.schema import text

    typer.echo(text(of.value), nl=False)
