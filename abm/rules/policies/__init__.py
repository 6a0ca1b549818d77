"""Policies act on the world (E20): calls, awards, hubs, living labs, evidence and all that programmes do.

A scenario's policy calendar says which kinds act where and when. In phase 1 of a month every column that policies set
goes back to its start, then the policies in force set it again: factors multiply, switches are turned on. Rules
read columns and never ask which policy is on. Some kinds also pick partnerships or cities: a call funds, an award is
given, a cluster aligns.

To add a kind, copy a declaration in :mod:`abm.rules.policies.kinds`. To let a rule feel something new, add a column
whose start changes nothing in :mod:`abm.state`, a ``Target`` for it there, and its line in
:mod:`abm.rules.policies.columns`.
"""

from abm.rules.policies.acts import LISTS
from abm.rules.policies.step import act

__all__ = ["LISTS", "act"]
