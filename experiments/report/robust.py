"""Robust choice from the first run to the answer: regret, good enough, and where two programmes change places."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.parameters import ConfigError
from experiments import discovery
from experiments.analysis.discovery import programmes
from experiments.design.conditions import Condition
from experiments.design.study import Study
from experiments.files import read_table, whole_folder, write_table
from experiments.lab.conduct import conduct
from experiments.lab.executors import Executor
from experiments.lab.folder import TABLES, owned
from experiments.report.discovery import as_table, listed, percent, share, side_in_words

KIND = "worlds"
ROBUST, WANTED = "robust", "wanted"
LIKELY = 0.5  # share of runs from which on a programme is more often ahead than not
OF_POSTERIOR = "-posterior"  # ends the name of a study that was given one


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
    if len(study.points()) < 2 * len(study.scenarios):
        raise ConfigError("design.points = 1: regret is over worlds; take two at least")
    names = [each.name for each in study.success]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigError(f"success: two wishes are of {twice}; a wish is a column, and has one level that is enough")
    return study


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
    table.insert(1, WANTED, table["wish"].map({each.name: each.level for each in study.success}))
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
    return {
        ROBUST: answer.table,
        "turns": turns.merge(pd.concat(boxes), how="left") if boxes else turns,
        "turns-limits": pd.concat(limits) if limits else pd.DataFrame(columns=[*discovery.LIMITS, "wish"]),
        "turns-says": as_table([turned(turn) for turn in answer.turns]),
    }


def from_the_priors(study: Study, folder: Path) -> pd.DataFrame:
    """Return what a study of a posterior said of the same wishes with worlds from the priors; no rows if nothing."""
    file = folder.parent / study.name.removesuffix(OF_POSTERIOR) / TABLES / f"{ROBUST}.parquet"
    there = study.posterior and study.name.endswith(OF_POSTERIOR) and file.is_file()
    table = read_table(file) if there else pd.DataFrame()
    if WANTED not in table:
        return pd.DataFrame({"wish": []})
    asked = [(each.name, each.level) for each in study.success]
    return table[[pair in asked for pair in zip(table["wish"], table[WANTED], strict=True)]]


def lines(answer: Answer) -> list[str]:
    """Return what the worlds were drawn from, and where programmes change places, a line a wish."""
    drawn = answer.study.posterior.sentences() if answer.study.posterior else []
    return drawn + [turned(turn) for turn in answer.turns]


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
