"""``twinhelix calibrate``: what the record says of the unknowns, and whether that may be called calibrated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands import options

if TYPE_CHECKING:
    from calibration.inference.fit import Fit
    from calibration.inference.rivals import Rival
    from calibration.inference.runs import Runs
    from calibration.inference.study import Asked

SHIPPED = "iuc-asia"


class Method(StrEnum):
    """How a posterior is learnt: regression ABC, which needs nothing, or neural flows of the extra `calibration`."""

    REGRESSION = "regression"
    FLOW = "flow"


def calibrate(
    study: Annotated[str | None, typer.Argument(help="Shipped calibration, TOML file, or name of one begun.")] = None,
    runs: Annotated[int | None, typer.Option(help="Draws of the prior, a run each; more are added.", min=100)] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A quick look: fewer runs.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say runs, minutes and bytes; run nothing.")] = False,
    method: Annotated[Method, typer.Option(help="How the posterior is learnt.")] = Method.REGRESSION,
    check: Annotated[str | None, typer.Option(help="Read the stored runs of this one again; run none.")] = None,
    predict: Annotated[str | None, typer.Option(help="What the posterior of this one predicts.")] = None,
    outcomes: Annotated[list[str] | None, typer.Option(help="With --predict, such as pilots_ever@24.")] = None,
    rivals: Annotated[str | None, typer.Option(help="Set the rivals of this one against the record.")] = None,
    recover: Annotated[int | None, typer.Option(help="Simulated programmes to recover the unknowns of.", min=1)] = None,
    executor: options.How = options.Kind.THREADS,
    scheduler: options.Scheduler = None,
    workers: options.Workers = None,
    chunk: options.ChunkSize = None,
    outputs: options.Outputs = Path("outputs"),
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Write draws and tables alone.")] = False,
    accept_other_code: options.OtherCode = False,
    json: options.AsJson = False,
) -> None:
    """Condition the unknowns of model and list on the record, and say whether that is calibrated."""
    from functools import partial

    from calibration.inference import cost
    from calibration.inference.again import check_tests
    from calibration.inference.fit import concluded, simulated
    from calibration.inference.folder import find
    from calibration.inference.methods import check_method
    from calibration.inference.rivals import asked_for, run
    from calibration.inference.runs import stored
    from experiments.files import strict_json
    from experiments.terminal import compile_if_needed, notice, say

    idle = {"method": method is Method.FLOW} if rivals else {"runs": runs, "quick": quick, "dry_run": dry_run}
    check_together(study, {"check": check, "predict": predict, "rivals": rivals}, outcomes, **idle, recover=recover)
    check_method(method)
    watched = options.watched(json, chunk, accept_other_code)
    if rivals:
        how = options.executor_of(None, executor, scheduler, workers)
        named = asked_for(rivals, outputs, runs=runs, quick=quick)
        tell_rivals(*named, None if dry_run else partial(run, executor=how, **watched), workers, json)
        return
    asked, folder = find(check or predict or study or SHIPPED, outputs, quick, runs)
    how = options.executor_of(asked.study, executor, scheduler, workers)
    compile_if_needed()
    if predict:
        tell_predicted(asked, folder, outcomes, json)
        return
    if dry_run:
        made = cost.foreseen(asked, folder, workers)
        say(strict_json(made) if json else cost.worded(made))
        return
    if not check and not json:
        notice(cost.worded(cost.foreseen(asked, folder, workers)))
    if recover is not None:
        check_tests(recover, asked.study.size)  # before anything runs
        tell_recovered(asked, simulated(asked, folder, how, **watched), recover, method, json)
        return
    ready = stored(asked, folder, not json) if check else simulated(asked, folder, how, **watched)
    tell(concluded(asked, folder, ready, method), not no_figures, json)


def check_together(
    study: str | None, asked: Mapping[str, str | None], outcomes: list[str] | None, **more: int | bool | None
) -> None:
    """Refuse options that have no meaning beside others, as somebody expects something of them.

    ``asked`` are those that name a calibration themselves.
    """
    from abm.parameters import ConfigError

    named = [f"--{word}" for word, name in asked.items() if name]
    idle = [f"--{key.replace('_', '-')}" for key, value in more.items() if value]
    if named and (study or len(named) > 1):
        raise ConfigError(f"{named[0]}: names a calibration itself; leave out {study or named[1]}")
    if outcomes and not asked["predict"]:
        raise ConfigError(f"--outcomes {outcomes[0]}: has a meaning with --predict only")
    if named and idle:
        raise ConfigError(f"{idle[0]}: has no meaning with {named[0]}")


def tell(fit: Fit, pictures: bool, as_json: bool) -> None:
    """Draw and say what was found, and end with 3 where it may not be called calibrated."""
    from calibration.inference import told
    from calibration.inference.drawn import draw
    from calibration.inference.fit import POSTERIOR
    from experiments.files import strict_json
    from experiments.terminal import say

    drawn = draw(fit.folder) if pictures else []
    if as_json:
        say(strict_json(told.as_json(fit) | {"figures": drawn}))
    else:
        told.show(fit)
        say(f"Draws: {fit.folder / POSTERIOR}. Tables: {fit.folder / 'tables'}. Figures: {', '.join(drawn) or 'none'}.")
    if code := fit.evidence.gate.exit_code:
        raise typer.Exit(code)


def tell_predicted(asked: Asked, folder: Path, outcomes: list[str] | None, as_json: bool) -> None:
    """Say what a stored posterior predicts of the record, and of outcomes."""
    from calibration.inference import told
    from calibration.inference.again import predict
    from calibration.inference.answers import OUTCOMES
    from calibration.inference.fit import POSTERIOR
    from experiments.files import strict_json
    from experiments.terminal import console, say

    table, levels = predict(asked, folder / POSTERIOR, outcomes or OUTCOMES)
    if as_json:
        say(strict_json({"study": asked.name, "predictive": table, "outcomes": levels}))
        return
    console().print(told.of_predictive(table, f"{asked.study.title}: the record and what the posterior predicts"))
    console().print(told.of_outcomes(levels))


def tell_rivals(
    name: str, found: list[Rival], run: Callable[[list[Rival]], None] | None, workers: int | None, as_json: bool
) -> None:
    """Say what rivals will cost, run what is left of them, and say how near each comes; without ``run``: the cost."""
    from calibration.inference import rivals, told
    from experiments.files import strict_json
    from experiments.lab.folder import TABLES
    from experiments.terminal import compile_if_needed, notice, say

    compile_if_needed()
    if run is None or not as_json:
        made = rivals.foreseen(found, workers)
        beforehand = rivals.told_beforehand(name, made)
        if run is None:
            say(strict_json({"study": name, **made}) if as_json else beforehand)
            return
        notice(beforehand)
    run(found)
    settled = rivals.settled(name, found, not as_json)
    if as_json:
        say(strict_json(told.rivals_as_json(settled)))
        return
    told.show_rivals(settled)
    say(f"Tables: {settled.folder / TABLES}.")


def tell_recovered(asked: Asked, runs: Runs, n: int, method: str, as_json: bool) -> None:
    """Say how often intervals cover what programmes were simulated with, and end with 3 where that is not right."""
    from calibration.inference import told
    from calibration.inference.again import recover
    from experiments.files import strict_json
    from experiments.terminal import console, say

    found = recover(asked, runs, n, method)
    if as_json:
        say(strict_json({"study": asked.name, "recovered": found.table, "sentence": found.sentence}))
    else:
        console().print(told.of_recovery(found))
        say(f"{found.sentence}.")
    if not found.all_inside:
        raise typer.Exit(options.UNFINISHED)
