"""The demonstration: brokers deepen, events widen. A factorial experiment on the IUC programme, in a minute.

Four capacities of the broker are crossed with four scales of the calendar; every cell runs the same seeds, so that
cells are compared under the same luck. Its figures: the factorial, stocks over time, what brokers and events add, the
map, adoption by theme, the tree of one practice, the triple helix, and brokerage positions against later pilots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from abm.input.load import load
from abm.input.scenario import Scenario
from abm.labels.stages import STAGES
from abm.progress import shown_while
from abm.result import Result
from abm.runs import recorded, run, run_many
from abm.state.tables import THEMES
from experiments.analysis import effects
from experiments.analysis.positions import LATER, positions
from experiments.files import versions, whole_folder, write_json, write_scenario, write_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCENARIO = "iuc-asia"
CAPACITY, SCALE = BY = ("broker.capacity", "calendar.scale")
CAPACITIES, SCALES = (0.0, 2.0, 4.0, 8.0), (0.0, 0.5, 1.0, 2.0)
AS_IT_WAS = (4.0, 1.0)
MOST_HISTORIES = 50  # whose networks are looked at
N_FIGURES = 8
OUTCOMES = (*[rung.ever for rung in STAGES], "adoptions_ever")


class Demonstration(NamedTuple):
    """What the experiment found.

    Attributes
    ----------
    scenario, history
        The programme as it was, and its run of the first seed.
    results
        One row a cell and seed: the two factors, seed, every outcome at the end.
    stocks
        Series of the cell as it was, shape (n_seeds, months).
    positions
        Where cities stood at half-time of the programme as it was, and the pilots that they began after it.
    means, differences
        Means of every cell, and paired differences to no broker and to no events (column baseline), with intervals.
    """

    scenario: Scenario
    history: Result
    results: pd.DataFrame
    stocks: np.ndarray
    positions: pd.DataFrame
    means: pd.DataFrame
    differences: pd.DataFrame


def experiment(replicates: int, progress: bool = True) -> Demonstration:
    """Run every cell with seeds 1 … ``replicates`` and compare them."""
    scenario = load(SCENARIO)
    history = run(scenario, seed=1)  # the first run compiles the rules where this has not been done
    seeds = range(1, replicates + 1)
    cells = [(capacity, scale) for capacity in CAPACITIES for scale in SCALES]
    parts = []
    for capacity, scale in shown_while(cells, len(cells), progress, "cells"):
        ends = run_many(scenario, seeds=seeds, override={CAPACITY: capacity, SCALE: scale}, progress=False)
        parts.append(pd.DataFrame({CAPACITY: capacity, SCALE: scale}, ends.index).join(ends))
    stocks = recorded(scenario, seeds)
    results = pd.concat(parts, ignore_index=True)
    contrasts = [effects.differences(results, BY, {factor: 0.0}).assign(baseline=f"{factor} = 0") for factor in BY]
    return Demonstration(
        scenario,
        history,
        results,
        stocks,
        positions(scenario, seeds[:MOST_HISTORIES], scenario.months // 2 - 1),
        effects.means(results, BY),
        pd.concat(contrasts, ignore_index=True),
    )


def against_nothing(found: Demonstration, outcomes: Sequence[str] = OUTCOMES) -> pd.DataFrame:
    """Return what each broker adds to the calendar as it was, and each calendar to the broker as it was.

    One row a contrast and outcome: the columns of :func:`~experiments.analysis.effects.differences` and ``contrast``,
    in words.
    """
    table = found.differences[found.differences["outcome"].isin(outcomes)]
    brokers = table[(table["baseline"] == f"{CAPACITY} = 0") & (table[SCALE] == AS_IT_WAS[1])]
    events = table[(table["baseline"] == f"{SCALE} = 0") & (table[CAPACITY] == AS_IT_WAS[0])]
    return pd.concat(
        [
            brokers.assign(contrast=[f"Broker of {c:g} against none" for c in brokers[CAPACITY]]),
            events.assign(contrast=[f"Events × {s:g} against none" for s in events[SCALE]]),
        ],
        ignore_index=True,
    )


def bands(column: str, months: np.ndarray, runs: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Return mean and the middle 80 % of named runs, each of shape (n_seeds, months); one row a month and name."""
    parts = [
        pd.DataFrame(
            {
                "month": months,
                column: name,
                "mean": values.mean(axis=0),
                "low": np.quantile(values, 0.1, axis=0),
                "high": np.quantile(values, 0.9, axis=0),
            }
        )
        for name, values in runs.items()
    ]
    return pd.concat(parts, ignore_index=True)


def stocks_by_stage(stocks: np.ndarray) -> pd.DataFrame:
    """Return mean and the middle 80 % of the runs of every stock, one row a month and stage."""
    return bands("stage", np.arange(stocks.shape[1]), {rung.name: stocks[rung.now] for rung in STAGES})


def adoption_shares(stocks: np.ndarray) -> pd.DataFrame:
    """Return mean and the middle 80 % of the runs of the adoption of every theme, once there are members."""
    shares = stocks["adoption_by_theme"]
    months = np.flatnonzero(~np.isnan(shares).any(axis=(0, 2)))
    return bands("theme", months, {theme: shares[:, months, x] for x, theme in enumerate(THEMES)})


def knowledge_figures(found: Demonstration) -> Iterator[tuple[str, Figure]]:
    """Yield adoption by theme, of one history the tree of its most adopted practice and its helix, and brokerage."""
    from experiments.figures.helix import brokerage_against_outcomes, triple_helix
    from experiments.figures.knowledge import adoption_by_theme, diffusion_tree

    history, title = found.history, found.scenario.title
    yield "adoption", adoption_by_theme(adoption_shares(found.stocks), title=f"{title}: practices adopted, by theme")
    new = history.practices[(history.practices["path"] == "decision") & (history.practices["after"] == "adopted")]
    if len(new):
        practice = str(new["practice"].value_counts().index[0])
        about = f"{title}: how the practice “{practice}” spread in one simulated history"
        yield "tree", diffusion_tree(history.cities, history.practices, practice, about)
    network = f"{title}: the triple helix of one history"
    yield "helix", triple_helix(history.links, history.partnerships, network, history.cities)
    half, runs = found.scenario.months // 2, found.positions["seed"].nunique()
    about = f"{title}: structural holes after {half} months and pilots begun later, {runs} runs"
    yield "brokerage", brokerage_against_outcomes(found.positions, outcome=LATER, title=about)


def figures(found: Demonstration) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of the demonstration, each drawn when it is asked for, with its name."""
    from experiments.figures import factorial_heatmaps, paired_differences, partnership_map, stocks_over_time

    scenario, months = found.scenario, found.scenario.months
    runs = int(found.means["runs"].max())
    travel = [
        (scenario.month_of(s.start), min(scenario.month_of(s.end), months - 1), "no travel")
        for s in scenario.shocks
        if scenario.month_of(s.start) < months
    ]
    yield (
        "factorial",
        factorial_heatmaps(
            found.means,
            *BY,
            list(OUTCOMES),
            title=f"Brokers and events: {runs} runs of {months} months in each cell",
        ),
    )
    yield (
        "stocks",
        stocks_over_time(
            stocks_by_stage(found.stocks), travel, title=f"{scenario.title}: partnerships by stage, {runs} runs"
        ),
    )
    yield (
        "differences",
        paired_differences(against_nothing(found), title=f"What brokers and events add, {runs} pairs of runs"),
    )
    yield (
        "map",
        partnership_map(
            found.history.cities,
            found.history.partnerships,
            f"{scenario.title}: one simulated history (seed 1) after {months} months",
        ),
    )
    yield from knowledge_figures(found)


def demonstrate(replicates: int, output: Path, progress: bool = True) -> Demonstration:
    """Run the demonstration and write its tables, figures and provenance into ``output``, whole or not at all."""
    from experiments.figures import save

    with whole_folder(output) as room:
        found = experiment(replicates, progress)
        write_table(room, "results", found.results)
        write_table(room, "means", found.means)
        write_table(room, "differences", found.differences)
        write_table(room, "positions", found.positions)
        write_scenario(room, found.scenario)
        design = {CAPACITY: CAPACITIES, SCALE: SCALES, "seeds": f"1 to {replicates}, the same in every cell"}
        write_json(room / "versions.json", versions() | {"design": design, "digest_of_seed_1": found.history.digest})
        for name, figure in shown_while(figures(found), N_FIGURES, progress, "figures"):
            save(figure, room / f"{name}.png")
    return found
