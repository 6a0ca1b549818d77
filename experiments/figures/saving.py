"""Figures reach the disk whole or not at all, and the same figure always as the same bytes."""

import os
from pathlib import Path

from matplotlib.figure import Figure

from experiments.figures.style import DPI, drawing
from experiments.files import whole_file


def save(fig: Figure, path: str | os.PathLike[str]) -> Path:
    """Write a figure as a PNG file of 150 dots an inch; a reader never sees half a file.

    Parameters
    ----------
    fig : Figure
        What to write.
    path : path
        The file, replaced if it exists; its folder is made if need be.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OSError
        If the file cannot be written; an older file of that name then stays as it was.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(target) as whole, drawing():
        # a version or a date in the file would change its bytes from machine to machine
        fig.savefig(whole, format="png", dpi=DPI, metadata={"Software": "TwinHelix"})
    return target
