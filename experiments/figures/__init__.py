"""Figures of the studies: tidy tables in, matplotlib figures out, and one function that saves them.

Every figure is drawn on its own `Figure`, never on pyplot's global state, so threads and notebooks do not
disturb each other.
"""

from experiments.figures.contrasts import paired_differences
from experiments.figures.heatmaps import factorial_heatmaps
from experiments.figures.saving import save
from experiments.figures.stages import stocks_over_time
from experiments.figures.worldmap import partnership_map

__all__ = ["factorial_heatmaps", "paired_differences", "partnership_map", "save", "stocks_over_time"]
