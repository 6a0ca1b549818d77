"""The second estimator: flows of the extra `calibration`, where it is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from abm.parameters import ConfigError

FLOWS = "calibration.flows"


def there_are_flows() -> bool:
    """Say whether flows can be learnt here."""
    return find_spec(FLOWS) is not None and bool(import_module(FLOWS).available())


def flow(z: np.ndarray, features: np.ndarray, seed: int) -> Any:
    """Learn flows from runs of the prior, or refuse where the extra is not installed."""
    if not there_are_flows():
        raise ConfigError("--method flow: needs sbi; pip install 'twinhelix[calibration]', or take --method regression")
    return import_module(FLOWS).fit(z, features, seed)
