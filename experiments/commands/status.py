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
    from experiments.terminal import console, number_of, say, table

    if study:
        found = [state(*find_begun(study, outputs), means=not json)]
    else:
        found = [state_or_why_not(name, outputs) for name in begun(outputs)]
    if json:
        shown: Any = found[0] if study else found
        say(strict_json(shown))
        return
    out = console()
    counts = ("points", "finished", "failed", "left")
    rows = [(s["study"], *(f"{s[key]:,}" for key in counts), s["last"]) for s in found if "last" in s]
    out.print(table("Studies", ["study", "points", "finished", "failed", "to do", "last event"], rows))
    for s in found:
        if "unreadable" in s:
            out.print(f"{s['study']} cannot be read: {s['unreadable']}")
        if s.get("means"):
            out.print(s["means"])
        for error, n in s.get("errors", {}).items():
            out.print(f"{number_of(n, 'run')} failed: {error}")
        if s.get("failed"):
            out.print(f"`twinhelix resume {s['study']} --failed` tries failed runs again.")


def state_or_why_not(name: str, outputs: Path) -> dict[str, Any]:
    """Return the state of a study, or why it cannot be read; the others are told all the same."""
    from experiments.lab.folder import find_begun

    try:
        return state(*find_begun(name, outputs))
    except (OSError, ValueError) as error:
        return {"study": name, "unreadable": str(error)}


def state(study: Any, _: Path, folder: Path, means: bool = False) -> dict[str, Any]:
    """Return counts, errors and the last event of a study; with its means, where they are wanted."""
    from experiments.lab.ledger import FILE, Ledger
    from experiments.lab.live import first_points, means_so_far, means_table

    n_points = len(study.points())
    with Ledger(folder / FILE, write=False) as ledger:
        finished, failed = ledger.count("run"), ledger.count("failure")
        at, what = (ledger.query("SELECT at, what FROM event ORDER BY number DESC LIMIT 1") or [("–", "none")])[0]
        errors = dict(ledger.query("SELECT error, count(*) FROM failure GROUP BY error ORDER BY 2 DESC LIMIT 5"))
        found: dict[str, Any] = {
            "study": study.name,
            "points": n_points,
            "replicates": study.replicates,
            "finished": finished,
            "failed": failed,
            "left": max(0, n_points * study.replicates - finished - failed),
            "errors": errors,
            "last": f"{what} {at}",
        }
        if means:
            settings = first_points(study)
            found["means"] = means_table(study, settings, means_so_far(study, ledger, settings), n_points)
    return found
