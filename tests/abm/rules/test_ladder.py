"""The rates of the ladder term by term, and what a step up or down leaves behind (E13)."""

import math

import numpy as np
import pytest

from abm.draws import uniform
from abm.rules import ladder
from abm.state.handle import handle
from abm.state.neighbours import find
from abm.state.words import NONE, Stage
from tests.abm.rules.small import LUCKS, SEED, next_luck, partner, partnership, settings, world

CONTACT, MEMORANDUM, PLAN, PILOT, SUSTAINED = list(Stage)[1:]
UP = {CONTACT: 0.12, MEMORANDUM: 0.12, PLAN: 0.02, PILOT: 0.03, SUSTAINED: 0.0}
DOWN = {CONTACT: 0.04, MEMORANDUM: 0.01, PLAN: 0.01, PILOT: 0.01, SUSTAINED: 0.002}
ALIKE = np.ones(2)


def factors(stage, psi=ALIKE, t=0, changes=None, **columns):
    """Return by what the basic rates of a stage are multiplied."""
    up, down = ladder.rates(settings(changes), psi, partnership(stage=stage, **columns), t)
    return (up / UP[stage] if UP[stage] else math.nan), down / DOWN[stage]


@pytest.mark.parametrize("stage", UP)
def test_a_partnership_with_nothing_for_or_against_it_moves_at_the_basic_rates(stage):
    assert ladder.rates(settings(), ALIKE, partnership(stage=stage), 0) == pytest.approx((UP[stage], DOWN[stage]))


@pytest.mark.parametrize(
    ("columns", "push"),
    [
        ({"trust": 0.9}, 0.4),
        ({"trust": 0.1}, -0.4),
        ({"gap": 0.5}, -0.3),
        ({"gap": 0.0}, 0.45),
        ({"trust": 1.0, "gap": 1.0}, 0.5 - 1.05),
    ],
)
def test_trust_pushes_up_and_the_gap_down_and_what_pushes_up_holds_together(columns, push):
    assert factors(CONTACT, **columns) == pytest.approx((math.exp(push), math.exp(-push)))


@pytest.mark.parametrize(
    ("columns", "helix"),
    [
        ({}, 0.0),
        ({"university": (NONE, 3)}, 0.5),
        ({"university": (2, 3)}, 0.5),
        ({"firm": (0, NONE)}, 0.5),
        ({"university": (0, NONE), "firm": (NONE, 1)}, 1.0),
    ],
)
@pytest.mark.parametrize("stage", [MEMORANDUM, PLAN, PILOT])
def test_a_helix_lifts_from_the_plan_on_and_keeps_nobody(stage, columns, helix):
    expected = math.exp(0.8 * helix) if stage >= PLAN else 1.0
    assert factors(stage, **columns) == pytest.approx((expected, 1.0))


@pytest.mark.parametrize(
    ("stage", "t", "factor"),
    [(CONTACT, 4, 1.0), (MEMORANDUM, 4, 1.84), (PILOT, 4, 1.84), (MEMORANDUM, 5, 1.0), (PLAN, 6, 1.0)],
)
def test_funding_acts_from_the_memorandum_on_until_the_month_in_which_it_ends(stage, t, factor):
    found = factors(stage, t=t, funded_until=5, changes={"ladder.funding_effect": math.log(1.84)})
    assert found == pytest.approx((factor, 1.0))


@pytest.mark.parametrize(
    ("stage", "psi", "factor"),
    [
        (MEMORANDUM, (4.0, 4.0), 1.0),
        (PLAN, (4.0, 0.25), 1.0),
        (PLAN, (4.0, 1.0), 4.0**0.75),
        (PLAN, (1.0, 4.0), 4.0**0.75),
        (PILOT, (0.25, 0.25), 0.25**1.5),
    ],
)
def test_engagement_of_both_counts_from_the_plan_on_as_their_geometric_mean_to_the_power_of_its_effect(
    stage, psi, factor
):
    assert factors(stage, psi=np.array(psi)) == pytest.approx((factor, 1.0))


def test_without_an_effect_of_engagement_a_city_of_none_is_no_trouble():
    assert factors(PLAN, psi=np.zeros(2), changes={"ladder.engagement_effect": 0.0}) == (1.0, 1.0)


@pytest.mark.parametrize(("stage", "factor"), [(CONTACT, 1.0), (PLAN, 1.0), (PILOT, 6.0), (SUSTAINED, 6.0)])
def test_politics_dissolves_what_is_visible_from_the_pilot_on(stage, factor):
    assert factors(stage, changes={"ladder.political_factor": 6.0})[1] == pytest.approx(factor)


@pytest.mark.parametrize(
    ("up", "down", "step"), [(0.0, 0.0, 0), (1e9, 0.0, 1), (0.0, 1e9, -1)], ids=["stays", "climbs", "dissolves"]
)
def test_a_step_that_is_impossible_is_never_taken_and_one_that_is_certain_always(up, down, step):
    assert {ladder.next_step(up, down, luck) for luck in LUCKS} == {step}


def test_one_draw_says_whether_and_another_which_way():
    up, down = 0.3, 0.6
    for luck in LUCKS:
        moves, climbs = uniform(luck) < 1.0 - math.exp(-0.9), uniform(next_luck(luck, 1)) < 1.0 / 3.0
        assert ladder.next_step(up, down, luck) == (0 if not moves else 1 if climbs else -1)


SURE = {"ladder.memorandum_rate": 10.0, "ladder.plan_rate": 10.0, "ladder.pilot_rate": 10.0}
STAYS = {f"ladder.{stage}_exit": 0.0 for stage in ("contact", "memorandum", "plan", "pilot")}


@pytest.fixture
def climbing(tmp_path):
    """Return a world in which every partnership moves up one step a month, for any luck that there is here."""
    w, p = world(tmp_path, changes={**SURE, **STAYS, "ladder.engagement_effect": 0.0}, universities=1)
    return w, p


def test_a_climb_is_one_step_and_notes_the_month_the_highest_stage_and_the_memorandum(climbing):
    w, p = climbing
    r = partner(w, 0, 1)
    known = w.neighbours[find(handle(w), 1, 0)]
    assert not known.memorandum
    ladder.climb(handle(w), p, SEED, 7)
    row = w.partnerships[r]
    assert (row.stage, row.ever, list(row.reached[1:5])) == (MEMORANDUM, MEMORANDUM, [NONE, 7, NONE, NONE])
    assert known.memorandum


def test_a_pilot_remembers_the_helix_with_which_it_began(climbing):
    w, p = climbing
    r = partner(w, 0, 1, stage=PLAN, university=(0, NONE))
    earlier = partner(w, 0, 3, stage=MEMORANDUM, university=(0, NONE))
    ladder.climb(handle(w), p, SEED, 7)
    assert w.partnerships.helix_at_pilot[[r, earlier]].tolist() == [0.5, NONE]


def test_what_dissolves_ends_frees_its_organisations_and_leaves_the_others_in_their_order(tmp_path):
    w, p = world(
        tmp_path, changes={"ladder.memorandum_exit": 10.0, "ladder.contact_exit": 0.0}, universities=1, firms=1
    )
    p = settings({"ladder.memorandum_exit": 10.0, "ladder.contact_exit": 0.0, "ladder.memorandum_rate": 0.0})
    first, gone, last = (
        partner(w, 0, 1),
        partner(w, 0, 3, stage=MEMORANDUM, university=(0, 6), firm=(NONE, 7)),
        partner(w, 2, 3),
    )
    w.organisations.slots_taken[:] = 2
    ladder.climb(handle(w), p, SEED, 9)
    assert w.live[: int(w.count.live)].tolist() == [first, last]
    assert (w.partnerships.stage[gone], w.partnerships.ended[gone]) == (Stage.DISSOLVED, 9)
    assert w.partnerships.ever[gone] == MEMORANDUM
    assert w.organisations.slots_taken.tolist() == [1, 2, 2, 2, 2, 2, 1, 1]
    assert w.cities.n_partners.tolist() == [1, 1, 1, 1]


def conditions(tmp_path, changes, stage=CONTACT, t=0, **columns):
    """Return the factor of climbing that lies in the conditions of a partnership of cities 0 and 1."""
    w, p = world(tmp_path, changes={"city.engagement_spread": 0.0, **changes})
    r = partner(w, 0, 1, stage=stage, **columns)
    w.cities.load[:2], w.cities.capacity[:2] = (6.0, 3.0), (4, 12)
    return ladder.conditions(handle(w), p, w.partnerships[r], t)


@pytest.mark.parametrize(("stage", "t", "factor"), [(CONTACT, 6, 0.0), (CONTACT, 7, 1.0), (MEMORANDUM, 6, 1.0)])
def test_no_memorandum_is_signed_before_its_months_have_passed(tmp_path, stage, t, factor):
    assert conditions(tmp_path, {"ladder.earliest_memorandum": 3}, stage, t, begun=4) == factor


@pytest.mark.parametrize(("effect", "factor"), [(0.0, 1.0), (1.0, 4 / 6), (2.0, 4 / 9)])
def test_the_more_burdened_of_two_cities_slows_them_down(tmp_path, effect, factor):
    assert conditions(tmp_path, {"ladder.overload_effect": effect}, PLAN) == pytest.approx(factor)


def test_cities_with_room_climb_no_faster(tmp_path):
    w, p = world(tmp_path, changes={"ladder.overload_effect": 1.0})
    r = partner(w, 0, 1)
    w.cities.load[:], w.cities.capacity[:] = 3.0, 12
    assert ladder.conditions(handle(w), p, w.partnerships[r], 5) == 1.0


def test_nothing_stands_in_the_way_by_default(tmp_path):
    assert conditions(tmp_path, {}) == 1.0


def test_who_cannot_sign_yet_may_still_part(tmp_path):
    w, p = world(tmp_path, changes={"ladder.earliest_memorandum": 100, "ladder.contact_exit": 10.0})
    r = partner(w, 0, 1, trust=0.5, gap=0.3)
    ladder.climb(handle(w), p, SEED, 5)
    assert w.partnerships.stage[r] == Stage.DISSOLVED
