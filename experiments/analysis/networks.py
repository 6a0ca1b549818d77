"""Networks that others have collected, such as the sister cities of KONECT: read from a file, measured as the model is.

A file is a list of ties, one a line: two names parted by a comma, a tab or blanks; what follows them is ignored, and so
are lines that begin with ``%`` or ``#``. With commas or tabs the first line may be a header with ``source`` and
``target``. ``out.*`` files of KONECT, edge lists of Gephi and of networkx are all of this kind.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import numpy as np

from abm.measures import equity, graph, lists, network
from abm.measures.census import CityTally
from abm.measures.triads import Triads
from abm.parameters import ConfigError
from abm.state.memory import allocate

ENDS = ("source", "target")
COMMENTS = ("%", "#")


def read_edges(path: str | os.PathLike[str]) -> nx.Graph:
    """Return the network of a list of ties: undirected, each tie once, nobody tied to itself.

    Raises
    ------
    ConfigError
        If the file cannot be read, is not UTF-8, has no tie, or has a line with fewer than two names.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not a text file in UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    found = nx.Graph()
    found.add_edges_from(ties(text, str(path)))
    found.remove_edges_from(list(nx.selfloop_edges(found)))
    if not found.number_of_edges():
        raise ConfigError(f"{path}: no tie between two different names in it")
    return found


def ties(text: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the two names of every line of a text; ``name`` is what an error calls it."""
    lines = [
        (n, line)
        for n, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith(COMMENTS)
    ]
    if not lines:
        return
    comma = next((mark for mark in ",\t" if mark in lines[0][1]), None)
    header = [cell.lower() for cell in fields(lines[0][1], comma)]
    is_header = comma is not None and set(ENDS) <= set(header)
    columns = [header.index(end) for end in ENDS] if is_header else [0, 1]
    for n, line in lines[1:] if is_header else lines:
        cells = fields(line, comma)
        if len(cells) <= max(columns) or not all(cells[x] for x in columns):
            raise ConfigError(f"{name}, line {n}: {line.strip()!r} does not name two ends of a tie")
        yield cells[columns[0]], cells[columns[1]]


def fields(line: str, comma: str | None) -> list[str]:
    """Return the cells of a line, parted by ``comma`` or else by blanks."""
    return [cell.strip() for cell in next(csv.reader([line], delimiter=comma))] if comma else line.split()


def shape(found: nx.Graph) -> dict[str, float]:
    """Return the shape of a network by the compiled measures of the model.

    Returns
    -------
    n and m; transitivity and mean local clustering, which differ; degree assortativity; the Gini coefficient of
    degrees; the size of the largest component and the mean distance of its pairs, all of them counted.
    """
    number = {node: i for i, node in enumerate(found)}
    pairs = np.array([(number[a], number[b]) for a, b in found.edges], np.int64).reshape(-1, 2)
    bloc = np.zeros(len(number), np.int64)
    main = np.zeros(len(number), np.bool_)
    main[[number[node] for node in max(nx.connected_components(found), key=len)]] = True
    by_city = allocate(CityTally, len(number))
    graph.count_neighbours(pairs, bloc, by_city)
    degree, at_distance = by_city.degree, by_city.at_distance
    first, near = lists.adjacency(pairs, degree)
    triads = Triads(np.zeros(len(number), np.int64), np.zeros((4, 1), np.int64))
    lists.close_all(first, near, pairs, degree, bloc, triads, 0.0)
    over = network.over_cities(degree, triads.closed)
    products, _ = network.over_ties(pairs, by_city, bloc)
    largest = lists.distances(first, near, main, at_distance)
    assortativity, gini = network.assortativity(len(pairs), over, products), equity.gini(np.bincount(degree))
    steps = np.arange(len(at_distance))
    return {
        "n": len(number),
        "m": len(pairs),
        "transitivity": over.closed / over.triples,
        "mean_local_clustering": over.local / len(number),
        "degree_assortativity": assortativity,
        "degree_gini": gini,
        "largest_component": largest,
        "mean_distance": float(at_distance @ steps / at_distance.sum()),
    }
