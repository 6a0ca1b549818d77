"""``twinhelix run``: one seed of one scenario, or many at draws of a posterior."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from signal import SIGINT
from time import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands import options

if TYPE_CHECKING:
    from abm.input.scenario import Scenario
    from abm.result import Result
    from abm.setup.names import Names

DEFAULT = "iuc-asia"
TABLES = ("cities", "organisations", "partnerships", "projects", "links", "events", "brokers", "policies", "programmes")
MOST_PROGRAMMES = 12  # as many are listed one by one


class Engine(StrEnum):
    """What runs the rules: machine code, plain Python or Mesa agents. The results are the same, bit for bit."""

    COMPILED = "compiled"
    PLAIN = "plain"
    MESA = "mesa"


OfEngine = Annotated[
    Engine | None,
    typer.Option(help="Machine code, plain Python or Mesa agents; same results.", show_default="compiled"),
]
OfOutput = Annotated[Path | None, typer.Option(help="Folder for tables, figures and provenance, new or earlier.")]


def run(
    scenario: Annotated[str | None, typer.Argument(help="Shipped scenario or TOML file.", show_default=DEFAULT)] = None,
    scenario_: Annotated[str | None, typer.Option("--scenario", help="The same, as an option.")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Whole number; the same seed gives the same history.", show_default="1")
    ] = None,
    months: Annotated[int | None, typer.Option(help="How long.", show_default="as the scenario says")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a parameter.")] = None,
    engine: OfEngine = None,
    posterior: options.OfPosterior = None,
    draws: options.Draws = None,
    seeds: Annotated[int | None, typer.Option(help="Seeds of each draw.", show_default="2", min=1)] = None,
    outputs: options.Outputs = Path("outputs"),
    json: Annotated[bool, typer.Option("--json", help="Print outcomes and digest as JSON.")] = False,
    graph: Annotated[Path | None, typer.Option(help="Write its network: .graphml, or .gexf with its months.")] = None,
    ties: Annotated[Path | None, typer.Option(help="Write its partnerships as ties: .csv or .parquet.")] = None,
    geojson: Annotated[Path | None, typer.Option(help="Write a map for other programs: .geojson.")] = None,
    output: OfOutput = None,
) -> None:
    """Run one seed of a scenario, or many at draws of a posterior."""
    chosen = settled(engine)
    from abm.input.load import files_of, load
    from abm.parameters import ConfigError
    from experiments.commands.draws import SEEDS, run_draws
    from experiments.design.posterior import named
    from experiments.lab.stop import CODES, Interrupted
    from experiments.output import output_folder
    from experiments.report.networks import planned
    from experiments.terminal import compile_if_needed

    if scenario and scenario_ and scenario != scenario_:
        raise ConfigError(f"two scenarios are named, {scenario!r} and {scenario_!r}; name one")
    changes = settings(set_ or ())
    ready = load(scenario or scenario_ or DEFAULT, changes, months)
    options.tell_unheeded([ready], list(changes))
    read = files_of(scenario or scenario_ or DEFAULT)
    files = {"--graph": graph, "--ties": ties, "--geojson": geojson}
    check_together(posterior, {"--seed": seed, **files}, {"--seeds": seeds}, chosen)
    write_files = planned(files, read)
    if drawn := named(posterior, draws, outputs):
        run_draws(ready, drawn, seeds or SEEDS, list(changes), output, read, json)
        return
    begun = time()
    try:
        with output_folder(output, "run", read) if output else nullcontext() as room:  # what is wrong is told first
            compile_if_needed()
            result = simulated(ready, 1 if seed is None else seed, chosen)
            if room:
                write_result(room, result)
            write_files(result)
        if json:
            typer.echo(as_json(result, chosen, changes))
        else:
            summarise(result, chosen, output)
    except KeyboardInterrupt:
        told_of([output, *files.values()], begun)
        raise
    if result.scenario.months < ready.months:
        raise Interrupted("", CODES[SIGINT])  # it has been said


def told_of(asked: Sequence[Path | None], since: float) -> None:
    """End with a line on what was written, of what was asked for, if anything was."""
    from experiments.lab.stop import CODES, Interrupted

    there = [str(path) for path in asked if path and path.exists() and path.stat().st_mtime >= since]
    if there:
        raise Interrupted(f"interrupted; written by then: {', '.join(there)}", CODES[SIGINT]) from None


def check_together(posterior: str | None, alone: dict[str, Any], at_draws: dict[str, Any], engine: Engine) -> None:
    """Refuse options that have no meaning with a posterior, or without one."""
    from abm.parameters import ConfigError

    for name, value in (alone if posterior else at_draws).items():
        if value is not None:
            raise ConfigError(f"{name} {value}: has no meaning {'with' if posterior else 'without'} --posterior")
    if posterior and engine is Engine.MESA:
        raise ConfigError("--engine mesa: runs one seed at a time; draws of a posterior are run by the others")


def settled(engine: Engine | None) -> Engine:
    """Return what shall run the rules, before any is made; ``TWINHELIX_ENGINE`` decides if nobody else does."""
    from abm.machine import jit

    if engine in (Engine.COMPILED, Engine.PLAIN):
        jit.choose(engine.value)
    return engine or Engine(jit.engine())


def settings(pairs: Sequence[str]) -> dict[str, str]:
    """Return ``key=value`` pairs as a mapping; the loader checks keys and values."""
    from abm.parameters import ConfigError, shown

    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise ConfigError(f"--set {shown(pair)}: must be key=value, such as broker.capacity=8")
        found[key.strip()] = value.strip()
    return found


def simulated(scenario: Scenario, seed: int, engine: Engine) -> Result:
    """Return the run of one seed by one of the engines, as far as it came if somebody stopped it."""
    if engine is not Engine.MESA:
        from abm.runs import Stopped, run
        from experiments.terminal import notice

        try:
            return run(scenario, seed=seed)
        except Stopped as stop:  # said at once: of a large world the outcomes take seconds
            n, months = stop.result.scenario.months, scenario.months
            notice(f"stopped after {n} of {months} months; this is what had happened by then")
            return stop.result
    from abm.face.model import CityPartnershipModel

    model = CityPartnershipModel(scenario, seed=seed)
    for _ in range(scenario.months):
        model.step()
    return model.result()


def as_json(result: Result, engine: Engine, changes: dict[str, str]) -> str:
    """Return what a script wants to know of a run, as strict JSON."""
    from experiments.files import strict_json

    return strict_json(
        {
            "scenario": result.scenario.name,
            "seed": result.seed,
            "months": result.scenario.months,
            "engine": engine.value,
            "set": {key: result.scenario.values[key] for key in changes},
            "outcomes": result.outcomes.iloc[0].to_dict(),
            "digest": result.digest,
        }
    )


def summarise(result: Result, engine: Engine, output: Path | None) -> None:
    """Print a run for a reader: the ladder of partnerships, then everything else that is measured."""
    from abm.labels.stages import STAGES
    from abm.measures import MEASURES
    from experiments.terminal import console, short, table, unit

    scenario, end = result.scenario, result.outcomes.iloc[0]
    out = console()
    out.print(
        f"{scenario.title}, seed {result.seed}, {scenario.months} month{'s' * (scenario.months != 1)}, "
        f"{len(scenario.cities)} cities, {engine.value} engine\n",
        style="bold",
    )
    before = [float("nan"), *[end[rung.ever] for rung in STAGES]]
    out.print(
        table(
            "Partnerships",
            ["stage", "now", "ever", "share of the stage before"],
            [
                (
                    rung.label.english,
                    short(end[rung.now]),
                    short(end[rung.ever]),
                    f"{end[rung.ever] / earlier:.0%}" if earlier > 0 else "–",
                )
                for rung, earlier in zip(STAGES, before, strict=False)
            ],
        )
    )
    if len(result.names.programmes) > 1:
        out.print(by_programme(result))
    shown = {name for rung in STAGES for name in (rung.now, rung.ever)}
    others = {name: measure for name, measure in MEASURES.items() if name in end and name not in shown}
    out.print(
        table(
            "Other measures at the end",
            ["measure", "what it is", "unit", "value"],
            [(name, measure.sentence, unit(measure.unit), short(end[name])) for name, measure in others.items()],
            left=3,
        )
    )
    if apart := [name for name in MEASURES if name not in end]:
        out.print(f"--json and --output also have, by region or theme: {', '.join(apart)}.{sharing(result.names)}\n")
    if output is not None:
        out.print(f"Tables and figures: {output}")
    out.print(f"Digest of the history: {result.digest}")


def by_programme(result: Result) -> Any:
    """Return a table of the programmes of a run, the first of them where there are many."""
    from experiments.terminal import short, table

    rows, n = result.programmes.head(MOST_PROGRAMMES), len(result.programmes)
    named = [(str(name), *map(short, values)) for name, *values in rows.itertuples(index=False, name=None)]
    title = f"By programme, partnerships ever{f'; {len(rows)} of {n}' if len(rows) < n else ''}"
    return table(title, [column.replace("_", " ") for column in rows.columns], named)


def sharing(known: Names) -> str:
    """Return a sentence on the regions that share a column of every measure, where there are more than have one."""
    n = len(known.regions) - len(known.blocs) + 1
    return f" Of {len(known.regions)} regions the {n} smallest share a column, {known.blocs[-1]}." if n > 1 else ""


def write_result(room: Path, result: Result) -> None:
    """Write a run: every table, two figures, the resolved scenario and the versions of what made it."""
    from abm.labels.fonts import literal
    from abm.plot import stages_over_time
    from experiments.figures import partnership_map, save, signed
    from experiments.figures.headlines import of_pairs
    from experiments.files import versions, write_json, write_scenario, write_table

    name = literal(result.scenario.title, result.scenario.name)
    title = f"{of_pairs(result.partnerships)}\n{name}: seed {result.seed}, {result.scenario.months} months"
    write_table(room, "series", result.series.reset_index())
    for name in TABLES:
        write_table(room, name, getattr(result, name))
    drawn = partnership_map(result.cities, result.partnerships, title)
    save(signed(drawn, f"{result.scenario.name} · {result.digest[:16]}"), room / "map.png")
    save(stages_over_time(result.series, result.scenario.title, result.scenario.name), room / "stages.png")
    write_scenario(room, result.scenario)
    write_json(room / "outcomes.json", result.outcomes.iloc[0].to_dict())
    write_json(room / "versions.json", versions() | {"seeds": [result.seed], "digest": result.digest})
