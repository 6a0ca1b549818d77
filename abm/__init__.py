"""TwinHelix: how cities become partners, how universities and firms join, and how practices spread between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abm.attribution import attribute
    from abm.face.agents import Broker, City, Firm, University
    from abm.face.model import CityPartnershipModel
    from abm.input.load import load
    from abm.input.scenario import Scenario
    from abm.parameters import ConfigError
    from abm.result import Result
    from abm.runs import Stopped, run, run_many

__version__ = "0.1.0"
_HOMES = {
    "attribute": "abm.attribution",
    "Stopped": "abm.runs",
    "run": "abm.runs",
    "run_many": "abm.runs",
    "Result": "abm.result",
    "load": "abm.input.load",
    "Scenario": "abm.input.scenario",
    "ConfigError": "abm.parameters",
    "CityPartnershipModel": "abm.face.model",
    "City": "abm.face.agents",
    "University": "abm.face.agents",
    "Firm": "abm.face.agents",
    "Broker": "abm.face.agents",
}
__all__ = [
    "Broker",
    "City",
    "CityPartnershipModel",
    "ConfigError",
    "Firm",
    "Result",
    "Scenario",
    "Stopped",
    "University",
    "attribute",
    "load",
    "run",
    "run_many",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: numba, pandas and mesa each take a while."""
    if name not in _HOMES:
        raise AttributeError(f"module 'abm' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
