"""``twinhelix extend``: more replicates, or more points of a sampled design; what is there stays."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def extend(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    replicates: Annotated[int | None, typer.Option(help="Runs of every point, in all.", min=1)] = None,
    points: Annotated[int | None, typer.Option(help="Points of the design, in all.", min=1)] = None,
    outputs: Annotated[Path, typer.Option(help="Folder of all studies.")] = Path("outputs"),
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Add replicates or points to a study; `resume` then runs them."""
    from abm.parameters import ConfigError
    from experiments.files import strict_json
    from experiments.lab.conduct import extend as extended
    from experiments.lab.folder import find_begun
    from experiments.terminal import console, say

    described, file, folder = find_begun(study, outputs)
    wanted = {key: n for key, n in (("replicates", replicates), ("points", points)) if n}
    larger = described.extended(**wanted)
    n = len(larger.points())  # the design may refuse
    if larger == described:
        kind, there = described.kind, f"more --points, of which there are {described.size:,} {described.kind.counted}"
        takes = [there] * bool(kind.grown) + ["more --replicates"] * (kind.blocks is None)
        raise ConfigError(f"extend: nothing is added; {described.design.kind} takes {' or '.join(takes) or 'no more'}")
    extended(described, file, folder, **wanted)
    if json:
        say(strict_json({"study": larger.name, "points": n, "replicates": larger.most_replicates}))
        return
    size = f"{n:,} points × {larger.most_replicates:,} replicates"
    console().print(f"{larger.name}: {size}. `twinhelix resume {larger.name}` runs them.")
