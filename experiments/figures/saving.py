"""Figures reach the disk whole or not at all, and the same figure always as the same bytes."""

import os
from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

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
        drawn = BytesIO()
        fig.savefig(drawn, format="raw", dpi=DPI)
        width, height = (int(inches * DPI) for inches in fig.get_size_inches())  # as matplotlib rounds them
        pixels = Image.frombytes("RGBA", (width, height), drawn.getvalue()).convert("RGB")
        # A table of 256 colours is a third of the size; no version or date, which differ from machine to machine.
        pixels.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(whole, format="png")
    return target
