"""Scenario discovery and robust choice on arrays alone: boxes in which success is frequent, and regret.

>>> from experiments import discovery
>>> found = discovery.discover(points, won)  # a row a world, a column a factor; won: (worlds, replicates) of 0 and 1
>>> found.says, found.boxes, found.limits
"""

from experiments.discovery.discover import FOUND, NONE, POOR, UNSTABLE, Discovery, discover

__all__ = ["FOUND", "NONE", "POOR", "UNSTABLE", "Discovery", "discover"]
