"""Who takes part when (phase 1)."""

import pytest

from abm.rules import membership
from abm.state.handle import handle
from abm.state.words import Standing
from tests.abm.rules.small import world

MEMBER, ASSOCIATE, OUTSIDE = Standing.MEMBER, Standing.ASSOCIATE, Standing.OUTSIDE


@pytest.fixture
def entering(tmp_path):
    """Return a world in which a member is there in months 3 to 7, and an associate from month 5 on."""
    w, _ = world(tmp_path)
    w.members.role[:2], w.members.entry[:2], w.members.leaves[:2] = (MEMBER, ASSOCIATE), (3, 5), (8, 1000)
    return w


@pytest.mark.parametrize(
    ("t", "standings"),
    [
        (2, (OUTSIDE, OUTSIDE)),
        (3, (MEMBER, OUTSIDE)),
        (5, (MEMBER, ASSOCIATE)),
        (7, (MEMBER, ASSOCIATE)),
        (8, (OUTSIDE, ASSOCIATE)),
    ],
)
def test_a_city_takes_part_from_its_entry_until_the_month_in_which_it_leaves(entering, t, standings):
    membership.enter(handle(entering), t)
    assert tuple(entering.members.standing[:2]) == standings == tuple(entering.cities.standing[:2])


@pytest.mark.parametrize("roles", [(MEMBER, ASSOCIATE), (ASSOCIATE, MEMBER)])
def test_of_two_programmes_the_higher_standing_counts(entering, roles):
    members = entering.members
    members.city[:2], members.role[:2], members.entry[:2], members.leaves[:2] = 0, roles, 0, 1000
    membership.enter(handle(entering), 0)
    assert entering.cities.standing[:2].tolist() == [MEMBER, OUTSIDE]
    assert tuple(members.standing[:2]) == roles
