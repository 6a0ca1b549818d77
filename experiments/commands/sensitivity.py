"""``twinhelix sensitivity``: what outcomes depend on, and how much of them is luck."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.sweep import (
    UNFINISHED,
    AllowCode,
    AsJson,
    ChunkSize,
    Described,
    Draws,
    How,
    Kind,
    OfPosterior,
    OtherCode,
    Outputs,
    Quick,
    Scheduler,
    Workers,
)

if TYPE_CHECKING:
    import pandas as pd

    from experiments.design.study import Study
    from experiments.lab.executors import Executor
    from experiments.report.sensitivity import Answer


def sensitivity(
    study: Described,
    screen: Annotated[
        bool, typer.Option("--screen", help="Find what moves at all, of everything with a prior.")
    ] = False,
    given: Annotated[bool, typer.Option("--given", help="Read a finished sweep: a Latin hypercube.")] = False,
    surrogate: Annotated[bool, typer.Option("--surrogate", help="With --given: by a polynomial.")] = False,
    blocks: Annotated[int | None, typer.Option(help="Blocks in all, a power of two.", min=2)] = None,
    half_width: Annotated[float | None, typer.Option(help="Half width that every index shall have.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say runs, minutes and widths; keep nothing.")] = False,
    quick: Quick = False,
    executor: How = Kind.THREADS,
    scheduler: Scheduler = None,
    workers: Workers = None,
    chunk: ChunkSize = None,
    outputs: Outputs = Path("outputs"),
    accept_other_code: OtherCode = False,
    allow_code: AllowCode = False,
    posterior: OfPosterior = None,
    draws: Draws = None,
    json: AsJson = False,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Write tables alone.")] = False,
) -> None:
    """Say what outcomes depend on, alone and together, and how much of them is luck."""
    from experiments.commands.sweep import check_code, executor_of
    from experiments.design.posterior import named
    from experiments.lab.folder import find, find_begun, inside
    from experiments.lab.live import Screen
    from experiments.report import sensitivity as report
    from experiments.terminal import compile_if_needed

    some = {"posterior": posterior, "draws": draws}
    check_together(given, screen, surrogate, dry_run=dry_run, quick=quick, blocks=blocks, half_width=half_width, **some)
    if given:
        described, _, folder = find_begun(study, outputs)
        tell_given(described, folder, surrogate, json)
        return
    drawn = named(posterior, draws, outputs)
    described, file, folder = find(study, outputs, quick, allow_code=allow_code and not dry_run, posterior=drawn)
    if screen:
        described = report.screening(described)
        folder = inside(outputs, described.name)
    elif blocks is not None or half_width is not None:
        described = report.aimed(described, folder, blocks, half_width)
    how = executor_of(executor, scheduler, workers)
    compile_if_needed()
    if dry_run:
        tell_cost(described, folder, how, workers, json)
        return
    check_code(described, allow_code)
    asked = {"watch": Screen(not json).watch, "chunk": chunk, "accept": accept_other_code}
    if described.design.kind == report.SCREENING:
        table = report.screened(described, file, folder, how, **asked)
        tell_screening(described, folder, table, not no_figures, json)
        return
    answer = report.answered(described, file, folder, how, once=blocks is not None, **asked)
    tell_answer(answer, folder, not no_figures, json)
    if not answer.verdict:
        raise typer.Exit(UNFINISHED)


def check_together(given: bool, screen: bool, surrogate: bool, **more: Any) -> None:
    """Refuse options that have no meaning beside others, as somebody expects something of them."""
    from abm.parameters import ConfigError

    if surrogate and not given:
        raise ConfigError("--surrogate: reads a finished sweep, with --given")
    said = ["--screen"] * screen + [f"--{name.replace('_', '-')}" for name, x in more.items() if x not in (None, False)]
    idle = said if given else [name for name in said if screen and name not in ("--screen", "--dry-run", "--quick")]
    if idle:
        raise ConfigError(f"{idle[0]}: has no meaning with {'--given' if given else '--screen'}")


def tell_given(study: Study, folder: Path, surrogate: bool, as_json: bool) -> None:
    """Say what a finished sweep tells."""
    from experiments.report import sensitivity as report
    from experiments.report import told

    tables = report.given(study, folder, surrogate)
    tell(found(study, folder, tables), told.of_given(tables) + where(tables, folder), as_json)


def tell_cost(study: Study, folder: Path, how: Executor, workers: int | None, as_json: bool) -> None:
    """Say what a study will cost, and, of blocks, about how sure it will be."""
    from experiments.commands.sweep import tell_forecast
    from experiments.report import sensitivity as report
    from experiments.report import told

    if study.design.kind != report.KIND or study.agents:
        tell_forecast(study, folder, workers, as_json)
        return
    made = report.foreseen(study, how)
    tell(made, told.of_forecast(made), as_json)


def tell_screening(study: Study, folder: Path, table: pd.DataFrame, draw: bool, as_json: bool) -> None:
    """Say what a screening found, and draw it."""
    from experiments.report import drawn, told

    tables = {"screening": table}
    pictures = drawn.of_screening(study, table, folder) if draw else []
    made = found(study, folder, tables, figures=pictures)
    tell(made, told.of_screening(table) + where(tables, folder, pictures), as_json)


def tell_answer(answer: Answer, folder: Path, draw: bool, as_json: bool) -> None:
    """Say what a study of blocks found, and draw it."""
    from experiments.report import drawn, told
    from experiments.report import sensitivity as report

    tables = report.tables_of(answer)
    pictures = drawn.of_answer(answer, folder) if draw else []
    more = {"converged": bool(answer.verdict), "why": answer.verdict.why, "runs": answer.provenance["runs"]}
    made = found(answer.study, folder, tables, figures=pictures, **more)
    said = answer.study.posterior.sentences() if answer.study.posterior else []
    tell(made, told.lines(answer) + said + where(tables, folder, pictures), as_json)


def tell(made: dict[str, Any], lines: list[str], as_json: bool) -> None:
    """Say what was found, in words or as JSON."""
    from experiments.files import strict_json
    from experiments.terminal import say

    for line in [strict_json(made)] if as_json else lines:
        say(line)


def found(study: Study, folder: Path, tables: dict[str, pd.DataFrame], **more: Any) -> dict[str, Any]:
    """Return what was found as JSON has it."""
    rows = {name: table.to_dict("records") for name, table in tables.items() if name != "curves"}
    said = {"posterior": study.posterior.told()} if study.posterior else {}
    return {"study": study.name, "folder": str(folder), **said, **more, **rows}


def where(tables: dict[str, pd.DataFrame], folder: Path, pictures: Sequence[str] = ()) -> list[str]:
    """Return where tables and figures are."""
    said = f"Tables: {', '.join(tables)} in {folder / 'tables'}."
    return ["", f"{said} Figures: {', '.join(pictures)} in {folder}." if pictures else said]
