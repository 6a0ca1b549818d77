"""Scenario discovery and robust choice on arrays alone: boxes in which success is frequent, and regret.

>>> from experiments import discovery
>>> found = discovery.discover(points, won)  # a row a world, a column a factor; won: (worlds, replicates) of 0 and 1
>>> found.says, found.boxes, found.limits
>>> wishes = [discovery.Wish("pilots", more=True, enough=25)]
>>> discovery.robust(y, programmes, wishes)  # y: (programmes, worlds, replicates, wishes)
"""

from experiments.discovery.boxes import FOUND, LIMITS, NONE, POOR, UNSTABLE, WANTED, Discovery, discover
from experiments.discovery.regret import Wish, ahead, rivals, robust
from experiments.discovery.worlds import Untellable

__all__ = [
    "FOUND",
    "LIMITS",
    "NONE",
    "POOR",
    "UNSTABLE",
    "WANTED",
    "Discovery",
    "Untellable",
    "Wish",
    "ahead",
    "discover",
    "rivals",
    "robust",
]
