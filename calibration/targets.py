"""What runs of IUC Asia are held against: numbers of the programme's record, each declared once.

Fit targets were looked at when defaults were chosen; hold-outs never were, and are reported whether they are met or
not. The record lists what the programme chose to show, so its pilot cases are a lower bound and successes
only. ``tolerance`` says how far the record itself may be off (a standard deviation): one city or case counted
otherwise, or the jackknife error over the fifteen cases; chance is the model's own, from seed to seed.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

CASES, CITIES, PAIRINGS = "pilot_cases.csv", "pilot_case_cities.csv", "iuc_pairings.csv"


class Target(NamedTuple):
    """One number of the record.

    Attributes
    ----------
    role
        Whether the defaults were chosen by it.
    value, tolerance, unit, date
        What the record says, how far it may be off, and of which month it speaks.
    outcome
        The measure that is the same number of a run.
    source
        Key in ``programme_facts.csv``, or the file, or a publication.
    bound
        What the record allows the model: to be equal to it, or at least, or at most.
    """

    name: str
    role: Literal["fit", "hold-out"]
    value: float
    tolerance: float
    unit: str
    outcome: str
    source: str
    sentence: str
    bound: Literal["equal", "at least", "at most"] = "equal"
    date: str = "2020-12"


TARGETS: tuple[Target, ...] = (
    Target(
        name="cities with a plan",
        role="fit",
        value=30,
        tolerance=1,
        unit="cities",
        outcome="cities_with_plan",
        source="iuc_urban_cooperation_action_plans",
        sentence="13 European and 17 of 18 Chinese members had a plan; the 34 plans are those and 4 of clusters",
        date="2020-06",
    ),
    Target(
        name="pilot cases",
        role="fit",
        value=15,
        tolerance=1,
        unit="cases",
        outcome="clusters_ever",
        source="iuc_pilot_projects_reviewed",
        sentence="cases that the programme chose to list, a lower bound; says little without the pairs in them",
        bound="at least",
    ),
    Target(
        name="pairs of cities in cases",
        role="fit",
        value=30,
        tolerance=1,
        unit="pairs",
        outcome="pilot_pairs_ever",
        source=CITIES,
        sentence="European and Chinese cities named in one case; not every two of them are partners, an upper bound",
        bound="at most",
    ),
    Target(
        name="European cities in a case",
        role="fit",
        value=8,
        tolerance=1,
        unit="cities",
        outcome="cities_in_pilot.Europe",
        source=CITIES,
        sentence="8 of 13 European members are named in a case",
    ),
    Target(
        name="Gini of cases, Europe",
        role="fit",
        value=0.60,
        tolerance=0.05,
        unit="1",
        outcome="gini_projects.Europe",
        source=CITIES,
        sentence="how unevenly cases spread over the 13 European members",
    ),
    Target(
        name="full helix",
        role="fit",
        value=0.40,
        tolerance=0.07,
        unit="1",
        outcome="full_helix_share",
        source=CASES,
        sentence="6 of 15 cases name both universities and firms; of the others it is not stated",
    ),
    Target(
        name="university in a case",
        role="fit",
        value=0.60,
        tolerance=0.07,
        unit="1",
        outcome="university_pilot_share",
        source=CASES,
        sentence="9 of 15 cases name universities; it tells apart what the full helix leaves open",
    ),
    Target(
        name="firm in a case",
        role="fit",
        value=0.60,
        tolerance=0.07,
        unit="1",
        outcome="firm_pilot_share",
        source=CASES,
        sentence="9 of 15 cases name firms or clusters",
    ),
    Target(
        name="same cohort",
        role="fit",
        value=1,
        tolerance=0.09,
        unit="1",
        outcome="pairings_within_cohort",
        source=PAIRINGS,
        sentence="11 of 11 recorded pairings and memoranda of 2017 to 2019 join cities that entered in one year",
        date="2019-12",
    ),
    Target(
        name="Chinese cities in a case",
        role="hold-out",
        value=7,
        tolerance=1,
        unit="cities",
        outcome="cities_in_pilot.China",
        source=CITIES,
        sentence="7 of 18 Chinese members are named in a case",
    ),
    Target(
        name="Gini of cases, China",
        role="hold-out",
        value=0.73,
        tolerance=0.04,
        unit="1",
        outcome="gini_projects.China",
        source=CITIES,
        sentence="how unevenly cases spread over the 18 Chinese members",
    ),
    Target(
        name="most memoranda, China",
        role="hold-out",
        value=17,
        tolerance=1,
        unit="memoranda",
        outcome="most_memoranda.China",
        source="liuzhou_memoranda_with_european_cities",
        sentence="Liuzhou signed 17; in a run, whichever member signed most, for the model's Liuzhou is synthetic",
    ),
    Target(
        name="busiest European city",
        role="hold-out",
        value=0.67,
        tolerance=0.07,
        unit="1",
        outcome="top_case_share.Europe",
        source=CITIES,
        sentence="share of all cases: Rome is in 10 of 15; in a run, whichever European member is in most",
    ),
    Target(
        name="theme balance of cases",
        role="hold-out",
        value=0.99,
        tolerance=0.01,
        unit="1",
        outcome="case_theme_balance",
        source=CASES,
        sentence="3, 2, 2, 2, 3, 3 cases in the programme's six themes: entropy over ln 6",
    ),
    Target(
        name="first implemented case",
        role="hold-out",
        value=21,
        tolerance=1,
        unit="month",
        outcome="first_pilot_month",
        source="programme_events.csv",
        sentence="the freight railway of October 2018; in a run, the first pilot",
    ),
)
