"""``twinhelix network``: the shape of any network, beside those of the world's sister cities."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

WORDS = {
    "n": "cities with a tie",
    "m": "ties, each pair once",
    "transitivity": "transitivity",
    "mean_local_clustering": "mean local clustering",
    "degree_assortativity": "degree assortativity",
    "degree_gini": "Gini coefficient of degrees",
    "degree_q75": "degree: 75 in 100 have no more",
    "degree_q90": "90 in 100",
    "degree_q95": "95 in 100",
    "degree_q99": "99 in 100",
    "degree_max": "the largest",
    "share_of_degree_1": "share of cities with one tie",
    "largest_component": "largest component, cities",
    "largest_component_share": "its share",
    "mean_distance": "mean distance in it, ties",
    "international": "share of ties between countries",
    "median_km": "median length of a tie, km",
    "ratio_below_250_km": "ties over chance, below 250 km",
    "ratio_250_to_1000_km": "from 250 to 1,000 km",
    "ratio_8000_to_10000_km": "from 8,000 to 10,000 km",
}
BESIDE = {
    "KONECT": "KONECT",
    "KONECT without its clique": "without",
    "Wikipedia": "Wikipedia",
    "Wikidata": "Wikidata",
}


def network(
    file: Annotated[
        Path, typer.Argument(help="GraphML, GEXF, list of ties, archive of KONECT, or answer of Wikidata.")
    ],
    nodes: Annotated[
        Path | None, typer.Option(help="CSV that says of its nodes country, latitude, longitude; column id.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Tell the shape of any network, with and without its largest clique."""
    from experiments.analysis.networks import read_edges, with_nodes
    from experiments.files import strict_json
    from experiments.terminal import console, say

    read = read_edges(file)
    found = both(with_nodes(read, nodes) if nodes else read)
    if json:
        say(strict_json({"file": file.name, **found}))
        return
    out = console()
    out.print(beside(file.name, found["shape"], found["without_largest_clique"]))
    out.print(clique_told(found["largest_clique"]))


def both(found: Any) -> dict[str, Any]:
    """Return the shape of a network, its largest clique, and its shape without that."""
    from experiments.analysis.networks import largest_clique, shape, without

    clique = largest_clique(found)
    left = without(found, clique)
    return {
        "shape": shape(found),
        "largest_clique": [str(node) for node in clique],
        "without_largest_clique": shape(left) if left.number_of_edges() else {},
    }


def beside(title: str, whole: Mapping[str, float], left: Mapping[str, float]) -> Any:
    """Return the table of a network beside the sister cities."""
    from experiments.analysis.twins import twins
    from experiments.terminal import short, table

    known = twins()
    columns: list[Mapping[str, float]] = [whole, left, *[known[name] for name in BESIDE]]
    rows = [
        (words, *[short(column[name]) if name in column else "–" for column in columns])
        for name, words in WORDS.items()
        if any(name in column for column in (whole, left))
    ]
    return table(title, ["", "here", "without clique", *BESIDE.values()], rows)


def clique_told(clique: list[str]) -> str:
    """Return what the largest clique is, in a sentence; two cities with a tie are none."""
    if len(clique) < 3:
        return "No three cities are all tied with each other."
    first = ", ".join(clique[:3])
    more = f" and {len(clique) - 3:,} other{'s' * (len(clique) != 4)}" if len(clique) > 3 else ""
    return (
        f"Largest clique: {len(clique):,} cities, each tied with all others: {first}{more}. An association makes such "
        "a clique; a model of pairs should be held against the network without it."
    )
