"""Runs of the programme and what they left, shared by the tests of the observation model and of inference."""

from functools import cache

import numpy as np

import abm
from calibration.check import until_the_record_ends
from calibration.histories import HISTORY, histories
from calibration.observation import Listing, observe
from calibration.printed import cities_of
from calibration.priors import UNKNOWNS, Unknown, from_prior, listings, rows, values
from calibration.statistics import statistics

SCENARIO = until_the_record_ends(abm.load("iuc-asia"))
CITIES = cities_of(SCENARIO)
# What an independent implementation had, whose numbers are known: pairing at large, three priors that ended earlier.
KNOWN_SCENARIO = until_the_record_ends(abm.load("iuc-asia", {"pairing.within_cohort": 0}))
KNOWN_ENDS = {
    "city.engagement_spread": (0.4, 1.6),
    "ladder.engagement_effect": (0, 2),
    "ladder.pilot_rate": (0.01, 0.04),
}
KNOWN_UNKNOWNS = tuple(Unknown(x.name, *KNOWN_ENDS.get(x.name, (x.low, x.high)), x.whole) for x in UNKNOWNS)
EVERYTHING = Listing(1.0, 1.0, 0.0, 0.0, 1.0, 1.0)  # all listed and named, joined where they can be, no plans


def row_of(name):
    return CITIES.names.index(name)


def table(*partnerships):
    """Return a history of (city, city, theme, then months of HISTORY by name), in order."""
    found = np.zeros(len(partnerships), HISTORY)
    for x, (a, b, theme, months) in enumerate(partnerships):
        found[x] = (*sorted((row_of(a), row_of(b))), theme, *(-1,) * (len(HISTORY.names) - 3))
        for name, month in months.items():
            found[name][x] = month
    return found


@cache
def of_the_prior(n, seed=1, known=False):
    """Return draws of the prior on the normal scale, and what runs of them left, seeds from 1 on."""
    scenario, unknowns = (KNOWN_SCENARIO, KNOWN_UNKNOWNS) if known else (SCENARIO, UNKNOWNS)
    z = from_prior(unknowns, seed, n)
    return z, histories(scenario, range(1, n + 1), rows(scenario, unknowns, values(unknowns, z)))


def lists_of(left, how, first_seed=1):
    """Return the list of each run; ``how``: one for all, or one each."""
    hows = [how] * len(left) if isinstance(how, Listing) else how
    return [observe(one, CITIES, by, seed) for seed, (one, by) in enumerate(zip(left, hows, strict=True), first_seed)]


def statistics_of(left, how, first_seed=1):
    return np.array([statistics(printed, CITIES) for printed in lists_of(left, how, first_seed)])


@cache
def simulated(n, seed=1, known=False):
    """Return unknowns on the normal scale and the statistics of a list printed of each, shape (n, n_statistics)."""
    z, left = of_the_prior(n, seed, known)
    return z, statistics_of(left, listings(UNKNOWNS, values(KNOWN_UNKNOWNS if known else UNKNOWNS, z)))
