"""Figures of the studies: tidy tables in, matplotlib figures out, and one function that saves them.

Every figure is drawn on its own `Figure`, never on pyplot's global state, so threads and notebooks do not
disturb each other.
"""

from experiments.figures.contrasts import paired_differences
from experiments.figures.courses import convergence, directions, indices_over_time, several_months
from experiments.figures.heatmaps import factorial_heatmaps
from experiments.figures.indices import index_heatmap, indices_with_intervals, pair_matrices
from experiments.figures.saving import save
from experiments.figures.screening import screening
from experiments.figures.shares import why_runs_differ
from experiments.figures.stages import stocks_over_time
from experiments.figures.worldmap import partnership_map

__all__ = [
    "convergence",
    "directions",
    "factorial_heatmaps",
    "index_heatmap",
    "indices_over_time",
    "indices_with_intervals",
    "pair_matrices",
    "paired_differences",
    "partnership_map",
    "save",
    "screening",
    "several_months",
    "stocks_over_time",
    "why_runs_differ",
]
