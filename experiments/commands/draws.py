"""``twinhelix run --posterior``: one scenario at draws of a posterior, told with bands over parameters and luck."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abm.input.scenario import Scenario
    from experiments.analysis.bands import Banded
    from experiments.design.posterior import Posterior

SEEDS = 2  # of each draw: with one luck cannot be told from parameters
COLUMNS = ("measure", "unit", "mean", "90 % of runs", "draws expect", "by parameters")
MEANING = (
    "90 % of runs: parameters and luck together. Draws expect: the middle 90 % of what draws of the posterior have on "
    "average. By parameters: their share of the variance of single runs; the rest is luck."
)


def run_draws(
    scenario: Scenario,
    posterior: Posterior,
    seeds: int,
    said: Sequence[str],
    output: Path | None,
    read: Any,
    json: bool,
) -> None:
    """Run a scenario at draws of a posterior, write what was asked for, and tell it."""
    from experiments.analysis.bands import banded
    from experiments.files import strict_json
    from experiments.output import output_folder
    from experiments.terminal import compile_if_needed, say

    with output_folder(output, "run", read) if output else nullcontext() as room:
        compile_if_needed()
        found = banded(scenario, posterior, seeds, said)
        if room:
            write(room, found)
    if json:
        rows = found.at_end.drop(columns="month").to_dict("records")
        about = {"scenario": scenario.name, "months": scenario.months, "seeds": seeds}
        say(strict_json(about | {"posterior": found.posterior.told(), "outcomes": rows}))
    else:
        tell(found, output)


def tell(found: Banded, output: Path | None) -> None:
    """Print every measure at the end: mean, bands, and the share of parameters."""
    from abm.measures import MEASURES
    from experiments.terminal import console, short, table, unit

    out, scenario = console(), found.scenario
    draws = f"{len(found.posterior.rows):,} draws × {found.seeds} seeds"
    out.print(f"{scenario.title}, {draws}, {scenario.months} months\n", style="bold")
    rows = []
    for row in found.at_end[found.at_end["outcome"].isin(MEASURES)].to_dict("records"):
        share = row["by_parameters"]
        ends = [f"{short(row[f'{what}_low'])} to {short(row[f'{what}_high'])}" for what in ("run", "expected")]
        words = (row["outcome"], unit(MEASURES[row["outcome"]].unit), short(row["mean"]))
        rows.append((*words, *ends, "–" if share != share else f"{share:.0%}"))
    out.print(table("Measures at the end", COLUMNS, rows, left=2))
    out.print(f"{MEANING} --json and --output also have what is told by region or theme.")
    for sentence in found.posterior.sentences():
        out.print(sentence)
    if output is not None:
        out.print(f"Tables: {output}")


def write(room: Path, found: Banded) -> None:
    """Write runs, bands, the resolved scenario, the draws, and the versions of what made them."""
    from experiments.design.posterior import CSV, JSON
    from experiments.files import versions, write_json, write_scenario, write_table

    write_table(room, "runs", found.runs)
    write_table(room, "bands", found.bands)
    write_scenario(room, found.scenario)
    found.posterior.write(room / CSV, room / JSON)
    said = {"posterior": found.posterior.told(), "seeds": f"1 to {found.runs['seed'].max()}"}
    write_json(room / "versions.json", versions() | said)
