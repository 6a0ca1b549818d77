"""``twinhelix scenarios``: the scenarios that come with the package."""

from __future__ import annotations

from typing import Annotated

import typer


def scenarios(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """List the shipped scenarios."""
    from abm.input.load import load, shipped
    from experiments.files import strict_json
    from experiments.terminal import console, table

    found = [load(name) for name in shipped()]
    if json:
        typer.echo(
            strict_json(
                [
                    {
                        "name": s.name,
                        "title": s.title,
                        "description": s.description,
                        "source": s.source,
                        "cities": len(s.cities),
                        "start": s.start,
                        "months": s.months,
                        "programmes": [part.name for part in s.parts()],
                    }
                    for s in found
                ]
            )
        )
        return
    rows = [(s.name, f"{s.title}. {s.description}", s.source or "–", str(len(s.cities)), str(s.months)) for s in found]
    out = console()
    out.print(table("Shipped scenarios", ["name", "what it is", "source", "cities", "months"], rows, left=3))
    out.print(
        'Your own: a TOML file with extends = "iuc-asia" and what differs; then '
        "twinhelix run --scenario my-scenario.toml"
    )
