"""A table as coloured cells with a word in each."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap

from experiments.figures.style import INK


def coloured(
    ax: Axes, values: pd.DataFrame, said: pd.DataFrame, scale: tuple[float, float], shades: Colormap, **words: Any
) -> None:
    """Colour the cells of a table, its first row on top, and write into each what is said of it.

    Cells are matplotlib's: seaborn draws the whole figure for each heat map to see whether its labels overlap.

    Parameters
    ----------
    ax : Axes
        Where; it is left without ticks, cell ``(row, column)`` is the unit square at ``(column, row)``.
    values, said : DataFrame
        Numbers and words of one shape; a cell of NaN takes the colour of what is bad.
    scale : tuple of float
        Numbers at both ends of the shades.
    shades : Colormap
        From the least to the greatest.
    **words
        Look of the words; ``edgecolor`` and ``linewidth`` are those of the lines between cells.
    """
    lines = {"edgecolor": words.pop("edgecolor", "white"), "linewidth": words.pop("linewidth", 1.5)}
    numbers = np.ma.masked_invalid(values.to_numpy(dtype=float))
    ax.pcolormesh(numbers, cmap=shades, vmin=scale[0], vmax=scale[1], **lines)
    look = {"color": INK, "ha": "center", "va": "center"} | words
    for (row, column), word in np.ndenumerate(said.to_numpy(dtype=object)):
        if word:
            ax.text(column + 0.5, row + 0.5, word, **look)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set(xticks=[], yticks=[], ylim=(len(values), 0))
    ax.tick_params(length=0)
