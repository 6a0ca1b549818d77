"""Ways to learn a posterior: regression ABC, and flows where the extra `calibration` is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from abm.parameters import ConfigError, nearest, shown

FLOWS = "calibration.flows"
METHODS = REGRESSION, FLOW = "regression", "flow"


def there_are_flows() -> bool:
    """Say whether flows can be learnt here."""
    return find_spec(FLOWS) is not None and bool(import_module(FLOWS).available())


def check_method(method: str) -> None:
    """Refuse a method that is unknown, or not installed, before anything runs."""
    if method not in METHODS:
        raise ConfigError(f"method = {shown(method)}: must be one of {', '.join(METHODS)}{nearest(method, METHODS)}")
    if method == FLOW and not there_are_flows():
        raise ConfigError("--method flow: needs sbi; pip install 'twinhelix[calibration]', or take --method regression")


def flow(z: np.ndarray, features: np.ndarray, seed: int) -> Any:
    """Learn flows from runs of the prior."""
    return import_module(FLOWS).fit(z, features, seed)
