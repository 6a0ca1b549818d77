"""Networks of sister cities as they are: what others are set beside, each with its largest clique and without it.

KONECT has all twins that Wikidata knew in 2017 (Kunegis 2013), Wikipedia those of its lists in 2012, gathered by
Kaltenbrunner et al. (2013), Wikidata those in 2022 between cities of 10,000 inhabitants and more.

`python -m experiments.analysis.twins FOLDER` makes the table anew from the networks themselves, which are not part of
this package: docs/networks.md says where they come from.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

TABLE = Path(__file__).with_name("twin_networks.csv")
NETWORKS = {  # name: ties, and a table of nodes
    "KONECT": ("konect_twin_2017_edges.csv", None),
    "Wikipedia": ("wikipedia_2012_kaltenbrunner_edges.csv", "wikipedia_2012_kaltenbrunner_nodes.csv"),
    "Wikidata": ("wikidata_2022_cities10k_edges.csv", "wikidata_2022_cities10k_nodes.csv"),
}


def twins() -> dict[str, dict[str, float]]:
    """Return the shape of every network by its name; the last, without its largest clique, has its own name too."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "measure"]
    return {name: {row["measure"]: float(row[name]) for row in rows if row[name]} for name in names}


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """Return the shape of the networks in a folder, with and without their largest clique."""
    from experiments.analysis.networks import largest_clique, read_edges, shape, with_nodes, without

    found = {}
    for name, (ties, nodes) in NETWORKS.items():
        network = read_edges(folder / ties)
        if nodes:
            network = with_nodes(network, folder / nodes)
        clique = largest_clique(network)
        found[name] = {"largest_clique": float(len(clique))} | shape(network)
        found[f"{name} without its clique"] = shape(without(network, clique))
    return found


def write(found: Mapping[str, Mapping[str, float]]) -> None:
    """Write the table, a row a measure and a column a network."""
    names = dict.fromkeys(measure for network in found.values() for measure in network)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["measure", *found])
        for measure in names:
            cells = [f"{network[measure]:.6g}" if measure in network else "" for network in found.values()]
            writer.writerow([measure, *cells])


if __name__ == "__main__":
    import sys

    write(measured(Path(sys.argv[1])))
