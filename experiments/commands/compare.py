"""``twinhelix compare``: what one scenario has more than another, under the same luck."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands import options

if TYPE_CHECKING:
    from experiments.analysis.comparison import Comparison

SEEDS, SEEDS_OF_DRAW = 200, 4
COLUMNS = ("scenario", "difference", "95 % interval", "P(more)", "variance saved")
OF_DRAWS = ("draws expect", "by parameters")
MEANING = (
    "Draws expect: the middle 90 % of the differences that draws of the posterior have on average. By parameters: "
    "their share of the variance of a single difference; the rest is luck."
)


def compare(
    scenarios: Annotated[list[str], typer.Argument(help="Two or more; the others are compared with the first.")],
    seeds: Annotated[
        int | None,
        typer.Option(
            help="Runs of each scenario, at each draw.",
            show_default=f"{SEEDS}, {SEEDS_OF_DRAW} at each draw",
            min=2,
            max=1_000_000,
        ),
    ] = None,
    months: Annotated[int | None, typer.Option(help="How long.", show_default="the shortest of them")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="A measure, or measure@months; may be repeated.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a parameter.")] = None,
    posterior: options.OfPosterior = None,
    draws: options.Draws = None,
    outputs: options.Outputs = Path("outputs"),
    json: Annotated[bool, typer.Option("--json", help="Print means and differences as JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the differences as CSV.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="New or earlier folder for tables, figure and provenance.")
    ] = None,
) -> None:
    """Compare scenarios run by run."""
    from abm.input.load import files_of, load
    from experiments.analysis import comparison
    from experiments.commands.run import settings
    from experiments.design.posterior import named
    from experiments.files import inert, strict_json
    from experiments.output import output_folder
    from experiments.terminal import compile_if_needed

    drawn, each = named(posterior, draws, outputs), SEEDS if posterior is None else SEEDS_OF_DRAW
    changes, read = settings(set_ or ()), [file for name in scenarios for file in files_of(name)]
    options.tell_unheeded(map(load, scenarios), list(changes))
    with output_folder(output, "compare", read) if output else nullcontext() as room:
        compile_if_needed()
        found = comparison.compare(
            scenarios, seeds or each, months, outcome or comparison.OUTCOMES, changes, posterior=drawn
        )
        if room:
            comparison.write(found, room)
    if json:
        keys = {"baseline": found.baseline, "months": found.months, "seeds": found.seeds}
        keys |= {"posterior": found.posterior.told()} if found.posterior else {}
        typer.echo(strict_json(keys | {"means": found.means, "differences": found.differences}))
    elif csv:
        safe = found.differences.assign(scenario=found.differences["scenario"].map(inert))
        typer.echo(safe.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        tell(found, output)


def tell(found: Comparison, output: Path | None) -> None:
    """Print every outcome: the mean of the baseline, then what the others have more or less."""
    from experiments.analysis.comparison import SCENARIO
    from experiments.analysis.effects import left_out
    from experiments.figures.text import decimals, label_of, number
    from experiments.terminal import console, table

    out = console()
    out.print(
        f"{found.pairs}, each against {found.baseline} with the same seed\n",
        style="bold",
    )
    means = found.means[found.means[SCENARIO] == found.baseline].set_index("outcome")["mean"]
    for outcome, part in found.differences.groupby("outcome", sort=False):
        rows = []
        for row in part.to_dict("records"):
            places = decimals((row["high"] - row["low"]) / 2)
            of_draws: tuple[str, ...] = ()
            if found.posterior:
                ends = f"{number(row['expected_low'], places)} to {number(row['expected_high'], places)}"
                of_draws = (ends, share(row["by_parameters"]))
            rows.append(
                (
                    row[SCENARIO],
                    number(row["difference"], places, True),
                    f"{number(row['low'], places)} to {number(row['high'], places)}",
                    f"{row['p_greater']:.0%}",
                    share(row["variance_reduction"], 1),
                    *of_draws,
                )
            )
        title = f"{label_of(outcome)}: {number(means[outcome], 2)} in {found.baseline}"
        out.print(table(title, [*COLUMNS, *(OF_DRAWS if found.posterior else ())], rows))
    out.print(
        "P(more): share of pairs in which the scenario has more than the baseline, ties half. Variance saved: what the "
        "luck that a pair shares took out of the difference."
    )
    if found.posterior:
        out.print(MEANING)
        for sentence in found.posterior.sentences():
            out.print(sentence)
    if missing := left_out(found.differences):
        out.print(missing)
    if output is not None:
        out.print(f"Tables and figure: {output}")


def share(x: float, places: int = 0) -> str:
    """Return a share in per cent, – where there is none."""
    return "–" if x != x else f"{x:.{places}%}"
