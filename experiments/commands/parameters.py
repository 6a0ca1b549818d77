"""``twinhelix parameters``: everything that can be set, everything that is measured, every kind of policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console


def parameters(
    section: Annotated[list[str] | None, typer.Argument(help="Only these sections.", show_default="all")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print parameters, measures and SALib problem as JSON.")] = False,
    measures: Annotated[bool, typer.Option("--measures", help="Show what is measured instead.")] = False,
    policies: Annotated[bool, typer.Option("--policies", help="Show the kinds of policy instead.")] = False,
) -> None:
    """Explain every parameter, or every measure."""
    from abm import catalog
    from experiments.files import strict_json
    from experiments.terminal import console, table, unit

    chosen = catalog.parameters(section or ())
    if json:
        problem = catalog.salib_problem([p["name"] for p in chosen if p["prior"]])
        known = {"measures": catalog.measures(), "policies": catalog.policies()}
        typer.echo(strict_json({"parameters": chosen, **known, "salib": problem}))
    elif measures:
        console().print(
            table(
                "Measures",
                ["measure", "what it is", "unit"],
                [
                    (m["name"] + (f".<{m['by']}>" if m["by"] else ""), m["sentence"], unit(m["unit"]))
                    for m in catalog.measures()
                ],
                left=3,
            )
        )
    elif policies:
        explain_policies(console(), catalog.policies())
    else:
        explain(console(), chosen)


def explain(out: Console, chosen: list[dict[str, Any]]) -> None:
    """Print parameters section by section: what it is set to, then what it means."""
    from rich.padding import Padding
    from rich.text import Text

    section = ""
    for p in chosen:
        if p["name"].partition(".")[0] != section:
            section = p["name"].partition(".")[0]
            out.print(f"\n[{section}]", style="bold")
        prior = f" · prior {p['prior'][0]:.4g} to {p['prior'][1]:.4g}" if p["prior"] else ""
        facts = f"{p['control']} · legal: {p['legal']}{prior} · source: {p['source']}"
        out.print(Text.assemble((p["name"], "bold cyan"), f" = {setting(p)}"))
        out.print(Padding(Text(p["sentence"]), (0, 0, 0, 4), expand=False))
        out.print(Padding(Text(facts, style="dim"), (0, 0, 0, 4), expand=False))
    bare = [p["name"] for p in chosen if p["control"] == "uncertainty" and not p["prior"]]
    out.print(f"\nUncertainties without a prior, which no study samples: {', '.join(bare) or 'none'}.")


def explain_policies(out: Console, kinds: list[dict[str, Any]]) -> None:
    """Print the kinds of policy: what each is, then what a scenario may set."""
    from rich.padding import Padding
    from rich.text import Text

    for kind in kinds:
        out.print(Text.assemble((kind["name"], "bold cyan"), f"  for {kind['where']}"))
        out.print(Padding(Text(kind["sentence"]), (0, 0, 0, 4), expand=False))
        low, high = kind["legal"]
        legal = f", legal {low:g} to {high:g}" if low < high else ""
        length = f"{kind['months']} months" if kind["months"] else "on and on"
        facts = (
            f"strength {kind['strength']:g} ({kind['strength_is']}{legal}) · cost {kind['cost']:g} a month · "
            f"{length} · source: {kind['source']}"
        )
        out.print(Padding(Text(facts, style="dim"), (0, 0, 0, 4), expand=False))


def setting(p: dict[str, Any]) -> str:
    """Return the default of a parameter as one would write it in a scenario, and its unit."""
    if isinstance(p["default"], bool):
        return str(p["default"]).lower()
    if isinstance(p["default"], str):
        return f'"{p["default"]}"'
    return f"{p['default']:.4g}" + ("" if p["unit"] == "1" else f"  {p['unit']}")
