"""``twinhelix status``: how far a study is, also while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def status(
    study: Annotated[str | None, typer.Argument(help="Name or file of a study; all if left out.")] = None,
    outputs: Annotated[Path, typer.Option(help="Folder of all studies.")] = Path("outputs"),
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say how far a study is."""
    from experiments.files import strict_json
    from experiments.lab.folder import begun, find_begun
    from experiments.terminal import console, table

    names = [study] if study else begun(outputs)
    found = [state(*find_begun(name, outputs), means=bool(study) and not json) for name in names]
    if json:
        shown: Any = found[0] if study else found
        typer.echo(strict_json(shown))
        return
    rows = [
        (s["study"], *[f"{s[key]:,}" for key in ("points", "finished", "failed", "left")], s["last"]) for s in found
    ]
    out = console()
    out.print(table("Studies", ["study", "points", "finished", "failed", "to do", "last event"], rows))
    for s in found:
        if s.get("means"):
            out.print(s["means"])
        for error, n in s["errors"].items():
            out.print(f"{n:,} runs failed: {error}")


def state(study: Any, _: Path, folder: Path, means: bool = False) -> dict[str, Any]:
    """Return counts, errors and the last event of a study; with its means, where they are wanted."""
    from experiments.lab.ledger import FILE, Ledger
    from experiments.lab.live import Means, means_table

    points = study.points()
    with Ledger(folder / FILE, write=False) as ledger:
        finished, failed = ledger.count("run"), ledger.count("failure")
        at, what = (ledger.query("SELECT at, what FROM event ORDER BY number DESC LIMIT 1") or [("–", "none")])[0]
        errors = dict(ledger.query("SELECT error, count(*) FROM failure GROUP BY error ORDER BY 2 DESC LIMIT 5"))
        found: dict[str, Any] = {
            "study": study.name,
            "points": len(points),
            "replicates": study.replicates,
            "finished": finished,
            "failed": failed,
            "left": max(0, len(points) * study.replicates - finished - failed),
            "errors": errors,
            "last": f"{what} {at}",
        }
        if means:
            so_far = Means([point.id for point in points], len(study.outcomes))
            for row in ledger.rows():
                so_far.add([row])
            found["means"] = means_table(study, {p.id: study.shown(p.settings) for p in points}, so_far)
    return found
