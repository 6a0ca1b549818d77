"""``twinhelix discover``: where, of all that is uncertain, a wish comes true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.sensitivity import tell, where
from experiments.commands.sweep import (
    UNFINISHED,
    AllowCode,
    AsJson,
    ChunkSize,
    Described,
    DryRun,
    How,
    Kind,
    OtherCode,
    Outputs,
    Quick,
    Scheduler,
    Workers,
)

if TYPE_CHECKING:
    from experiments.report.discovery import Answer

Success = Annotated[
    list[str] | None, typer.Option("--success", help='A condition, "pilots_ever@24 + sustained_ever >= 60"; repeat it.')
]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Write tables alone.")]


def discover(
    study: Described,
    success: Success = None,
    density: Annotated[
        float | None, typer.Option(help="Wanted density.", min=0.01, max=1.0, show_default="the surest box")
    ] = None,
    dry_run: DryRun = False,
    quick: Quick = False,
    executor: How = Kind.THREADS,
    scheduler: Scheduler = None,
    workers: Workers = None,
    chunk: ChunkSize = None,
    outputs: Outputs = Path("outputs"),
    accept_other_code: OtherCode = False,
    allow_code: AllowCode = False,
    json: AsJson = False,
    no_figures: NoFigures = False,
) -> None:
    """Say where, of all that is uncertain, a wish comes true: a box, judged in worlds that nobody looked at."""
    from experiments import discovery
    from experiments.commands.sweep import check_code, executor_of, tell_forecast
    from experiments.lab.folder import find
    from experiments.lab.live import Screen
    from experiments.report import discovery as report
    from experiments.terminal import compile_if_needed

    described, file, folder = find(study, outputs, quick, allow_code=allow_code and not dry_run)
    described = report.checked(report.asked(described, success or []))
    how = executor_of(executor, scheduler, workers)
    compile_if_needed()
    if dry_run:
        tell_forecast(described, folder, workers, json)
        return
    check_code(described, allow_code)
    asked = {"watch": Screen(not json).watch, "chunk": chunk, "accept": accept_other_code}
    answer = report.discovered(described, file, folder, how, density, not json, **asked)
    tell_answer(answer, folder, not no_figures, json)
    if answer.found.says == discovery.UNSTABLE:
        raise typer.Exit(UNFINISHED)


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
    tell(
        made,
        [*discovery.lines(answer), *where(tables, folder, pictures), f"For EMA Workbench: {discovery.EMA}."],
        as_json,
    )
