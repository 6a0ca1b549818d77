"""One history: what is shown of it is what happened, and what a pair owes to the broker is what its twin run lacks."""

import numpy as np
import pytest

import abm
from abm.engine import watch
from abm.result import Result
from experiments.dashboard.asked import Moment
from experiments.dashboard.history import course_of, history, owed, picture
from experiments.dashboard.offered import is_real
from experiments.report.page.story import best_by_pair, pilots

SEED, MONTHS = 3, 30


@pytest.fixture(scope="module")
def told(offered, request_of):
    """Give a history of the programme with B's broker twice as large."""
    moment = Moment(request_of(months=MONTHS, set={"broker.capacity": 8}), SEED)
    return moment, history(moment, offered)


@pytest.fixture(scope="module")
def twins():
    """Give what the runs of B owe to its broker."""
    return abm.attribute("iuc-asia", SEED, months=MONTHS, override={"broker.capacity": 8})


def test_ties_are_the_partnerships_of_the_run(told, twins):
    _, found = told
    firm = twins.base.partnerships.query("highest_stage >= 2").groupby(["city_a", "city_b"])["highest_stage"].max()
    assert {(a, b): stage for a, b, stage in found["b"]["ties"]} == firm.to_dict()


def test_the_story_is_of_a_pilot_that_b_owes_to_its_broker(told, twins):
    _, found = told
    pair = tuple(found["story"]["pair"])
    assert pair in set(twins.pilots[["city_a", "city_b", "theme"]].itertuples(index=False, name=None))
    assert pair in pilots(twins.base) and list(pair) in found["pairs"]


def test_another_pair_can_be_asked_for(told, offered):
    moment, found = told
    other = next(pair for pair in found["pairs"] if pair != found["story"]["pair"])
    assert history(moment._replace(pair=tuple(other)), offered)["story"]["pair"] == other


def test_what_is_owed_is_told_apart(twins):
    rows = best_by_pair(twins.base)
    said = {pair: owed(pair, row, twins) for pair, row in rows.items()}
    lost = set(twins.partnerships[["city_a", "city_b", "theme"]].itertuples(index=False, name=None))
    assert {pair for pair, key in said.items() if key == "owed_none"} == lost
    only = {pair for pair, key in said.items() if key == "owed_pilot"}
    assert only == set(twins.pilots[["city_a", "city_b", "theme"]].itertuples(index=False, name=None)) - lost


def test_the_course_has_the_sessions_of_the_broker():
    scenario = abm.load("iuc-asia", months=MONTHS)
    sessions = []
    world = watch(scenario, SEED, lambda w, t: sessions.append(int(np.sum(w.partnerships["sessions"]))))
    result = Result(scenario, SEED, world)
    assert result.digest == abm.run(scenario, seed=SEED).digest
    assert sum(sessions) == result.brokers["n_sessions"].sum() > 0
    rows = best_by_pair(result)
    courses = [course_of(scenario, SEED, pair) for pair in list(rows)[:3]]
    assert all(course for course in courses)


@pytest.mark.compiled("six runs")
def test_a_story_is_of_one_partnership_also_where_the_two_tried_twice(request_of, offered):
    moment = Moment(request_of(months=48, set={"calendar.scale": 0.0}), 1)
    story = history(moment._replace(pair=("stuttgart-region", "yangzhou", "governance")), offered)["story"]
    assert story["pair"][1] == "yangzhou"
    for part in story["arms"]:
        months = [month for month, _, _ in part["course"]]
        assert months == sorted(months) and months[0] == part["steps"]["contact"]


def test_what_is_made_up_is_not_called_real(request_of, offered):
    made_up = offered["world-300"].scenario
    assert is_real(offered["iuc-asia"].scenario) and not is_real(made_up)
    told = picture(abm.run(made_up, seed=1, months=1))["cities"][0]["about"]
    assert "all synthetic" in told["en"] and "真实" not in told["zh"]
