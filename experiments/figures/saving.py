"""Figures reach the disk whole or not at all, and the same figure always as the same bytes."""

import os
import tempfile
from pathlib import Path

from matplotlib.figure import Figure

from experiments.figures.style import DPI, drawing


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
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file, drawing():
            # a version or a date in the file would change its bytes from machine to machine
            fig.savefig(file, format="png", dpi=DPI, metadata={"Software": "TwinHelix"})
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target
