"""The earth on paper: the outline of the land, great circles, and windows that fit a panel."""

import json
import math
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np


class Window(NamedTuple):
    """Part of the earth shown in a panel, in degrees."""

    west: float
    east: float
    south: float
    north: float


@lru_cache(maxsize=1)
def land() -> tuple[np.ndarray, ...]:
    """Outline of the land (Natural Earth, 1:110m): rings of longitude and latitude, each of shape (n, 2)."""
    text = (files("abm") / "data" / "land.json").read_text(encoding="utf-8")
    return tuple(np.asarray(ring, dtype=float) for ring in json.loads(text))


def great_circle(start: tuple[float, float], end: tuple[float, float], n_points: int = 49) -> list[np.ndarray]:
    """Shortest way between two places, cut where it crosses the date line.

    Parameters
    ----------
    start, end : (float, float)
        Longitude and latitude in degrees.
    n_points : int
        Points along the way.

    Returns
    -------
    list of ndarray
        One piece, or two if the date line is crossed, each of shape (n, 2).
    """

    def vector(place: tuple[float, float]) -> np.ndarray:
        """Point on the unit sphere."""
        lon, lat = math.radians(place[0]), math.radians(place[1])
        return np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])

    a, b = vector(start), vector(end)
    angle = math.acos(float(np.clip(a @ b, -1.0, 1.0)))
    share = np.linspace(0.0, 1.0, n_points)[:, None]
    if math.sin(angle) < 1e-9:  # the same place, or exactly opposite ones, where every way is shortest
        return [np.array([start, end], dtype=float)]
    points = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / math.sin(angle)
    way = np.column_stack(
        [
            np.degrees(np.arctan2(points[:, 1], points[:, 0])),
            np.degrees(np.arcsin(np.clip(points[:, 2], -1, 1))),
        ]
    )
    cuts = np.flatnonzero(np.abs(np.diff(way[:, 0])) > 180) + 1
    return [piece for piece in np.split(way, cuts) if len(piece) > 1]


def stretch(window: Window) -> float:
    """Height of a degree of latitude in widths of a degree of longitude, at the middle of a window."""
    return 1 / max(0.2, math.cos(math.radians((window.south + window.north) / 2)))


def fitting(places: Iterable[np.ndarray], shape: float, margin: float = 0.08, least: float = 6.0) -> Window:
    """Smallest window of a given shape that holds all places.

    Parameters
    ----------
    places : iterable of ndarray
        Longitudes and latitudes in degrees, each of shape (n, 2).
    shape : float
        Width of the panel over its height, on paper.
    margin : float
        Free share on every side.
    least : float
        Least extent in degrees of latitude.

    Returns
    -------
    Window
        Centred on the places; it may reach beyond ±180° where they fill the earth.
    """
    points = np.concatenate(list(places))
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    tall = max(north - south, least) * (1 + 2 * margin)
    wide = max(east - west, least) * (1 + 2 * margin)
    ratio = stretch(Window(west, east, south, north))
    if wide < tall * shape * ratio:
        wide = tall * shape * ratio
    else:
        tall = wide / shape / ratio
    x, y = (west + east) / 2, (south + north) / 2
    return Window(x - wide / 2, x + wide / 2, y - tall / 2, y + tall / 2)


def corners(window: Window) -> np.ndarray:
    """Two opposite corners of a window, shape (2, 2)."""
    return np.array([[window.west, window.south], [window.east, window.north]])
