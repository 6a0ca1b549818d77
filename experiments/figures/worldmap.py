"""One simulated history on the map: who cooperates with whom, and how far they have come."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from abm.labels.fonts import literal
from abm.labels.stages import STAGES
from abm.state.words import Stage
from experiments.figures.earth import Window, corners, fitting
from experiments.figures.frame import head_and_foot
from experiments.figures.mapping import Pieces, frame_of, ground, headline, lines, names, points
from experiments.figures.matrix import matrix
from experiments.figures.style import blank, drawing, region_look
from experiments.figures.text import require
from experiments.figures.ties import highest_stages, ways

CAVEAT = "City profiles are synthetic: the map shows one simulated history, not the record of named cities"
FOOT = (
    "Lines: pairs of cities with a pilot or more; matrix: every pair{}, by the highest stage reached now.\n"
    f"{CAVEAT}. Land: Natural Earth. Positions of IUC cities: GeoNames."
)
DRAWN = Stage.PILOT  # the least stage of a line: fewer stages hide nothing under others
ALL_NAMED, BEST_NAMED = 40, 20  # in an inset; where cities are more than 40, the 20 best connected have names
SIZE = (13.0, 10.0)  # inches
WORLD = (0.012, 0.515, 0.63, 0.395)  # left, bottom, width, height as shares of the figure
INSETS = {1: [(0.012, 0.16, 0.63, 0.34)], 2: [(0.012, 0.16, 0.31, 0.34), (0.332, 0.16, 0.31, 0.34)]}
MATRIX = (0.742, 0.16, 0.25, 0.58)


def shape_of(box: tuple[float, float, float, float]) -> float:
    """Width of a panel over its height, on paper."""
    return box[2] * SIZE[0] / (box[3] * SIZE[1])


def check(cities: pd.DataFrame, partnerships: pd.DataFrame) -> None:
    """Refuse tables that cannot be drawn: missing columns, unknown cities, stages outside 0 to 5."""
    require(cities, ["city_id", "name", "region", "role", "longitude", "latitude"], "partnership_map")
    if cities["city_id"].duplicated().any() or not (cities["latitude"].abs() <= 90).all():
        raise ValueError("partnership_map: every city has one row and a latitude from -90 to 90")
    if not len(partnerships):
        return
    require(partnerships, ["city_a", "city_b", "stage"], "partnership_map")
    strangers = (set(partnerships["city_a"]) | set(partnerships["city_b"])) - set(cities["city_id"])
    if strangers:
        some = ", ".join(sorted(map(str, strangers))[:5])
        raise ValueError(f"partnership_map: not in the table of cities: {some}")
    if not partnerships["stage"].between(0, 5).all():
        raise ValueError("partnership_map: a stage is a whole number from 0 (dissolved) to 5 (sustained)")


def regions_drawn(cities: pd.DataFrame) -> dict[str, str]:
    """Return the regions as they can be drawn: a name that cannot is a number."""
    return {region: literal(region, f"region {k}", 20) for k, region in enumerate(region_look(cities["region"]), 1)}


def legends(fig: Figure, cities: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """Explain colours and points under the map, with counts."""
    counts = pairs["stage"].value_counts()
    stages = [
        Patch(facecolor=rung.colour, label=f"{rung.stage:d} {rung.label.english}: {counts.get(rung.stage, 0)}")
        for rung in STAGES
    ]
    dots, drawn = [], regions_drawn(cities)
    for region, (colour, marker) in region_look(cities["region"]).items():
        look: dict[str, Any] = {"linestyle": "none", "marker": marker, "markersize": 8, "markeredgecolor": colour}
        roles = cities.loc[cities["region"] == region, "role"].value_counts()
        for role, n in roles.items():
            word = literal(role) + ("s" if n > 1 else "")
            face = colour if role == "member" else "white"
            dots.append(Line2D([], [], markerfacecolor=face, label=f"{drawn[region]}: {n} {word}", **look))
    place: dict[str, Any] = {"loc": "center left", "fontsize": 10, "handletextpad": 0.6, "borderaxespad": 0}
    for y, head, handles in ((0.125, "Pairs of cities", stages), (0.095, "Cities", dots[:6])):
        fig.text(WORLD[0], y, head, va="center", fontsize=10, fontweight="bold")
        fig.legend(handles=handles, ncols=len(handles), bbox_to_anchor=(0.14, y), columnspacing=1.5, **place)


def named(part: pd.DataFrame, pairs: pd.DataFrame, most: int = ALL_NAMED) -> pd.DataFrame:
    """Cities of a region whose names are written: all, or the best connected if they are more than `most`."""
    if len(part) <= most:
        return part
    ties = pd.concat([pairs["city_a"], pairs["city_b"]]).value_counts()
    degree = part["city_id"].map(ties).fillna(0)
    return part.loc[degree.sort_values(ascending=False, kind="stable").index[:BEST_NAMED].sort_values()]


def world(fig: Figure, cities: pd.DataFrame, pieces: Pieces, windows: dict[str, Window]) -> None:
    """Draw the whole with its lines, and the frames of the insets."""
    ax, spots = fig.add_axes(WORLD), cities[["longitude", "latitude"]].to_numpy(dtype=float)
    held = [spots, *[piece for _, piece in pieces], *map(corners, windows.values())]
    ground(ax, fitting(held, shape_of(WORLD), margin=0.06))
    lines(ax, pieces)
    points(ax, cities, 22)
    if len(windows) > 1:
        drawn = regions_drawn(cities)
        for region, window in windows.items():
            frame_of(ax, window, drawn[region])


def insets(fig: Figure, cities: pd.DataFrame, pairs: pd.DataFrame, windows: dict[str, Window]) -> None:
    """Draw each region with the names of its cities, and lines only between them."""
    drawn = regions_drawn(cities)
    for box, (region, window) in zip(INSETS[len(windows)], windows.items(), strict=True):
        home = cities["region"] == region
        inside = pairs[["city_a", "city_b"]].isin(set(cities.loc[home, "city_id"])).all(axis=1)
        own = ways(cities, pairs[inside & (pairs["stage"] >= DRAWN)])
        ax = fig.add_axes(box)
        ground(ax, window)
        lines(ax, own, fade=0.85)
        points(ax, cities, 44)
        names(ax, named(cities[home], pairs), own, fontsize=9)
        headline(ax, drawn[region])


def partnership_map(cities: pd.DataFrame, partnerships: pd.DataFrame, title: str = "") -> Figure:
    """Map of the partnerships of one run that came to a pilot, with insets of two regions and a matrix of all pairs.

    Parameters
    ----------
    cities : DataFrame
        city_id, name, region, role (member, or anything else), longitude, latitude (degrees).
    partnerships : DataFrame
        city_a, city_b, theme, stage (1 to 5; 0 is dissolved and not drawn). A pair is drawn once, at the
        highest stage of its themes.
    title : str
        What was found; on the lines that follow, of which run.

    Returns
    -------
    Figure
        World panel, insets with names, matrix of the cities of both regions, legends with counts, and the line that
        the profiles are synthetic.

    Raises
    ------
    ValueError
        If columns are missing, a partnership names an unknown city, or a stage is out of range.
    """
    check(cities, partnerships)
    cities = cities.reset_index(drop=True)
    pairs = highest_stages(partnerships) if len(partnerships) else pd.DataFrame(columns=["city_a", "city_b", "stage"])
    regions = list(cities["region"].value_counts().index[:2])
    regions.sort(key=lambda region: cities.loc[cities["region"] == region, "longitude"].mean())
    homes = {region: cities[cities["region"] == region] for region in regions}
    windows = {
        region: fitting([home[["longitude", "latitude"]].to_numpy(float)], shape_of(box), margin=0.1)
        for (region, home), box in zip(homes.items(), INSETS[len(regions)], strict=True)
    }
    few = {region: named(home, pairs, BEST_NAMED) for region, home in homes.items()}
    with drawing():
        fig = blank(*SIZE, by_hand=True)
        world(fig, cities, ways(cities, pairs[pairs["stage"] >= DRAWN]), windows)
        insets(fig, cities, pairs, windows)
        matrix(fig.add_axes(MATRIX), few[regions[0]], few[regions[-1]], pairs)
        legends(fig, cities, pairs)
        left_out = (
            any(len(few[region]) < len(homes[region]) for region in regions) or len(homes) < cities["region"].nunique()
        )
        head_and_foot(fig, title, FOOT.format(" of the cities named" if left_out else ""))
    return fig
