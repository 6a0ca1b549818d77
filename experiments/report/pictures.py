"""The figures of the demonstration, each with what it found as its heading."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure

from experiments import figures as drawn
from experiments.analysis.positions import LATER
from experiments.figures import headlines as told
from experiments.figures.adoption import adoption_with_and_without
from experiments.figures.brokerage import association, brokerage_against_outcomes
from experiments.figures.helix import triple_helix
from experiments.figures.interaction import factor_lines
from experiments.figures.tree import diffusion_tree, spread
from experiments.report import demo
from experiments.report.findings import Findings

AS_IT_WAS = "the programme as it was"


def pictures(found: Findings, seen: demo.Histories) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of the demonstration by name, each drawn when it is asked for."""
    added, months, outcomes = demo.against_nothing(found), found.study.months, list(demo.OUTCOMES)
    cells = told.of_runs(found.n_runs, months, where=" in each cell")
    pairs = told.of_runs(found.n_runs, months, "pairs of runs")
    head = f"{told.of_differences(added)}\n{cells}"
    yield (
        "factorial",
        drawn.factorial_heatmaps(found.means, *demo.BY, outcomes, title=head, marked=demo.AS_IT_WAS, mark=AS_IT_WAS),
    )
    most = told.added(added, ["contacts_ever", "pilots_ever", "adoptions_ever"])
    head = f"{most}\n{cells}; against none, all else {AS_IT_WAS}"
    yield (
        "interaction",
        factor_lines(found.means, *demo.BY, outcomes, title=head, marked=demo.AS_IT_WAS, mark=AS_IT_WAS),
    )
    head = f"{told.of_differences(added, 'contacts_ever')}\n{pairs}"
    yield "differences", drawn.paired_differences(added, head, than="without")
    yield from histories(seen, f"{seen.scenario.title}: {told.of_runs(len(seen.series), months)}")
    yield from one_history(seen)


def histories(seen: demo.Histories, runs: str) -> Iterator[tuple[str, Figure]]:
    """Yield what all histories of the programme as it was have in common."""
    scenario, months = seen.scenario, seen.scenario.months
    begins, stocks = min(city.entry_month for city in scenario.cities), demo.stocks_by_stage(seen)
    spans = [(scenario.month_of(shock.start), scenario.month_of(shock.end)) for shock in scenario.shocks]
    travel = [(start, min(end, months - 1), "no travel") for start, end in spans if start < months]
    head = f"{told.of_stocks(stocks)}\n{runs}"
    yield "stocks", drawn.stocks_over_time(stocks, travel, title=head, begins=begins)
    courses, themes = demo.adoptions(seen), demo.adoption_by_theme(seen)
    head = f"{told.of_courses(courses)}\n{runs}"
    yield "adoption", adoption_with_and_without(courses, themes, title=head, begins=begins)
    one, shares = seen.one, seen.series[[f"{name}@{months}" for name in demo.HELIX]].set_axis(list(demo.HELIX), axis=1)
    head = f"{told.of_helix(shares)}\n{runs}"
    pilots = demo.pilots_by_helix(seen)
    yield "helix", triple_helix(pilots, one.links, one.partnerships, head, one.cities, begins=begins)
    half, n = months // 2, seen.positions["seed"].nunique()
    head = f"{told.of_association(*association(seen.positions, LATER))}\n{scenario.title}: {told.of_runs(n, months)}"
    more = f"; partners after {half} months, pilots begun later"
    yield "brokerage", brokerage_against_outcomes(seen.positions, outcome=LATER, title=head + more)


def one_history(seen: demo.Histories) -> Iterator[tuple[str, Figure]]:
    """Yield the history of the first seed on the map, and the tree of its practice that most cities adopted."""
    one = seen.one
    which = f"{seen.scenario.title}: one simulated history (seed {one.seed}) of {seen.scenario.months} months"
    yield "map", drawn.partnership_map(one.cities, one.partnerships, f"{told.of_pairs(one.partnerships)}\n{which}")
    if practice := most_adopted(one.practices):
        tree = spread(one.practices, practice, one.cities)
        head = f"{told.of_tree(practice, tree)}\n{which}"
        yield "tree", diffusion_tree(one.cities, one.practices, practice, head, months=seen.scenario.months)


def most_adopted(practices: pd.DataFrame) -> str:
    """Return the name of the practice that most cities adopted since the start; empty where none did."""
    new = practices[(practices["path"] == "decision") & (practices["after"] == "adopted")]
    return str(new["practice"].astype(object).value_counts().index[0]) if len(new) else ""
