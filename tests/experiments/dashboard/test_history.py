"""One history: what is shown of it is what happened, and what a pair owes to the broker is what its twin run lacks."""

import numpy as np
import pytest

import abm
from abm.engine import watch
from abm.result import Result
from experiments.dashboard.asked import Moment
from experiments.dashboard.history import course_of, dated, history, owed
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


def test_months_are_dates():
    scenario = abm.load("iuc-asia")
    assert [dated(scenario, month) for month in (0, 11, 12, 37)] == ["2017-01", "2017-12", "2018-01", "2020-02"]
