"""What is unknown, of the model and of the list, and draws of it: uniform priors, on one scale for inference.

Every unknown is taken to its prior's quantile u and then to the normal scale, z = Φ⁻¹(u): there the prior is N(0, 1),
nothing leaks over the end of a box, and no draw needs to be refused. A whole number is spread over its cell.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from abm.input.scenario import PARAMETERS, Scenario
from abm.setup.build import parameters
from calibration.observation import Listing
from experiments.design.independent import places


class Unknown(NamedTuple):
    """An unknown with the ends of its uniform prior; ``whole``: a whole number, all alike."""

    name: str
    low: float
    high: float
    whole: bool = False


FREE = (
    "city.capacity",
    "city.engagement_spread",
    "ladder.engagement_effect",
    "contact.baseline",
    "event.contacts_per_attendee",
    "cooperation.broker_closing",
    "ladder.pilot_rate",
    "helix.university_rate",
    "helix.firm_rate",
    "pairing.partners",
)
OF_LIST = (
    Unknown("list.joining", 0, 1),
    Unknown("list.listed", 0.1, 1),
    Unknown("list.size_effect", 0, 2),
    Unknown("list.plan_shown", 0, 1),
    Unknown("list.university_named", 0.4, 1),
    Unknown("list.firm_named", 0.4, 1),
)


def of_model(names: tuple[str, ...] = FREE) -> tuple[Unknown, ...]:
    """Return parameters of the model as unknowns, with the priors that they are declared with."""
    found = []
    for name in names:
        kind, prior = PARAMETERS[name].kind, PARAMETERS[name].par.prior
        assert prior is not None, f"{name} has no prior"
        found.append(Unknown(name, prior.low, prior.high, kind is int))
    return tuple(found)


UNKNOWNS = (*of_model(), *OF_LIST)


def from_prior(unknowns: tuple[Unknown, ...], seed: int, n: int, first: int = 0) -> np.ndarray:
    """Return draws of the prior on the normal scale, shape (n, n_unknowns): those of a design of independent points."""
    return np.asarray(ndtri(places(seed, [unknown.name for unknown in unknowns], n, first)))


def values(unknowns: tuple[Unknown, ...], z: np.ndarray) -> np.ndarray:
    """Return unknowns in their units from the normal scale, shape (…, n_unknowns)."""
    low, high = (np.array([getattr(x, end) for x in unknowns], float) for end in ("low", "high"))
    whole, u = np.array([x.whole for x in unknowns]), ndtr(z)
    cell = np.minimum(low + np.floor(u * (high - low + 1)), high)
    return np.where(whole, cell, low + u * (high - low))


def rows(scenario: Scenario, unknowns: tuple[Unknown, ...], theta: np.ndarray) -> Any:
    """Return a scenario's parameters, a row for each row of values; the unknowns of the list have no part in them."""
    p = np.repeat(parameters(scenario), len(theta))
    for k, unknown in enumerate(unknowns):
        section, _, field = unknown.name.partition(".")
        if section != "list":
            p[section][field] = theta[:, k]
    return p


def listings(unknowns: tuple[Unknown, ...], theta: np.ndarray) -> list[Listing]:
    """Return what each row of values says of the list."""
    place = [[x.name for x in unknowns].index(f"list.{field}") for field in Listing._fields]
    return [Listing(*row) for row in theta[:, place].tolist()]
