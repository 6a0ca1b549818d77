"""What verbs are asked with, how their runs begin, and how they answer: once for all that share it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from abm.input.scenario import Scenario
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
Success = Annotated[
    list[str] | None, typer.Option("--success", help='A condition, "pilots_ever@24 + sustained_ever >= 60"; repeat it.')
]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Write tables alone.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


class Kind(StrEnum):
    """What runs the runs: threads of this process, or processes of Dask. The results are the same, bit for bit."""

    THREADS = "threads"
    DASK = "dask"


How = Annotated[Kind, typer.Option(help="Threads here, or processes of Dask.")]


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


def tell_unheeded(scenarios: Iterable[Scenario], names: Sequence[str]) -> None:
    """Say which settings change nothing in any of some scenarios, as none of their brokers goes by them."""
    from experiments.design.unheeded import unheeded
    from experiments.terminal import notice

    for name in unheeded(scenarios, names):
        what = "every broker has a value of its own, which goes before it, or there is none"
        notice(f"{name} changes nothing here: {what}")


def executor_of(study: Study, kind: Kind, scheduler: str | None, workers: int | None) -> Executor:
    """Return the executor that was asked for, with memory for the runs of a study; an address asks for Dask."""
    import os
    from functools import partial
    from importlib.util import find_spec

    from abm.parameters import ConfigError
    from experiments.lab.cluster import checked_address, on_dask
    from experiments.lab.executors import in_threads
    from experiments.lab.memory import check, of_study

    need = of_study(study)
    if scheduler is None:
        check(need, workers or os.cpu_count() or 1, processes=kind is Kind.DASK)
    if kind is Kind.THREADS and scheduler is None:
        return partial(in_threads, n=workers)
    if find_spec("distributed") is None or find_spec("cryptography") is None:
        raise ConfigError("--executor dask: Dask is not installed; pip install 'twinhelix[cluster]'")
    address = checked_address(scheduler) if scheduler else None
    return partial(on_dask, scheduler=address, workers=workers, need=need)


def begun(study: Study, folder: Path, workers: int | None, dry_run: bool, allow_code: bool, as_json: bool) -> bool:
    """Say whether runs may begin, with the rules compiled; of a dry run say what they cost instead."""
    from experiments.terminal import compile_if_needed

    if not dry_run:
        check_code(study, allow_code)
    tell_unheeded(study.scenarios.values(), [factor.name for factor in study.factors])
    compile_if_needed()
    if dry_run:
        tell_forecast(study, folder, workers, as_json)
    return not dry_run


def watched(as_json: bool, chunk: int | None, accept: bool) -> dict[str, Any]:
    """Return how runs are conducted: with progress on the screen, so many at a time, beside those of other code."""
    from experiments.lab.live import Screen

    return {"watch": Screen(not as_json).watch, "chunk": chunk, "accept": accept}


def tell_forecast(study: Study, folder: Path, workers: int | None, as_json: bool) -> None:
    """Say what a study will cost, from a few runs of it."""
    from experiments.files import strict_json
    from experiments.lab.forecast import forecast
    from experiments.lab.live import duration
    from experiments.lab.memory import gigabytes
    from experiments.terminal import console, number_of, say

    made: dict[str, Any] = forecast(study, folder, workers)
    made |= {"posterior": study.posterior.told()} if study.posterior else {}
    if as_json:
        say(strict_json(made))
        return
    time = f"about {duration(made['seconds'])} on {number_of(made['workers'], 'thread')}"
    if made["sample"]:
        time += f" ({made['milliseconds_a_run']:.3g} ms a run, from {number_of(made['sample'], 'run')})"
    else:
        time = "nobody knows how long, as its runs are too long, or its agents not run for this"
    most = f" (at most {made['most_runs']:,}, until intervals are narrow)" if study.precision else ""
    each = number_of(study.replicates, "replicate")
    if study.n_draws > 1:
        each = f"{study.n_draws:,} draws × {number_of(study.replicates // study.n_draws, 'replicate')}"
    out = console()
    out.print(
        f"{study.title}: {number_of(made['points'], 'point')} × {each} = {number_of(made['runs'], 'run')}{most}, "
        f"{made['left']:,} of them to do: {time}, {made['bytes'] / 1e6:,.1f} MB. "
        f"They take about {gigabytes(made['memory'])} of memory, and {gigabytes(made['memory_free'])} are free here."
    )
    for sentence in study.posterior.sentences() if study.posterior else ():
        out.print(sentence)


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
