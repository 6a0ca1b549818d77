"""Ways to learn a posterior: regression ABC, and flows where the extra `calibration` is installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from abm.parameters import ConfigError, nearest, shown
from calibration import posterior as regression
from calibration.inference import flows
from calibration.posterior import Sample

METHODS = REGRESSION, FLOW = "regression", "flow"


class Estimator(Protocol):
    """What gives the posterior of any record."""

    def posterior(self, features: np.ndarray) -> Sample:
        """Return the posterior at the features of a record, shape (n_features,)."""
        ...

    def posteriors(self, features: np.ndarray) -> Iterator[Sample]:
        """Yield the posterior at each of some records, shape (n_records, n_features)."""
        ...


def check_method(method: str) -> None:
    """Refuse a method that is unknown, or not installed, before anything runs."""
    if method not in METHODS:
        raise ConfigError(f"method = {shown(method)}: must be one of {', '.join(METHODS)}{nearest(method, METHODS)}")
    if method == FLOW and not flows.available():
        raise ConfigError("--method flow: needs sbi; pip install 'twinhelix[calibration]', or take --method regression")


def other_than(method: str) -> str | None:
    """Return the method that checks another one, or None where it is not installed."""
    other = REGRESSION if method == FLOW else FLOW
    return other if other == REGRESSION or flows.available() else None


def learnt(method: str, z: np.ndarray, features: np.ndarray, names: Sequence[str], seed: int) -> Estimator:
    """Learn from runs of the prior."""
    return flows.fit(z, features, seed, names) if method == FLOW else regression.fit(z, features, names)
