"""Scenario discovery from the first run to the answer: run, sought, judged, written, and told in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from abm import labels
from abm.input.scenario import PARAMETERS
from abm.parameters import ConfigError
from experiments import discovery
from experiments.analysis.discovery import arranged, won, write_ema
from experiments.design.conditions import Condition, conditions
from experiments.design.study import Study
from experiments.files import whole_folder, write_table
from experiments.lab.conduct import conduct
from experiments.lab.executors import Executor
from experiments.lab.folder import TABLES, owned
from experiments.terminal import short

SAMPLED = ("latin-hypercube", "sobol", "independent", "csv")
EMA = "ema.tar.gz"
EXAMPLE = "pilots_ever >= 60"
NAMED = 5  # parameters that move success and were left out


class Answer(NamedTuple):
    """What a study of discovery found.

    Attributes
    ----------
    study, provenance
        The study, and how its runs came about.
    found
        Boxes with everything that is known of them.
    density
        The density that was wanted, if any was.
    """

    study: Study
    provenance: dict[str, Any]
    found: discovery.Discovery
    density: float | None = None


def asked(study: Study, said: Sequence[str]) -> Study:
    """Return the study with the conditions that are asked for, or its own; refuse a study without any."""
    if said:
        study = study._replace(success=conditions(list(said), study.outcomes))
    if not study.success:
        names = ", ".join(study.outcomes[:5])
        raise ConfigError(f'success: say what it is, --success "{EXAMPLE}"; {study.name} records {names}')
    return study


def checked(study: Study) -> Study:
    """Return a study whose points and seeds can tell where success comes about, or refuse it."""
    if why := refusal(study):
        raise ConfigError(why)
    return study


def refusal(study: Study) -> str:
    """Return why the points or seeds of a study cannot tell where success comes about, empty if they can."""
    if study.design.kind not in SAMPLED or not study.factors:
        return f"design.kind = '{study.design.kind}': boxes are sought in points of {', '.join(SAMPLED)}"
    if not study.kind.blocks and (study.common_random_numbers or study.counted_seeds):
        return "common_random_numbers = True: a box would be that of a few seeds; say common_random_numbers = false"
    return ""


def discovered(
    study: Study,
    file: Path,
    folder: Path,
    executor: Executor,
    density: float | None = None,
    progress: bool = False,
    **how: Any,
) -> Answer:
    """Run a study, or what is left of it, seek the boxes in which it succeeds, and write their tables.

    Parameters
    ----------
    density
        Wanted density of a box; the box surest to differ from all worlds if left out.
    progress
        Show on a terminal how far the search is.
    how
        Options of :func:`experiments.lab.conduct.conduct`.
    """
    made = conduct(study, file, folder, executor, **how)
    points, every = arranged(study, folder)
    share = won(study, every, study.success)
    found = discovery.discover(points, share, density=density, seed=study.seed, progress=progress)
    answer = Answer(study, made, found, density)
    with owned(folder):
        with whole_folder(folder / TABLES) as room:
            for name, table in tables_of(answer).items():
                write_table(room, name, table)
        write_ema(folder / EMA, study, points, every, share)
    return answer


def tables_of(answer: Answer) -> dict[str, pd.DataFrame]:
    """Return the tables of an answer by their names."""
    found = answer.found
    boxes = found.boxes.assign(sentence=[sentence(answer, box) for box in found.boxes["box"]])
    tables = {"boxes": boxes, "limits": found.limits, "tradeoff": found.tradeoff}
    return tables | {"discovery-screening": found.screening, "boxes-says": as_table(told(answer))}


def lines(answer: Answer) -> list[str]:
    """Return what the worlds were drawn from, if a posterior, and what was found in them."""
    return (answer.study.posterior.sentences() if answer.study.posterior else []) + told(answer)


def told(answer: Answer) -> list[str]:
    """Return what an answer says: a sentence a box, how good they are, and what was looked at."""
    found, study = answer.found, answer.study
    wish = " and ".join(map(str, study.success))
    said = [sentence(answer, box) for box in found.boxes["box"]]
    if (first := found.boxes["density"].head(1)).lt(answer.density or 0).any():
        said.append(f"Wanted was P = {share(answer.density or 0)}: sides that recur alone give {share(first.iloc[0])}.")
    if found.says == discovery.NONE:
        said.append(
            f"No box: nothing that varies tells where {wish}, which is so in {percent(found.base)} of all runs."
        )
    if found.says == discovery.UNSTABLE:
        more = f"; `twinhelix extend {study.name} --points {2 * study.size}` adds some" if study.kind.grown else ""
        said.append(
            f"Unstable: more worlds needed than {found.n:,} ({wish} in {percent(found.base)} of all runs){more}."
        )
    if found.says == discovery.POOR:
        said.append(
            "A box is a poor description: in as many worlds a weighted sum of what matters has "
            f"P = {share(found.boxes['sum_density'][0])}; what one lacks another can make up for."
        )
    return said + looked_at(found) + ([] if found.enough else [too_few(found)])


def as_table(sentences: Sequence[str]) -> pd.DataFrame:
    """Return sentences as a table, so that they stay with the others."""
    return pd.DataFrame({"sentence": sentences}, dtype=str)


def sentence(answer: Answer, box: int) -> str:
    """Return a box in the words of the catalogue."""
    found = answer.found
    row = {name: float(of.iloc[box - 1]) for name, of in found.boxes.items()}
    where = listed(
        [*map(side_in_words, found.limits[found.limits["told"] & (found.limits["box"] == box)].itertuples())]
    )
    head = "" if box == 1 else f"Else, outside the box{'es' * (box > 2)} before: "
    return (
        f"{head}{' and '.join(map(worded, answer.study.success))} "
        f"with P = {share(row['density'])} ({share(row['density_low'])} to {share(row['density_high'])}) in worlds not "
        f"seen, against {share(found.base)} overall, where {where}. These are {percent(row['mass'])} of all worlds and "
        f"hold {percent(row['coverage'])} of all success."
    )


def worded(condition: Condition) -> str:
    """Return a condition in words: ``Pilots ever, after 24 months at least 60``."""
    return f"{' + '.join(map(named, condition.outcomes))} {relation(condition)}"


def relation(condition: Condition) -> str:
    """Return what is asked of a sum of outcomes in words: ``at least 60``."""
    words = {">=": "at least", "<=": "at most", ">": "above", "<": "below"}
    return f"{words[condition.relation]} {short(condition.number)}"


def named(name: str) -> str:
    """Return a label for an outcome or factor, the sentence of a parameter that has none, or the name."""
    if known := labels.label_of(name):
        return known.english
    return PARAMETERS[name].par.sentence if name in PARAMETERS else name


def side_in_words(row: Any) -> str:
    """Return one side of a box: ``Broker (units a month) is at least 8 (6.9 to 8.3)``."""
    if row.word:
        return f"{named(row.factor)} is not {row.word}"
    return f"{named(row.factor)} is {row.side} {short(row.limit)} ({short(row.low)} to {short(row.high)})"


def looked_at(found: discovery.Discovery) -> list[str]:
    """Return in which parameters boxes were sought, and which were left out although they move success."""
    screening = found.screening
    kept, moving = screening[screening["kept"]]["factor"], screening[screening["score"] >= 1]["factor"]
    if not len(kept):
        return []
    left = [name for name in moving if name not in set(kept)]
    rest = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    more = f"; left out, as they move it less surely: {', '.join(left[:NAMED])}{rest}" if left else ""
    return [
        f"Sought in {len(kept)} of {len(screening)} parameters, the surest to move success: {', '.join(kept)}{more}."
    ]


def too_few(found: discovery.Discovery) -> str:
    """Return that there are fewer worlds than is wise."""
    factors = len(found.screening)
    wise = discovery.WANTED * factors
    return f"Few worlds: {found.n:,} for {factors} parameters, of which each wants {discovery.WANTED}, {wise:,} in all."


def listed(parts: Sequence[str]) -> str:
    """Return parts as a sentence lists them."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def share(x: float) -> str:
    """Return a share to two digits, without the zero before the point."""
    return f"{x:.2f}".removeprefix("0")


def percent(x: float) -> str:
    """Return a share in whole per cent."""
    return f"{x:.0%}"
