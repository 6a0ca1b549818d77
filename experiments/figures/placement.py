"""Where names go on a crowded map: near their city, clear of each other, of the points and of the frame."""

import math

import numpy as np

GAPS = (11.0, 20.0, 32.0, 48.0, 70.0, 95.0)  # pixels between a point and its name
CELL = 4.0  # pixels
MARKER = 18.0  # pixels kept free around a point
ANGLES = tuple(math.radians(angle) for angle in range(0, 360, 15))


def candidates(anchor: np.ndarray, extent: np.ndarray) -> np.ndarray:
    """Centres that a name of a given size may take around its point, nearest first.

    Parameters
    ----------
    anchor : ndarray
        The point in pixels, shape (2,).
    extent : ndarray
        Width and height of the name in pixels, shape (2,).

    Returns
    -------
    ndarray
        Centres, shape (n_candidates, 2).
    """
    return np.array(
        [
            (
                anchor[0] + math.cos(angle) * (extent[0] / 2 + gap),
                anchor[1] + math.sin(angle) * (extent[1] / 2 + gap),
            )
            for gap in GAPS
            for angle in ANGLES
        ]
    )


def overlap(centre: np.ndarray, extent: np.ndarray, centres: np.ndarray, extents: np.ndarray) -> float:
    """Area in square pixels that a box shares with other boxes, summed."""
    if not len(centres):
        return 0.0
    shared = (extent + extents) / 2 - np.abs(centre - centres)
    shared = np.minimum(np.clip(shared, 0, None), np.minimum(extent, extents))
    return float((shared[:, 0] * shared[:, 1]).sum())


def crossing(anchor: np.ndarray, centre: np.ndarray, centres: np.ndarray, extents: np.ndarray) -> int:
    """How many of nine points on the line from a point to its name lie on other names."""
    if not len(centres):
        return 0
    way = anchor + np.linspace(0.1, 0.9, 9)[:, None] * (centre - anchor)
    inside = np.abs(way[:, None, :] - centres[None]) < extents[None] / 2
    return int(inside.all(axis=2).any(axis=1).sum())


def tally(ink: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Inked points up to each cell of a grid over the panel, so that any box is counted in four look-ups."""
    edges = [np.arange(low[k], high[k] + CELL, CELL) for k in (0, 1)]
    counts, _, _ = np.histogram2d(ink[:, 0], ink[:, 1], bins=edges)
    return np.pad(counts.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def covered(option: np.ndarray, extent: np.ndarray, sums: np.ndarray, low: np.ndarray) -> np.ndarray:
    """How many inked points each place of a name would hide, shape (n_candidates,)."""
    most = np.array(sums.shape) - 1
    (x0, y0), (x1, y1) = (
        np.clip(np.rint((option + side * extent / 2 - low) / CELL), 0, most).astype(int).T for side in (-1, 1)
    )
    return sums[x1, y1] - sums[x0, y1] - sums[x1, y0] + sums[x0, y0]


def place(
    anchors: np.ndarray,
    extents: np.ndarray,
    frame: tuple[float, float, float, float],
    ink: np.ndarray,
    sweeps: int = 6,
) -> np.ndarray:
    """Choose a place for every name: each in turn takes its best, until no name wants to move.

    Parameters
    ----------
    anchors : ndarray
        Points in pixels, shape (n, 2).
    extents : ndarray
        Widths and heights of the names in pixels, shape (n, 2).
    frame : (float, float, float, float)
        Left, bottom, right and top of the panel in pixels.
    ink : ndarray
        Points of lines that names had better not hide, in pixels, shape (n_ink, 2).
    sweeps : int
        Most rounds.

    Returns
    -------
    ndarray
        Centres of the names, shape (n, 2).
    """
    markers = np.full_like(anchors, MARKER)
    options = [candidates(anchor, extent) for anchor, extent in zip(anchors, extents, strict=True)]
    low, high = np.array(frame[:2]) + 4, np.array(frame[2:]) - 4
    sums = tally(ink, low, high)

    def alone(i: int) -> list[float]:
        """Cost of each place for itself: far from the city, outside, over lines or points."""
        outside = np.clip(low - options[i] + extents[i] / 2, 0, None) + np.clip(
            options[i] + extents[i] / 2 - high, 0, None
        )
        away = np.linalg.norm(np.clip(np.abs(options[i] - anchors[i]) - extents[i] / 2, 0, None), axis=1)
        hidden = np.minimum(covered(options[i], extents[i], sums, low), 60)
        markers_hit = [overlap(centre, extents[i], anchors, markers) for centre in options[i]]
        return (1.5 * away + 2000 * outside.sum(axis=1) + 0.7 * hidden + 6 * np.array(markers_hit)).tolist()

    def among(i: int, centre: np.ndarray, others: np.ndarray) -> float:
        """Cost of a place among the names that stand already."""
        crossed = crossing(anchors[i], centre, centres[others], extents[others])
        over = crossing(anchors[i], centre, anchors[others], markers[others])
        return 8 * overlap(centre, extents[i], centres[others], extents[others]) + 60 * crossed + 25 * over

    own = [alone(i) for i in range(len(anchors))]
    centres = np.array([option[0] for option in options]).reshape(-1, 2)
    crowd = [-int((np.linalg.norm(anchors - anchor, axis=1) < 120).sum()) for anchor in anchors]
    order = sorted(range(len(anchors)), key=lambda i: (crowd[i], i))
    for sweep in range(sweeps):
        moved = False
        for turn, i in enumerate(order):
            rest = order[:turn] if sweep == 0 else order  # in the first round only placed names are in the way
            others = np.array([j for j in rest if j != i], dtype=int)
            costs = [cost + among(i, centre, others) for cost, centre in zip(own[i], options[i], strict=True)]
            best = options[i][int(np.argmin(costs))]
            moved |= bool((best != centres[i]).any())
            centres[i] = best
        if not moved:
            break
    return centres
