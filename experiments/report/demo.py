"""The demonstration: brokers deepen, events widen. A shipped study of the IUC programme and its figures, in a minute.

Four capacities of the broker are crossed with four scales of the calendar; every cell runs the same seeds, so that
cells are compared under the same luck. Beside the study stand what only whole histories show, of the programme as it
was: stocks and adoption over time, one history on the map, as a tree and as a triple helix, and where cities stood at
half-time against the pilots that they began later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from abm.input.scenario import Scenario
from abm.labels.stages import STAGES
from abm.progress import shown_while
from abm.result import Result
from abm.runs import run, run_many
from abm.state.words import THEMES
from experiments.analysis.positions import LATER, positions
from experiments.design.files import read_study
from experiments.lab.folder import shipped
from experiments.lab.ledger import OtherResults
from experiments.lab.stop import Interrupted
from experiments.report.findings import Findings, findings, keep

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "demo"
CAPACITY, SCALE = BY = ("broker.capacity", "calendar.scale")
AS_IT_WAS = (4.0, 1.0)
MOST_HISTORIES = 50  # whose networks are looked at
OUTCOMES = (*[rung.ever for rung in STAGES], "adoptions_ever")


class Histories(NamedTuple):
    """What the figures show beside the study, all of the programme as it was.

    Attributes
    ----------
    scenario, one
        The programme, and its run of the first seed.
    series
        One row a run, one column an outcome and month: stocks by stage, adoption by theme.
    positions
        Where cities stood at half-time, and the pilots that they began after it.
    """

    scenario: Scenario
    one: Result
    series: pd.DataFrame
    positions: pd.DataFrame


def demonstrate(replicates: int, folder: Path, progress: bool = True) -> Findings:
    """Run the demonstration, or what is left of it, and write its tables and figures into a folder."""
    study = read_study(shipped()[NAME])._replace(replicates=replicates)
    try:
        found = findings(study, shipped()[NAME], folder, progress)
    except Interrupted as stop:
        raise Interrupted(f"{str(stop).partition(';')[0]}; the same command goes on", stop.code) from None
    except OtherResults:
        raise OtherResults(
            f"{folder}: holds a demonstration by other code; name another folder (--output), or remove this one"
        ) from None
    draw(found, folder, progress)
    return found


def draw(found: Findings, folder: Path, progress: bool = True) -> None:
    """Look at histories of the programme as it was, and draw the figures of the demonstration."""
    seen = histories(found)
    keep(folder, shown_while(figures(found, seen), None, progress, "figures"), positions=seen.positions)


def histories(found: Findings) -> Histories:
    """Run the programme as it was with the seeds of the study."""
    study = found.study
    scenario = study.scenario_at(AS_IT_WAS)
    seeds = [study.seed_at("", replicate) for replicate in range(1, study.replicates + 1)]
    wanted = [*(rung.now for rung in STAGES), *(f"adoption_by_theme.{theme}" for theme in THEMES)]
    by_month = [f"{outcome}@{month}" for outcome in wanted for month in range(1, scenario.months + 1)]
    return Histories(
        scenario,
        run(scenario, seed=seeds[0]),
        run_many(scenario, seeds=seeds, outcomes=by_month, progress=False),
        positions(scenario, seeds[:MOST_HISTORIES], scenario.months // 2 - 1),
    )


def against_nothing(found: Findings, outcomes: Sequence[str] = OUTCOMES) -> pd.DataFrame:
    """Return what each broker adds to the calendar as it was, and each calendar to the broker as it was.

    One row a contrast and outcome: the columns of :func:`~experiments.analysis.effects.differences` and ``contrast``,
    in words.
    """
    table = found.differences[found.differences["outcome"].isin(outcomes)]
    brokers = table[(table["baseline"] == f"{CAPACITY} = 0.0") & (table[SCALE] == AS_IT_WAS[1])]
    events = table[(table["baseline"] == f"{SCALE} = 0.0") & (table[CAPACITY] == AS_IT_WAS[0])]
    return pd.concat(
        [
            brokers.assign(contrast=[f"Broker of {c:g} against none" for c in brokers[CAPACITY]]),
            events.assign(contrast=[f"Events × {s:g} against none" for s in events[SCALE]]),
        ],
        ignore_index=True,
    )


def by_run(seen: Histories, column: str, outcomes: Mapping[str, str]) -> pd.DataFrame:
    """Return named outcomes of every run, one row a month, name (in ``column``) and run."""
    parts = [
        pd.DataFrame({"month": month - 1, column: name, "value": seen.series[f"{outcome}@{month}"]})
        for name, outcome in outcomes.items()
        for month in range(1, seen.scenario.months + 1)
    ]
    return pd.concat(parts, ignore_index=True)


def stocks_by_stage(seen: Histories) -> pd.DataFrame:
    """Return every stock of every run, one row a month, stage and run."""
    return by_run(seen, "stage", {rung.name: rung.now for rung in STAGES})


def figures(found: Findings, seen: Histories) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of the demonstration by name, each drawn when it is asked for."""
    from experiments.figures import factorial_heatmaps, paired_differences, partnership_map, stocks_over_time

    scenario, months, runs = seen.scenario, seen.scenario.months, found.n_runs
    title = f"{found.study.title}: {runs} runs of {months} months in each cell"
    yield "factorial", factorial_heatmaps(found.means, *BY, list(OUTCOMES), title=title)
    spans = [(scenario.month_of(shock.start), scenario.month_of(shock.end)) for shock in scenario.shocks]
    travel = [(start, min(end, months - 1), "no travel") for start, end in spans if start < months]
    table, title = stocks_by_stage(seen), f"{scenario.title}: partnerships by stage, {runs} runs"
    yield "stocks", stocks_over_time(table, travel, title=title)
    title = f"What brokers and events add, {runs} pairs of runs"
    yield "differences", paired_differences(against_nothing(found), title=title)
    title = f"{scenario.title}: one simulated history (seed {seen.one.seed}) after {months} months"
    yield "map", partnership_map(seen.one.cities, seen.one.partnerships, title)
    yield from knowledge_figures(seen)


def knowledge_figures(seen: Histories) -> Iterator[tuple[str, Figure]]:
    """Yield adoption by theme, of one history the tree of its most adopted practice and its helix, and brokerage."""
    from experiments.figures.helix import brokerage_against_outcomes, triple_helix
    from experiments.figures.knowledge import adoption_by_theme, diffusion_tree

    one, title = seen.one, seen.scenario.title
    shares = by_run(seen, "theme", {theme: f"adoption_by_theme.{theme}" for theme in THEMES})
    yield "adoption", adoption_by_theme(shares, title=f"{title}: practices adopted, by theme")
    new = one.practices[(one.practices["path"] == "decision") & (one.practices["after"] == "adopted")]
    if len(new):
        practice = str(new["practice"].value_counts().index[0])
        about = f"{title}: how the practice “{practice}” spread in one simulated history"
        yield "tree", diffusion_tree(one.cities, one.practices, practice, about)
    about = f"{title}: the triple helix of one history"
    yield "helix", triple_helix(one.links, one.partnerships, about, one.cities)
    half, runs = seen.scenario.months // 2, seen.positions["seed"].nunique()
    about = f"{title}: structural holes after {half} months and pilots begun later, {runs} runs"
    yield "brokerage", brokerage_against_outcomes(seen.positions, outcome=LATER, title=about)
