"""Figures of the studies: tidy tables in, matplotlib figures out, and one function that saves them.

Every figure is drawn on its own `Figure`, never on pyplot's global state, so threads and notebooks do not
disturb each other.
"""

from experiments.figures.boxes import box_limits, tradeoff_curve
from experiments.figures.contrasts import paired_differences
from experiments.figures.courses import convergence, indices_over_time, several_months
from experiments.figures.directions import direction_curves
from experiments.figures.frame import signed
from experiments.figures.heatmaps import factorial_heatmaps
from experiments.figures.index_maps import index_heatmap, pair_matrices
from experiments.figures.indices import indices_with_intervals
from experiments.figures.regret import regret_by_wish
from experiments.figures.saving import save
from experiments.figures.screening import screening_effects
from experiments.figures.shares import why_runs_differ
from experiments.figures.stages import stocks_over_time
from experiments.figures.worldmap import partnership_map

__all__ = [
    "box_limits",
    "convergence",
    "direction_curves",
    "factorial_heatmaps",
    "index_heatmap",
    "indices_over_time",
    "indices_with_intervals",
    "pair_matrices",
    "paired_differences",
    "partnership_map",
    "regret_by_wish",
    "save",
    "screening_effects",
    "several_months",
    "signed",
    "stocks_over_time",
    "tradeoff_curve",
    "why_runs_differ",
]
