"""``twinhelix sweep`` and ``resume``: run a study, or what is left of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands import options

if TYPE_CHECKING:
    from experiments.design.study import Study
    from experiments.lab.executors import Executor


def sweep(
    study: options.Described,
    dry_run: options.DryRun = False,
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
) -> None:
    """Run a study, or what is left of it."""
    from experiments.design.posterior import named
    from experiments.lab.folder import find

    given = named(posterior, draws, outputs)
    described, file, folder = find(study, outputs, quick, allow_code=allow_code and not dry_run, posterior=given)
    how = options.executor_of(described, executor, scheduler, workers)
    if options.begun(described, folder, workers, dry_run, allow_code, json):
        carry_out(described, file, folder, how, json, chunk=chunk, accept=accept_other_code)


def resume(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    failed: Annotated[bool, typer.Option("--failed", help="Try the runs again that failed.")] = False,
    executor: options.How = options.Kind.THREADS,
    scheduler: options.Scheduler = None,
    workers: options.Workers = None,
    chunk: options.ChunkSize = None,
    outputs: options.Outputs = Path("outputs"),
    accept_other_code: options.OtherCode = False,
    allow_code: options.AllowCode = False,
    json: options.AsJson = False,
) -> None:
    """Go on with a study where it stopped."""
    from experiments.lab.folder import find_begun
    from experiments.terminal import compile_if_needed

    described, file, folder = find_begun(study, outputs)
    how = options.executor_of(described, executor, scheduler, workers)
    options.check_code(described, allow_code)
    compile_if_needed()
    carry_out(described, file, folder, how, json, chunk=chunk, accept=accept_other_code, failed=failed)


def carry_out(study: Study, file: Path, folder: Path, how: Executor, as_json: bool, **asked: Any) -> None:
    """Conduct a study, say what came of it, and end with 3 where runs failed or precision was not reached."""
    from experiments.files import strict_json
    from experiments.lab.conduct import conduct
    from experiments.lab.live import Screen, duration
    from experiments.terminal import console, number_of, say

    made = conduct(study, file, folder, how, watch=Screen(not as_json).watch, **asked)
    if as_json:
        say(strict_json(made | {"folder": str(folder)}))
    else:
        runs, took = made["runs"], made["timings"]
        done, at = number_of(runs["finished"], "run"), number_of(made["points"], "point")
        are = "is" if runs["finished"] == 1 else "are"
        out = console()
        out.print(
            f"{study.title}: {done} at {at} {are} safe in {folder}; "
            f"{took['runs']:,} of them now, in {duration(took['seconds'])}."
        )
        if runs["failed"]:
            again = f"`twinhelix resume {study.name} --failed` tries them again"
            out.print(f"{number_of(runs['failed'], 'run')} failed: {counted(runs['errors'])}. {again}.")
        if made["not_converged"]:
            out.print(f"Not converged: {number_of(made['not_converged'], 'point')} of wider intervals than was wanted.")
        for sentence in study.posterior.sentences() if study.posterior else ():
            out.print(sentence)
        more = "" if study.keeps else f" Next: twinhelix {next_verb(study)} {study.name}"
        out.print(f"Digest of the table: {made['table_digest'][:16]}.{more}")
    if made["runs"]["failed"] or made["not_converged"]:
        raise typer.Exit(options.UNFINISHED)


def next_verb(study: Study) -> str:
    """Return what tells the answer of a finished study."""
    from experiments.report.discovery import refusal

    if study.design.kind == "worlds":
        return "robust"
    if study.success and not refusal(study):
        return "discover"
    return "sensitivity" if study.kind.blocks else "report"


def counted(errors: dict[str, int]) -> str:
    """Return kinds of errors with their numbers in words."""
    return ", ".join(f"{name} ({n:,})" for name, n in errors.items())
