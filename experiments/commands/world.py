"""``twinhelix world``: what a world holds and needs before it is run, and its network beside the sister cities."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import networkx as nx

    from abm.input.scenario import Scenario

TRIED, ENOUGH = 12, 0.5  # months that are tried, and as many again until they take so many seconds
RISE, RISES = 48.0, 120  # a month takes as much more after 48 months as it took at first, until month 120 (measured)


def world(
    scenario: Annotated[str, typer.Argument(help="Shipped scenario or TOML file.")],
    check: Annotated[
        bool, typer.Option("--check", help="Read, count and forecast alone; run nothing to its end.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="Folder for its files: cities, ties, organisations, scenario.toml.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say what a world holds and needs; without --check also run it, and set its network beside sister cities."""
    from abm.input.load import files_of, load
    from experiments.files import strict_json, versions, write_json, write_scenario
    from experiments.output import VERSIONS, output_folder
    from experiments.terminal import compile_if_needed, say

    ready = load(scenario)
    if output:
        with output_folder(output, "world", files_of(scenario)) as room:
            write_scenario(room, ready)
            write_json(room / VERSIONS, versions())
    compile_if_needed()
    found = {"scenario": ready.name, **counted(ready), **forecast(ready), "ties": begun(ready)}
    if not check:
        found["network"] = finished(ready)
    if json:
        say(strict_json(found))
    else:
        tell(found, output)


def counted(scenario: Scenario) -> dict[str, Any]:
    """Return what a world holds."""
    import numpy as np

    from abm.setup.build import build

    started = time.process_time()
    w = build(scenario)
    return {
        "cities": len(w.cities),
        "countries": len({city.country for city in scenario.cities}),
        "regions": dict(Counter(city.region for city in scenario.cities).most_common()),
        "organisations": len(w.organisations),
        "programmes": len(w.programmes),
        "members": int(np.count_nonzero(w.members.programme >= 0)),
        "brokers": len(w.brokers),
        "calendar": len(w.calendar),
        "standing_ties": scenario.ties.n,
        "notes": list(scenario.ties.notes),
        "build_seconds": time.process_time() - started,
    }


def forecast(scenario: Scenario) -> dict[str, Any]:
    """Return the memory and the seconds that a run needs, from its first months and how longer ones went elsewhere."""
    from experiments.lab.memory import of_run

    tried_out(scenario.with_changes(months=1))  # rules are loaded at their first use
    months, built, tried = 0, 0.0, 0.0
    while tried < ENOUGH and months < scenario.months:
        months = min(2 * months or TRIED, scenario.months)
        built, tried = tried_out(scenario.with_changes(months=months))
    return {
        "months": scenario.months,
        "tried_months": months,
        "tried_seconds": tried,
        "seconds_a_run": built + tried * work_of(scenario.months) / work_of(months),
        "bytes_a_run": of_run(scenario),
    }


def tried_out(scenario: Scenario) -> tuple[float, float]:
    """Return the seconds in which a world was built and run."""
    from abm.engine import simulate
    from abm.setup.build import build

    started = time.process_time()
    w = build(scenario)
    built = time.process_time()
    simulate(scenario, [1], w)
    return built - started, time.process_time() - built


def work_of(months: int) -> float:
    """Return how much work some months are, in first months."""
    rising = min(months, RISES)
    return rising * (1 + rising / RISE / 2) + (months - rising) * (1 + RISES / RISE)


def begun(scenario: Scenario) -> dict[str, Any] | None:
    """Return the shape of the network from which a run begins, or nothing where it begins without ties."""
    from experiments.analysis.worlds import between

    columns, ids = scenario.ties.columns(), [city.city_id for city in scenario.cities]
    return shape_of(between(scenario, ((ids[i], ids[j]) for i, j in zip(columns["i"], columns["j"], strict=True))))


def finished(scenario: Scenario) -> dict[str, Any] | None:
    """Return the shape of the network of pairs that ever had a memorandum in one run (seed 1)."""
    from abm.runs import run
    from experiments.analysis.worlds import signed

    return shape_of(signed(run(scenario)))


def shape_of(network: nx.Graph) -> dict[str, Any] | None:
    """Return the shape of a network with and without its largest clique, or nothing where there are no ties."""
    from experiments.commands.network import both

    return both(network) if network.number_of_edges() else None


def tell(found: dict[str, Any], output: Path | None) -> None:
    """Tell a world to a reader."""
    from experiments.commands.network import beside, clique_told
    from experiments.lab.live import duration
    from experiments.terminal import console, number_of

    out = console()
    countries = f"{found['countries']:,} {'country' if found['countries'] == 1 else 'countries'}"
    cities = f"{found['cities']:,} {'city' if found['cities'] == 1 else 'cities'}"
    regions = ", ".join(f"{name} {n:,}" for name, n in found["regions"].items())
    out.print(f"{found['scenario']}: {cities} in {countries} ({regions})")
    out.print(
        f"{number_of(found['organisations'], 'organisation')} · {number_of(found['programmes'], 'programme')} with "
        f"{number_of(found['members'], 'member')}, {number_of(found['brokers'], 'broker')} and calendars of "
        f"{number_of(found['calendar'], 'event')} · {number_of(found['standing_ties'], 'standing tie')}"
    )
    for note in found["notes"]:
        out.print(note)
    out.print(
        f"A run of {found['months']} months: about {duration(found['seconds_a_run'])} on one core "
        f"({found['tried_months']} months took {found['tried_seconds']:.3g} s), "
        f"about {found['bytes_a_run'] / 1e9:.2g} GB beside Python.\n"
    )
    for title, network in (("Ties that stand at month 0", found["ties"]), ("One run", found.get("network"))):
        if network:
            out.print(beside(title, network["shape"], network["without_largest_clique"]))
            out.print(clique_told(network["largest_clique"]) + "\n")
    if not found["ties"] and "network" not in found:
        out.print("It begins without ties. Without --check one run shows its network beside the sister cities.")
    if output is not None:
        out.print(f"Files: {output}")
