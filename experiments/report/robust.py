"""Robust choice from the first run to the answer: regret, good enough, and where two programmes change places."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.parameters import ConfigError, shown
from experiments import discovery
from experiments.analysis.discovery import programmes
from experiments.design.conditions import Condition
from experiments.design.designs import Worlds
from experiments.design.factors import level
from experiments.design.study import SCENARIO, Design, Study
from experiments.factor import Factor
from experiments.files import whole_folder, write_table
from experiments.lab.conduct import conduct
from experiments.lab.executors import Executor
from experiments.lab.folder import TABLES, owned
from experiments.report.discovery import listed, percent, share, side_in_words

KIND = "worlds"
ROBUST = "robust"
LIKELY = 0.5


class Turn(NamedTuple):
    """Where, for a wish, the second of two programmes is ahead of the first, which is more often the best.

    Nothing is ``found`` where it is always so, or never: ``ahead`` is the share of runs in which it is.
    """

    wish: str
    first: str
    second: str
    ahead: float
    found: discovery.Discovery | None


class Answer(NamedTuple):
    """What a robust choice found: the study, how its runs came about, a row a wish and programme, and what turns it."""

    study: Study
    provenance: dict[str, Any]
    table: pd.DataFrame
    turns: list[Turn]


def checked(study: Study) -> Study:
    """Return a study that holds programmes side by side in many worlds, or refuse it."""
    if study.design.kind != KIND or len(study.scenarios) < 2:
        raise ConfigError(
            f"design.kind = '{study.design.kind}' with {len(study.scenarios)} scenarios: a robust choice is between "
            f'[programmes], or scenarios, in the worlds of [design] kind = "{KIND}"'
        )
    names = [each.name for each in study.success]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError(f"success: two wishes are of {twice}; a wish is a column, and has one level that is enough")
    return study


def with_worlds(study: Study, table: pd.DataFrame, name: str) -> Study:
    """Return a study whose programmes run in the worlds of a table, such as draws of a posterior, under another name.

    Parameters
    ----------
    table
        A row a world, a column a parameter; what the study varied and the table does not have stays at its default.

    Raises
    ------
    ConfigError
        If a column is no parameter, a value is not legal, or a programme sets what the table has.
    """
    columns = [str(column) for column in table]
    bases = list(study.scenarios.values())
    rows = [
        tuple(level(key, x, ()) for key, x in zip(columns, row, strict=True)) for row in table.itertuples(index=False)
    ]
    if not rows:
        raise ConfigError(f"{name}: there is no world in it")
    for key in columns:
        if any(base.values[key] != bases[0].values[key] for base in bases):
            raise ConfigError(f"{key}: the programmes differ in it, so that it cannot be of the worlds too")
    factors = [Factor(key, tuple(dict.fromkeys(row[k] for row in rows))) for k, key in enumerate(columns)]
    return study._replace(
        name=name,
        factors=(Factor(SCENARIO, tuple(study.scenarios)), *factors),
        design=Design(KIND, Worlds(points=len(rows), file="points.csv")),
        listed=tuple(rows),
    ).checked_size()


def posterior(folder: Path, draws: int) -> pd.DataFrame:
    """Return draws of a posterior, spread evenly over those that its folder has; a column a parameter."""
    file = folder / "posterior.csv"
    if not file.is_file():
        raise ConfigError(f"--posterior {shown(str(folder))}: there is no posterior.csv in it")
    table = pd.read_csv(file)
    return table.iloc[np.unique(np.linspace(0, len(table) - 1, min(draws, len(table))).round().astype(int))]


def robust(study: Study, file: Path, folder: Path, executor: Executor, progress: bool = False, **how: Any) -> Answer:
    """Run a study of programmes, or what is left of it, weigh them wish by wish, and write the tables.

    Parameters
    ----------
    progress
        Show on a terminal how far the search for boxes is.
    how
        Options of :func:`experiments.lab.conduct.conduct`.
    """
    made = conduct(study, file, folder, executor, **how)
    names, worlds, y = programmes(study, folder, study.success)
    wishes = [wish_of(each) for each in study.success]
    table = discovery.robust(y, names, wishes, seed=study.seed)
    turns = [turn(names, worlds, y[..., k], wish, table, study.seed, progress) for k, wish in enumerate(wishes)]
    answer = Answer(study, made, table, turns)
    with owned(folder), whole_folder(folder / TABLES) as room:
        for name, part in tables_of(answer).items():
            write_table(room, name, part)
    return answer


def wish_of(condition: Condition) -> discovery.Wish:
    """Return a condition as what is wished for."""
    return discovery.Wish(condition.name, condition.more, condition.number, condition.strict)


def turn(
    names: list[str],
    worlds: pd.DataFrame,
    y: np.ndarray,
    wish: discovery.Wish,
    table: pd.DataFrame,
    seed: int,
    progress: bool,
) -> Turn:
    """Return where the second of the two programmes that are most often the best is ahead of the first."""
    pair = discovery.rivals(table, wish.name)
    ahead = discovery.ahead(y[[names.index(name) for name in pair]], wish)
    turns = ahead.any() and not ahead.all()
    found = discovery.discover(worlds, ahead, most=1, seed=seed, progress=progress) if turns else None
    return Turn(wish.name, *pair, float(ahead.mean()), found)


def tables_of(answer: Answer) -> dict[str, pd.DataFrame]:
    """Return the tables of an answer by their names."""
    columns = ["wish", "first", "second", "ahead"]
    turns = pd.DataFrame([turn[:4] for turn in answer.turns], columns=columns)
    found = {turn.wish: turn.found for turn in answer.turns if turn.found}
    boxes = [each.boxes.assign(wish=wish, says=each.says) for wish, each in found.items()]
    limits = [each.limits.assign(wish=wish) for wish, each in found.items()]
    tables = {ROBUST: answer.table, "turns": turns.merge(pd.concat(boxes), how="left") if boxes else turns}
    return tables | ({"turns-limits": pd.concat(limits)} if limits else {})


def lines(answer: Answer) -> list[str]:
    """Return where programmes change places, a line a wish."""
    return [turned(turn) for turn in answer.turns]


def turned(turn: Turn) -> str:
    """Return where, for a wish, the second programme is ahead of the first."""
    found = turn.found
    head = f"{turn.wish}: {turn.second} is ahead of {turn.first} in {percent(turn.ahead)} of all runs"
    if found is None or found.boxes.empty:
        return f"{head}{f'; {found.says}' if found else ''}."
    if found.boxes["density"].iloc[0] < LIKELY:
        return f"{head}, and in no box that could be told more often than not."
    told = found.limits[found.limits["told"]]
    row, where = found.boxes.iloc[0], listed([side_in_words(side) for side in told.itertuples()])
    poor = f" {found.says.capitalize()}: a weighted sum has P = {share(row['sum_density'])}." * (
        found.says == discovery.POOR
    )
    return (
        f"{head}, and with P = {share(row['density'])} ({share(row['density_low'])} to {share(row['density_high'])}) "
        f"in worlds not seen where {where} ({percent(row['mass'])} of all worlds).{poor}"
    )
