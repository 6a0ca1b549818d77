"""``twinhelix sweep`` and ``resume``: run a study, or what is left of it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from experiments.design.study import Study
    from experiments.lab.executors import Executor

UNFINISHED = 3
Outputs = Annotated[Path, typer.Option(help="Folder of all studies.")]


class Kind(StrEnum):
    """What runs the runs: threads of this process, or processes of Dask. The results are the same, bit for bit."""

    THREADS = "threads"
    DASK = "dask"


def sweep(
    study: Annotated[str, typer.Argument(help="Study file (.toml, .py), shipped study, or name of a study begun.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say runs, minutes and bytes; run nothing.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="A quick look, as [quick] in the study says.")] = False,
    executor: Annotated[Kind, typer.Option(help="Threads here, or processes of Dask.")] = Kind.THREADS,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://host:8786.")] = None,
    workers: Annotated[int | None, typer.Option(help="Threads or processes.", show_default="cores", min=1)] = None,
    chunk: Annotated[int | None, typer.Option(help="Runs at a time.", show_default="by duration", min=1)] = None,
    outputs: Outputs = Path("outputs"),
    accept_other_code: Annotated[bool, typer.Option("--accept-other-code", help="Add to older results.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Run a study, or what is left of it."""
    from experiments.lab.folder import find
    from experiments.terminal import compile_if_needed

    described, file, folder = find(study, outputs, quick)
    compile_if_needed()
    if dry_run:
        tell_forecast(described, folder, workers, json)
        return
    how = executor_of(executor, scheduler, workers)
    carry_out(described, file, folder, how, chunk, accept_other_code, json)


def resume(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    executor: Annotated[Kind, typer.Option(help="Threads here, or processes of Dask.")] = Kind.THREADS,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://host:8786.")] = None,
    workers: Annotated[int | None, typer.Option(help="Threads or processes.", show_default="cores", min=1)] = None,
    outputs: Outputs = Path("outputs"),
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Go on with a study where it stopped."""
    from experiments.lab.folder import find_begun
    from experiments.terminal import compile_if_needed

    begun = find_begun(study, outputs)
    compile_if_needed()
    carry_out(*begun, executor_of(executor, scheduler, workers), None, False, json)


def executor_of(kind: Kind, scheduler: str | None, workers: int | None) -> Executor:
    """Return the executor that was asked for; an address asks for Dask."""
    from functools import partial
    from importlib.util import find_spec

    from abm.parameters import ConfigError
    from experiments.lab.executors import in_threads, on_dask

    if kind is Kind.THREADS and scheduler is None:
        return partial(in_threads, n=workers)
    if find_spec("distributed") is None:
        raise ConfigError("--executor dask: Dask is not installed; pip install 'twinhelix[cluster]'")
    return partial(on_dask, scheduler=scheduler, workers=workers)


def carry_out(
    study: Study, file: Path, folder: Path, how: Executor, chunk: int | None, accept: bool, as_json: bool
) -> None:
    """Conduct a study, say what came of it, and end with 3 where runs failed or precision was not reached."""
    from experiments.files import strict_json
    from experiments.lab.conduct import Watch, conduct
    from experiments.lab.live import Screen, duration
    from experiments.terminal import console

    screen = Screen(not as_json)
    watch = Watch(screen.begin, screen.tell, screen.end)
    made = conduct(study, file, folder, how, chunk=chunk, accept=accept, watch=watch)
    if as_json:
        typer.echo(strict_json(made | {"folder": str(folder)}))
    else:
        runs, took = made["runs"], made["timings"]
        out = console()
        out.print(
            f"{study.title}: {runs['finished']:,} runs at {made['points']:,} points are safe in {folder}; "
            f"{took['runs']:,} of them now, in {duration(took['seconds'])}."
        )
        if runs["failed"]:
            out.print(f"{runs['failed']:,} runs failed: {counted(runs['errors'])}.")
        if made["not_converged"]:
            out.print(f"Not converged: {made['not_converged']:,} points have a wider interval than was wanted.")
        out.print(f"Digest of the table: {made['table_digest'][:16]}. Next: twinhelix export {study.name}")
    if made["runs"]["failed"] or made["not_converged"]:
        raise typer.Exit(UNFINISHED)


def counted(errors: dict[str, int]) -> str:
    """Return kinds of errors with their numbers in words."""
    return ", ".join(f"{name} ({n:,})" for name, n in errors.items())


def tell_forecast(study: Study, folder: Path, workers: int | None, as_json: bool) -> None:
    """Say what a study will cost, from a few runs of it."""
    from experiments.files import strict_json
    from experiments.lab.forecast import forecast
    from experiments.lab.live import duration
    from experiments.terminal import console

    made: dict[str, Any] = forecast(study, folder, workers)
    if as_json:
        typer.echo(strict_json(made))
        return
    most = f" (at most {made['most_runs']:,}, until intervals are narrow)" if study.precision else ""
    console().print(
        f"{study.title}: {made['points']:,} points × {study.replicates:,} replicates = {made['runs']:,} runs{most}, "
        f"{made['left']:,} of them to do: about {duration(made['seconds'])} on {made['workers']} threads "
        f"({made['milliseconds_a_run']:.3g} ms a run, from {made['sample']} runs), {made['bytes'] / 1e6:,.1f} MB."
    )
