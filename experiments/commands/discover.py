"""``twinhelix discover``: where, of all that is uncertain, a wish comes true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands import options

if TYPE_CHECKING:
    from experiments.report.discovery import Answer


def discover(
    study: options.Described,
    success: options.Success = None,
    density: Annotated[
        float | None, typer.Option(help="Wanted density.", min=0.01, max=1.0, show_default="the surest box")
    ] = None,
    dry_run: options.DryRun = False,
    quick: options.Quick = False,
    executor: options.How = options.Kind.THREADS,
    scheduler: options.Scheduler = None,
    workers: options.Workers = None,
    chunk: options.ChunkSize = None,
    outputs: options.Outputs = Path("outputs"),
    accept_other_code: options.OtherCode = False,
    allow_code: options.AllowCode = False,
    json: options.AsJson = False,
    no_figures: options.NoFigures = False,
) -> None:
    """Say where, of all that is uncertain, a wish comes true: a box, judged in worlds that nobody looked at."""
    from experiments import discovery
    from experiments.lab.folder import find
    from experiments.report import discovery as report

    described, file, folder = find(study, outputs, quick, allow_code=allow_code and not dry_run)
    described = report.checked(report.asked(described, success or []))
    how = options.executor_of(described, executor, scheduler, workers)
    if not options.begun(described, folder, workers, dry_run, allow_code, json):
        return
    asked = options.watched(json, chunk, accept_other_code)
    answer = report.discovered(described, file, folder, how, density, not json, **asked)
    tell_answer(answer, folder, not no_figures, json)
    if answer.found.says == discovery.UNSTABLE:
        raise typer.Exit(options.UNFINISHED)


def tell_answer(answer: Answer, folder: Path, draw: bool, as_json: bool) -> None:
    """Say what was discovered, and draw it."""
    from experiments.report import boxes, discovery

    tables = discovery.tables_of(answer)
    pictures = boxes.drawn(answer, folder) if draw else []
    made: dict[str, Any] = {
        "study": answer.study.name,
        "folder": str(folder),
        "success": [str(each) for each in answer.study.success],
        "says": answer.found.says,
        "base": answer.found.base,
        "runs": answer.provenance["runs"],
        "figures": pictures,
    }
    made |= {name: tables[name].to_dict("records") for name in ("boxes", "limits")}
    options.tell(
        made,
        [*discovery.lines(answer), *options.where(tables, folder, pictures), f"For EMA Workbench: {discovery.EMA}."],
        as_json,
    )
