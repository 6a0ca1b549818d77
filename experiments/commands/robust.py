"""``twinhelix robust``: which programme does well whatever the world is like, wish by wish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.commands import options

if TYPE_CHECKING:
    import pandas as pd

    from experiments.report.robust import Answer


def robust(
    study: options.Described,
    success: options.Success = None,
    posterior: options.OfPosterior = None,
    draws: options.Draws = None,
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
    """Say which programme does well whatever the world is like: regret and good enough, one column a wish."""
    from experiments.design.posterior import named
    from experiments.lab.folder import find
    from experiments.report import robust as report
    from experiments.report.discovery import asked

    drawn = named(posterior, draws, outputs)
    described, file, folder = find(study, outputs, quick, allow_code=allow_code and not dry_run, posterior=drawn)
    described = report.checked(asked(described, success or []))
    how = options.executor_of(described, executor, scheduler, workers)
    if not options.begun(described, folder, workers, dry_run, allow_code, json):
        return
    watch = options.watched(json, chunk, accept_other_code)
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
    options.tell(made, [*report.lines(answer), *options.where(tables, folder, pictures)], as_json)


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
