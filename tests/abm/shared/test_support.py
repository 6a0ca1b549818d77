"""What a programme is to the partnerships of its cities."""

import pytest

from abm.rules import cooperation
from abm.shared.support import is_supported, support
from abm.state.handle import handle
from abm.state.words import Standing
from tests.abm.rules.small import SEED, partner, world

HALF = {"membership.unsupported": 0.5}


@pytest.mark.parametrize(
    ("standings", "calendar", "expected"),
    [
        ((Standing.MEMBER, Standing.MEMBER), 1.0, True),
        ((Standing.OUTSIDE, Standing.ASSOCIATE), 0.5, True),
        ((Standing.OUTSIDE, Standing.OUTSIDE), 1.0, False),
        ((Standing.MEMBER, Standing.MEMBER), 0.0, False),
    ],
    ids=["both take part", "one does", "neither", "the programme is closed"],
)
def test_one_of_two_must_take_part_in_a_programme_that_lives(tmp_path, standings, calendar, expected):
    w, p = world(tmp_path, changes=HALF)
    w.members.standing[:2], w.programmes.calendar[0] = standings, calendar
    assert is_supported(handle(w), 0, 1) == expected
    assert support(handle(w), p, 0, 1) == (1.0 if expected else 0.5)


def test_by_default_support_is_of_no_account(tmp_path):
    w, p = world(tmp_path)
    w.programmes.calendar[0] = 0.0
    assert support(handle(w), p, 0, 1) == 1.0


@pytest.mark.parametrize(("factor", "trust"), [(1.0, 0.6), (0.0, 0.45)])
def test_without_a_programme_partners_work_less_by_themselves(tmp_path, factor, trust):
    w, p = world(tmp_path, changes={"membership.unsupported": factor, "cooperation.contact_activity": 1.0})
    w.programmes.calendar[0] = 0.0
    r = partner(w, 0, 1, trust=0.5, gap=0.0)
    cooperation.interact(handle(w), p, SEED, 3)
    assert w.partnerships.trust[r] == pytest.approx(trust)
