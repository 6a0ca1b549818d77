"""Trust and the gap of one partnership, by hand (E10, E11)."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.draws import uniform
from abm.rules import cooperation
from abm.state.handle import handle
from abm.state.words import Origin, Stage
from tests.abm.rules.small import SEED, luck, next_luck, partner, settings, world

share = st.floats(0.0, 1.0)
weight = st.floats(0.0, 5.0)


@pytest.mark.parametrize(
    ("ambitions", "across", "chance", "origin", "gap"),
    [
        ((0.7, 0.4), False, 0.0, Origin.SEARCH, 0.3),
        ((0.4, 0.7), False, 0.0, Origin.EVENT, 0.3),
        ((0.4, 0.7), True, 0.0, Origin.SEARCH, 0.5),
        ((0.4, 0.7), False, 0.5, Origin.SEARCH, 0.4),
        ((0.0, 1.0), True, 1.0, Origin.SEARCH, 1.0),
        ((0.0, 1.0), True, 1.0, Origin.BROKER, 0.6),
        ((0.4, 0.7), False, 0.0, Origin.BROKER, 0.18),
        ((0.4, 0.7), False, 0.0, Origin.PROGRAMME, 0.24),
    ],
)
def test_the_first_gap_is_that_of_ambitions_blocs_and_chance_and_less_where_somebody_prepared_it(
    ambitions, across, chance, origin, gap
):
    p = settings({"cooperation.broker_closing": 0.4, "cooperation.pairing_closing": 0.2})
    assert cooperation.first_gap(*ambitions, across, chance, p, int(origin)) == pytest.approx(gap)


@pytest.mark.parametrize(
    ("stage", "probability"),
    [
        (Stage.CONTACT, 0.1),
        (Stage.MEMORANDUM, 0.2),
        (Stage.ACTION_PLAN, 0.3),
        (Stage.PILOT, 0.5),
        (Stage.SUSTAINED, 0.35),
    ],
)
def test_each_stage_has_its_own_activity(stage, probability):
    assert cooperation.activity(settings({"cooperation.sustained_activity": 0.35}), int(stage)) == probability


@pytest.mark.parametrize(
    ("taken", "times", "left"), [(0.2, 0.0, 1.0), (0.2, 1.0, 0.8), (0.2, 2.0, 0.64), (0.19, 0.5, 0.9), (1.0, 3.0, 0.0)]
)
def test_each_interaction_takes_its_share_of_what_is_left(taken, times, left):
    assert cooperation.left_after(taken, times) == pytest.approx(left)


@pytest.mark.parametrize(
    ("trust", "gap", "times", "after"),
    [
        (0.5, 0.0, 1.0, 0.6),  # distrust 0.5 · (1 − 0.2)
        (0.5, 0.5, 1.0, 0.55),  # distrust 0.5 · (1 − 0.2 · 0.5)
        (0.5, 1.0, 9.0, 0.5),  # nothing is gained where expectations are wholly apart
        (0.5, 0.0, 2.0, 0.68),  # distrust 0.5 · 0.8²
        (0.5, 0.3, 0.0, 0.45),  # a tenth is lost, whatever the gap
        (0.0, 0.0, 1.0, 0.2),
    ],
)
def test_trust_after_a_month(trust, gap, times, after):
    assert cooperation.next_trust(trust, gap, times, 0.2, 0.1) == pytest.approx(after)


@pytest.mark.parametrize(
    ("times", "sessions", "after"),
    [(0.0, 0, 0.8), (1.0, 0, 0.72), (2.0, 0, 0.648), (0.0, 1, 0.48), (0.0, 2, 0.288), (1.0, 1, 0.432)],
)
def test_the_gap_closes_by_interactions_and_by_alignment_sessions(times, sessions, after):
    assert cooperation.next_gap(0.8, times, sessions, 0.1, 0.4) == pytest.approx(after)


@given(share, share, weight, share, share)
def test_trust_and_gap_stay_shares(trust, gap, times, gain, loss):
    assert 0.0 <= cooperation.next_trust(trust, gap, times, gain, loss) <= 1.0
    assert 0.0 <= cooperation.next_gap(gap, times, 2, gain, loss) <= gap


@given(st.floats(0.01, 0.9), share, weight.filter(bool))
def test_two_months_of_work_are_one_of_twice_the_work(trust, gap, times):
    once = cooperation.next_trust(trust, gap, times, 0.2, 0.1)
    twice = cooperation.next_trust(once, gap, times, 0.2, 0.1)
    assert twice == pytest.approx(cooperation.next_trust(trust, gap, 2 * times, 0.2, 0.1))


def test_what_is_new_this_month_gets_trust_and_gap_and_nothing_else_is_touched(tmp_path):
    w, p = world(tmp_path, "EEW")
    old, inside, across = partner(w, 0, 2, trust=0.9, gap=0.1), partner(w, 0, 1), partner(w, 1, 2)
    w.count.first_new = 1
    w.cities.ambition[:] = 0.2, 0.5, 0.5
    w.cities.first_gap[:] = 0.8, 0.5, 1.0
    cooperation.begin(handle(w), p, SEED, 3)
    rows = w.partnerships
    assert (rows.trust[old], rows.gap[old]) == (0.9, 0.1)
    for r, apart in ((inside, 0.3), (across, 0.2)):  # by ambition alone, by the bloc alone; of two guides the better
        own = luck(cooperation.BEGIN, 3, rows.key[r])
        assert rows.trust[r] == pytest.approx(0.2 + 0.6 * uniform(own))
        assert rows.gap[r] == pytest.approx(0.5 * (apart + 0.2 * uniform(next_luck(own, 1))))


@pytest.mark.parametrize(
    ("columns", "times"),
    [
        ({}, 0.0),
        ({"met": 1.5}, 1.5),
        ({"successes": 2}, 1.4),
        ({"met": 0.5, "successes": 1}, 1.2),
    ],
)
def test_the_work_of_a_month_is_meetings_and_successes_by_their_weight(tmp_path, columns, times):
    still = {f"cooperation.{stage}_activity": 0.0 for stage in ("contact", "memorandum")}
    w, p = world(tmp_path, changes={**still, "cooperation.success_weight": 0.7})
    r = partner(w, 0, 1, trust=0.5, gap=0.4, **columns)
    cooperation.interact(handle(w), p, SEED, 3)
    row = w.partnerships[r]
    assert row.trust == pytest.approx(cooperation.next_trust(0.5, 0.4, times, 0.2, 0.1))
    assert row.gap == pytest.approx(cooperation.next_gap(0.4, times, 0, 0.02, 0.5))
    assert (row.met, row.sessions, row.successes) == (0.0, 0, 0)


def test_partners_work_by_themselves_as_often_as_their_stage_says_each_by_its_own_draw(tmp_path):
    w, p = world(tmp_path, "EWEWEW", {"cooperation.contact_activity": 0.5})
    for i, j in itertools.combinations(range(6), 2):
        partner(w, i, j, trust=0.5, gap=0.0)
    cooperation.interact(handle(w), p, SEED, 3)
    n = int(w.count.partnerships)
    works = [uniform(luck(cooperation.INTERACT, 3, key)) < 0.5 for key in w.partnerships.key[:n]]
    assert len(set(works)) == 2
    assert w.partnerships.trust[:n] == pytest.approx([0.6 if own else 0.45 for own in works])
