"""One simulated history on the map: who cooperates with whom, and how far they have come."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from abm.labels.fonts import literal
from abm.labels.stages import STAGES
from experiments.figures.earth import corners, fitting
from experiments.figures.mapping import WIDTHS, frame_of, ground, headline, lines, names, points
from experiments.figures.style import INK, MUTED, blank, drawing, region_look
from experiments.figures.text import require, wrapped
from experiments.figures.ties import highest_stages, ways

CAVEAT = "City profiles are synthetic: the map shows one simulated history, not the record of named cities"
ALL_NAMED, BEST_NAMED = 40, 20  # in an inset; where cities are more than 40, the 20 best connected have names
SIZE = (13.0, 11.2)  # inches
WORLD = (0.015, 0.525, 0.97, 0.405)  # left, bottom, width, height as shares of the figure
INSETS = {1: [(0.015, 0.105, 0.97, 0.405)], 2: [(0.015, 0.105, 0.48, 0.405), (0.505, 0.105, 0.48, 0.405)]}


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
    """Explain lines and points under the map, with counts."""
    counts = pairs["stage"].value_counts()
    strokes = [
        Line2D([], [], color=r.colour, linewidth=width + 1, label=f"{r.label.english}: {counts.get(r.stage, 0)}")
        for r, width in zip(STAGES, WIDTHS, strict=True)
    ]
    dots = []
    drawn = regions_drawn(cities)
    for region, (colour, marker) in region_look(cities["region"]).items():
        look: dict[str, Any] = {
            "linestyle": "none",
            "marker": marker,
            "markersize": 8,
            "markeredgecolor": colour,
        }
        roles = cities.loc[cities["region"] == region, "role"].value_counts()
        for role, n in roles.items():
            word = literal(role) + ("s" if n > 1 else "")
            face = colour if role == "member" else "white"
            dots.append(Line2D([], [], markerfacecolor=face, label=f"{drawn[region]}: {n} {word}", **look))
    for y, head, handles in (
        (0.079, "City pairs by the highest stage reached now", strokes),
        (0.05, "Cities", dots[:6]),
    ):
        fig.text(0.015, y, head, va="center", fontsize=10, fontweight="bold")
        fig.legend(
            handles=handles,
            ncols=len(handles),
            loc="center left",
            bbox_to_anchor=(0.315, y),
            fontsize=10,
            handletextpad=0.6,
            columnspacing=1.6,
            borderaxespad=0,
        )


def named(part: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Cities of an inset whose names are written: all, or the best connected if they are many."""
    if len(part) <= ALL_NAMED:
        return part
    ties = pd.concat([pairs["city_a"], pairs["city_b"]]).value_counts()
    degree = part["city_id"].map(ties).fillna(0)
    return part.loc[degree.sort_values(ascending=False, kind="stable").index[:BEST_NAMED].sort_values()]


def partnership_map(cities: pd.DataFrame, partnerships: pd.DataFrame, title: str = "") -> Figure:
    """Map of the partnerships of one run, with an inset for each of the two largest regions.

    Parameters
    ----------
    cities : DataFrame
        city_id, name, region, role (member, or anything else), longitude, latitude (degrees).
    partnerships : DataFrame
        city_a, city_b, theme, stage (1 to 5; 0 is dissolved and not drawn). A pair is drawn once, at the
        highest stage of its themes.
    title : str
        Heading of the figure.

    Returns
    -------
    Figure
        World panel, insets with names, legends with counts, and the line that the profiles are synthetic.

    Raises
    ------
    ValueError
        If columns are missing, a partnership names an unknown city, or a stage is out of range.
    """
    check(cities, partnerships)
    cities = cities.reset_index(drop=True)
    pairs = highest_stages(partnerships) if len(partnerships) else pd.DataFrame(columns=["city_a", "city_b", "stage"])
    pieces = ways(cities, pairs)
    spots = cities[["longitude", "latitude"]].to_numpy(dtype=float)
    regions = list(cities["region"].value_counts().index[:2])
    regions.sort(key=lambda region: cities.loc[cities["region"] == region, "longitude"].mean())
    boxes = INSETS[len(regions)]
    drawn = regions_drawn(cities)
    homes = [(cities["region"] == region).to_numpy() for region in regions]
    windows = [fitting([spots[home]], shape_of(box), margin=0.1) for home, box in zip(homes, boxes, strict=True)]
    with drawing():
        fig = blank(*SIZE, by_hand=True)
        world = fig.add_axes(WORLD)
        ground(
            world,
            fitting([spots, *[piece for _, piece in pieces], *map(corners, windows)], shape_of(WORLD), margin=0.06),
        )
        lines(world, pieces)
        points(world, cities, 26)
        for region, home, box, window in zip(regions, homes, boxes, windows, strict=True):
            inset = fig.add_axes(box)
            ground(inset, window)
            lines(inset, pieces, fade=0.85)
            points(inset, cities, 52)
            names(inset, named(cities[home], pairs), pieces)
            if len(regions) > 1:
                frame_of(world, window, drawn[region])
            headline(inset, drawn[region])
        fig.text(0.015, 0.965, wrapped(title, 90), fontsize=15, fontweight="bold", va="center", color=INK)
        legends(fig, cities, pairs)
        fig.text(0.015, 0.02, CAVEAT, fontsize=10.5, fontstyle="italic", va="center", color=INK)
        fig.text(
            0.985,
            0.02,
            "Land: Natural Earth. Positions of IUC cities: GeoNames.",
            fontsize=8,
            ha="right",
            va="center",
            color=MUTED,
        )
    return fig
