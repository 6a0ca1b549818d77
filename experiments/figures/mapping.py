"""The layers of a map panel: sea and land, partnerships, cities, names."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from abm.labels.fonts import literal
from abm.labels.stages import STAGES
from experiments.figures.earth import Window, land, stretch
from experiments.figures.placement import place
from experiments.figures.style import INK, LAND, SEA, region_look
from experiments.figures.ties import dense

Pieces = list[tuple[int, np.ndarray]]  # of lines: stage and points

WIDTHS = (0.8, 0.9, 1.1, 1.7, 2.3)  # points, by stage
OPACITY = (0.75, 0.7, 0.7, 0.85, 0.95)


def ground(ax: Axes, window: Window) -> None:
    """Draw sea and land; the land is repeated beyond the date line."""
    rings = [
        ring + (shift, 0)
        for shift in (-360, 0, 360)
        for ring in land()
        if ring[:, 0].max() + shift > window.west and ring[:, 0].min() + shift < window.east
    ]
    ax.set_facecolor(SEA)
    if rings:
        outline = Path.make_compound_path(*[Path(ring, closed=True) for ring in rings])
        ax.add_patch(PathPatch(outline, facecolor=LAND, edgecolor="#c9c4b8", linewidth=0.5))
    ax.set_xlim(window.west, window.east)
    ax.set_ylim(window.south, window.north)
    ax.set_aspect(stretch(window), adjustable="box")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(True)
    ax.spines[:].set_color("#8c959f")


def lines(ax: Axes, pieces: Pieces, fade: float = 1.0) -> None:
    """Draw the partnerships, the highest stage on top."""
    thin = min(1.0, (150 / max(1, len(pieces))) ** 0.5)  # many lines, thinner lines
    for stage in range(1, 6):
        chosen = [piece for level, piece in pieces if level == stage]
        ax.add_collection(
            LineCollection(
                chosen,
                colors=STAGES[stage - 1].colour,
                linewidths=WIDTHS[stage - 1] * thin,
                alpha=OPACITY[stage - 1] * fade,
                capstyle="round",
                zorder=2 + stage / 10,
            ),
            autolim=False,
        )


def points(ax: Axes, cities: pd.DataFrame, area: float) -> list[PathCollection]:
    """Draw the cities by region; a city that is no member is hollow."""
    look, drawn = region_look(cities["region"]), []
    for region, part in cities.groupby("region", sort=True):
        colour, marker = look[str(region)]
        face = [colour if role == "member" else "white" for role in part["role"]]
        edge = ["white" if role == "member" else colour for role in part["role"]]
        drawn.append(
            ax.scatter(
                part["longitude"],
                part["latitude"],
                s=area,
                marker=marker,
                c=face,
                edgecolors=edge,
                linewidths=1.0,
                zorder=4,
            )
        )
    return drawn


def names(ax: Axes, cities: pd.DataFrame, pieces: Pieces, fontsize: float = 10.0) -> None:
    """Write the names of cities so that they stay clear of each other, of the points and of most lines.

    Parameters
    ----------
    ax : Axes
        A panel whose place and limits are settled: names are measured in its pixels.
    cities : DataFrame
        city_id, name, longitude, latitude.
    pieces : list
        Lines drawn in this panel, as `ways` gives them.
    fontsize : float
        In points.
    """
    if cities.empty:
        return
    look: dict[str, Any] = {
        "fontsize": fontsize,
        "color": INK,
        "ha": "center",
        "va": "center",
        "zorder": 6,
        "transform": ax.transAxes,
    }
    paper = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.82}
    texts = [
        ax.text(0, 0, literal(name, city, 30), bbox=paper, **look)
        for name, city in zip(cities["name"], cities["city_id"], strict=True)
    ]
    boxes = [text.get_window_extent() for text in texts]
    extents = np.array([(box.width, box.height) for box in boxes]) + 4
    anchors = ax.transData.transform(cities[["longitude", "latitude"]].to_numpy(dtype=float))
    ink = [ax.transData.transform(dense(piece)) for _, piece in pieces]
    frame = ax.get_window_extent()
    centres = place(anchors, extents, (frame.x0, frame.y0, frame.x1, frame.y1), np.concatenate([anchors, *ink]))
    for text, anchor, centre, extent in zip(texts, anchors, centres, extents, strict=True):
        x, y = ax.transAxes.inverted().transform(centre)
        text.set_position((float(x), float(y)))
        end = centre + np.clip(anchor - centre, -extent / 2, extent / 2)
        if np.linalg.norm(end - anchor) > 18:  # a name that had to move away keeps a line to its city
            way = ax.transAxes.inverted().transform(np.array([anchor, end]))
            ax.plot(way[:, 0], way[:, 1], transform=ax.transAxes, color=INK, linewidth=0.8, zorder=5)


def frame_of(ax: Axes, window: Window, label: str) -> None:
    """Outline on the large map of what an inset shows."""
    ax.add_patch(
        Rectangle(
            (window.west, window.south),
            window.east - window.west,
            window.north - window.south,
            facecolor="none",
            edgecolor=INK,
            linewidth=0.9,
            linestyle=(0, (4, 2)),
            zorder=5,
        )
    )
    ax.annotate(
        literal(label),
        (window.west, window.south),
        xytext=(1, -2),
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize=9,
        color=INK,
        zorder=6,
        path_effects=[withStroke(linewidth=2.4, foreground="white", alpha=0.9)],
    )


def headline(ax: Axes, label: str) -> None:
    """Name of a panel in its upper left corner."""
    paper = {"boxstyle": "square,pad=0.25", "facecolor": "white", "edgecolor": "none"}
    ax.annotate(
        literal(label),
        (0, 1),
        xycoords="axes fraction",
        xytext=(7, -7),
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize=11,
        fontweight="bold",
        zorder=7,
        bbox=paper,
    )
