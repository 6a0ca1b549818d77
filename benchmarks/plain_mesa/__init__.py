"""The model (E0–E19) as a plain Mesa program: what the engine is measured against.

Written the way a Mesa user would: agents, a networkx graph of the living ties, one random stream, a DataCollector. It
follows :mod:`abm.schedule` phase by phase, so it agrees with the engine in distribution, not run by run. Parameters are
read from the scenario by their full names, so that none is declared here; the rules are explained in :mod:`abm.rules`.
It records measures of the engine each month, by the same names and with networkx where networkx has them; it does
not keep by which path an actor came to a practice, and of policies it knows the grant alone.
"""

from benchmarks.plain_mesa.model import PlainModel, simulate

__all__ = ["PlainModel", "simulate"]
