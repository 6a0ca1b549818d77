"""How a broker divides its work, whom it may introduce, and how strategies score (E9)."""

import math

import numpy as np
import pytest

from abm import draws
from abm.rules import broker, membership
from abm.state.handle import handle
from abm.state.memory import allocate
from abm.state.month import Candidate
from abm.state.neighbours import both, label_components
from abm.state.words import Stage, Strategy
from tests.abm.rules.small import SEED, looks, luck, partner


def offered(w, share=0.5, capacity=4.0, strategy=Strategy.COMPLEMENTARITY, effort=1.0, t=0):
    """Return sessions and introductions of a month of one broker."""
    w.brokers.alignment_share[0], w.brokers.capacity[0] = share, capacity
    w.brokers.strategy[0], w.brokers.effort[0] = strategy, effort
    return broker.plan_work(handle(w), SEED, t, 0), int(w.brokers.introductions[0])


@pytest.mark.parametrize(
    ("case", "plan"),
    [
        ({}, (2, 2)),
        ({"share": 0.0}, (0, 4)),
        ({"share": 1.0}, (4, 0)),
        ({"share": 0.0, "strategy": Strategy.DEEPENING}, (4, 0)),
        ({"effort": 2.0}, (4, 4)),
        ({"effort": 0.0}, (0, 0)),
        ({"capacity": 0.0, "share": 1.0}, (0, 0)),
    ],
)
def test_units_are_divided_between_sessions_and_introductions(working, case, plan):
    assert offered(working[0], **case) == plan


def test_parts_of_a_unit_are_rounded_by_lot_and_no_unit_is_lost(working):
    w, _ = working
    for t in range(30):
        sessions, introductions = offered(w, share=0.3, capacity=2.4, t=t)
        lots = [draws.uniform(luck(broker.UNITS, t, w.brokers.key[0], counter=x)) for x in (0, 1)]
        units = 2 + (lots[0] >= 0.6)
        assert (sessions, introductions) == ((n := math.floor(0.3 * units + lots[1])), units - n)


def scored(w, p, strategy, i, j, theme=0):
    """Return the score of two cities in a theme."""
    w.brokers.strategy[0] = strategy
    pairs = looks(w, p)
    label_components(handle(w))
    broker.score(handle(w), p, SEED, 3, 0)
    return w.candidates.score[list(pairs).index((i, j)), theme]


def test_complementarity_scores_what_both_could_learn(working):
    w, p = working
    w.cities.need[:] = w.cities.skill[:] = 0.0
    w.cities.need[0, 1], w.cities.skill[3, 1], w.cities.need[3, 1], w.cities.skill[0, 1] = 0.5, 0.6, 0.7, 0.2
    assert scored(w, p, Strategy.COMPLEMENTARITY, 0, 3, 1) == pytest.approx(0.5 * 0.6 + 0.7 * 0.2)


def test_equity_prefers_those_without_partners(working):
    w, p = working
    assert scored(w, p, Strategy.EQUITY, 0, 3) == 2.0
    partner(w, 0, 1)
    assert scored(w, p, Strategy.EQUITY, 0, 3) == 1.5
    partner(w, 2, 3)
    partner(w, 3, 4)
    assert scored(w, p, Strategy.EQUITY, 0, 3) == pytest.approx(1 / 2 + 1 / 3)


@pytest.mark.parametrize(
    ("ties", "score"),
    [
        ([], 1.0),
        ([(0, 1), (1, 2), (2, 3)], 0.0),
        ([(0, 2), (2, 3)], -1.0),
        ([(0, 3)], -5.0),
        ([(0, 3), (0, 1), (3, 1), (0, 2), (3, 2)], -7.0),
    ],
    ids=["two components", "one", "a common partner", "partners", "partners with two in common"],
)
def test_bridging_scores_distant_pairs(working, ties, score):
    w, p = working
    for i, j in ties:
        partner(w, i, j, theme=1)
    assert scored(w, p, Strategy.BRIDGING, 0, 3) == score


def test_random_scores_are_draws_of_broker_pair_and_theme(working):
    w, p = working
    key = both(w.cities.key[0], w.cities.key[3])
    for theme in range(2):
        own = luck(broker.RANDOM, 3, w.brokers.key[0], key, theme)
        assert scored(w, p, Strategy.RANDOM, 0, 3, theme) == draws.uniform(own)


def test_the_spread_of_scores_is_over_the_themes_that_are_listed():
    rows = allocate(Candidate, 2)
    rows.themes[:], rows.score[:, :3] = (0b011, 0b100), ((1.0, 4.0, 99.0), (99.0, 99.0, 7.0))
    assert broker.spread(rows, 2) == pytest.approx((4.0, math.sqrt(6.0)))
    assert broker.spread(rows, 1) == pytest.approx((2.5, 1.5))


@pytest.mark.parametrize(("floor", "themes"), [(-math.inf, 127), (0.3, 0b1111000), (0.6, 0b1000000), (0.7, 0)])
def test_themes_of_at_least_a_score(floor, themes):
    score = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert broker.themes_from(score, floor) == themes


def test_sessions_go_to_the_largest_gaps_up_to_the_plan_and_are_meetings_too(working):
    w, p = working
    gaps = {(0, 1): 0.2, (0, 3): 0.9, (1, 2): 0.5, (2, 3): 0.7, (3, 4): 0.95}
    rows = {pair: partner(w, *pair, gap=gap) for pair, gap in gaps.items()}
    w.partnerships.stage[rows[3, 4]] = Stage.PILOT
    w.partnerships.stage[rows[0, 3]] = Stage.ACTION_PLAN
    membership.look_after(handle(w))
    broker.align(handle(w), p, SEED, 3, 0, 2)
    chosen = [pair for pair, r in rows.items() if w.partnerships.sessions[r]]
    assert chosen == [(0, 3), (2, 3)]
    assert all(w.partnerships.met[rows[pair]] == 1.0 for pair in chosen) and w.brokers.n_sessions[0] == 2


def test_no_more_sessions_are_counted_than_there_are_partnerships(working):
    w, p = working
    r = partner(w, 0, 1)
    membership.look_after(handle(w))
    broker.align(handle(w), p, SEED, 3, 0, 3)
    assert (w.partnerships.sessions[r], w.brokers.n_sessions[0]) == (1, 1)


def test_a_broker_of_a_region_aligns_its_own_partnerships(working):
    w, p = working
    w.cities.region[3] = 2
    w.brokers.region[0] = 2
    other, own = partner(w, 0, 1, gap=0.9), partner(w, 0, 3, gap=0.1)
    membership.look_after(handle(w))
    broker.align(handle(w), p, SEED, 3, 0, 2)
    assert w.partnerships.sessions[[other, own]].tolist() == [0, 1]


@pytest.mark.parametrize(("capacity", "effort", "most"), [(4.0, 1.0, 5), (3.5, 2.0, 8), (0.0, 1.0, 1)])
def test_room_is_made_for_all_units_and_one_for_rounding(working, capacity, effort, most):
    w, p = working
    w.brokers.capacity[0], w.brokers.most_effort[0] = capacity, effort
    assert broker.most_encounters(handle(w), p, SEED, 0) == most
    assert broker.most_units(w.brokers) >= most - 1
