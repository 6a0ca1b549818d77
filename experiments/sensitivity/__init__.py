"""Sensitivity of a model with luck, on arrays alone: block designs, indices with intervals, screening.

>>> from experiments import sensitivity as sa
>>> design = sa.design([sa.Factor("x", low=0.0, high=1.0), sa.Factor("kind", ("a", "b"))], blocks=128, seed=1)
>>> design.settings(block=0, point=0), design.seeds()[0]  # what to run, at every point with every seed of the block
>>> found = sa.indices(y, design)  # y: (blocks, points, replicates) or (blocks, points, replicates, outcomes)
>>> found.table, found.pairs, found.luck, found.converged(0.05), found.advice
"""

from experiments.factor import Factor
from experiments.sensitivity.blocks import Blocks, design
from experiments.sensitivity.distribution import distribution
from experiments.sensitivity.found import Converged, Found, convergence
from experiments.sensitivity.given import first_order
from experiments.sensitivity.holes import Unanswerable
from experiments.sensitivity.indices import indices
from experiments.sensitivity.screening import Trajectories, screened, trajectories
from experiments.sensitivity.surrogate import surrogate
from experiments.sensitivity.words import NO_EFFECT, NOTHING, UNCLEAR

__all__ = [
    "NOTHING",
    "NO_EFFECT",
    "UNCLEAR",
    "Blocks",
    "Converged",
    "Factor",
    "Found",
    "Trajectories",
    "Unanswerable",
    "convergence",
    "design",
    "distribution",
    "first_order",
    "indices",
    "screened",
    "surrogate",
    "trajectories",
]
