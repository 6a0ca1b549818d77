"""``twinhelix robust``: which programme does well whatever the world is like, wish by wish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.commands.discover import NoFigures, Success
from experiments.commands.sensitivity import tell, where
from experiments.commands.sweep import (
    AllowCode,
    AsJson,
    ChunkSize,
    Described,
    Draws,
    DryRun,
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

    from experiments.report.robust import Answer


def robust(
    study: Described,
    success: Success = None,
    posterior: OfPosterior = None,
    draws: Draws = None,
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
    """Say which programme does well whatever the world is like: regret and good enough, one column a wish."""
    from experiments.commands.sweep import check_code, executor_of, tell_forecast
    from experiments.design.posterior import named
    from experiments.lab.folder import find
    from experiments.lab.live import Screen
    from experiments.report import robust as report
    from experiments.report.discovery import asked
    from experiments.terminal import compile_if_needed

    drawn = named(posterior, draws, outputs)
    described, file, folder = find(study, outputs, quick, allow_code=allow_code and not dry_run, posterior=drawn)
    described = report.checked(asked(described, success or []))
    how = executor_of(executor, scheduler, workers)
    compile_if_needed()
    if dry_run:
        tell_forecast(described, folder, workers, json)
        return
    check_code(described, allow_code)
    watch = {"watch": Screen(not json).watch, "chunk": chunk, "accept": accept_other_code}
    answer = report.robust(described, file, folder, how, not json, **watch)
    tell_answer(answer, folder, not no_figures, json)


def tell_answer(answer: Answer, folder: Path, draw: bool, as_json: bool) -> None:
    """Say what a robust choice found, a table a wish, and draw it."""
    from experiments.report import boxes
    from experiments.report import robust as report
    from experiments.terminal import console

    tables = report.tables_of(answer)
    pictures = boxes.of_robust(answer, folder) if draw else []
    made: dict[str, Any] = {"study": answer.study.name, "folder": str(folder), "runs": answer.provenance["runs"]}
    made |= {"figures": pictures, **{name: table.to_dict("records") for name, table in tables.items()}}
    made["posterior"] = answer.study.posterior.told() if answer.study.posterior else None
    beside = report.from_the_priors(answer.study, folder)
    for wish in [] if as_json else answer.study.success:
        for title, table in ((str(wish), answer.table), (f"{wish}, worlds from the priors", beside)):
            if len(rows := table[table["wish"] == wish.name]):
                console().print(of_wish(rows, title))
    tell(made, [*report.lines(answer), *where(tables, folder, pictures)], as_json)


def rounded(x: float) -> str:
    """Return an outcome to one decimal, with a true minus sign."""
    return f"{x + 0.0:,.1f}".replace("-0.0", "0.0").replace("-", "−")


def of_wish(rows: pd.DataFrame, wish: str) -> Any:
    """Return what programmes are worth for a wish as a table of the terminal."""
    from experiments.report.discovery import percent
    from experiments.terminal import table

    def cell(row: Any, name: str, form: Any) -> str:
        """Return an estimate with its interval."""
        estimate, low, high = (form(getattr(row, f"{name}{end}")) for end in ("", "_low", "_high"))
        return f"{estimate} ({low} to {high})"

    names = {"mean": rounded, "best": percent, "regret": rounded, "worst": rounded, "enough": percent}
    heads = ["programme", "mean", "best in", "mean regret", "worst tenth", "likely in"]
    ranked = rows.sort_values("regret", kind="stable").itertuples()
    return table(wish, heads, [[row.programme, *(cell(row, *of) for of in names.items())] for row in ranked])
