"""What the model is held against: numbers of the programme's record, each declared once.

Fit targets were used to choose the defaults of a few parameters; hold-outs never were, and are reported whether they
are met or not. The record lists what the programme chose to show, so its pilot cases are a lower bound and successes
only. ``tolerance`` says how far the record itself may be off (a standard deviation): one city or case counted
otherwise, or the jackknife error over the fifteen cases; chance is the model's own, from seed to seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

from abm.tables import Stage
from calibration import cases as c
from calibration.cases import History

Outcome = Callable[[History, int], float]

JUNE, DECEMBER = "2020-06", "2020-12"
CASES = "pilot_cases.csv"
CITIES = "pilot_case_cities.csv"
SISTER_CITIES = "KONECT, sister cities (Wikidata)"


class Target(NamedTuple):
    """One number of the record.

    Attributes
    ----------
    role
        Whether the defaults were chosen by it.
    value, unit, date, tolerance
        What the record says, of which month, and how far it may be off.
    bound
        What the record allows the model: to be equal to it, or at least, or at most.
    outcome
        The same number from a run: a function of its history and the month; None where no run gives it yet.
    source
        Key in ``programme_facts.csv``, or the file, or a publication.
    """

    name: str
    role: Literal["fit", "hold-out"]
    value: float
    unit: str
    date: str
    tolerance: float
    bound: Literal["equal", "at least", "at most"]
    outcome: Outcome | None
    source: str
    sentence: str


def of_cases(outcome: Callable[[c.Cases], float]) -> Outcome:
    """Return an outcome of the cases of a run."""
    return lambda h, month: outcome(c.cases(h, month))


def of_bloc(outcome: Callable[..., float], region: str) -> Outcome:
    """Return an outcome of the cases of a run and the members of a bloc."""
    return lambda h, month: outcome(c.cases(h, month), h.members(region))


TARGETS: tuple[Target, ...] = (
    Target(
        "cities with a plan",
        "fit",
        30,
        "cities",
        JUNE,
        1,
        "equal",
        lambda h, month: c.cities_with(h, Stage.ACTION_PLAN, month),
        "iuc_urban_cooperation_action_plans",
        "13 European and 17 of 18 Chinese members had an action plan; the 34 plans are those and 4 of clusters",
    ),
    Target(
        "pilot cases",
        "fit",
        15,
        "cases",
        DECEMBER,
        1,
        "at least",
        of_cases(lambda found: len(found.theme)),
        "iuc_pilot_projects_reviewed",
        "cases that the programme chose to list, a lower bound; means little without the pairs of cities in them",
    ),
    Target(
        "pairs of cities in cases",
        "fit",
        30,
        "pairs",
        DECEMBER,
        1,
        "at most",
        lambda h, month: c.pairs_with(h, Stage.PILOT, month),
        CITIES,
        "European and Chinese cities named in one case; not every two of them are partners, an upper bound",
    ),
    Target(
        "European cities in a case",
        "fit",
        8,
        "cities",
        DECEMBER,
        1,
        "equal",
        of_bloc(c.cities_in, "Europe"),
        CITIES,
        "8 of 13 European members are named in a case",
    ),
    Target(
        "Gini of cases, Europe",
        "fit",
        0.60,
        "1",
        DECEMBER,
        0.05,
        "equal",
        of_bloc(c.gini_of, "Europe"),
        CITIES,
        "how unevenly cases spread over the 13 European members",
    ),
    Target(
        "full helix",
        "fit",
        0.40,
        "1",
        DECEMBER,
        0.07,
        "equal",
        c.full_helix_share,
        CASES,
        "6 of 15 cases name both universities and firms; of the others it is not stated",
    ),
    Target(
        "Chinese cities in a case",
        "hold-out",
        7,
        "cities",
        DECEMBER,
        1,
        "equal",
        of_bloc(c.cities_in, "China"),
        CITIES,
        "7 of 18 Chinese members are named in a case",
    ),
    Target(
        "Gini of cases, China",
        "hold-out",
        0.73,
        "1",
        DECEMBER,
        0.04,
        "equal",
        of_bloc(c.gini_of, "China"),
        CITIES,
        "how unevenly cases spread over the 18 Chinese members",
    ),
    Target(
        "most memoranda of a Chinese city",
        "hold-out",
        17,
        "memoranda",
        DECEMBER,
        1,
        "equal",
        lambda h, month: c.most_memoranda(h, "China", month),
        "liuzhou_memoranda_with_european_cities",
        "Liuzhou signed 17; in a run, whichever member signed most, for the model's Liuzhou is synthetic",
    ),
    Target(
        "largest share of one European city",
        "hold-out",
        0.67,
        "1",
        DECEMBER,
        0.07,
        "equal",
        of_bloc(c.largest_share, "Europe"),
        CITIES,
        "Rome is in 10 of 15 cases; in a run, whichever European member is in most",
    ),
    Target(
        "theme balance of cases",
        "hold-out",
        0.99,
        "1",
        DECEMBER,
        0.01,
        "equal",
        of_cases(c.theme_balance),
        CASES,
        "3, 2, 2, 2, 3, 3 cases in the programme's six themes: entropy over ln 6",
    ),
    Target(
        "first implemented case",
        "hold-out",
        21,
        "month",
        DECEMBER,
        1,
        "equal",
        c.first_pilot,
        "programme_events.csv",
        "the freight railway of October 2018; in a run, the first pilot",
    ),
    Target(
        "transitivity of sister cities",
        "hold-out",
        0.1114,
        "1",
        "",
        math.nan,
        "equal",
        None,
        SISTER_CITIES,
        "share of connected triples that are triangles; waits for a synthetic world of 10,000 cities or more",
    ),
    Target(
        "assortativity of sister cities",
        "hold-out",
        0.3868,
        "1",
        "",
        math.nan,
        "equal",
        None,
        SISTER_CITIES,
        "correlation of the degrees at the ends of a tie; waits for the same",
    ),
    Target(
        "Gini of sister-city ties",
        "hold-out",
        0.5060,
        "1",
        "",
        math.nan,
        "equal",
        None,
        SISTER_CITIES,
        "how unevenly ties spread over cities; waits for the same",
    ),
)
