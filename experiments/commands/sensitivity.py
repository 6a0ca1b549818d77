"""``twinhelix sensitivity``: what outcomes depend on, and how much of them is luck."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands import options

if TYPE_CHECKING:
    import pandas as pd

    from experiments.design.study import Study
    from experiments.lab.executors import Executor
    from experiments.report.sensitivity import Answer


def sensitivity(
    study: options.Described,
    screen: Annotated[
        bool, typer.Option("--screen", help="Find what moves at all, of everything with a prior.")
    ] = False,
    given: Annotated[bool, typer.Option("--given", help="Read a finished sweep: a Latin hypercube.")] = False,
    surrogate: Annotated[bool, typer.Option("--surrogate", help="With --given: by a polynomial.")] = False,
    blocks: Annotated[int | None, typer.Option(help="Blocks in all, a power of two.", min=2)] = None,
    half_width: Annotated[float | None, typer.Option(help="Half width that every index shall have.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say runs, minutes and widths; keep nothing.")] = False,
    quick: options.Quick = False,
    executor: options.How = options.Kind.THREADS,
    scheduler: options.Scheduler = None,
    workers: options.Workers = None,
    chunk: options.ChunkSize = None,
    outputs: options.Outputs = Path("outputs"),
    accept_other_code: options.OtherCode = False,
    allow_code: options.AllowCode = False,
    posterior: options.OfPosterior = None,
    draws: options.Draws = None,
    json: options.AsJson = False,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Write tables alone.")] = False,
) -> None:
    """Say what outcomes depend on, alone and together, and how much of them is luck."""
    from experiments.design.posterior import named
    from experiments.lab.folder import find, find_begun, inside
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
    how = options.executor_of(described, executor, scheduler, workers)
    compile_if_needed()
    if dry_run:
        tell_cost(described, folder, how, workers, json)
        return
    options.check_code(described, allow_code)
    asked = options.watched(json, chunk, accept_other_code)
    if described.design.kind == report.SCREENING:
        table = report.screened(described, file, folder, how, **asked)
        tell_screening(described, folder, table, not no_figures, json)
        return
    answer = report.answered(described, file, folder, how, once=blocks is not None, **asked)
    tell_answer(answer, folder, not no_figures, json)
    if not answer.verdict:
        raise typer.Exit(options.UNFINISHED)


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
    options.tell(options.found(study, folder, tables), told.of_given(tables) + options.where(tables, folder), as_json)


def tell_cost(study: Study, folder: Path, how: Executor, workers: int | None, as_json: bool) -> None:
    """Say what a study will cost, and, of blocks, about how sure it will be."""
    from experiments.report import sensitivity as report
    from experiments.report import told

    if study.design.kind != report.KIND or study.agents:
        options.tell_forecast(study, folder, workers, as_json)
        return
    made = report.foreseen(study, how)
    options.tell(made, told.of_forecast(made), as_json)


def tell_screening(study: Study, folder: Path, table: pd.DataFrame, draw: bool, as_json: bool) -> None:
    """Say what a screening found, and draw it."""
    from experiments.report import drawn, told

    tables = {"screening": table}
    pictures = drawn.of_screening(study, table, folder) if draw else []
    made = options.found(study, folder, tables, figures=pictures)
    options.tell(made, told.of_screening(table) + options.where(tables, folder, pictures), as_json)


def tell_answer(answer: Answer, folder: Path, draw: bool, as_json: bool) -> None:
    """Say what a study of blocks found, and draw it."""
    from experiments.report import drawn, told
    from experiments.report import sensitivity as report

    tables = report.tables_of(answer)
    pictures = drawn.of_answer(answer, folder) if draw else []
    more = {"converged": bool(answer.verdict), "why": answer.verdict.why, "runs": answer.provenance["runs"]}
    made = options.found(answer.study, folder, tables, figures=pictures, **more)
    said = answer.study.posterior.sentences() if answer.study.posterior else []
    options.tell(made, told.lines(answer) + said + options.where(tables, folder, pictures), as_json)
