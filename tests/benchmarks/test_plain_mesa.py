"""The plain Mesa program and the engine tell the same story: two readings of one text check each other."""

import numpy as np
import pandas as pd
import pytest

import abm
from benchmarks import plain_mesa
from benchmarks.plain_mesa.events import events_of_month

COMPARED = [
    "contacts_ever",
    "memoranda_ever",
    "action_plans_ever",
    "pilots_ever",
    "dissolved_ever",
    "mean_trust",
    "mean_gap",
    "awareness",
    "adoption",
    "mastery",
    "adoptions_ever",
    "cross_region_share",
    "need_met",
    "plan_coverage",
    "full_helix_share",
    "pilot_incidence_24",
    "clusters_ever",
    "theme_balance",
    "isolates",
    "top_decile_share",
    "density",
    "degree_assortativity",
    "efficiency",
    "mean_constraint",
    "event_cost",
    "travel_km",
    "pairings_within_cohort",
    "cities_a_project",
    "cities_in_project.China",
]
N_PLAIN, N_ENGINE = 24, 500
WITHIN = 4.0  # standard errors of the difference


def standard_errors(plain, ours):
    """Return the standard errors of the differences of means, if both programs vary as the engine does.

    What is rare, such as a member without a partner, may not be there at all in the few runs of the plain program.
    """
    return np.sqrt(ours.var() * (1 / len(plain) + 1 / len(ours)))


def test_measures_bear_the_names_of_the_engine():
    recorded = plain_mesa.simulate(abm.load("iuc-asia", months=3), seed=1)
    assert len(recorded) == 3 and set(COMPARED) <= set(recorded.columns) <= set(abm.run("iuc-asia").series.columns)


def test_same_seed_same_run():
    plan = abm.load("iuc-asia", months=12)
    pd.testing.assert_frame_equal(plain_mesa.simulate(plan, seed=5), plain_mesa.simulate(plan, seed=5))


@pytest.mark.parametrize(
    ("scenario", "override"),
    [
        ("iuc-asia", {"calendar.scale": 2}),
        ("iuc-asia", {"ladder.overload_effect": 1}),
        ("joint-call", {}),
        ("covid-hybrid-kept", {}),
        ("urban-eu-china", {}),
    ],
    ids=["a scaled calendar", "an effect of overload", "a policy other than a grant", "hybrid events", "programmes"],
)
def test_refuses_what_it_leaves_out(scenario, override):
    with pytest.raises(NotImplementedError):
        plain_mesa.simulate(abm.load(scenario, override), seed=1)


def test_a_city_comes_to_the_sessions_of_its_grant():
    plan = abm.load("iuc-asia")
    model = plain_mesa.PlainModel(plan, seed=1)
    model.month = plan.month_of("2020-10")
    model.cities.do("enter")
    held = [event for event in events_of_month(model) if event.guest]
    assert [event.guest.row.city_id for event in held] == ["granada", "granada"]
    assert all(event.guest in event.attendees(model, event.guest) for event in held)
    assert all(len(event.attendees(model, event.guest)) <= event.seats == 12 for event in held)


@pytest.mark.slow
@pytest.mark.parametrize(
    "override",
    [
        {
            "project.invited": 1.0,
            "project.associate_weight": 2,
            "city.size_effect": 0.7,
            "ladder.earliest_memorandum": 3,
        },
        {"search.rate": 0.3, "search.triadic_share": 0.6, "broker.capacity": 12, "pairing.within_cohort": 0.5},
    ],
    ids=["projects of several cities", "much search and brokerage, pairing at large"],
)
def test_agrees_with_the_engine(override):
    plan = abm.load("iuc-asia", override)
    plain = pd.DataFrame([plain_mesa.simulate(plan, seed).iloc[-1] for seed in range(N_PLAIN)])
    ours = abm.run_many(plan, seeds=N_ENGINE, outcomes=COMPARED, progress=False)
    here, there = plain[COMPARED].mean(), ours[COMPARED].mean()
    apart = ((here - there) / standard_errors(plain[COMPARED], ours[COMPARED])).abs()
    worst = apart.idxmax()
    assert apart[worst] < WITHIN, f"{worst}: {here[worst]:.4g} in plain Mesa, {there[worst]:.4g} in the engine"
