"""Which cities a project invites (E13b)."""

import numpy as np
import pytest

from abm import draws
from abm.rules import project
from abm.state.handle import handle
from abm.state.words import Stage, Standing
from tests.abm.rules.small import LUCKS, SEED, luck, partner, world
from tests.helpers import assert_within, mean_error, share_error

MONTH = 5
NOW = np.uint64(draws.moment(SEED, project.INVITE, MONTH))


@pytest.fixture
def founding(tmp_path):
    """Return a world of six cities, alike but in name, in which cities 0 and 1 begin a pilot this month."""
    w, p = world(tmp_path, "EWEWEW", {"city.engagement_spread": 0.0, "project.invited": 2.0})
    r = partner(w, 0, 1, stage=Stage.PILOT)
    w.partnerships.reached[r, Stage.PILOT] = MONTH
    return w, p


def invited(w, p, t=MONTH):
    """Let projects invite in a month, and return who has been so far."""
    w.limit.participants = len(w.participants) - 1
    project.invite(handle(w), p, SEED, t)
    return w.participants[: int(w.count.participants)]


def guests(w, p, key):
    """Return whom the project of a partnership of this key invites."""
    w.partnerships.key[0] = key
    return project.choose_guests(handle(w), p, NOW, 0).tolist()


def test_as_many_are_invited_as_the_parameter_says_on_average(founding):
    _, p = founding
    n = np.array([project.n_invited(p, NOW, key) for key in LUCKS])
    assert_within(n.mean(), 2.0, mean_error(n))
    assert_within(np.mean(n == 0), np.exp(-2.0), share_error(np.exp(-2.0), len(n)))


def test_whoever_takes_part_may_be_invited_once_but_the_two_of_the_pilot(founding):
    w, p = founding
    p.project.invited = 50.0
    w.cities.standing[4], w.cities.standing[5] = Standing.OUTSIDE, Standing.ASSOCIATE
    assert sorted(guests(w, p, LUCKS[0])) == [2, 3, 5]
    p.project.associate_weight = 0.0
    assert sorted(guests(w, p, LUCKS[0])) == [2, 3]


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_the_first_is_drawn_by_engagement(founding, exponent):
    w, p = founding
    w.cities.engagement[2], p.project.invitation_weight = 3.0, exponent
    firsts = [found[0] for key in LUCKS if (found := guests(w, p, key))]
    share = 3.0**exponent / (3.0**exponent + 3)
    assert_within(np.mean(np.array(firsts) == 2), share, share_error(share, len(firsts)))


def test_an_associate_is_invited_as_often_as_its_factor_says(founding):
    w, p = founding
    w.cities.standing[2], p.project.associate_weight = Standing.ASSOCIATE, 0.5
    firsts = [found[0] for key in LUCKS if (found := guests(w, p, key))]
    assert_within(np.mean(np.array(firsts) == 2), 0.5 / 3.5, share_error(0.5 / 3.5, len(firsts)))


def test_invitations_go_out_in_the_month_of_the_pilot_and_say_whose_they_are(founding):
    w, p = founding
    p.project.invited = 50.0
    assert len(invited(w, p, MONTH - 1)) == len(invited(w, p, MONTH + 1)) == 0
    rows = invited(w, p)
    assert sorted(rows.city.tolist()) == [2, 3, 4, 5] and set(rows.partnership) == {0} and set(rows.month) == {MONTH}


def test_by_default_nobody_is_invited(founding):
    w, p = founding
    p.project.invited = 0.0
    assert len(invited(w, p)) == 0


def test_room_is_made_for_what_plans_would_invite(founding):
    w, p = founding
    r = partner(w, 2, 3, stage=Stage.ACTION_PLAN)
    key = w.partnerships.key[r]
    expected = min(draws.poisson(luck(project.INVITE, MONTH, key), 2.0), len(w.cities))
    assert project.most_participants(handle(w), p, SEED, MONTH) == expected
    p.project.invited = 100.0
    assert project.most_participants(handle(w), p, SEED, MONTH) == len(w.cities)
    p.project.invited = 0.0
    assert project.most_participants(handle(w), p, SEED, MONTH) == 0
