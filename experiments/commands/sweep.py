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
MOST_WORKERS = 1000
Described = Annotated[str, typer.Argument(help="Study file (.toml, .py), shipped study, or name of a study begun.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say runs, minutes and bytes; run nothing.")]
Quick = Annotated[bool, typer.Option("--quick", help="A quick look, as [quick] in the study says.")]
Outputs = Annotated[Path, typer.Option(help="Folder of all studies.")]
Scheduler = Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tls://host:8786.")]
Workers = Annotated[
    int | None, typer.Option(help="Threads or processes.", show_default="cores", min=1, max=MOST_WORKERS)
]
ChunkSize = Annotated[int | None, typer.Option(help="Runs at a time.", show_default="by duration", min=1)]
OtherCode = Annotated[bool, typer.Option("--accept-other-code", help="Add to older results.")]
AllowCode = Annotated[bool, typer.Option("--allow-code", help="Run the Python code that the study brings.")]
OfPosterior = Annotated[
    str | None, typer.Option("--posterior", help="Run at draws of a posterior: its name or folder.")
]
Draws = Annotated[int | None, typer.Option(help="Draws of the posterior.", show_default="300", min=1)]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


class Kind(StrEnum):
    """What runs the runs: threads of this process, or processes of Dask. The results are the same, bit for bit."""

    THREADS = "threads"
    DASK = "dask"


How = Annotated[Kind, typer.Option(help="Threads here, or processes of Dask.")]


def sweep(
    study: Described,
    dry_run: DryRun = False,
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
) -> None:
    """Run a study, or what is left of it."""
    from experiments.design.posterior import named
    from experiments.lab.folder import find
    from experiments.terminal import compile_if_needed

    given = named(posterior, draws, outputs)
    described, file, folder = find(study, outputs, quick, allow_code=allow_code and not dry_run, posterior=given)
    how = executor_of(executor, scheduler, workers)
    if dry_run:
        compile_if_needed()
        tell_forecast(described, folder, workers, json)
        return
    check_code(described, allow_code)
    compile_if_needed()
    carry_out(described, file, folder, how, json, chunk=chunk, accept=accept_other_code)


def resume(
    study: Annotated[str, typer.Argument(help="Name or file of a study that was begun.")],
    failed: Annotated[bool, typer.Option("--failed", help="Try the runs again that failed.")] = False,
    executor: How = Kind.THREADS,
    scheduler: Scheduler = None,
    workers: Workers = None,
    chunk: ChunkSize = None,
    outputs: Outputs = Path("outputs"),
    accept_other_code: OtherCode = False,
    allow_code: AllowCode = False,
    json: AsJson = False,
) -> None:
    """Go on with a study where it stopped."""
    from experiments.lab.folder import find_begun
    from experiments.terminal import compile_if_needed

    described, file, folder = find_begun(study, outputs)
    how = executor_of(executor, scheduler, workers)
    check_code(described, allow_code)
    compile_if_needed()
    carry_out(described, file, folder, how, json, chunk=chunk, accept=accept_other_code, failed=failed)


def check_code(study: Study, allowed: bool) -> None:
    """Refuse to run the code that a study brings unless its user said so; see that it makes a model."""
    from abm.parameters import ConfigError

    if not study.agents:
        return
    if not allowed:
        raise ConfigError("agents: the study brings Python code; read it, then run it with --allow-code")
    from experiments.lab.runner import check_agents

    for scenario in study.scenarios.values():
        check_agents(study.agents, scenario)


def executor_of(kind: Kind, scheduler: str | None, workers: int | None) -> Executor:
    """Return the executor that was asked for; an address asks for Dask."""
    from functools import partial
    from importlib.util import find_spec

    from abm.parameters import ConfigError
    from experiments.lab.cluster import checked_address, on_dask
    from experiments.lab.executors import in_threads

    if kind is Kind.THREADS and scheduler is None:
        return partial(in_threads, n=workers)
    if find_spec("distributed") is None or find_spec("cryptography") is None:
        raise ConfigError("--executor dask: Dask is not installed; pip install 'twinhelix[cluster]'")
    return partial(on_dask, scheduler=checked_address(scheduler) if scheduler else None, workers=workers)


def carry_out(study: Study, file: Path, folder: Path, how: Executor, as_json: bool, **asked: Any) -> None:
    """Conduct a study, say what came of it, and end with 3 where runs failed or precision was not reached."""
    from experiments.files import strict_json
    from experiments.lab.conduct import conduct
    from experiments.lab.live import Screen, duration
    from experiments.terminal import console, say

    made = conduct(study, file, folder, how, watch=Screen(not as_json).watch, **asked)
    if as_json:
        say(strict_json(made | {"folder": str(folder)}))
    else:
        runs, took = made["runs"], made["timings"]
        out = console()
        out.print(
            f"{study.title}: {runs['finished']:,} runs at {made['points']:,} points are safe in {folder}; "
            f"{took['runs']:,} of them now, in {duration(took['seconds'])}."
        )
        if runs["failed"]:
            again = f"`twinhelix resume {study.name} --failed` tries them again"
            out.print(f"{runs['failed']:,} runs failed: {counted(runs['errors'])}. {again}.")
        if made["not_converged"]:
            out.print(f"Not converged: {made['not_converged']:,} points have a wider interval than was wanted.")
        for sentence in study.posterior.sentences() if study.posterior else ():
            out.print(sentence)
        more = "" if study.keeps else f" Next: twinhelix {next_verb(study)} {study.name}"
        out.print(f"Digest of the table: {made['table_digest'][:16]}.{more}")
    if made["runs"]["failed"] or made["not_converged"]:
        raise typer.Exit(UNFINISHED)


def next_verb(study: Study) -> str:
    """Return what tells the answer of a finished study."""
    if study.design.kind == "worlds":
        return "robust"
    return "discover" if study.success else "sensitivity" if study.kind.blocks else "export"


def counted(errors: dict[str, int]) -> str:
    """Return kinds of errors with their numbers in words."""
    return ", ".join(f"{name} ({n:,})" for name, n in errors.items())


def tell_forecast(study: Study, folder: Path, workers: int | None, as_json: bool) -> None:
    """Say what a study will cost, from a few runs of it."""
    from experiments.files import strict_json
    from experiments.lab.forecast import forecast
    from experiments.lab.live import duration
    from experiments.terminal import console, say

    made: dict[str, Any] = forecast(study, folder, workers)
    made |= {"posterior": study.posterior.told()} if study.posterior else {}
    if as_json:
        say(strict_json(made))
        return
    time = f"about {duration(made['seconds'])} on {made['workers']} threads"
    if made["sample"]:
        time += f" ({made['milliseconds_a_run']:.3g} ms a run, from {made['sample']} runs)"
    else:
        time = "nobody knows how long, as its runs are too long, or its agents not run for this"
    most = f" (at most {made['most_runs']:,}, until intervals are narrow)" if study.precision else ""
    each = f"{study.replicates:,} replicates"
    if study.n_draws > 1:
        each = f"{study.n_draws:,} draws × {study.replicates // study.n_draws:,} replicates"
    out = console()
    out.print(
        f"{study.title}: {made['points']:,} points × {each} = {made['runs']:,} runs{most}, "
        f"{made['left']:,} of them to do: {time}, {made['bytes'] / 1e6:,.1f} MB."
    )
    for sentence in study.posterior.sentences() if study.posterior else ():
        out.print(sentence)
