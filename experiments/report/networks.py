"""The network of a run as other programs take it: GraphML, GEXF with its months, ties as a table, GeoJSON.

GraphML and GEXF have an edge for each episode of a partnership, ended ones too; in GEXF it stands from the month in
which it began to that in which it ended, so that Gephi's time line plays the run. The table of ties can be the starting
ties of another scenario.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from abm.input.entries import month_name
from abm.parameters import ConfigError
from abm.result import Result
from experiments.files import inert_text, whole_file

CATEGORIES = ("source", "target", "theme", "stage", "highest_stage", "origin")
DIGITS = 7  # of a degree: a centimetre


def ties(result: Result) -> pd.DataFrame:
    """Return a row an episode of partnership: its ends, theme, stage in words, and its months as YYYY-MM."""
    found, start = result.partnerships, result.scenario.start
    table = pd.DataFrame(
        {
            "source": found["city_a"],
            "target": found["city_b"],
            "theme": found["theme"],
            "stage": found["stage_name"],
            "highest_stage": found["highest_stage_name"],
            "begun": [month_name(start, t) for t in found["begun"]],
            "ended": [None if pd.isna(t) else month_name(start, t) for t in found["ended"]],
            "origin": found["origin"],
            "trust": found["trust"],
            "gap": found["gap"],
        }
    )
    return table.astype(dict.fromkeys(CATEGORIES, "category"))


def episodes(result: Result) -> nx.MultiGraph:
    """Return cities as nodes and every episode of partnership as an edge; its key is its row."""
    made = nx.MultiGraph(mode="dynamic")
    for row in result.cities.to_dict("records"):
        made.add_node(row["city_id"], label=row["name"], **{str(k): v for k, v in row.items() if k != "city_id"})
    for r, row in enumerate(ties(result).to_dict("records")):
        said = {str(k): v for k, v in row.items() if k not in ("source", "target") and not pd.isna(v)}
        made.add_edge(row["source"], row["target"], key=r, **said)
    return made


def timed(found: nx.MultiGraph) -> nx.MultiGraph:
    """Return a network whose edges stand from the first day of the month they began to that of the month they ended."""
    for *_, key, said in found.edges(keys=True, data=True):
        said["id"] = key
        said["start"] = f"{said['begun']}-01"
        if "ended" in said:
            said["end"] = f"{said['ended']}-01"
    return found


def write_graphml(path: Path, result: Result) -> None:
    """Write every episode of partnership as an edge of GraphML."""
    nx.write_graphml(episodes(result), path)


def write_gexf(path: Path, result: Result) -> None:
    """Write every episode of partnership as an edge of GEXF with its time."""
    nx.write_gexf(timed(episodes(result)), path)


def write_csv(path: Path, result: Result) -> None:
    """Write the table of ties for spreadsheets; a cell that would run as a formula is led by an apostrophe."""
    table = ties(result).astype(dict.fromkeys(CATEGORIES, object))
    inert_text(table).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def write_parquet(path: Path, result: Result) -> None:
    """Write the table of ties with its categories."""
    ties(result).to_parquet(path, index=False)


def write_geojson(path: Path, result: Result) -> None:
    """Write cities as points and pairs with a living partnership as great circles, cut at the date line (RFC 7946)."""
    graph = result.graph()
    features = [feature("Point", at(city), {"city_id": node, **city}) for node, city in graph.nodes(data=True)]
    for a, b, tie in graph.edges(data=True):
        pieces = way(at(graph.nodes[a]), at(graph.nodes[b]))
        kind = "LineString" if len(pieces) == 1 else "MultiLineString"
        features.append(feature(kind, pieces[0] if len(pieces) == 1 else pieces, {"source": a, "target": b, **tie}))
    document = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    """Return a feature of GeoJSON."""
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def at(city: dict[str, Any]) -> tuple[float, float]:
    """Return where a city lies, the longitude first."""
    return round(city["longitude"], DIGITS), round(city["latitude"], DIGITS)


def way(start: tuple[float, float], end: tuple[float, float]) -> list[list[list[float]]]:
    """Return the pieces of the shortest way between two places; where it is cut, either ends on the date line."""
    from experiments.figures.earth import great_circle  # figures take long to load

    pieces = [piece.tolist() for piece in great_circle(start, end)]
    for before, after in pairwise(pieces):
        (x, y), (further, other) = before[-1], after[0]
        side = 180.0 if x > 0 else -180.0
        share = (side - x) / (further + 2 * side - x)
        latitude = y + share * (other - y)
        before.append([side, latitude])
        after.insert(0, [-side, latitude])
    return [np.round(piece, DIGITS).tolist() for piece in pieces]


WRITERS: dict[str, dict[str, Callable[[Path, Result], None]]] = {
    "--graph": {".graphml": write_graphml, ".gexf": write_gexf},
    "--ties": {".csv": write_csv, ".parquet": write_parquet},
    "--geojson": {".geojson": write_geojson, ".json": write_geojson},
}


def planned(wanted: dict[str, Path | None], read: Iterable[Path] = ()) -> Callable[[Result], None]:
    """Return what writes the files that were asked for, checked before anything is run.

    ``read`` are the files that the scenario is read from.

    Raises
    ------
    ConfigError
        If a name does not end as one of its formats does, or a file is one that the scenario is read from.
    """
    writers = []
    for option, path in wanted.items():
        if path is None:
            continue
        if path.suffix.lower() not in WRITERS[option]:
            raise ConfigError(f"{option} {path.name}: must end in {' or '.join(WRITERS[option])}")
        if not path.absolute().parent.is_dir() or path.is_dir():
            raise ConfigError(f"{option} {path}: there is no such folder, or it is one itself")
        if any(path.exists() and path.samefile(source) for source in read):
            raise ConfigError(f"{option} {path}: the scenario is read from it; name another file")
        writers.append(partial(write_whole, path, WRITERS[option][path.suffix.lower()]))

    def write(result: Result) -> None:
        """Write all files."""
        for writer in writers:
            writer(result)

    return write


def write_whole(path: Path, write: Callable[[Path, Result], None], result: Result) -> None:
    """Write a file whole, or not at all."""
    with whole_file(path.absolute()) as room:
        write(room, result)
